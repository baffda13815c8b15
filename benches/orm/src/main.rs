//! Ways to ask a database, side by side: who does how much in a time, and at which cost of CPU and of
//! memory? `benches/README.md` says what is measured and how.

mod clients;
mod database;
mod databases;
mod goals;
mod options;
mod postgres;
mod programs;
mod report;
mod running;
mod samples;
mod tables;
mod works;

use std::process::ExitCode;

use databases::Databases;
use options::{AfterBuild, Options};
use running::Running;
use samples::{Cell, Samples};

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
    let clients = programs::ready(options)?;
    if options.after_build == AfterBuild::Stop {
        return Ok(());
    }
    // The servers of databases are started from here.
    bench::pin_to(options.server_core)?;
    let databases = Databases::start(options)?;
    let mut running = Vec::new();
    for client in clients {
        for &database in options.databases.iter().filter(|one| client.databases.contains(one)) {
            let at = databases.fresh(client, database)?;
            running.push(Running::start(client, database, at, options)?);
        }
    }
    let cells = cells(options, &running);
    let mut samples = Samples::default();
    for round in 0..options.rounds {
        let mut order: Vec<&Cell> = cells.iter().collect();
        if round % 2 == 1 {
            order.reverse();
        }
        for (at, cell) in order.into_iter().enumerate() {
            let (round, rounds, cells) = (round + 1, options.rounds, cells.len());
            eprint!("\rround {round} of {rounds}, {} of {cells}: {:<60}", at + 1, cell.to_string());
            let running = running.iter_mut().find(|running| {
                running.client == cell.client && running.database == cell.kind.database
            });
            let Some(running) = running else { continue };
            let sample = databases
                .clean(&running.at, cell.kind)
                .and_then(|()| running.measure(cell.kind, options))
                .map_err(|error| format!("\n{cell}: {error}"))?;
            samples.add(round, *cell, sample);
        }
    }
    eprintln!();
    report::head(options);
    goals::print(&samples);
    report::tables(options, &samples);
    Ok(())
}

/// All that is measured in one round; who is compared stands next to each other.
fn cells(options: &Options, running: &[Running]) -> Vec<Cell> {
    let mut cells = Vec::new();
    for kind in options.kinds() {
        for running in running.iter().filter(|running| running.database == kind.database) {
            if running.client.does(kind) {
                cells.push(Cell { client: running.client, kind });
            }
        }
    }
    cells
}
