//! What Carafe has set itself, and whether it is met. Ratios are the medians of the rounds.

use bench::Bound;

use crate::clients::title;
use crate::database::Database;
use crate::samples::{Sample, Samples, cpu_us, per_second};
use crate::works::{Kind, WORKS};

struct Goal {
    title: &'static str,
    database: Database,
    work: &'static str,
    /// What the others do; the same, but for one.
    theirs: &'static str,
    others: &'static [&'static str],
    tasks: &'static [u32],
    figure: fn(&Sample) -> f64,
    bound: Bound,
}

const MANY: &[u32] = &[16, 64];
const ALL: &[u32] = &[1, 16, 64];

const GOALS: &[Goal] = &[
    Goal {
        title: "row by key: CPU at most 1.2 × tokio-postgres on a shared connection",
        database: Database::Postgres,
        work: "row",
        theirs: "row",
        others: &["postgres"],
        tasks: MANY,
        figure: cpu_us,
        bound: Bound::AtMost(1.2),
    },
    Goal {
        title: "row by key: at least 1.5 × its operations/s",
        database: Database::Postgres,
        work: "row",
        theirs: "row",
        others: &["diesel"],
        tasks: MANY,
        figure: per_second,
        bound: Bound::AtLeast(1.5),
    },
    Goal {
        title: "row by key: at least 3 × its operations/s",
        database: Database::Postgres,
        work: "row",
        theirs: "row",
        others: &["sqlx", "seaorm"],
        tasks: MANY,
        figure: per_second,
        bound: Bound::AtLeast(3.0),
    },
    Goal {
        title: "20 queries: at least 0.9 × tokio-postgres pipelined",
        database: Database::Postgres,
        work: "queries",
        theirs: "queries",
        others: &["postgres"],
        tasks: ALL,
        figure: per_second,
        bound: Bound::AtLeast(0.9),
    },
    Goal {
        title: "20 queries: at least 2 × every other ORM",
        database: Database::Postgres,
        work: "queries",
        theirs: "queries",
        others: &["sqlx", "diesel", "seaorm", "toasty", "django"],
        tasks: ALL,
        figure: per_second,
        bound: Bound::AtLeast(2.0),
    },
    Goal {
        title: "updates: at least 0.9 × tokio-postgres pipelined",
        database: Database::Postgres,
        work: "updates",
        theirs: "updates",
        others: &["postgres", "pool"],
        tasks: ALL,
        figure: per_second,
        bound: Bound::AtLeast(0.9),
    },
    Goal {
        title: "updates in bulk: at least 2 × tokio-postgres one by one, pipelined",
        database: Database::Postgres,
        work: "bulk-updates",
        theirs: "updates",
        others: &["postgres", "pool"],
        tasks: ALL,
        figure: per_second,
        bound: Bound::AtLeast(2.0),
    },
    Goal {
        title: "row by key: CPU at most 1.5 × rusqlite on the thread",
        database: Database::Sqlite,
        work: "row",
        theirs: "row",
        others: &["rusqlite"],
        tasks: ALL,
        figure: cpu_us,
        bound: Bound::AtMost(1.5),
    },
    Goal {
        title: "row by key: at least 5 × its operations/s",
        database: Database::Sqlite,
        work: "row",
        theirs: "row",
        others: &["sqlx"],
        tasks: ALL,
        figure: per_second,
        bound: Bound::AtLeast(5.0),
    },
];

const ALLOCATIONS: f64 = 20.0;

pub(crate) fn print(samples: &Samples) {
    println!("\n### Goals\n");
    println!("| goal | on | beside | ratio by tasks | |");
    println!("|---|---|---|---|---|");
    for goal in GOALS {
        for other in goal.others {
            line(goal, samples, other);
        }
    }
    for database in [Database::Postgres, Database::Sqlite] {
        allocations(samples, database);
    }
}

/// All numbers of tasks; the worst one decides.
fn line(goal: &Goal, samples: &Samples, other: &'static str) {
    let kind = |work, tasks| kind(goal.database, work, tasks);
    let ratios: Vec<(u32, f64)> = goal
        .tasks
        .iter()
        .filter_map(|&tasks| {
            let (ours, theirs) = (kind(goal.work, tasks)?, kind(goal.theirs, tasks)?);
            Some((tasks, samples.ratio(("carafe", ours), (other, theirs), goal.figure)?))
        })
        .collect();
    let all: Vec<f64> = ratios.iter().map(|(_, ratio)| *ratio).collect();
    let Some(worst) = goal.bound.worst(&all) else { return };
    let shown: Vec<String> = ratios
        .iter()
        .map(|(tasks, ratio)| format!("{tasks}: {}", goal.bound.shown(*ratio)))
        .collect();
    println!(
        "| {} | {} | {} | {} | {} |",
        goal.title,
        goal.database.title(),
        title(other),
        shown.join(", "),
        goal.bound.verdict(worst)
    );
}

fn allocations(samples: &Samples, database: Database) {
    let of = |tasks| samples.all("carafe", kind(database, "row", tasks)?, |one| one.allocations);
    let medians: Vec<(u32, f64)> =
        ALL.iter().filter_map(|&tasks| Some((tasks, of(tasks)?.median()))).collect();
    let Some(most) = medians.iter().map(|(_, most)| *most).max_by(f64::total_cmp) else { return };
    let shown: Vec<String> =
        medians.iter().map(|(tasks, count)| format!("{tasks}: {count:.1}")).collect();
    println!(
        "| row by key: at most {ALLOCATIONS} allocations | {} | | {} | {} |",
        database.title(),
        shown.join(", "),
        Bound::AtMost(ALLOCATIONS).verdict(most)
    );
}

fn kind(database: Database, work: &str, tasks: u32) -> Option<Kind> {
    let work = WORKS.iter().find(|one| one.name == work)?;
    Some(Kind { database, work, tasks })
}
