//! Migrations beside others who use the same tables: they wait for locks, give up, and come back.

use std::time::Duration;

use carafe::prelude::*;
use carafe_core::Result;
use carafe_db::MigrateSettings;
use carafe_db::migrate::{Event, Migrator, Target};
use driver_tests::{At, checks};
use tokio::sync::oneshot;

use super::{TITLE, go, history, id, state};

checks![
    a_lock_that_is_free_again_is_waited_for needs Server,
    a_lock_that_is_held_is_named needs Server,
    another_program_is_waited_for needs Server,
    a_statement_takes_as_long_as_it_takes needs Server,
];

fn states() -> [carafe_db::ddl::state::State; 2] {
    let post = |field: &str| state(&[("post", &format!("{TITLE}{field}"), "")]);
    [post(""), post(r#", { name = "a", kind = "integer", null = true }"#)]
}

/// A transaction that holds a lock on `post`, until it is told to end.
async fn holder(at: &At) -> (oneshot::Sender<()>, tokio::task::JoinHandle<()>) {
    let (ready, is_ready) = oneshot::channel();
    let (end, ended) = oneshot::channel::<()>();
    let db = Db::open(&at.url).await.unwrap();
    let held = tokio::spawn(async move {
        db.atomic(async |tx| {
            tx.query_scalar::<i64>("select count(*) from post", ()).one().await?;
            let _ = ready.send(());
            let _ = ended.await;
            Ok(())
        })
        .await
        .unwrap();
    });
    is_ready.await.unwrap();
    (end, held)
}

async fn a_lock_that_is_free_again_is_waited_for(at: At) {
    let history = history(&states(), "7");
    go(&at.db, &history, Target::At(id(1))).await.unwrap();
    let (end, held) = holder(&at).await;
    let mut end = Some(end);
    // The shortest that MariaDB can wait is a second.
    let migrate = MigrateSettings::default()
        .lock_timeout(Duration::from_millis(900))
        .pause(Duration::from_millis(10));
    let db = at.with(|settings| settings.migrate(migrate));
    let mut told = Vec::new();
    let done = Migrator::new(&db, &history)
        .run(&Target::Newest, &mut |event| match event {
            Event::Postponed(_, _, error) => {
                told.push(error.message().to_owned());
                end.take().map(|end| end.send(()));
            }
            Event::Done(..) => told.push("done".to_owned()),
            _ => {}
        })
        .await;
    done.unwrap();
    held.await.unwrap();
    assert!(told.len() >= 2, "{told:?}");
    assert!(told[0].contains("a lock was not to be had within 900ms"), "{told:?}");
    assert!(told[0].contains("session "), "{told:?}");
    assert_eq!(told.last().unwrap(), "done");
}

async fn a_lock_that_is_held_is_named(at: At) {
    let history = history(&states(), "7");
    go(&at.db, &history, Target::At(id(1))).await.unwrap();
    let (end, held) = holder(&at).await;
    let migrate = MigrateSettings::default()
        .lock_timeout(Duration::from_millis(900))
        .pause(Duration::from_millis(10))
        .retries(1);
    let db = at.with(|settings| settings.migrate(migrate));
    let mut postponed = 0;
    let done: Result<()> = Migrator::new(&db, &history)
        .run(&Target::Newest, &mut |event| {
            postponed += usize::from(matches!(event, Event::Postponed(..)));
        })
        .await;
    let error = done.unwrap_err();
    assert_eq!((postponed, error.kind()), (1, carafe::Kind::Timeout));
    assert!(error.message().contains("it is held by "), "{error:?}");
    assert!(error.place().unwrap().contains("app:0002_step (Add field a to post)"), "{error:?}");
    // Who comes after it is let pass.
    at.db.query_scalar::<i64>("select count(*) from post", ()).one().await.unwrap();
    let _ = end.send(());
    held.await.unwrap();
    assert_eq!(go(&at.db, &history, Target::Newest).await.unwrap(), 1);
}

async fn another_program_is_waited_for(at: At) {
    let history = history(&states(), "7");
    go(&at.db, &history, Target::At(id(1))).await.unwrap();
    let (end, held) = holder(&at).await;
    // The first one waits for the table, and the second one for the first, with a statement's longest time being
    // much shorter.
    let first = {
        let (history, url) = (history.clone(), at.url.clone());
        let (begins, has_begun) = oneshot::channel();
        let mut begins = Some(begins);
        let task = tokio::spawn(async move {
            let db = Db::open(&url).await.unwrap();
            let mut done = 0;
            Migrator::new(&db, &history)
                .run(&Target::Newest, &mut |event| match event {
                    Event::Begins(..) => drop(begins.take().map(|begins| begins.send(()))),
                    Event::Done(..) => done += 1,
                    _ => {}
                })
                .await
                .unwrap();
            done
        });
        has_begun.await.unwrap();
        task
    };
    let db = at.with(|settings| settings.statement(Duration::from_millis(300)));
    let mut end = Some(end);
    let mut told = Vec::new();
    let mut tell = |event: Event<'_>| match event {
        Event::Waits => {
            told.push("waits");
            let end = end.take();
            tokio::spawn(async move {
                tokio::time::sleep(Duration::from_millis(800)).await;
                end.map(|end| end.send(()))
            });
        }
        Event::Done(..) => told.push("done"),
        _ => {}
    };
    let second = Migrator::new(&db, &history).run(&Target::Newest, &mut tell).await;
    second.unwrap();
    held.await.unwrap();
    assert_eq!((first.await.unwrap(), told), (1, vec!["waits"]));
}

async fn a_statement_takes_as_long_as_it_takes(at: At) {
    let post = |field: &str| state(&[("post", &format!("{TITLE}{field}"), "")]);
    let states = [post(""), post(r#", { name = "low", kind = "text", max_length = 50 }"#)];
    let history = history(&states, "lower(title)");
    go(&at.db, &history, Target::At(id(1))).await.unwrap();
    at.db.execute("insert into post (title) values ('A'), ('B'), ('C')", ()).await.unwrap();
    // Every row that is written takes its time.
    let slow: &[&str] = if at.dialect.name == "PostgreSQL" {
        &[
            "create function slowly() returns trigger language plpgsql as 'begin perform pg_sleep(0.3); return new; end'",
            "create trigger slow before update on post for each row execute function slowly()",
        ]
    } else {
        &[
            "create trigger slow before update on post for each row set new.title = if(sleep(0.3) = 0, new.title, '')",
        ]
    };
    for sql in slow {
        at.db.execute(*sql, ()).await.unwrap();
    }
    let db = at.with(|settings| settings.statement(Duration::from_millis(400)));
    assert_eq!(go(&db, &history, Target::Newest).await.unwrap(), 1);
}
