//! The load, which wrk makes, and what it says of it.

use std::process::Command;

use crate::options::Options;
use crate::running::Running;
use crate::samples::{Cell, Sample};
use crate::works::How;

const PIPELINE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/pipeline.lua");

/// Sees to it that wrk and taskset are there; wrk is installed where apt can.
pub(crate) fn need_tools() -> Result<(), String> {
    if !is_there("taskset", "--version") {
        return Err("taskset is missing: install util-linux".to_owned());
    }
    if is_there("wrk", "--version") {
        return Ok(());
    }
    eprintln!("wrk is missing; asking apt for it …");
    let as_root = ["apt-get", "install", "--yes", "--quiet", "wrk"];
    // It asks for no password: as root it needs none, and else the user should do it.
    let installed = Command::new("sudo").arg("-n").args(as_root).status();
    let installed = installed.or_else(|_| Command::new(as_root[0]).args(&as_root[1..]).status());
    if installed.is_ok_and(|status| status.success()) && is_there("wrk", "--version") {
        return Ok(());
    }
    Err("wrk is missing, which makes the load: `apt-get install wrk`, or build it from \
         https://github.com/wg/wrk, and have it in PATH"
        .to_owned())
}

pub(crate) fn measure(
    server: &Running,
    cell: &Cell,
    cookies: &str,
    options: &Options,
) -> Result<Sample, String> {
    let mut wrk = Command::new("taskset");
    wrk.args(["-c", &options.load_core.to_string(), "wrk", "--threads=1", "--latency"]);
    wrk.arg(format!("--connections={}", cell.connections));
    wrk.arg(format!("--duration={}s", options.seconds));
    if !cookies.is_empty() {
        wrk.args(["--header", &format!("Cookie: {cookies}")]);
    }
    if cell.work.how == How::Pipelined {
        wrk.args(["--script", PIPELINE]);
    }
    wrk.arg(format!("http://127.0.0.1:{}{}", server.port, server.path(cell.work)));

    let tree = server.tree();
    let before = tree.cpu();
    let output = wrk.output().map_err(|error| format!("wrk could not be started: {error}"))?;
    let cpu = tree.cpu().saturating_sub(before);
    let said = String::from_utf8_lossy(&output.stdout);
    let wrong = said.lines().find(|line| line.contains("Non-2xx or 3xx responses"));
    if let Some(wrong) = wrong {
        return Err(format!("not every answer was right: {}", wrong.trim()));
    }
    if let Some(errors) = said.lines().find(|line| line.contains("Socket errors")) {
        eprintln!("\n{cell}: {}", errors.trim());
    }
    let figures = figures(&said).filter(|(requests, ..)| *requests > 0.0);
    let (requests, per_second, p99) = figures.ok_or_else(|| {
        format!("wrk got no answers: {said}{}", String::from_utf8_lossy(&output.stderr))
    })?;
    Ok(Sample {
        per_second,
        p99_ms: p99,
        cpu_us: cpu.as_secs_f64() * 1e6 / requests,
        peak: tree.peak(),
        idle: server.idle,
        loaded: tree.share(),
        start_ms: server.start.as_secs_f64() * 1e3,
    })
}

/// Requests, requests a second, the 99th percentile in milliseconds.
fn figures(said: &str) -> Option<(f64, f64, f64)> {
    let (mut requests, mut per_second, mut p99) = (None, None, None);
    for line in said.lines().map(str::trim) {
        if let Some(value) = line.strip_prefix("99%") {
            p99 = milliseconds(value.trim());
        } else if let Some(value) = line.strip_prefix("Requests/sec:") {
            per_second = value.trim().parse().ok();
        } else if let Some((count, _)) = line.split_once(" requests in ") {
            requests = count.parse().ok();
        }
    }
    Some((requests?, per_second?, p99?))
}

fn milliseconds(text: &str) -> Option<f64> {
    // The unit that is the end of another one comes last.
    for (unit, factor) in [("us", 1e-3), ("ms", 1.0), ("m", 6e4), ("s", 1e3)] {
        if let Some(number) = text.strip_suffix(unit) {
            return number.parse().ok().map(|number: f64| number * factor);
        }
    }
    None
}

fn is_there(program: &str, argument: &str) -> bool {
    Command::new(program).arg(argument).output().is_ok()
}

#[cfg(test)]
mod tests;
