//! Where all is put that the benchmarks make.

use std::env;
use std::path::PathBuf;

/// The target folder, which this program stands in too.
pub fn target() -> Result<PathBuf, String> {
    let this = env::current_exe().map_err(|error| format!("where am I? {error}"))?;
    let folder = this.parent().and_then(|profile| profile.parent());
    folder.map(PathBuf::from).ok_or(format!("{} stands in no target folder", this.display()))
}
