//! The figures as tables of Markdown.

use bench::{locked, machine};

use crate::clients::{CLIENTS, Client};
use crate::database::Database;
use crate::options::Options;
use crate::samples::{Sample, Samples, cpu_us, per_second};
use crate::works::{Kind, WORKS, Work};

/// What was measured, on what.
pub(crate) fn head(options: &Options) {
    println!("Machine: {}.  \nVersions: {}.  ", machine(), versions());
    println!(
        "Rounds: {}, of {} ms for each client, work and number of tasks, every other one in \
         reversed order.",
        options.rounds, options.milliseconds
    );
}

/// A table a database and work.
pub(crate) fn tables(options: &Options, samples: &Samples) {
    for &database in &options.databases {
        println!("\n## {}", database.title());
        for work in WORKS {
            let kinds: Vec<Kind> = options
                .kinds()
                .into_iter()
                .filter(|kind| kind.database == database && kind.work == work)
                .collect();
            table(samples, database, work, &kinds);
        }
    }
}

/// The clients at one work, beside the bare driver and beside Carafe.
fn table(samples: &Samples, database: Database, work: &Work, kinds: &[Kind]) {
    // The figures that are told once are those of 16 tasks, where those were measured.
    let sixteen = kinds.iter().find(|kind| kind.tasks == 16);
    let Some(&main) = sixteen.or(kinds.first()) else { return };
    let bare = match database {
        Database::Postgres => "postgres",
        Database::Sqlite => "rusqlite",
    };
    let tasks = |kind: &Kind| match kind.tasks {
        1 => "1 task".to_owned(),
        tasks => format!("{tasks} tasks"),
    };
    let speeds: Vec<String> = kinds.iter().map(|kind| format!("ops/s, {}", tasks(kind))).collect();
    let cpus: Vec<String> =
        kinds.iter().map(|kind| format!("CPU µs/op, {}", tasks(kind))).collect();
    println!("\n### {}: {}\n", database.title(), work.title);
    println!(
        "| client | {} | {} | ops/s ÷ bare | CPU ÷ bare | Carafe's ops/s ÷ its | allocations/op | \
         bytes/op |",
        speeds.join(" | "),
        cpus.join(" | ")
    );
    println!("|{}", "---|".repeat(2 * kinds.len() + 6));
    for client in CLIENTS {
        let all = |kind: Kind, figure: fn(&Sample) -> f64| samples.all(client.id, kind, figure);
        let measured = |kind: &&Kind| all(**kind, per_second).is_some();
        let Some(&main) = Some(&main).filter(measured).or(kinds.iter().find(measured)) else {
            continue;
        };
        let speeds = kinds.iter().map(|kind| {
            all(*kind, per_second).map_or("-".to_owned(), |speed| {
                format!("{} ({})", operations(speed.most()), operations(speed.median()))
            })
        });
        let cpus = kinds.iter().map(|kind| {
            all(*kind, cpu_us)
                .map_or("-".to_owned(), |cpu| format!("{:.1} ({:.1})", cpu.least(), cpu.median()))
        });
        let cells: Vec<String> = speeds.chain(cpus).collect();
        let ratio = |one, other, figure: fn(&Sample) -> f64| {
            let ratio = samples.ratio((one, main), (other, main), figure);
            ratio.map_or("-".to_owned(), |ratio| format!("{ratio:.2}"))
        };
        println!(
            "| {} | {} | {} | {} | {} | {} | {} |",
            client.title,
            cells.join(" | "),
            ratio(client.id, bare, per_second),
            ratio(client.id, bare, cpu_us),
            ratio("carafe", client.id, per_second),
            allocated(client, all(main, |sample| sample.allocations).map(|all| all.median())),
            allocated(client, all(main, |sample| sample.bytes).map(|all| all.median())),
        );
    }
}

/// Python does not tell.
fn allocated(client: &Client, count: Option<f64>) -> String {
    let count = count.filter(|_| client.id != "django");
    count.map_or("-".to_owned(), |count| format!("{count:.0}"))
}

fn operations(per_second: f64) -> String {
    match per_second {
        few if few < 100.0 => format!("{few:.1}"),
        some if some < 10_000.0 => format!("{some:.0}"),
        many => format!("{:.1}k", many / 1e3),
    }
}

/// The versions of the clients, as the lock files and the requirements have them.
fn versions() -> String {
    let ours = ["deadpool-postgres", "rusqlite", "tokio", "tokio-postgres"];
    let ours = locked(include_str!("../../Cargo.lock"), &ours);
    let peers = ["sqlx", "diesel", "diesel-async", "sea-orm"];
    let peers = locked(include_str!("../peers/Cargo.lock"), &peers);
    let toasty = locked(include_str!("../toasty/Cargo.lock"), &["toasty"]);
    let python = include_str!("../django/requirements.txt");
    let python = python.lines().map(|line| line.replace("==", " "));
    let all = ours.into_iter().chain(peers).chain(toasty).chain(python);
    all.collect::<Vec<_>>().join(", ")
}
