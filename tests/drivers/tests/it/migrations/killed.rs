//! A `migrate` that is killed at any moment: running it again always ends where it should have ended, with all
//! rows.
//!
//! Some moments are tried each time; `CARAFE_TEST_KILLS=200 CARAFE_TEST_CHECK=migrations::killed` tries more,
//! on chains of changes that `CARAFE_TEST_SEED` gives.

use std::collections::BTreeSet;
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use carafe::prelude::*;
use carafe_db::migrate::{Event, Migrator, Target};
use driver_tests::{At, checks};

use super::chains::{Fills, states, there_and_back, way};
use super::contents::{self, fill, lost, moved, read};
use super::difference;
use super::shape::shape;
use super::way::{Told, Way, told};
use crate::queries::Dice;

checks![
    it_is_gone_on_with needs Connections,
    others_go_on needs Connections,
];

/// Where the killed program finds its database, and the chain that it goes.
const URL: &str = "CARAFE_TEST_MIGRATED_URL";
const CHAIN: &str = "CARAFE_TEST_MIGRATED_CHAIN";
/// Whether it goes forwards once, rather than there and back for ever.
const ONCE: &str = "CARAFE_TEST_MIGRATED_ONCE";

/// How many states a chain has: enough changes for every kind of them to be met.
const LENGTH: usize = 5;

/// How often it is killed where nobody says.
const KILLS: usize = 12;

/// So often one chain is tried before the next one.
const EACH: usize = 10;

#[expect(clippy::disallowed_methods, reason = "the suite is no app, which has settings")]
fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok()
}

/// The program that is killed: this test binary, which goes forwards and backwards along a chain. Without the
/// address of a database it does nothing.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn migrating() {
    let (Some(url), Some(seed)) = (variable(URL), variable(CHAIN)) else { return };
    let way = chain(seed.parse().unwrap()).unwrap();
    let db = Db::open(url).await.unwrap();
    println!("\nbegins");
    loop {
        way.go(&db, Some(LENGTH - 1)).await.unwrap();
        if variable(ONCE).is_some() {
            std::future::pending::<()>().await;
        }
        way.go(&db, Some(0)).await.unwrap();
    }
}

fn chain(seed: u64) -> Told<Way> {
    way(&states(seed, LENGTH, true))
}

/// Starts the program, and waits until it begins.
fn start(url: &str, seed: u64, more: Option<&str>) -> Child {
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "migrations::killed::migrating", "--nocapture", "--test-threads=1"])
        .env(URL, url)
        .env(CHAIN, seed.to_string())
        .envs(more.map(|name| (name, "1")))
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut out = BufReader::new(child.stdout.take().unwrap());
    let mut line = String::new();
    while line != "begins\n" {
        line.clear();
        assert_ne!(out.read_line(&mut line).unwrap(), 0, "it ended before it began");
    }
    child
}

