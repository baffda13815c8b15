//! What it was measured on.

use std::fs;
use std::process::Command;

/// The processors and the system.
pub fn machine() -> String {
    let read = |path: &str| fs::read_to_string(path).unwrap_or_default();
    let processors = read("/proc/cpuinfo");
    let models: Vec<&str> = processors
        .lines()
        .filter(|line| line.starts_with("model name"))
        .filter_map(|line| Some(line.split_once(':')?.1.trim()))
        .collect();
    let kernel = read("/proc/sys/kernel/osrelease");
    format!(
        "{} × {}, Linux {}",
        models.len(),
        models.first().unwrap_or(&"a processor that does not say its name"),
        kernel.trim(),
    )
}

/// The versions of packages, as a lock file has them.
pub fn locked(lock: &str, names: &[&str]) -> Vec<String> {
    let locked = names.iter().map(|name| {
        let package = format!("name = \"{name}\"\nversion = \"");
        let versions = lock.split(&package).skip(1).filter_map(|rest| rest.split('"').next());
        format!("{name} {}", versions.collect::<Vec<_>>().join(" and "))
    });
    locked.collect()
}

/// Puts this process, and what it starts, on one core.
pub fn pin_to(core: usize) -> Result<(), String> {
    let this = std::process::id().to_string();
    let output = Command::new("taskset")
        .args(["-c", "-p", &core.to_string(), &this])
        .output()
        .map_err(|error| format!("taskset: {error}"))?;
    if output.status.success() {
        return Ok(());
    }
    let said = String::from_utf8_lossy(&output.stderr).trim().to_owned();
    Err(format!("core {core} cannot be had: {said}"))
}
