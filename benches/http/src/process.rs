//! What a process and its children used, from `/proc`.

use std::collections::HashMap;
use std::fs;
use std::process::{Command, Stdio};
use std::sync::LazyLock;
use std::time::Duration;

/// A process with all its children.
#[derive(Debug)]
pub(crate) struct Tree(Vec<u32>);

impl Tree {
    pub(crate) fn of(root: u32) -> Self {
        let mut children: HashMap<u32, Vec<u32>> = HashMap::new();
        let entries = fs::read_dir("/proc").into_iter().flatten().flatten();
        let pids = entries.filter_map(|entry| entry.file_name().to_str()?.parse().ok());
        for pid in pids {
            if let Some(parent) = stat(pid).and_then(|fields| fields.get(1)?.parse().ok()) {
                children.entry(parent).or_default().push(pid);
            }
        }
        let mut pids = vec![root];
        let mut at = 0;
        while at < pids.len() {
            pids.extend(children.get(&pids[at]).into_iter().flatten());
            at += 1;
        }
        Self(pids)
    }

    /// User and system time so far.
    pub(crate) fn cpu(&self) -> Duration {
        let ticks = |pid: &u32| {
            let fields = stat(*pid)?;
            Some(fields.get(11)?.parse::<u64>().ok()? + fields.get(12)?.parse::<u64>().ok()?)
        };
        let ticks: u64 = self.0.iter().filter_map(ticks).sum();
        Duration::from_secs(ticks) / *TICKS_IN_SECOND
    }

    /// What they have in memory now, in bytes; of what they share with others, their share (PSS).
    pub(crate) fn share(&self) -> u64 {
        self.0.iter().map(|pid| memory(*pid, "smaps_rollup", "Pss:")).sum()
    }

    /// The most that was ever resident, in bytes, libraries included (`VmHWM`).
    pub(crate) fn peak(&self) -> u64 {
        self.0.iter().map(|pid| memory(*pid, "status", "VmHWM:")).sum()
    }

    /// Ends them all.
    pub(crate) fn kill(&self) {
        let pids = self.0.iter().map(ToString::to_string);
        // Who is gone already needs no signal.
        _ = Command::new("kill").arg("-KILL").args(pids).stderr(Stdio::null()).status();
    }
}

static TICKS_IN_SECOND: LazyLock<u32> = LazyLock::new(|| {
    let output = Command::new("getconf").arg("CLK_TCK").output().ok();
    let text = output.and_then(|output| String::from_utf8(output.stdout).ok());
    // What every Linux of today says.
    text.and_then(|text| text.trim().parse().ok()).unwrap_or(100)
});

/// The fields of `stat` behind the name, which may itself have blanks and brackets: the state is 0.
fn stat(pid: u32) -> Option<Vec<String>> {
    let text = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    let (_, fields) = text.rsplit_once(')')?;
    Some(fields.split_whitespace().map(str::to_owned).collect())
}

fn memory(pid: u32, file: &str, name: &str) -> u64 {
    let text = fs::read_to_string(format!("/proc/{pid}/{file}")).unwrap_or_default();
    let line = text.lines().find_map(|line| line.strip_prefix(name));
    let kib = line.and_then(|line| line.trim().strip_suffix("kB")?.trim().parse::<u64>().ok());
    kib.unwrap_or_default() * 1024
}
