//! What is measured.

use std::fs;
use std::path::Path;
use std::time::Instant;

use crate::projects::{Project, run};

/// A command, on a database in which nothing or all is applied.
#[derive(Debug)]
pub(crate) struct Work {
    pub(crate) title: &'static str,
    words: &'static [&'static str],
    /// What it has to say.
    says: &'static str,
    /// Whether it begins with no database.
    from_nothing: bool,
}

/// In this order: what comes after `migrate` finds all applied.
pub(crate) const WORKS: [Work; 5] = [
    Work {
        title: "`migrate` from nothing",
        words: &["migrate"],
        says: "Applying",
        from_nothing: true,
    },
    Work {
        title: "`migrate --check`, all applied",
        words: &["migrate", "--check"],
        says: "",
        from_nothing: false,
    },
    Work {
        title: "`makemigrations --check`, nothing changed",
        words: &["makemigrations", "--check"],
        says: "No changes detected",
        from_nothing: false,
    },
    Work {
        title: "`squashmigrations` of all",
        words: &["squashmigrations"],
        says: "quash",
        from_nothing: false,
    },
    Work { title: "`check`", words: &["check"], says: "", from_nothing: false },
];

/// The seconds that a command takes. It has to do what it should.
pub(crate) fn measure(project: &dyn Project, work: &Work, folder: &Path) -> Result<f64, String> {
    let database = folder.join(format!("{}.sqlite3", project.title()));
    if work.from_nothing {
        for end in ["", "-wal", "-shm"] {
            let path = format!("{}{end}", database.display());
            match fs::remove_file(&path) {
                Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                    return Err(format!("{path}: {error}"));
                }
                _ => {}
            }
        }
    }
    let words: Vec<String> = match work.words {
        ["squashmigrations"] => project.squash_all(),
        words => words.iter().map(|word| (*word).to_owned()).collect(),
    };
    let start = Instant::now();
    let said = run(project, &database, &words)?;
    let seconds = start.elapsed().as_secs_f64();
    unsquash(&project.migrations())?;
    if said.contains(work.says) {
        return Ok(seconds);
    }
    Err(format!("{} says at {}: {said}", project.title(), work.words.join(" ")))
}

/// Deletes what squashing wrote.
fn unsquash(folder: &Path) -> Result<(), String> {
    let wrong = |error| format!("{}: {error}", folder.display());
    for file in fs::read_dir(folder).map_err(wrong)? {
        let path = file.map_err(wrong)?.path();
        if path.to_string_lossy().contains("_squashed_") {
            fs::remove_file(path).map_err(wrong)?;
        }
    }
    Ok(())
}
