//! A server that lends its connections to others between two transactions.

use std::time::Duration;

use carafe::prelude::*;
use carafe_core::Kind;
use carafe_db::{DatabaseSettings, Value};
use driver_tests::{At, checks, pgbouncer, postgres, required, skip};
use jiff::Timestamp;

checks![everything_runs_behind_pgbouncer];

#[derive(Model, Debug)]
struct Shelf {
    id: i64,
    label: String,
    made: Timestamp,
    #[model(by = Volume::SHELF)]
    volumes: HasMany<Volume>,
}

#[derive(Model, Debug)]
struct Volume {
    id: i64,
    shelf: ForeignKey<Shelf>,
    number: i32,
}

async fn everything_runs_behind_pgbouncer(at: At) {
    let Some(server) = at.server.another() else {
        return skip("PgBouncer is tried before a server that the suite starts");
    };
    let bouncer = match pgbouncer::before(&server.place()) {
        Ok(bouncer) => bouncer,
        Err(why) => return required(&why),
    };
    let url = postgres::url(&bouncer.place(), "postgres");
    let settings = DatabaseSettings::new(&url);
    // What is set at the start of a connection would be lost.
    let refused = Db::open(&url).await.unwrap_err();
    assert_eq!(refused.kind(), Kind::Settings, "{refused:?}");
    assert!(refused.advice().unwrap().contains("prepare = false"), "{refused:?}");

    let settings = settings.unprepared().connections(8);
    let first = Db::from_settings(&settings).unwrap();
    first.execute("create type mood as enum ('good', 'bad')", ()).await.unwrap();
    first.execute("alter role carafe set timezone = 'Asia/Tokyo'", ()).await.unwrap();
    // A type that is younger than a connection is learned by the next one.
    let mood = || first.query_scalar::<String>("select cast('bad' as mood)", ()).one();
    let mut known = mood().await;
    for _ in 0..3 {
        if known.is_err() {
            known = mood().await;
        }
    }
    assert_eq!(known.unwrap(), "bad");

    let db = Db::from_settings(&settings).unwrap().with_models(models![Shelf, Volume]);
    assert_eq!(db.create_tables().await.unwrap(), ["shelf", "volume"]);
    // More tasks than connections of ours, and more of ours than of the server.
    let tasks: Vec<_> = (0..40).map(|number| tokio::spawn(whatever(db.clone(), number))).collect();
    for task in tasks {
        task.await.unwrap();
    }
    assert_eq!(Volume::all().count(&db).await.unwrap(), 40 * 3);

    let shelves = Shelf::all().prefetch_related(Shelf::VOLUMES).order_by(Shelf::ID);
    let mut stream = shelves.stream(&db).batches_of(7);
    let mut read = 0;
    while let Some(shelf) = stream.try_next().await.unwrap() {
        assert_eq!(shelf.volumes.get().unwrap().len(), 3);
        read += 1;
    }
    assert_eq!(read, 40);
    for round in 0..10 {
        let slow = db.query_scalar::<Value>("select pg_sleep(3600)", ()).one();
        let limit = Duration::from_millis(round * 5);
        let given_up = tokio::time::timeout(limit, slow).await;
        assert!(given_up.is_err(), "{given_up:?}");
    }
    // What was given up gives the connections of the server back too.
    let all = (0..8).map(|_| tokio::spawn(whatever(db.clone(), 100)));
    for task in all.collect::<Vec<_>>() {
        task.await.unwrap();
    }
}

/// Something of everything.
async fn whatever(db: Db, number: i32) {
    let made: Timestamp = "2026-01-31T12:30:00Z".parse().unwrap();
    let label = format!("it's {number} \\ ?");
    let shelf = Box::pin(db.atomic(async |tx| {
        let shelf = Shelf { label: label.clone(), made, ..Shelf::blank() }.create(tx).await?;
        for number in 1..=3 {
            let volume = Volume { shelf: shelf.key(), number, ..Volume::blank() };
            volume.create(tx).await?;
        }
        let undone: Result<()> = tx
            .atomic(async |tx| {
                Volume::all().delete(tx).await?;
                Err(Error::bad_request("no"))
            })
            .await;
        assert!(undone.is_err());
        Ok(shelf)
    }))
    .await
    .unwrap();
    let read = Shelf::all().filter(Shelf::LABEL.eq(&*label) & Shelf::ID.eq(shelf.id));
    let read = read.prefetch_related(Shelf::VOLUMES).get(&db).await.unwrap();
    assert_eq!((read.made, read.volumes.get().unwrap().len()), (made, 3));
    let (mood, text, when): (String, String, Timestamp) = db
        .query_as(
            "select cast(? as mood), cast(? as text), cast(? as timestamptz)",
            ("bad", &*label, made),
        )
        .one()
        .await
        .unwrap();
    assert_eq!((mood.as_str(), text, when), ("bad", label, made));
    let lost = Volume { shelf: ForeignKey::from_pk(-1), ..Volume::blank() };
    assert_eq!(lost.create(&db).await.unwrap_err().kind(), Kind::Conflict);
}
