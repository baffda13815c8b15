//! A step: one thing that must hold, told by its name, its command line and its seconds.

use std::process::Command;
use std::time::{Duration, Instant};

use crate::tidy;
use crate::workspace::root;

#[derive(Clone)]
pub(crate) struct Step {
    name: &'static str,
    work: Work,
}

#[derive(Clone)]
enum Work {
    Cargo { arguments: &'static str, environment: &'static [(&'static str, &'static str)] },
    Tidy,
}

impl Step {
    pub(crate) fn cargo(name: &'static str, arguments: &'static str) -> Self {
        Self { name, work: Work::Cargo { arguments, environment: &[] } }
    }

    pub(crate) fn cargo_with(
        name: &'static str,
        arguments: &'static str,
        environment: &'static [(&'static str, &'static str)],
    ) -> Self {
        Self { name, work: Work::Cargo { arguments, environment } }
    }

    pub(crate) fn tidy() -> Self {
        Self { name: "tidy", work: Work::Tidy }
    }

    fn run(&self) -> Result<(), String> {
        match self.work {
            Work::Tidy => {
                println!("\n== {}", self.name);
                tidy::run(tidy::Lists::Hold)
            }
            Work::Cargo { arguments, environment } => {
                println!("\n== {}: cargo {arguments}", self.name);
                let status = Command::new("cargo")
                    .args(arguments.split(' '))
                    .envs(environment.iter().copied())
                    .current_dir(root())
                    .status()
                    .map_err(|error| format!("cargo could not be started: {error}"))?;
                if status.success() { Ok(()) } else { Err(format!("cargo {arguments}: {status}")) }
            }
        }
    }
}

/// Runs every step, also after one failed, so that one run shows all there is to mend.
pub(crate) fn run_all(steps: Vec<Step>) -> Result<(), String> {
    let mut failed = Vec::new();
    let mut times: Vec<(&str, Duration, bool)> = Vec::new();
    for step in steps {
        let start = Instant::now();
        let done = step.run();
        times.push((step.name, start.elapsed(), done.is_ok()));
        if let Err(message) = done {
            eprintln!("{message}");
            failed.push(step.name);
        }
    }
    println!();
    for (name, time, passed) in times {
        let verdict = if passed { "ok" } else { "FAILED" };
        println!("{name:<28} {:>7.1} s  {verdict}", time.as_secs_f64());
    }
    if failed.is_empty() { Ok(()) } else { Err(format!("\nto mend: {}", failed.join(", "))) }
}
