//! The words after `carafe dev`.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::Args;

/// Runs the project while you write: builds and starts it again after each change, and reloads the
/// browser.
#[derive(Args)]
pub(crate) struct Dev {
    /// The address to listen on [default: the settings', else 127.0.0.1]
    #[arg(long)]
    pub(super) host: Option<String>,
    /// The port; 0 takes a free one [default: the settings', else 8000]
    #[arg(long)]
    pub(super) port: Option<u16>,
    #[command(flatten)]
    pub(super) choice: Choice,
    /// A further file or folder: a change there starts the program again
    #[arg(long, value_name = "PATH")]
    pub(super) watch: Vec<PathBuf>,
    /// A file or folder whose changes mean nothing
    #[arg(long, value_name = "PATH")]
    pub(super) ignore: Vec<PathBuf>,
    /// Words for the program
    #[arg(last = true, value_name = "WORDS")]
    pub(super) words: Vec<OsString>,
}

/// Which program, and how cargo builds it.
#[derive(Args, Clone, Default)]
pub(super) struct Choice {
    /// The package, where there are several
    #[arg(short, long, value_name = "NAME")]
    pub(super) package: Option<String>,
    /// The program, where there are several
    #[arg(long, value_name = "NAME", conflicts_with = "example")]
    pub(super) bin: Option<String>,
    /// An example in place of the program
    #[arg(long, value_name = "NAME")]
    pub(super) example: Option<String>,
    /// Features to build it with
    #[arg(short = 'F', long, value_name = "NAMES")]
    features: Vec<String>,
    /// Build it with all features
    #[arg(long)]
    all_features: bool,
    /// Build it without its default features
    #[arg(long)]
    no_default_features: bool,
    /// Build it as for a release
    #[arg(short, long, conflicts_with = "profile")]
    release: bool,
    /// Build it with this profile
    #[arg(long, value_name = "NAME")]
    profile: Option<String>,
}

impl Choice {
    /// The words for cargo that choose features.
    pub(super) fn features(&self) -> Vec<String> {
        let mut words: Vec<String> =
            self.features.iter().map(|names| format!("--features={names}")).collect();
        words.extend(self.all_features.then(|| "--all-features".to_owned()));
        words.extend(self.no_default_features.then(|| "--no-default-features".to_owned()));
        words
    }

    /// The words for cargo that choose how to build.
    pub(super) fn profile(&self) -> Vec<String> {
        let mut words: Vec<String> = Vec::new();
        words.extend(self.release.then(|| "--release".to_owned()));
        words.extend(self.profile.iter().map(|name| format!("--profile={name}")));
        words
    }
}
