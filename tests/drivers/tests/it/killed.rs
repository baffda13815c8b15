//! A program that is killed in the middle of its writes.

use std::collections::HashSet;
use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};
use std::time::Duration;

use carafe::prelude::*;
use carafe_db::Db;
use driver_tests::{At, checks};

checks![
    what_was_committed_survives_and_nothing_else needs Connections,
];

/// Where the killed program finds its database.
const URL: &str = "CARAFE_TEST_KILLED_URL";

#[derive(Model)]
#[model(table = "entry")]
struct Entry {
    id: i64,
    pair: i64,
}

/// The program that is killed: this test binary, which writes pairs of rows and says which of them
/// are committed. Without the address of a database it does nothing.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn writer() {
    #[expect(clippy::disallowed_methods, reason = "it is told by the test that starts it")]
    let Ok(url) = std::env::var(URL) else { return };
    let db = Db::open(url).await.unwrap();
    for pair in Entry::all().count(&db).await.unwrap() + 1.. {
        let written = db
            .atomic(async |tx| {
                Entry { pair, ..Entry::blank() }.create(tx).await?;
                tokio::task::yield_now().await;
                Entry { pair, ..Entry::blank() }.create(tx).await.map(drop)
            })
            .await;
        if written.is_ok() {
            println!("\ncommitted {pair}");
        }
    }
}

async fn what_was_committed_survives_and_nothing_else(at: At) {
    at.make("create table entry (id {id}, pair {integer} not null)").await;
    let mut committed = HashSet::new();
    for round in 0..8_u64 {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "killed::writer", "--nocapture", "--test-threads=1"])
            .env(URL, &at.url)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let out = BufReader::new(child.stdout.take().unwrap());
        let reading = std::thread::spawn(move || {
            let lines = out.lines().map_while(Result::ok);
            lines
                .filter_map(|line| line.strip_prefix("committed ")?.parse::<i64>().ok())
                .collect::<Vec<_>>()
        });
        tokio::time::sleep(Duration::from_millis(150 + round * 37)).await;
        child.kill().unwrap();
        child.wait().unwrap();
        committed.extend(reading.join().unwrap());
        let rows = Entry::all().values(Entry::PAIR).fetch(&at.db).await.unwrap();
        let there: HashSet<i64> = rows.iter().copied().collect();
        assert_eq!(rows.len(), there.len() * 2, "a pair is written whole or not at all");
        let lost: Vec<_> = committed.difference(&there).collect();
        assert!(lost.is_empty(), "committed and gone: {lost:?}");
    }
    assert!(!committed.is_empty(), "it wrote something before it was killed");
}
