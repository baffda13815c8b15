//! A crate of many models, written from one.

use std::fs;
use std::path::{Path, PathBuf};

use bench::target;

use crate::projects::Project;

/// Where the root of Carafe is.
pub(crate) const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../..");

/// What a model of another type would be: the field that a change changes.
const CHANGE: [(&str, &str); 2] = [("i32", "i64"), ("Integer", "BigInt")];

/// A crate that was written.
#[derive(Debug)]
pub(crate) struct Crate {
    project: &'static Project,
    models: usize,
    folder: PathBuf,
}

impl Crate {
    pub(crate) fn write(project: &'static Project, models: usize) -> Result<Self, String> {
        let folder = target()?.join("compile").join(project.id);
        let this = Self { project, models, folder };
        let wrong = |error| format!("{} cannot be written: {error}", this.folder.display());
        this.write_all().map_err(wrong)?;
        Ok(this)
    }

    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    /// The name of its package.
    pub(crate) fn name(&self) -> String {
        format!("compile-{}", self.project.id)
    }

    /// Its lines, without those of the program.
    pub(crate) fn lines(&self) -> usize {
        let lines = self.project.model.lines().map(str::trim_start);
        lines.filter(|line| !line.is_empty() && !line.starts_with("//")).count() * self.models
    }

    fn write_all(&self) -> std::io::Result<()> {
        let source = self.folder.join("src");
        if source.exists() {
            // A model of an earlier run may not belong to this one.
            fs::remove_dir_all(&source)?;
        }
        fs::create_dir_all(&source)?;
        let manifest = self.project.manifest.replace("ROOT", ROOT);
        fs::write(self.folder.join("Cargo.toml"), manifest)?;
        fs::copy(Path::new(ROOT).join(self.project.lock), self.folder.join("Cargo.lock"))?;
        fs::write(source.join("main.rs"), self.program())?;
        for number in 0..self.models {
            fs::write(self.path(number), self.model(number))?;
        }
        Ok(())
    }

    /// Changes the type of two columns of a model, there and back.
    pub(crate) fn change(&self, round: usize) -> Result<(), String> {
        let number = self.models / 2;
        let mut model = self.model(number);
        if round.is_multiple_of(2) {
            for (from, to) in CHANGE {
                model = model.replace(from, to);
            }
        }
        let path = self.path(number);
        fs::write(&path, model).map_err(|error| format!("{}: {error}", path.display()))
    }

    fn path(&self, number: usize) -> PathBuf {
        self.folder.join("src").join(format!("{}.rs", name(number)))
    }

    /// The model; it leads to the next one, and to the seventh.
    fn model(&self, number: usize) -> String {
        // By way of names that no model has, lest one be taken for another.
        let others = [("000", "@a", 0), ("001", "@b", 1), ("007", "@c", 7)];
        let mut model = self.project.model.to_owned();
        for (number, mark, _) in others {
            for letter in ["m", "M"] {
                model = model.replace(&format!("{letter}{number}"), &format!("{letter}{mark}"));
            }
        }
        for (_, mark, further) in others {
            model = model.replace(mark, &digits((number + further) % self.models));
        }
        model
    }

    /// The program, whose lines that end in `// each` stand once for each model.
    fn program(&self) -> String {
        let mut program = String::new();
        for line in self.project.program.lines() {
            let Some(line) = line.strip_suffix(" // each") else {
                program.push_str(line);
                program.push('\n');
                continue;
            };
            for number in 0..self.models {
                let upper = format!("M{}", digits(number));
                program.push_str(&line.replace("m000", &name(number)).replace("M000", &upper));
                program.push('\n');
            }
        }
        program
    }
}

fn name(number: usize) -> String {
    format!("m{}", digits(number))
}

fn digits(number: usize) -> String {
    format!("{number:03}")
}
