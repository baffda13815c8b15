//! Values that try to be SQL, and values that are large or odd.

use crate::{add, all, in_file};

const NASTY: [&str; 9] = [
    "'",
    "''; drop table name; --",
    "\"",
    "\\",
    "a\0b",
    "%_",
    "?1",
    "\u{202e}💣",
    "); insert into name values ('x'",
];

#[tokio::test]
async fn values_are_never_sql() {
    let (db, _folder) = in_file().await;
    for name in NASTY {
        add(&db, name).await.unwrap();
        let back: String =
            db.query_scalar("select name from name where name = ?", (name,)).one().await.unwrap();
        assert_eq!(back, name);
        assert_eq!(db.execute("delete from name where name = ?", (name,)).await.unwrap(), 1);
    }
    assert_eq!(all(&db).await, "");
}

#[tokio::test]
async fn values_never_stand_in_errors() {
    let (db, _folder) = in_file().await;
    for name in NASTY {
        let secret = format!("hunter2{name}");
        add(&db, &secret).await.unwrap();
        let taken = add(&db, &secret).await.unwrap_err();
        let wrong = db
            .query_scalar::<i64>("select name from name where name = ?", (&secret,))
            .one()
            .await
            .unwrap_err();
        let range = db
            .query_scalar::<carafe_db::Value>("select abs(?)", (i64::MIN,))
            .one()
            .await
            .unwrap_err();
        for error in [taken, wrong, range] {
            let all = format!("{error:?} {error}");
            assert!(!all.contains("hunter2") && !all.contains("9223372036854775808"), "{all}");
        }
    }
}

#[tokio::test]
async fn one_statement_is_one_statement() {
    let (db, _folder) = in_file().await;
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

#[tokio::test]
async fn large_values_come_back() {
    let (db, _folder) = in_file().await;
    let blob = vec![7_u8; 20_000_000];
    let back: Vec<u8> = db.query_scalar("select ?", (&blob,)).one().await.unwrap();
    assert!(back == blob);
    let text = "é\0".repeat(1_000_000);
    add(&db, &text).await.unwrap();
    assert!(all(&db).await == text);
    let many = format!("select {}", vec!["?"; 1000].join(" + "));
    assert_eq!(db.query_scalar::<i64>(many, vec![1; 1000]).one().await.unwrap(), 1000);
}

#[tokio::test]
async fn nan_is_refused() {
    let (db, _folder) = in_file().await;
    let error = db.query_scalar::<f64>("select ?", (f64::NAN,)).one().await.unwrap_err();
    assert_eq!(error.kind(), carafe_core::Kind::Invalid);
}
