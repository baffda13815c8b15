//! What Carafe has set itself, and whether it is met. Ratios are the medians of the rounds.
//!
//! Where one core of load is less than one core of server, requests a second say nothing, so that
//! servers are compared by their CPU time for a request; pipelined the load is far from its limit.

use bench::Bound;

use crate::report::{cpu_us, mib, per_second};
use crate::samples::{Sample, Samples};
use crate::servers::SERVERS;
use crate::works::{WORKS, Work};

const SMALL: &[&str] = &["plaintext", "json", "path"];

struct Goal {
    title: &'static str,
    works: &'static [&'static str],
    /// Whose figure is divided by whose.
    one: &'static str,
    others: &'static [&'static str],
    figure: fn(&Sample) -> f64,
    bound: Bound,
}

const GOALS: &[Goal] = &[
    Goal {
        title: "slots off: CPU at most 1.15 × bare hyper",
        works: SMALL,
        one: "carafe-off",
        others: &["hyper"],
        figure: cpu_us,
        bound: Bound::AtMost(1.15),
    },
    Goal {
        title: "slots off: CPU below each peer",
        works: SMALL,
        one: "carafe-off",
        others: &["axum", "actix", "rocket"],
        figure: cpu_us,
        bound: Bound::Below(1.0),
    },
    Goal {
        title: "default slots: CPU at most 1.4 × bare hyper",
        works: SMALL,
        one: "carafe",
        others: &["hyper"],
        figure: cpu_us,
        bound: Bound::AtMost(1.4),
    },
    Goal {
        title: "default slots: CPU below each peer with the like",
        works: SMALL,
        one: "carafe",
        others: &["axum-slots", "actix-slots", "rocket"],
        figure: cpu_us,
        bound: Bound::Below(1.0),
    },
    Goal {
        title: "pipelined, slots off: at least 0.75 × bare hyper's req/s",
        works: &["pipelined"],
        one: "carafe-off",
        others: &["hyper"],
        figure: per_second,
        bound: Bound::AtLeast(0.75),
    },
    Goal {
        title: "pipelined, slots off: at least 4 × axum::serve's req/s",
        works: &["pipelined"],
        one: "carafe-off",
        others: &["axum"],
        figure: per_second,
        bound: Bound::AtLeast(4.0),
    },
    Goal {
        title: "pipelined, default slots: at least 0.75 × bare hyper's req/s",
        works: &["pipelined"],
        one: "carafe",
        others: &["hyper"],
        figure: per_second,
        bound: Bound::AtLeast(0.75),
    },
    Goal {
        title: "pipelined, default slots: at least 4 × axum::serve's req/s",
        works: &["pipelined"],
        one: "carafe",
        others: &["axum"],
        figure: per_second,
        bound: Bound::AtLeast(4.0),
    },
    Goal {
        title: "1,000 routes cost what 10 do (10 % is a tie)",
        works: &["path"],
        one: "carafe-routes",
        others: &["carafe-off"],
        figure: cpu_us,
        bound: Bound::AtMost(1.1),
    },
    Goal {
        title: "default slots: Flask needs at least 25 × the CPU",
        works: &["plaintext", "json", "path", "page"],
        one: "carafe",
        others: &["flask-sync", "flask-gthread"],
        figure: cpu_us,
        bound: Bound::AtMost(1.0 / 25.0),
    },
];

/// What examples/hello may need: milliseconds to the first answer, MiB before and after the load.
const START_MS: f64 = 10.0;
const IDLE_MIB: f64 = 3.0;
const LOADED_MIB: f64 = 8.0;

pub(crate) fn print(samples: &Samples) {
    let connections: Vec<String> = samples.connections().iter().map(u32::to_string).collect();
    println!("\n### Goals\n");
    println!("| goal | work | beside | ratio with {} | |", connections.join(", "));
    println!("|---|---|---|---|---|");
    for goal in GOALS {
        for work in WORKS.iter().filter(|work| goal.works.contains(&work.name)) {
            for other in goal.others {
                line(goal, samples, work, other);
            }
        }
    }
    hello(samples);
}

/// All numbers of connections; the worst one decides.
fn line(goal: &Goal, samples: &Samples, work: &'static Work, other: &str) {
    let connections = samples.connections().into_iter();
    let ratios: Vec<f64> = connections
        .filter_map(|count| samples.ratio(goal.one, other, (work, count), goal.figure))
        .collect();
    let Some(worst) = goal.bound.worst(&ratios) else { return };
    let title = SERVERS.iter().find(|server| server.id == other).map_or("", |server| server.title);
    let shown: Vec<String> = ratios.iter().map(|ratio| goal.bound.shown(*ratio)).collect();
    println!(
        "| {} | {} | {title} | {} | {} |",
        goal.title,
        work.name,
        shown.join(", "),
        goal.bound.verdict(worst)
    );
}

fn hello(samples: &Samples) {
    let Some(work) = WORKS.iter().find(|work| work.name == "plaintext") else { return };
    let Some(connections) = samples.connections().last().copied() else { return };
    let median = |figure: fn(&Sample) -> f64| {
        samples.all("hello", (work, connections), figure).map(|all| all.median())
    };
    let figures = [
        ("first answer, ms", START_MS, median(|sample| sample.start_ms)),
        ("memory idle, MiB", IDLE_MIB, median(|sample| mib(sample.idle))),
        ("memory after load, MiB", LOADED_MIB, median(|sample| mib(sample.loaded))),
    ];
    for (what, most, median) in figures {
        let Some(median) = median else { return };
        let verdict = Bound::AtMost(most).verdict(median);
        println!("| examples/hello: {what}, at most {most} | | | {median:.1} | {verdict} |");
    }
}
