//! Two versions of an app on one PostgreSQL, under load, while the safe steps from the one to the other are applied:
//! no request fails, and what waits longest is told.
//!
//! A longer run with more rows: `CARAFE_TEST_LIVE_ROWS=1000000 CARAFE_TEST_CHECK=live cargo nextest run -p
//! driver-tests --all-features --no-capture -E 'test(postgres)'`.

mod versions;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::time::{Duration, Instant};

use carafe::prelude::*;
use carafe::testing::TestClient;
use carafe_db::ddl::state::{State, snapshot};
use carafe_db::migrate::{History, Migration, Migrator, Target, diff, grouped, lint, safe};
use carafe_db::{MigrateSettings, Models};
use driver_tests::{At, checks, skip, variable};
use tokio::task::JoinHandle;

use super::Says;
use super::shape::shape;
use versions::Version;

checks![
    a_required_field_is_added needs Server,
    a_required_field_with_a_value_is_added needs Server,
    a_field_is_renamed needs Server,
    a_field_is_removed needs Server,
    an_index_is_added needs Server,
    a_unique_constraint_is_added needs Server,
    a_foreign_key_is_added needs Server,
    null_is_allowed_no_more needs Server,
    a_type_is_changed needs Server,
];

/// So many rows are there where nobody says how many.
const ROWS: u32 = 20_000;

/// So long both versions run beside each other, and the new one alone.
const BESIDE: Duration = Duration::from_millis(300);

async fn a_required_field_is_added(at: At) {
    change(&at, versions::plain(), versions::with_slug()).await;
}

async fn a_required_field_with_a_value_is_added(at: At) {
    change(&at, versions::plain(), versions::with_views()).await;
}

async fn a_field_is_renamed(at: At) {
    change(&at, versions::plain(), versions::renamed()).await;
}

async fn a_field_is_removed(at: At) {
    change(&at, versions::with_views(), versions::plain()).await;
}

async fn an_index_is_added(at: At) {
    change(&at, versions::plain(), versions::indexed()).await;
}

async fn a_unique_constraint_is_added(at: At) {
    change(&at, versions::with_code(), versions::unique()).await;
}

async fn a_foreign_key_is_added(at: At) {
    change(&at, versions::plain(), versions::referring()).await;
}

async fn null_is_allowed_no_more(at: At) {
    change(&at, versions::with_note(), versions::noted()).await;
}

async fn a_type_is_changed(at: At) {
    change(&at, versions::with_count(), versions::counted()).await;
}

/// Leads the tables of one version to those of the other while both are asked.
async fn change(at: &At, old: Version, new: Version) {
    if at.dialect.name != "PostgreSQL" {
        return skip("the safe steps are PostgreSQL's");
    }
    let rows = variable("CARAFE_TEST_LIVE_ROWS").and_then(|rows| rows.parse().ok());
    let rows: u32 = rows.unwrap_or(ROWS);
    let (old, new) = (&old, &new);
    let url = at.server.fresh().await;
    let settings = || carafe::db::DatabaseSettings::new(&url).connections(20);
    let patience = MigrateSettings::default()
        .lock_timeout(Duration::from_millis(150))
        .pause(Duration::from_millis(5))
        .batch_pause(Duration::from_millis(1))
        .retries(200);
    let db = Db::from_settings(&settings().migrate(patience)).unwrap();
    let (from, to) = (state(&old.models), state(&new.models));
    let first = made(&State::default(), &from, &[]);
    run(&db, &first, false).await;
    db.execute(old.seed.replace("ROWS", &rows.to_string()), ()).await.unwrap();
    db.execute("vacuum analyze", ()).await.unwrap();

    let plain = made(&from, &to, &first);
    let from = from.kept();
    let steps = safe(&plain, &from, at.db.capability().ddl).unwrap();
    let mut before = from.clone();
    for own in &steps {
        assert!(lint(own, &before, at.db.capability().ddl).unwrap().is_empty(), "{}", own.name);
        own.replay(&mut before).unwrap();
    }
    let all: Vec<Migration> = first.into_iter().chain(steps).collect();

    // A long report now and then, behind which a lock has to wait.
    let report = Load::report(&db);
    let load = Load::start(&db, old).await;
    tokio::time::sleep(BESIDE).await;
    let quiet = load.longest();
    let start = Instant::now();
    run(&db, &all, true).await;
    let expand = start.elapsed();
    let next = Load::start(&db, new).await;
    tokio::time::sleep(BESIDE).await;
    let (asked, longest) = load.stop().await;
    let start = Instant::now();
    run(&db, &all, false).await;
    let contract = start.elapsed();
    tokio::time::sleep(BESIDE).await;
    let (asked_of_new, longest_of_new) = next.stop().await;
    report.stop().await;
    println!(
        "    {} requests, none failed; longest {:.0?} (without: {quiet:.0?}); before the deploy {expand:.1?}, after it {contract:.1?}",
        asked + asked_of_new,
        longest.max(longest_of_new),
    );
    let fresh = Db::open(&at.server.fresh().await).await.unwrap();
    run(&fresh, &made(&State::default(), &to, &[]), false).await;
    super::same(&shape(at, &db).await, &shape(at, &fresh).await, "in the end");
}

