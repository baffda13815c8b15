//! A transaction of models in a real handler: what it captures is borrowed, and nobody has to name a
//! lifetime.

use carafe::prelude::*;
use carafe::testing::TestClient;

#[derive(Model, Debug)]
struct Account {
    id: i64,
    owner: String,
    cents: i64,
}

/// Several are borrowed at once: the arguments of the handler, and a list that it fills.
#[post("/transfer/{from}/{to}/{cents}")]
async fn transfer(db: Db, from: String, to: String, cents: i64, note: String) -> Result<String> {
    let mut steps = Vec::new();
    let left = db
        .atomic(async |tx| {
            let mut payer = owned_by(&from, tx).await?;
            if payer.cents < cents {
                return Err(Error::bad_request(format!("{from} cannot pay {cents}")));
            }
            payer.cents -= cents;
            payer.save(tx).await?;
            steps.extend([from.as_str(), "to"]);
            let given = tx
                .atomic(async |tx| {
                    let account = Account::all().filter(Account::OWNER.eq(&to));
                    account.update(Account::CENTS.set(Account::CENTS + cents)).run(tx).await
                })
                .await?;
            if given == 0 {
                return Err(Error::not_found(format!("{to} has no account")));
            }
            steps.extend([to.as_str(), "for", note.as_str()]);
            Ok(payer.cents)
        })
        .await?;
    Ok(format!("{}: {left}", steps.join(" ")))
}

async fn owned_by(owner: &str, tx: &dyn Executor) -> Result<Account> {
    Account::all().filter(Account::OWNER.eq(owner)).for_update().get(tx).await
}

async fn accounts() -> Db {
    let db = Db::open("sqlite::memory:").await.unwrap().with_models(models![Account]);
    db.create_tables().await.unwrap();
    for owner in ["ada", "bob"] {
        Account { owner: owner.into(), cents: 500, ..Account::blank() }.create(&db).await.unwrap();
    }
    db
}

async fn cents(db: &Db) -> Vec<i64> {
    Account::all().order_by(Account::OWNER).values(Account::CENTS).fetch(db).await.unwrap()
}

#[tokio::test]
async fn a_route_moves_money() {
    let db = accounts().await;
    let app = App::new("bank").plugin(Database::of(db.clone())).routes(routes![transfer]);
    let client = TestClient::new(app).await.unwrap();
    let post = |path: &str| client.post(path).body("text/plain", "rent");
    post("/transfer/ada/bob/200").await.assert_text("ada to bob for rent: 300");
    post("/transfer/ada/bob/301").await.assert_status(400);
    post("/transfer/ada/cid/100").await.assert_status(404);
    assert_eq!(cents(&db).await, [300, 700]);
}

#[tokio::test]
async fn so_does_a_task() {
    let db = accounts().await;
    let tasks: Vec<_> = [("ada", "bob"), ("bob", "ada"), ("ada", "bob")]
        .into_iter()
        .map(|(from, to)| {
            tokio::spawn(transfer(db.clone(), from.into(), to.into(), 100, "rent".into()))
        })
        .collect();
    for task in tasks {
        task.await.unwrap().unwrap();
    }
    assert_eq!(cents(&db).await, [400, 600]);
}
