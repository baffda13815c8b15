//! Crates of many models side by side: how long does the compiler take for each? `benches/README.md`
//! says what is measured and how.

mod building;
mod crates;
mod options;
mod projects;
mod report;

use std::process::ExitCode;

use building::Built;
use options::Options;
use report::Samples;

fn main() -> ExitCode {
    match Options::read(std::env::args().skip(1))
        .and_then(|options| options.as_ref().map_or(Ok(()), run))
    {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn run(options: &Options) -> Result<(), String> {
    let mut built = Vec::new();
    for project in options.projects() {
        built.push(Built::new(project, options.models)?);
    }
    let mut samples = Samples::default();
    for round in 0..options.rounds {
        let mut order: Vec<&Built> = built.iter().collect();
        if round % 2 == 1 {
            order.reverse();
        }
        for one in order {
            eprint!("\rround {} of {}: {:<20}", round + 1, options.rounds, one.project.title);
            samples.add(one.project, round, one.measure(round)?);
        }
    }
    eprintln!();
    report::print(options, &built, &samples)
}