fn state(models: &Models) -> State {
    snapshot(models).unwrap()
}

/// The migrations that lead from the one to the other.
fn made(from: &State, to: &State, earlier: &[Migration]) -> Vec<Migration> {
    let history = History::new(earlier.to_vec()).unwrap();
    let operations = diff(&from.kept(), to, &mut Says("lower(title)")).unwrap();
    grouped(operations, from, to, &history)
}

async fn run(db: &Db, migrations: &[Migration], before_deploy: bool) {
    let history = History::new(migrations.to_vec()).unwrap();
    let migrator = Migrator::new(db, &history);
    let migrator = if before_deploy { migrator.before_deploy() } else { migrator };
    migrator.run(&Target::Newest, &mut |_| {}).await.unwrap();
}

/// Those who ask a version again and again.
struct Load {
    ends: Arc<AtomicBool>,
    longest: Arc<AtomicI64>,
    tasks: Vec<JoinHandle<u64>>,
}

impl Load {
    async fn start(db: &Db, version: &Version) -> Self {
        let (ends, longest) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicI64::new(0)));
        let app = App::new("live").plugin(Database::of(db.clone())).models(version.models.clone());
        let client = TestClient::new(app.routes((version.routes)())).await.unwrap();
        let mut tasks = Vec::new();
        for what in ["/read", "/insert", "/update", "/read"] {
            let (client, ends, longest) = (client.fresh(), ends.clone(), longest.clone());
            tasks.push(tokio::spawn(async move {
                let mut asked = 0;
                while !ends.load(Ordering::Relaxed) {
                    let start = Instant::now();
                    let response = client.get(what).query("n", asked).await;
                    assert_eq!(response.status(), 200, "{what}: {:?}", response.error());
                    let took = i64::try_from(start.elapsed().as_micros()).unwrap_or(i64::MAX);
                    longest.fetch_max(took, Ordering::Relaxed);
                    asked += 1;
                    // As many as can be asked would be a test of the machine.
                    tokio::time::sleep(Duration::from_millis(1)).await;
                }
                asked
            }));
        }
        Self { ends, longest, tasks }
    }

    /// A transaction that reads a table for a while, again and again.
    fn report(db: &Db) -> Self {
        let (ends, longest) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicI64::new(0)));
        let (db, ended) = (db.clone(), ends.clone());
        let task = tokio::spawn(async move {
            let mut asked = 0;
            while !ended.load(Ordering::Relaxed) {
                db.atomic(async |tx| {
                    tx.query_scalar::<i64>("select count(*) from post", ()).one().await?;
                    tokio::time::sleep(Duration::from_millis(40)).await;
                    Ok(())
                })
                .await
                .unwrap();
                asked += 1;
                tokio::time::sleep(Duration::from_millis(60)).await;
            }
            asked
        });
        Self { ends, longest, tasks: vec![task] }
    }

    fn longest(&self) -> Duration {
        Duration::from_micros(u64::try_from(self.longest.load(Ordering::Relaxed)).unwrap_or(0))
    }

    /// How many were asked, and what waited longest.
    async fn stop(self) -> (u64, Duration) {
        self.ends.store(true, Ordering::Relaxed);
        let longest = self.longest();
        let mut asked = 0;
        for task in self.tasks {
            asked += task.await.unwrap();
        }
        (asked, longest)
    }
}
