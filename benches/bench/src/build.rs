//! Programs that are built before anything is measured.

use std::env;
use std::process::Command;
use std::time::Instant;

use crate::target;

/// A package of programs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Package {
    pub name: &'static str,
    /// The manifest of its workspace, from the folder of the benchmarks.
    pub manifest: &'static str,
}

/// Builds a program alone, so that no other one's features of a shared crate are in it.
pub fn build(package: Package, features: &[&str], program: &str) -> Result<(), String> {
    let start = Instant::now();
    eprint!("building {program} … ");
    let status = Command::new(env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned()))
        .args(["build", "--quiet", "--release", "--locked"])
        .args([format!("--package={}", package.name), format!("--features={}", features.join(","))])
        .arg(format!("--bin={program}"))
        .arg(format!("--manifest-path={}/../{}", env!("CARGO_MANIFEST_DIR"), package.manifest))
        .arg("--target-dir")
        .arg(target()?)
        .status()
        .map_err(|error| format!("cargo could not be started: {error}"))?;
    eprintln!("{:.1} s", start.elapsed().as_secs_f64());
    if status.success() { Ok(()) } else { Err(format!("{program} could not be built")) }
}
