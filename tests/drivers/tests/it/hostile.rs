//! Values that try to be SQL, and values that are large or odd.

use carafe_core::Kind;
use carafe_db::Value;
use driver_tests::{Ability, At, add, all, checks};

checks![
    values_are_never_sql,
    nul_in_text_comes_back_or_is_refused,
    values_never_stand_in_errors,
    one_statement_is_one_statement,
    large_values_come_back,
];

const NASTY: [&str; 8] = [
    "'",
    "''; drop table name; --",
    "\"",
    "\\",
    "%_",
    "?1",
    "\u{202e}💣",
    "); insert into name values ('x'",
];

async fn values_are_never_sql(at: At) {
    let db = at.names().await;
    for name in NASTY {
        add(&db, name).await.unwrap();
        let back: String =
            db.query_scalar("select name from name where name = ?", (name,)).one().await.unwrap();
        assert_eq!(back, name);
        assert_eq!(db.execute("delete from name where name = ?", (name,)).await.unwrap(), 1);
    }
    assert_eq!(all(&db).await, "");
}

async fn nul_in_text_comes_back_or_is_refused(at: At) {
    let db = at.names().await;
    let done = add(&db, "hunter2\0b").await;
    if at.can(Ability::NulInText) {
        done.unwrap();
        assert_eq!(all(&db).await, "hunter2\0b");
    } else {
        let refused = done.unwrap_err();
        assert_eq!(refused.kind(), Kind::Invalid, "{refused:?}");
        assert!(refused.message().contains("NUL"), "{refused:?}");
        assert!(!format!("{refused:?}").contains("hunter2"), "{refused:?}");
        add(&db, "a").await.unwrap();
    }
}

async fn values_never_stand_in_errors(at: At) {
    let db = at.names().await;
    for name in NASTY {
        let secret = format!("hunter2{name}");
        add(&db, &secret).await.unwrap();
        let taken = add(&db, &secret).await.unwrap_err();
        let select = "select name from name where name = ?";
        let wrong = db.query_scalar::<i64>(select, (&secret,)).one().await.unwrap_err();
        let abs = at.sql("select abs(cast(? {as integer}))");
        let range = db.query_scalar::<Value>(abs, (i64::MIN,)).one().await.unwrap_err();
        for error in [taken, wrong, range] {
            let all = format!("{error:?} {error}");
            assert!(!all.contains("hunter2") && !all.contains("9223372036854775808"), "{all}");
        }
    }
}

async fn one_statement_is_one_statement(at: At) {
    let db = at.names().await;
    assert!(db.execute("insert into name values ('a'); delete from name", ()).await.is_err());
    assert!(db.query_scalar::<i64>("select 1; delete from name", ()).one().await.is_err());
    assert_eq!(all(&db).await, "");
    for empty in ["", " ", "-- nothing"] {
        // An empty statement does nothing, or is an error; it does not end the connection.
        let _ = db.execute(empty, ()).await;
        let _ = db.query_scalar::<i64>(empty, ()).all().await;
    }
    add(&db, "a").await.unwrap();
}

async fn large_values_come_back(at: At) {
    at.make("create table large (id {id}, data {bytes}, words {text})").await;
    let db = at.db.clone();
    let (blob, text) = (vec![7_u8; 20_000_000], "é💣 ".repeat(1_000_000));
    db.execute("insert into large values (1, ?, ?)", (&blob, &text)).await.unwrap();
    let select = "select data, words from large where id = 1";
    let (data, words): (Vec<u8>, String) = db.query_as(select, ()).one().await.unwrap();
    assert!(data == blob && words == text);
    let many = at.sql(&format!("select {}", vec!["cast(? {as integer})"; 900].join(" + ")));
    assert_eq!(db.query_scalar::<i64>(many, vec![1; 900]).one().await.unwrap(), 900);
}
