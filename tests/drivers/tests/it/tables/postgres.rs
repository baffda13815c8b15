//! Tables with what PostgreSQL alone has.

use carafe::Kind;
use carafe::models::{Array, HStore, PgRange, SearchVector};
use carafe::prelude::*;
use carafe_db::Violation;
use driver_tests::At;
use jiff::civil::{Date, date};

#[derive(Model, Debug)]
#[model(exclude(no_two_at_once, (room, "="), (nights, "&&"), condition = !cancelled, deferred = true))]
#[model(unique(code, nulls_equal = true), unique(room, rank, deferred = true, name = "rank_once"))]
#[model(unique(lower(name), condition = !cancelled, include = [room], name = "named_once"))]
#[model(index(guests, method = "gin"), index(name.class("text_pattern_ops"), -room))]
struct Booking {
    id: i64,
    room: i32,
    rank: i32,
    nights: PgRange<Date>,
    cancelled: bool,
    code: Option<i64>,
    #[model(citext)]
    name: String,
    guests: Array<String>,
    grid: Option<Array<Array<i32>>>,
    more: HStore,
    #[model(generated = setweight(to_tsvector("english", name), "A") + to_tsvector("english", "extra"), stored)]
    found_by: SearchVector,
}

fn booking(room: i32, from: i8, to: i8) -> Booking {
    Booking {
        room,
        rank: from.into(),
        nights: (date(2026, 7, from)..date(2026, 7, to)).into(),
        code: Some(from.into()),
        name: format!("{room} {from}"),
        guests: Array(vec!["Ada".to_owned()]),
        ..Booking::blank()
    }
}

pub(crate) async fn tables_of_its_own_kinds_and_constraints(at: At) {
    let db = at.db.with_models(models![Booking]);
    db.create_tables().await.unwrap();
    let first = booking(1, 1, 5).create(&db).await.unwrap();
    booking(2, 2, 5).create(&db).await.unwrap();
    booking(1, 5, 7).create(&db).await.unwrap();
    let refused = async |row: Booking| {
        let error = row.create(&db).await.unwrap_err();
        assert_eq!(error.kind(), Kind::Conflict, "{error:?}");
        error.cause::<Violation>().unwrap().constraint().unwrap().to_owned()
    };
    assert_eq!(refused(booking(1, 4, 6)).await, "no_two_at_once");
    booking(3, 20, 21).create(&db).await.unwrap();
    let none = |room| Booking { code: None, ..booking(room, 8, 9) };
    none(4).create(&db).await.unwrap();
    let nulls = refused(none(5)).await;
    assert!(nulls.starts_with("booking_code_") && nulls.ends_with("_uniq"), "{nulls}");
    assert_eq!(refused(Booking { name: "1 1".into(), ..booking(6, 10, 11) }).await, "named_once");
    // Two change places: what waits for the end of the transaction allows it.
    db.atomic(async |tx| {
        tx.execute("update booking set rank = 5 where id = ?", (first.id,)).await?;
        tx.execute("update booking set rank = 1 where rank = 5 and id <> ?", (first.id,)).await
    })
    .await
    .unwrap();
    let words = "select cast(found_by as text) from booking where id = ?";
    let words: String = db.query_scalar(words, (first.id,)).one().await.unwrap();
    assert_eq!(words, "'1':1A,2A 'extra':3");
}
