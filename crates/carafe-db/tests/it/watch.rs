//! Statements of requests, counted and told in the log.

use std::io;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use carafe::db::{DatabaseSettings, assert_queries};
use carafe::prelude::*;
use carafe::settings::{Environment, SettingsLoader};
use carafe::testing::TestClient;
use tracing::Level;
use tracing::subscriber::DefaultGuard;

use crate::add;

const SCHEMA: &str = "create table name (name text unique not null);";

#[get("/{count}")]
async fn one_by_one(db: Db, count: i64) -> Result<String> {
    for id in 0..count {
        db.query_scalar::<i64>("select count(*) from name where name = ?", (id.to_string(),))
            .one()
            .await?;
    }
    Ok(String::new())
}

#[get("/same/{count}")]
async fn the_same(db: Db, count: i64) -> Result<String> {
    for _ in 0..count {
        db.query_scalar::<i64>("select count(*) from name where name = ?", ("a",)).one().await?;
    }
    Ok(String::new())
}

/// What is written to the log of this thread.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Log {
    fn listen(level: Level) -> (Self, DefaultGuard) {
        let log = Self::default();
        let writer = log.clone();
        let subscriber = tracing_subscriber::fmt().with_ansi(false).with_max_level(level);
        let subscriber = subscriber.with_writer(move || writer.clone()).finish();
        (log, tracing::subscriber::set_default(subscriber))
    }

    fn text(&self) -> String {
        String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
    }
}

fn app(settings: DatabaseSettings) -> App {
    App::new("names")
        .plugin(Database::with(settings).schema(SCHEMA))
        .routes(routes![one_by_one, the_same])
}

fn memory() -> DatabaseSettings {
    DatabaseSettings::new("sqlite::memory:")
}

#[tokio::test]
async fn the_statements_of_a_request_are_counted_without_those_of_the_schema() {
    let client = TestClient::new(app(memory())).await.unwrap();
    assert_queries(3, async || client.get("/3").await.assert_status(200).status()).await;
    assert_queries(0, async || client.get("/0").await.assert_status(200).status()).await;
}

#[tokio::test]
async fn a_statement_that_one_request_repeats_is_told_once() {
    let (log, _listening) = Log::listen(Level::WARN);
    let client = TestClient::new(app(memory().repeats(4))).await.unwrap();
    client.get("/3").await.assert_status(200);
    client.get("/3").await.assert_status(200);
    client.get("/same/20").await.assert_status(200);
    assert_eq!(log.text(), "");
    client.get("/9").await.assert_status(200);
    let text = log.text();
    assert_eq!(text.matches("one request ran this statement 4 times").count(), 1, "{text}");
    assert!(text.contains("where name = ? (crates/carafe-db/tests/it/watch.rs:"), "{text}");
}

#[tokio::test]
async fn development_tells_of_repeated_statements_by_itself() {
    for (environment, told) in [(Environment::DEVELOPMENT, 1), (Environment::TEST, 0)] {
        let (log, _listening) = Log::listen(Level::WARN);
        let site = app(memory()).build_with(SettingsLoader::new(environment)).unwrap();
        let request = axum::extract::Request::builder().uri("/12").header("host", "localhost");
        let answer = site.handle(request.body(axum::body::Body::empty()).unwrap()).await;
        assert_eq!(answer.status(), 200);
        let text = log.text();
        assert_eq!(text.matches("one request ran this statement 10 times").count(), told, "{text}");
    }
}

#[tokio::test]
async fn slow_statements_and_at_debug_all_are_told_without_their_values() {
    let (log, listening) = Log::listen(Level::WARN);
    let db = Db::from_settings(&memory().slow(Duration::from_nanos(1))).unwrap();
    db.execute(SCHEMA, ()).await.unwrap();
    add(&db, "hidden").await.unwrap();
    let text = log.text();
    assert_eq!(text.matches("a slow statement").count(), 2, "{text}");
    assert!(text.contains("insert into name values (?)") && !text.contains("hidden"), "{text}");
    let quick = Db::from_settings(&memory().slow(Duration::from_hours(1))).unwrap();
    quick.execute(SCHEMA, ()).await.unwrap();
    assert_eq!(log.text(), text);
    drop(listening);
    let (log, _listening) = Log::listen(Level::DEBUG);
    let db = Db::from_settings(&memory()).unwrap();
    db.execute(SCHEMA, ()).await.unwrap();
    add(&db, "hidden").await.unwrap();
    let text = log.text();
    assert!(text.contains("DEBUG") && text.contains("insert into name values (?)"), "{text}");
    assert!(text.contains("1 changed") && !text.contains("hidden"), "{text}");
}
