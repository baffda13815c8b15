//! The programs of the servers: built, or installed, before anything is measured.

use std::fs;
use std::path::PathBuf;

use bench::Package;

use crate::flask;
use crate::options::Options;
use crate::servers::{Program, Server};

const PACKAGE: Package = Package { name: "http-servers", manifest: "Cargo.toml" };

/// Builds what was asked for; Flask is left out, with a line that says why, where it cannot be had.
pub(crate) fn ready(options: &Options) -> Result<Vec<&'static Server>, String> {
    let mut servers: Vec<&Server> = options.servers().collect();
    let mut built = Vec::new();
    for server in &servers {
        if let Program::Rust(name) = server.program
            && !built.contains(&name)
        {
            bench::build(PACKAGE, &[name], &format!("serve-{name}"))?;
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
    Ok(bench::target()?.join("release").join(format!("serve-{name}")))
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
