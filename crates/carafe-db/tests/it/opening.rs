//! Which database.

use carafe_core::Kind;
use carafe_db::{DatabaseSettings, Db};

#[tokio::test]
async fn urls_that_mean_nothing_say_what_to_write() {
    for url in [
        "",
        "app.sqlite3",
        "oracle://u:hunter2@h/d",
        "sqlite:",
        "sqlite://",
        "sqlite:a?mode=ro",
        "sqlite:a\0b",
    ] {
        let error = Db::open(url).await.unwrap_err();
        assert_eq!((error.kind(), error.place()), (Kind::Settings, Some("database.url")), "{url}");
        assert!(error.advice().is_some() && !format!("{error:?}").contains("hunter2"), "{error:?}");
    }
}

#[tokio::test]
async fn a_file_is_found_by_every_way_to_write_it() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("it's a file?".trim_end_matches('?'));
    let open = |prefix: &str| Db::open(format!("{prefix}{}", path.display()));
    open("sqlite:").await.unwrap().execute("create table a (a)", ()).await.unwrap();
    let db = open("sqlite://").await.unwrap();
    assert_eq!(db.query_scalar::<i64>("select count(*) from a", ()).one().await.unwrap(), 0);
    let pragma = async |name: &str| {
        db.query_scalar::<carafe_db::Value>(format!("pragma {name}"), ()).one().await.unwrap()
    };
    assert_eq!(pragma("journal_mode").await, carafe_db::Value::Text("wal".into()));
    assert_eq!(pragma("foreign_keys").await, carafe_db::Value::I64(1));
    assert_eq!(pragma("synchronous").await, carafe_db::Value::I64(1));
}

#[tokio::test]
async fn a_folder_that_is_not_there_is_unavailable() {
    let error = Db::open("sqlite:/nowhere/at/all/app.sqlite3").await.unwrap_err();
    assert_eq!(error.kind(), Kind::Unavailable);
    assert!(error.advice().unwrap().contains("folder"), "{error}");
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("text");
    std::fs::write(&path, "This is no database, but a text that is long enough to be read as the head of one, page and all.".repeat(9)).unwrap();
    let error = Db::open(format!("sqlite:{}", path.display())).await.unwrap_err();
    assert_eq!(error.kind(), Kind::Unavailable, "{error:?}");
}

#[tokio::test]
async fn a_handle_with_a_schema_makes_it_first() {
    const SCRIPT: &str = "create table a (a); insert into a values (1)";
    let counts =
        async |db: &Db| db.query_scalar::<i64>("select count(*) from a", ()).one().await.unwrap();
    let db = Db::from_settings(&DatabaseSettings::new("sqlite::memory:")).unwrap();
    let (one, two) = (db.with_schema(SCRIPT), db.with_schema(SCRIPT));
    assert_eq!(tokio::join!(counts(&one), counts(&two), counts(&one)), (1, 1, 1));
    let broken = Db::from_settings(&DatabaseSettings::new("sqlite::memory:")).unwrap();
    let broken = broken.with_schema("create tabel a (a)");
    for _ in 0..2 {
        let refused = broken.execute("select 1", ()).await.unwrap_err();
        assert_eq!(refused.place(), Some("the schema script"));
        let refused = broken.begin().await.unwrap_err();
        assert_eq!(refused.place(), Some("the schema script"));
    }
}

/// The suite of drivers is built with every feature, so that this one is looked at here.
#[cfg(all(feature = "mysql", not(feature = "tls")))]
#[tokio::test]
async fn what_wants_tls_says_that_it_is_not_built_in() {
    let url = "mariadb://user:hunter2@host/name?ssl-mode=required";
    let error = Db::open(url).await.unwrap_err();
    assert_eq!((error.kind(), error.place()), (Kind::Settings, Some("database.url")));
    assert!(error.advice().is_some() && !format!("{error:?}").contains("hunter2"), "{error:?}");
}