async fn it_is_gone_on_with(at: At) {
    let kills = variable("CARAFE_TEST_KILLS").and_then(|own| own.parse().ok()).unwrap_or(KILLS);
    let mut dice = Dice::new();
    let (mut killed, mut wrong) = (0, Vec::new());
    let mut met = Met::default();
    while killed < kills {
        let seed = u64::try_from(dice.below(1 << 30)).unwrap() | 1;
        let now = EACH.min(kills - killed);
        if let Err(error) = try_it(&at, seed, now, &mut dice, &mut met).await {
            wrong.push(format!("chain {seed}: {error}"));
        }
        killed += now;
    }
    println!(
        "{}: killed {killed} times, {} of them between the ends of a chain, {} within a migration whose steps last one by one",
        at.dialect.name, met.between, met.within
    );
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Where it was when it was killed.
#[derive(Default)]
struct Met {
    /// Some migrations were applied, and some were not.
    between: usize,
    /// One was begun and not ended.
    within: usize,
}

/// Kills it so many times on one chain.
async fn try_it(at: &At, seed: u64, kills: usize, dice: &mut Dice, met: &mut Met) -> Told<()> {
    let way = chain(seed)?;
    let url = at.server.fresh().await;
    let db = Db::open(&url).await.map_err(told)?;
    let last = LENGTH - 1;
    way.go(&db, Some(0)).await?;
    let first = &way.states[0];
    fill(at, &db, first, &contents::tables(first), &BTreeSet::new()).await?;
    let stays = there_and_back(&way, &read(at, &db, first).await?, 0);
    let mut kept = stays.clone();
    for next in 1..way.states.len() {
        kept = moved(&kept, &way.operations[next], &way.states[next - 1]);
    }
    let start_of = Instant::now();
    let low = shape(at, &db).await;
    way.go(&db, Some(last)).await?;
    let high = shape(at, &db).await;
    way.go(&db, Some(0)).await?;
    let whole = start_of.elapsed();
    for kill in 1..=kills {
        let mut child = start(&url, seed, None);
        let part = u32::try_from(dice.below(1000)).unwrap();
        tokio::time::sleep(whole * part / 1000).await;
        child.kill().unwrap();
        child.wait().unwrap();
        let applied = Migrator::new(&db, &way.history).applied().await.map_err(told)?;
        met.within += usize::from(begun(&db).await? > 0);
        met.between += usize::from(![0, last].iter().any(|stop| applied == way.applied(*stop)));
        let up = dice.below(2) == 0;
        let stop = if up { last } else { 0 };
        let here = |error: String| format!("after kill {kill}, to {stop}: {error}");
        way.go(&db, Some(stop)).await.map_err(here)?;
        difference(&shape(at, &db).await, if up { &high } else { &low }).map_err(here)?;
        let rows = read(at, &db, &way.states[stop]).await.map_err(here)?;
        lost(if up { &kept } else { &stays }, &rows).map_err(here)?;
        let applied = Migrator::new(&db, &way.history).applied().await.map_err(told)?;
        if applied != way.applied(stop) || begun(&db).await? != 0 {
            return Err(here(format!("the record says {applied:?}")));
        }
    }
    Ok(())
}

/// The migrations that were begun and not ended.
async fn begun(db: &Db) -> Told<i64> {
    let sql = "select count(*) from carafe_migrations where begun is not null";
    db.query_scalar(sql, ()).one().await.map_err(told)
}

/// Ten servers start at the same time, and the one that was first is killed.
async fn others_go_on(at: At) {
    let mut dice = Dice::new();
    for _ in 0..3 {
        let seed = u64::try_from(dice.below(1 << 30)).unwrap() | 1;
        let way = std::sync::Arc::new(chain(seed).unwrap());
        let url = at.server.fresh().await;
        let mut child = start(&url, seed, Some(ONCE));
        let mut servers = Vec::new();
        for _ in 0..10 {
            let (way, url) = (way.clone(), url.clone());
            servers.push(tokio::spawn(async move {
                let db = Db::open(&url).await.unwrap();
                let mut done = Vec::new();
                let tell = &mut |event: Event<'_>| {
                    if let Event::Done(_, id, _) = event {
                        done.push(id.clone());
                    }
                };
                Migrator::new(&db, &way.history).run(&Target::Newest, tell).await.unwrap();
                done
            }));
        }
        let wait = u64::try_from(dice.below(60)).unwrap();
        tokio::time::sleep(Duration::from_millis(wait)).await;
        child.kill().unwrap();
        child.wait().unwrap();
        let mut done = Vec::new();
        for server in servers {
            done.extend(server.await.unwrap());
        }
        let once: BTreeSet<_> = done.iter().collect();
        assert_eq!(once.len(), done.len(), "each is done by one of them");
        let db = Db::open(&url).await.unwrap();
        let applied = Migrator::new(&db, &way.history).applied().await.unwrap();
        assert_eq!(applied, way.applied(LENGTH - 1));
        let fresh = Db::open(&at.server.fresh().await).await.unwrap();
        let last = std::slice::from_ref(&way.states[LENGTH - 1]);
        let at_once = Way::through(last, &mut Fills { states: last }, &|_| {}).unwrap();
        at_once.go(&fresh, Some(0)).await.unwrap();
        if let Err(why) = difference(&shape(&at, &db).await, &shape(&at, &fresh).await) {
            panic!("CARAFE_TEST_SEED chain {seed}: {why}");
        }
        assert_eq!(begun(&db).await.unwrap(), 0);
    }
}
