//! A project with a long history of migrations, in Carafe and in Django: how long do the commands take
//! that read all of it? `benches/README.md` says what is measured and how.

mod changes;
mod options;
mod projects;
mod report;
mod works;

use std::process::ExitCode;
use std::time::Instant;

use options::Options;
use projects::{Carafe, Django, Project};
use report::Samples;
use works::{WORKS, measure};

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
    let start = Instant::now();
    eprint!("building the project … ");
    let mut projects: Vec<Box<dyn Project>> = vec![Box::new(Carafe::ready(options.models)?)];
    eprintln!("{:.1} s", start.elapsed().as_secs_f64());
    match Django::ready(options.models) {
        Ok(django) => projects.push(Box::new(django)),
        Err(why) => eprintln!("skipped: Django ({why})"),
    }
    let folder = bench::target()?.join("migrations");
    // Python writes what it has compiled the first time that it reads it.
    for project in &projects {
        measure(&**project, &WORKS[0], &folder)?;
    }
    let mut samples = Samples::default();
    for round in 0..options.rounds {
        let mut order: Vec<&dyn Project> = projects.iter().map(|own| &**own).collect();
        if round % 2 == 1 {
            order.reverse();
        }
        for work in &WORKS {
            for project in &order {
                eprint!("\rround {} of {}: {:<60}", round + 1, options.rounds, work.title);
                let seconds = measure(*project, work, &folder)?;
                samples.add(work.title, project.title(), round, seconds);
            }
        }
    }
    eprintln!();
    report::print(options, &samples);
    Ok(())
}
