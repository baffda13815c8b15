//! What was found, as tables of Markdown.

use std::collections::HashMap;
use std::fs;
use std::path::Path;

use bench::{Figures, locked, machine, ratio};

use crate::building::{Built, Sample};
use crate::crates::ROOT;
use crate::options::Options;
use crate::projects::{Project, carafe};

/// What all rounds found.
#[derive(Debug, Default)]
pub(crate) struct Samples(HashMap<&'static str, HashMap<usize, Sample>>);

/// A column of the table.
struct Column {
    title: &'static str,
    figure: fn(&Sample) -> f64,
}

const COLUMNS: [Column; 4] = [
    Column { title: "check", figure: |sample| sample.check },
    Column { title: "build", figure: |sample| sample.build },
    Column { title: "check after a change", figure: |sample| sample.check_changed },
    Column { title: "build after a change", figure: |sample| sample.build_changed },
];

/// A hundred models are built so soon after a change of one.
const GOAL: (usize, f64) = (100, 4.0);

impl Samples {
    pub(crate) fn add(&mut self, project: &Project, round: usize, sample: Sample) {
        self.0.entry(project.id).or_default().insert(round, sample);
    }

    fn of(&self, project: &Project) -> Result<&HashMap<usize, Sample>, String> {
        self.0.get(project.id).ok_or(format!("{} was not measured", project.title))
    }
}

pub(crate) fn print(options: &Options, built: &[Built], samples: &Samples) -> Result<(), String> {
    println!(
        "{} models, {} rounds, seconds of the crate alone: best (median)\n",
        options.models, options.rounds
    );
    println!("{}; {}\n", machine(), versions(built)?);
    let titles: Vec<&str> = COLUMNS.iter().map(|column| column.title).collect();
    println!("| | lines | {} |", titles.join(" | "));
    println!("|---|---|{}", "---|".repeat(COLUMNS.len()));
    for one in built {
        let rounds = samples.of(one.project)?;
        let cells = COLUMNS.iter().map(|column| {
            let figures: Figures = rounds.values().map(column.figure).collect();
            format!("{:.2} ({:.2})", figures.least(), figures.median())
        });
        let cells: Vec<String> = cells.collect();
        println!("| {} | {} | {} |", one.project.title, one.written.lines(), cells.join(" | "));
    }
    let (others, ours): (Vec<&Built>, Vec<&Built>) =
        built.iter().partition(|one| one.project != carafe());
    if ours.is_empty() {
        return Ok(());
    }
    let ours = samples.of(carafe())?;
    for other in others {
        let theirs = samples.of(other.project)?;
        let cells = COLUMNS.iter().map(|column| {
            ratio(ours, theirs, column.figure).map_or(String::new(), |ratio| format!("{ratio:.2}"))
        });
        let cells: Vec<String> = cells.collect();
        println!("| Carafe / {} | | {} |", other.project.title, cells.join(" | "));
    }
    if options.models == GOAL.0 {
        let changed: Figures = ours.values().map(|sample| sample.build_changed).collect();
        let met = if changed.median() < GOAL.1 { "met" } else { "missed" };
        println!(
            "\nThe goal of less than {} s for {} models after a change: {met}, {:.2} s.",
            GOAL.1,
            GOAL.0,
            changed.median()
        );
    }
    Ok(())
}

/// What was built with, as the lock files have it.
fn versions(built: &[Built]) -> Result<String, String> {
    let mut all = Vec::new();
    for Built { project, .. } in built {
        let Some(package) = project.package else { continue };
        let path = Path::new(ROOT).join(project.lock);
        let lock = fs::read_to_string(&path).map_err(|e| format!("{}: {e}", path.display()))?;
        all.extend(locked(&lock, &[package]));
    }
    Ok(all.join(", "))
}
