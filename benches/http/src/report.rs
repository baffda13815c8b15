//! The figures as tables of Markdown.

use bench::{Figures, machine};

use crate::options::Options;
use crate::samples::{Kind, Sample, Samples};
use crate::servers::Server;

const MIB: f64 = 1024.0 * 1024.0;

/// What was measured, on what.
pub(crate) fn head(options: &Options) {
    println!("Machine: {}.  \nVersions: {}.  ", machine(), versions());
    println!(
        "Rounds: {}, of {} s for each server, work and number of connections, every other one in \
         reversed order.",
        options.rounds, options.seconds
    );
}

/// A table a work and number of connections; one of the programs.
pub(crate) fn tables(options: &Options, samples: &Samples, sizes: &[(&'static Server, u64)]) {
    for work in options.works() {
        for &connections in &options.connections {
            work_table(options, samples, (work, connections));
        }
    }
    program_table(options, samples, sizes);
}

/// The servers at one work, beside hyper and beside Carafe.
fn work_table(options: &Options, samples: &Samples, kind: Kind) {
    let (work, connections) = kind;
    let measured: Vec<&Server> =
        options.servers().filter(|server| has(samples, server, kind)).collect();
    if measured.is_empty() {
        return;
    }
    println!("\n### {}, {connections} connections\n", work.title);
    println!(
        "| server | req/s, best (median) | p99 ms, best (median) | CPU µs/req, best (median) | peak MiB \
         | CPU ÷ hyper | CPU ÷ Carafe | CPU ÷ Carafe, slots off | req/s ÷ hyper | req/s ÷ Carafe |"
    );
    println!("|---|---|---|---|---|---|---|---|---|---|");
    for server in measured {
        let all = |figure: fn(&Sample) -> f64| samples.all(server.id, kind, figure);
        let (Some(speed), Some(p99), Some(cpu), Some(peak)) =
            (all(per_second), all(p99_ms), all(cpu_us), all(|sample| mib(sample.peak)))
        else {
            continue;
        };
        let ratio = |other: &str, figure: fn(&Sample) -> f64| {
            let ratio = samples.ratio(server.id, other, kind, figure);
            ratio.map_or("-".to_owned(), |ratio| format!("{ratio:.2}"))
        };
        println!(
            "| {} | {} ({}) | {} | {:.2} ({:.2}) | {:.1} | {} | {} | {} | {} | {} |",
            server.title,
            thousands(speed.most()),
            thousands(speed.median()),
            latency(&p99),
            cpu.least(),
            cpu.median(),
            peak.most(),
            ratio("hyper", cpu_us),
            ratio("carafe", cpu_us),
            ratio("carafe-off", cpu_us),
            ratio("hyper", per_second),
            ratio("carafe", per_second),
        );
    }
}

/// What a server costs before it has anything to do, from the rounds of plaintext.
fn program_table(options: &Options, samples: &Samples, sizes: &[(&'static Server, u64)]) {
    let Some(work) = options.works().find(|work| work.name == "plaintext") else { return };
    let Some(connections) = samples.connections().last().copied() else { return };
    let kind = (work, connections);
    println!("\n### Start, memory, size\n");
    println!(
        "| server | start to first answer ms, best (median) | memory idle MiB | after {connections} \
         connections MiB | program MB |"
    );
    println!("|---|---|---|---|---|");
    for server in options.servers() {
        let all = |figure: fn(&Sample) -> f64| samples.all(server.id, kind, figure);
        let (Some(start), Some(idle), Some(loaded)) = (
            all(|sample| sample.start_ms),
            all(|sample| mib(sample.idle)),
            all(|sample| mib(sample.loaded)),
        ) else {
            continue;
        };
        let size = sizes.iter().find(|(other, _)| other.id == server.id);
        let size = size.map_or("-".to_owned(), |(_, bytes)| format!("{:.2}", megabytes(*bytes)));
        println!(
            "| {} | {:.1} ({:.1}) | {:.1} | {:.1} | {size} |",
            server.title,
            start.least(),
            start.median(),
            idle.median(),
            loaded.median(),
        );
    }
}

pub(crate) fn per_second(sample: &Sample) -> f64 {
    sample.per_second
}

pub(crate) fn cpu_us(sample: &Sample) -> f64 {
    sample.cpu_us
}

fn p99_ms(sample: &Sample) -> f64 {
    sample.p99_ms
}

fn has(samples: &Samples, server: &Server, kind: Kind) -> bool {
    samples.all(server.id, kind, per_second).is_some()
}

/// Of pipelined requests wrk does not always tell one.
fn latency(p99: &Figures) -> String {
    if p99.least() > 0.0 {
        format!("{:.2} ({:.2})", p99.least(), p99.median())
    } else {
        "-".to_owned()
    }
}

fn thousands(per_second: f64) -> String {
    if per_second < 10_000.0 {
        format!("{:.2}k", per_second / 1e3)
    } else {
        format!("{:.1}k", per_second / 1e3)
    }
}

#[expect(clippy::cast_precision_loss, reason = "it is rounded to a tenth of a MiB")]
pub(crate) fn mib(bytes: u64) -> f64 {
    bytes as f64 / MIB
}

#[expect(clippy::cast_precision_loss, reason = "it is rounded to a hundredth of a MB")]
fn megabytes(bytes: u64) -> f64 {
    bytes as f64 / 1e6
}

/// The versions of the servers, as the lock file and the requirements have them.
fn versions() -> String {
    let names = ["hyper", "axum", "actix-web", "rocket", "tokio", "minijinja"];
    let locked = bench::locked(include_str!("../../Cargo.lock"), &names);
    let python = include_str!("../servers/flask/requirements.txt");
    let python = python.lines().map(|line| line.replace("==", " "));
    locked.into_iter().chain(python).collect::<Vec<_>>().join(", ")
}
