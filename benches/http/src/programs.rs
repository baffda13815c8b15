//! The programs of the servers: built, or installed, before anything is measured.

use std::env;
use std::fs;
use std::path::PathBuf;
use std::process::Command;
use std::time::Instant;

use crate::flask;
use crate::options::Options;
use crate::servers::{Program, Server};
use crate::target;

/// Builds what was asked for; Flask is left out, with a line that says why, where it cannot be had.
pub(crate) fn ready(options: &Options) -> Result<Vec<&'static Server>, String> {
    let mut servers: Vec<&Server> = options.servers().collect();
    let mut built = Vec::new();
    for server in &servers {
        if let Program::Rust(name) = server.program
            && !built.contains(&name)
        {
            build(name)?;
            built.push(name);
        }
    }
    if servers.iter().any(|server| matches!(server.program, Program::Gunicorn(_)))
        && let Err(why) = flask::ready()
    {
        eprintln!("skipped: Flask ({why})");
        servers.retain(|server| matches!(server.program, Program::Rust(_)));
    }
    Ok(servers)
}

/// Where the program of this name is after it was built.
pub(crate) fn path(name: &str) -> Result<PathBuf, String> {
    Ok(target::folder()?.join("release").join(format!("serve-{name}")))
}

/// How large the programs are, in bytes.
pub(crate) fn sizes(servers: &[&'static Server]) -> Result<Vec<(&'static Server, u64)>, String> {
    let mut sizes = Vec::new();
    for server in servers {
        if let Program::Rust(name) = server.program {
            let path = path(name)?;
            let file = fs::metadata(&path).map_err(|e| format!("{}: {e}", path.display()))?;
            sizes.push((*server, file.len()));
        }
    }
    Ok(sizes)
}

/// Alone, so that no other server's features of a shared crate are in it.
fn build(name: &str) -> Result<(), String> {
    let start = Instant::now();
    eprint!("building {name} … ");
    let status = Command::new(env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned()))
        .args(["build", "--quiet", "--release", "--package=http-servers", "--locked"])
        .args([format!("--features={name}"), format!("--bin=serve-{name}")])
        .arg(concat!("--manifest-path=", env!("CARGO_MANIFEST_DIR"), "/../Cargo.toml"))
        .arg("--target-dir")
        .arg(target::folder()?)
        .status()
        .map_err(|error| format!("cargo could not be started: {error}"))?;
    eprintln!("{:.1} s", start.elapsed().as_secs_f64());
    if status.success() { Ok(()) } else { Err(format!("{name} could not be built")) }
}
