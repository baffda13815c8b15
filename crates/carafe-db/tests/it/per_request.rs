//! Requests that are atomic as a whole.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::body::Body;
use axum::extract::Request;
use axum::http::StatusCode;
use carafe::db::NonAtomic;
use carafe::prelude::*;
use carafe::testing::TestClient;

use crate::{add, all, in_file};

/// Adds two names, and then ends as the path says.
#[post("/{end}")]
async fn create(db: Db, end: String) -> Result<(StatusCode, String)> {
    add(&db, &end).await?;
    db.atomic(async |tx| add(tx, &format!("{end}2")).await).await?;
    let undone: Result<()> =
        db.atomic(async |tx| add(tx, "x").await.and(Err(Error::bad_request("no")))).await;
    assert!(undone.is_err());
    let status = match end.as_str() {
        "err" => return Err(Error::not_found("no")),
        "panic" => panic!("on purpose"),
        "500" => StatusCode::INTERNAL_SERVER_ERROR,
        "400" => StatusCode::BAD_REQUEST,
        "undo" => {
            db.set_rollback()?;
            StatusCode::OK
        }
        "late" => {
            db.execute("insert into child values (7)", ()).await?;
            StatusCode::OK
        }
        "durable" => {
            db.transaction().durable().atomic(async |_| Ok(())).await?;
            StatusCode::OK
        }
        "serializable" => {
            db.transaction().serializable().atomic(async |_| Ok(())).await?;
            StatusCode::OK
        }
        "wait" => std::future::pending().await,
        _ => StatusCode::OK,
    };
    Ok((status, all(&db).await))
}

#[post("/single")]
async fn single(NonAtomic(db): NonAtomic) -> Result<String> {
    add(&db, "first").await?;
    add(&db, "first").await.map(|_| String::new())
}

#[get("/plain")]
async fn plain() -> &'static str {
    "plain"
}

fn app(db: &Db) -> App {
    App::new("names")
        .plugin(Database::of(db.clone()).atomic_requests())
        .routes(routes![create, single, plain])
}

async fn client() -> (TestClient, Db, tempfile::TempDir) {
    let (db, folder) = in_file().await;
    let tables = "create table parent (id integer primary key)";
    db.execute(tables, ()).await.unwrap();
    let child =
        "create table child (parent integer references parent deferrable initially deferred)";
    db.execute(child, ()).await.unwrap();
    (TestClient::new(app(&db)).await.unwrap(), db, folder)
}

#[tokio::test]
async fn what_failed_is_undone_and_the_rest_lasts() {
    let (client, db, _folder) = client().await;
    for (end, status, names) in [
        ("ok", 200, "ok ok2"),
        ("err", 404, ""),
        ("panic", 500, ""),
        ("500", 500, ""),
        ("400", 400, "400 4002"),
        ("undo", 200, ""),
        ("late", 409, ""),
        ("durable", 500, ""),
        ("serializable", 500, ""),
    ] {
        client.post(format!("/{end}")).await.assert_status(status);
        assert_eq!(all(&db).await, names, "{end}");
        db.execute("delete from name", ()).await.unwrap();
    }
    client.get("/plain").await.assert_status(200);
    assert!(db.set_rollback().is_err());
}

#[tokio::test]
async fn a_handler_may_be_left_out() {
    let (client, db, _folder) = client().await;
    client.post("/single").await.assert_status(409);
    assert_eq!(all(&db).await, "first");
}

#[tokio::test]
async fn a_client_that_leaves_undoes_it_though_a_task_goes_on() {
    #[post("/task")]
    async fn task(db: Db) -> Result<String> {
        add(&db, "a").await?;
        carafe::spawn(std::future::pending::<()>());
        std::future::pending().await
    }
    let (db, _folder) = in_file().await;
    let site = app(&db).routes(routes![task]).build().unwrap();
    for path in ["/task", "/wait"] {
        let request = Request::post(path).header("host", "localhost").body(Body::empty()).unwrap();
        let answer = site.handle(request);
        assert!(tokio::time::timeout(Duration::from_millis(50), answer).await.is_err());
        // The writer is free again.
        add(&db, path).await.unwrap();
    }
    assert_eq!(all(&db).await, "/task /wait");
}

#[tokio::test]
async fn what_is_left_for_the_commit_follows_it() {
    type Log = Arc<Mutex<Vec<String>>>;
    #[post("/mail/{end}")]
    async fn mail(db: Db, log: Service<Log>, end: String) -> Result<String> {
        add(&db, &end).await?;
        let (log, told) = (log.clone(), end.clone());
        db.on_commit(async move {
            log.lock().unwrap().push(told);
            Ok(())
        })
        .await?;
        if end == "no" { Err(Error::bad_request("no")) } else { Ok(end) }
    }
    let (db, _folder) = in_file().await;
    let log = Log::default();
    let app = app(&db).service(log.clone()).routes(routes![mail]);
    let client = TestClient::new(app).await.unwrap();
    client.post("/mail/no").await.assert_status(400);
    client.post("/mail/yes").await.assert_status(200);
    assert_eq!(all(&db).await, "yes");
    assert_eq!(*log.lock().unwrap(), ["yes"]);
}

#[tokio::test]
async fn hooks_and_mounted_apps_share_the_transaction_and_caught_errors_undo_it() {
    async fn before(db: Db) -> Result<()> {
        add(&db, "hook").await.map(drop)
    }
    async fn caught() -> &'static str {
        "it was not there"
    }
    let (db, _folder) = in_file().await;
    let inner = App::new("inner").routes(routes![create]);
    let outer = App::new("outer")
        .plugin(Database::of(db.clone()).atomic_requests())
        .before(before)
        .catch(404, caught)
        .mount("/inner", inner);
    let client = TestClient::new(outer).await.unwrap();
    client.post("/inner/err").await.assert_text("it was not there");
    assert_eq!(all(&db).await, "");
    client.post("/inner/ok").await.assert_status(200);
    assert_eq!(all(&db).await, "hook ok ok2");
}

#[tokio::test]
async fn in_a_test_it_is_part_of_that() {
    let (db, _folder) = in_file().await;
    let open = db.begin().await.unwrap();
    let client = TestClient::new(app(open.db())).await.unwrap();
    client.post("/ok").await.assert_text("ok ok2");
    open.rollback().await.unwrap();
    assert_eq!(all(&db).await, "");
}
