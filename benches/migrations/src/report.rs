//! What was found, as a table of Markdown.

use std::collections::HashMap;

use bench::{Figures, machine, ratio};

use crate::changes::count;
use crate::options::Options;
use crate::projects::Django;
use crate::works::WORKS;

/// What all rounds found: by work and project, the seconds of each round.
#[derive(Debug, Default)]
pub(crate) struct Samples(HashMap<(&'static str, &'static str), HashMap<usize, f64>>);

impl Samples {
    pub(crate) fn add(
        &mut self,
        work: &'static str,
        project: &'static str,
        round: usize,
        seconds: f64,
    ) {
        self.0.entry((work, project)).or_default().insert(round, seconds);
    }
}

pub(crate) fn print(options: &Options, samples: &Samples) {
    println!(
        "{} models, {} migrations, {} rounds on SQLite, seconds of the whole command: best (median)\n",
        options.models,
        count(options.models),
        options.rounds
    );
    println!("{}; {}\n", machine(), Django::version());
    println!("| | Carafe | Django | Django / Carafe |");
    println!("|---|---|---|---|");
    for work in &WORKS {
        let of = |project| samples.0.get(&(work.title, project));
        let shown = |project| {
            let figures: Figures = of(project)?.values().copied().collect();
            Some(format!("{:.3} ({:.3})", figures.least(), figures.median()))
        };
        let (ours, theirs) = (shown("Carafe"), shown("Django"));
        let times = of("Carafe").zip(of("Django"));
        let times = times.and_then(|(ours, theirs)| ratio(theirs, ours, |seconds| *seconds));
        println!(
            "| {} | {} | {} | {} |",
            work.title,
            ours.unwrap_or_default(),
            theirs.unwrap_or_default(),
            times.map_or(String::new(), |times| format!("{times:.1}"))
        );
    }
}
