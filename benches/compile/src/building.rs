//! The compiler at work.

use std::process::{Command, Stdio};
use std::time::Instant;

use crate::crates::Crate;
use crate::projects::Project;

/// A crate whose dependencies are built.
#[derive(Debug)]
pub(crate) struct Built {
    pub(crate) project: &'static Project,
    pub(crate) written: Crate,
}

/// The seconds of one round, of the crate alone.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Sample {
    /// `cargo check` of all of it.
    pub(crate) check: f64,
    /// `cargo build` of all of it.
    pub(crate) build: f64,
    /// The same after a change of one model.
    pub(crate) check_changed: f64,
    pub(crate) build_changed: f64,
}

impl Built {
    /// Writes and builds it with all that it needs, and sees whether it does what it should.
    pub(crate) fn new(project: &'static Project, models: usize) -> Result<Self, String> {
        let start = Instant::now();
        eprint!("building {} … ", project.title);
        let this = Self { project, written: Crate::write(project, models)? };
        this.cargo(&["check"])?;
        let said = this.cargo(&["run"])?;
        // Each model is made, seen once, and counted once among the newest.
        if said.trim() != (2 * models).to_string() {
            return Err(format!("{} says {said:?} and not {}", project.title, 2 * models));
        }
        eprintln!("{:.1} s", start.elapsed().as_secs_f64());
        Ok(this)
    }

    pub(crate) fn measure(&self, round: usize) -> Result<Sample, String> {
        self.cargo(&["clean", "--package", &self.written.name()])?;
        let (check, build) = (self.seconds("check")?, self.seconds("build")?);
        self.written.change(round)?;
        let (check_changed, build_changed) = (self.seconds("check")?, self.seconds("build")?);
        Ok(Sample { check, build, check_changed, build_changed })
    }

    fn seconds(&self, command: &str) -> Result<f64, String> {
        let start = Instant::now();
        self.cargo(&[command])?;
        Ok(start.elapsed().as_secs_f64())
    }

    /// Runs cargo in its folder; what it said comes back.
    fn cargo(&self, words: &[&str]) -> Result<String, String> {
        let folder = self.written.folder();
        let mut cargo = Command::new(std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned()));
        // The profile of whoever runs this is none of the compared.
        cargo.env_remove("CARGO_INCREMENTAL").env("CARGO_TARGET_DIR", folder.join("target"));
        let output = cargo
            .args(words)
            .arg("--quiet")
            .current_dir(folder)
            .stderr(Stdio::inherit())
            .output()
            .map_err(|error| format!("cargo could not be started: {error}"))?;
        if output.status.success() {
            return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
        }
        Err(format!("{}: cargo {}: {}", self.project.title, words.join(" "), output.status))
    }
}
