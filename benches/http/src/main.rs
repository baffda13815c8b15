//! Servers side by side, one core for the server and one for the load: who needs how much for the
//! same answer? `benches/README.md` says what is measured and how.

mod client;
mod flask;
mod goals;
mod load;
mod options;
mod process;
mod programs;
mod report;
mod running;
mod samples;
mod servers;
mod works;

use std::process::ExitCode;

use options::{AfterBuild, Options};
use running::Running;
use samples::{Cell, Samples};
use servers::Server;

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
    load::need_tools()?;
    let servers = programs::ready(options)?;
    if options.after_build == AfterBuild::Stop {
        return Ok(());
    }
    let cells = cells(options, &servers);
    let answers = works::answers()?;
    bench::pin_to(options.load_core)?;

    let mut samples = Samples::default();
    for round in 0..options.rounds {
        let mut order: Vec<&Cell> = cells.iter().collect();
        if round % 2 == 1 {
            order.reverse();
        }
        for (at, cell) in order.into_iter().enumerate() {
            eprint!(
                "\rround {} of {}, {} of {}: {:<50}",
                round + 1,
                options.rounds,
                at + 1,
                cells.len(),
                cell.to_string()
            );
            let server = Running::start(cell.server, options)?;
            let sample = server
                .check(cell.work, &answers)
                .and_then(|cookies| load::measure(&server, cell, &cookies, options))
                .map_err(|error| format!("\n{cell}: {error}"))?;
            samples.add(round, cell.clone(), sample);
        }
    }
    eprintln!();
    report::head(options);
    goals::print(&samples);
    report::tables(options, &samples, &programs::sizes(&servers)?);
    Ok(())
}

/// All that is measured in one round; who is compared stands next to each other.
fn cells(options: &Options, servers: &[&'static Server]) -> Vec<Cell> {
    let mut cells = Vec::new();
    for work in options.works() {
        for &connections in &options.connections {
            for server in servers.iter().filter(|server| server.works.contains(&work.name)) {
                cells.push(Cell { server, work, connections });
            }
        }
    }
    cells
}
