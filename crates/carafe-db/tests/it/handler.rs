//! Transactions in handlers of axum, whose futures must be `Send`.

use axum::Router;
use axum::handler::Handler;
use axum::routing::post;
use carafe_core::Result;
use carafe_db::{Db, Executor, Tx};

use crate::{add, all, names};

fn send<T: Send>(value: T) -> T {
    value
}

async fn helper(tx: &mut Tx, names: &[&str]) -> Result<u64> {
    let mut added = 0;
    for name in names {
        added += tx.atomic(async |tx| add(tx, name).await).await?;
    }
    Ok(added)
}

async fn create(axum::extract::State(db): axum::extract::State<Db>) -> Result<String> {
    let names = vec!["a".to_owned(), "b".to_owned()];
    let mut seen = Vec::new();
    let added = db
        .atomic(async |tx| {
            for name in &names {
                add(tx, name).await?;
                seen.push(name.as_str());
            }
            let executor: &dyn Executor = tx;
            add(executor, "c").await?;
            helper(tx, &["d", "e"]).await
        })
        .await?;
    let posts = db.query_scalar::<i64>("select count(*) from name", ()).one().await?;
    Ok(format!("{} {added} {posts}", seen.join("")))
}

fn is_handler<H: Handler<T, S>, T, S>(handler: H) -> H {
    handler
}

#[tokio::test]
async fn a_handler_may_hold_a_transaction() {
    let db = names().await;
    let _router: Router = Router::new().route("/", post(is_handler(create))).with_state(db.clone());
    let answer =
        tokio::spawn(send(create(axum::extract::State(db.clone())))).await.unwrap().unwrap();
    assert_eq!((answer.as_str(), all(&db).await.as_str()), ("ab 2 5", "a b c d e"));
}

#[tokio::test]
async fn futures_are_send() {
    let db = names().await;
    send(db.execute("select 1", ())).await.unwrap();
    send(db.query_scalar::<i64>("select 1", ()).one()).await.unwrap();
    send(db.atomic(async |tx| helper(tx, &["a"]).await)).await.unwrap();
    send(db.atomic_retry(2, async |tx| add(tx, "b").await)).await.unwrap();
    let open = send(db.begin()).await.unwrap();
    send(open.commit()).await.unwrap();
    assert_eq!(all(&db).await, "a b");
}
