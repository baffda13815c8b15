//! Many tasks move money by models, and many of them do not get to the end.

use std::time::Duration;

use carafe::db::Failure;
use carafe::db::functions::{sum, value};
use carafe::prelude::*;
use carafe_core::Kind;
use driver_tests::{Ability, At, checks};

use super::random::Dice;

checks![transfers_of_models_conserve_the_total_and_leak_no_connection];

const CONNECTIONS: usize = 6;
const TASKS: usize = 64;
const ROUNDS: usize = 8;
const ACCOUNTS: i64 = 8;
const START: i64 = 1000;

#[derive(Model, Debug)]
#[model(check(never_in_debt, cents >= 0))]
struct Account {
    id: i64,
    cents: i64,
    changes: i64,
    #[model(by = Transfer::PAYER)]
    given: HasMany<Transfer>,
    #[model(by = Transfer::PAYEE)]
    got: HasMany<Transfer>,
}

/// What was moved, written in the same transaction.
#[derive(Model, Debug)]
struct Transfer {
    id: i64,
    payer: ForeignKey<Account>,
    payee: ForeignKey<Account>,
    cents: i64,
}

/// How money is moved.
#[derive(Clone, Copy, Debug)]
enum Way {
    /// By what the database computes.
    Computed,
    /// By rows that are locked, changed here and saved.
    Locked,
    /// The same, both saved in one statement.
    Together,
}

/// What happens between the first and the last statement.
#[derive(Clone, Copy, Debug)]
enum End {
    Commit,
    Fail,
    Panic,
    /// A part of it fails and is undone; the rest lasts.
    InnerFails,
    /// It is given up after so many microseconds, wherever it is then.
    Dropped(u64),
}

#[derive(Clone, Copy, Debug)]
struct Plan {
    way: Way,
    end: End,
    from: i64,
    to: i64,
    cents: i64,
}

impl Plan {
    fn any(dice: &mut Dice) -> Self {
        let from = dice.number(ACCOUNTS) + 1;
        let to = (from + dice.number(ACCOUNTS - 1)) % ACCOUNTS + 1;
        Self {
            way: [Way::Computed, Way::Locked, Way::Together][dice.below(3)],
            end: match dice.below(10) {
                0 => End::Fail,
                1 => End::Panic,
                2 => End::InnerFails,
                3..=5 => End::Dropped(u64::try_from(dice.below(3000)).unwrap()),
                _ => End::Commit,
            },
            from,
            to,
            cents: dice.number(300) + 1,
        }
    }

    async fn run(self, db: &Db) -> Result<()> {
        db.atomic(async |tx| {
            match self.way {
                Way::Computed => self.take(tx).await?,
                Way::Locked | Way::Together => {
                    // In the order of their keys, so that two of these never wait for each other.
                    let both = Account::all().filter(Account::ID.is_in([self.from, self.to]));
                    let mut rows = both.order_by(Account::ID).for_update().fetch(tx).await?;
                    for row in &mut rows {
                        row.cents += if row.id == self.from { -self.cents } else { self.cents };
                        row.changes += 1;
                    }
                    if rows.iter().any(|row| row.cents < 0) {
                        return Err(Error::bad_request("not so much is there"));
                    }
                    if matches!(self.way, Way::Together) {
                        let fields = ["cents", "changes"];
                        Account::bulk_update(&mut rows, &fields).run(tx).await?;
                    } else {
                        let [first, second] = &mut rows[..] else { panic!("{rows:?}") };
                        first.save(tx).await?;
                        second.save_fields(["cents", "changes"], tx).await?;
                    }
                }
            }
            match self.end {
                End::Fail => return Err(Error::bad_request("no")),
                End::Panic => panic!("on purpose"),
                End::InnerFails => self.fail_inside(tx).await?,
                End::Commit | End::Dropped(_) => tokio::task::yield_now().await,
            }
            if matches!(self.way, Way::Computed) {
                self.give(tx).await?;
            }
            let (payer, payee) = (ForeignKey::from_pk(self.from), ForeignKey::from_pk(self.to));
            Transfer { payer, payee, cents: self.cents, ..Transfer::blank() }.create(tx).await?;
            Ok(())
        })
        .await
    }

    async fn take(self, tx: &dyn Executor) -> Result<()> {
        let rich = Account::ID.eq(self.from) & Account::CENTS.ge(self.cents);
        let set = (
            Account::CENTS.set(Account::CENTS - self.cents),
            Account::CHANGES.set(Account::CHANGES + 1),
        );
        match Account::all().filter(rich).update(set).run(tx).await? {
            1 => Ok(()),
            _ => Err(Error::bad_request("not so much is there")),
        }
    }

    async fn give(self, tx: &dyn Executor) -> Result<()> {
        let set = (
            Account::CENTS.set(Account::CENTS + self.cents),
            Account::CHANGES.set(Account::CHANGES + 1),
        );
        let payee = Account::all().filter(Account::ID.eq(self.to));
        payee.update(set).run(tx).await.map(drop)
    }

    async fn fail_inside(self, tx: &mut carafe::db::Tx) -> Result<()> {
        let inner = tx.atomic(async |tx| {
            Account::all().update(Account::CENTS.set(0)).run(tx).await?;
            Err::<(), _>(Error::bad_request("undo this part"))
        });
        match inner.await {
            Err(error) if error.kind() == Kind::Invalid => Ok(()),
            other => other,
        }
    }
}

async fn total(db: &Db) -> i64 {
    Account::all().aggregate(sum(Account::CENTS).or(0), db).await.unwrap()
}

async fn transfers_of_models_conserve_the_total_and_leak_no_connection(at: At) {
    // A database in memory is that of its handle alone.
    let db = if at.can(Ability::Connections) {
        at.with(|settings| settings.connections(CONNECTIONS).wait(Duration::from_mins(1)))
    } else {
        at.db.clone()
    };
    let db = db.with_models(models![Account, Transfer]);
    db.create_tables().await.unwrap();
    let accounts = (1..=ACCOUNTS).map(|id| Account { id, cents: START, ..Account::blank() });
    Account::bulk_create(accounts).run(&db).await.unwrap();

    let mut dice = Dice::new();
    let mut tasks = Vec::new();
    for _ in 0..TASKS {
        let plans: Vec<Plan> = (0..ROUNDS).map(|_| Plan::any(&mut dice)).collect();
        let db = db.clone();
        tasks.push(tokio::spawn(async move {
            let mut committed = 0;
            for plan in plans {
                let one = db.clone();
                let work = tokio::spawn(async move {
                    match plan.end {
                        End::Dropped(micros) => {
                            let time = Duration::from_micros(micros);
                            tokio::time::timeout(time, plan.run(&one)).await.ok()
                        }
                        _ => Some(plan.run(&one).await),
                    }
                });
                match work.await {
                    Ok(Some(Ok(()))) => committed += 1,
                    Ok(Some(Err(error))) => assert!(is_expected(&error), "{plan:?}: {error:?}"),
                    Ok(None) => {}
                    Err(panic) => {
                        assert!(panic.is_panic() && matches!(plan.end, End::Panic), "{plan:?}");
                    }
                }
                assert_eq!(total(&db).await, ACCOUNTS * START, "{plan:?}");
            }
            committed
        }));
    }
    let mut committed = 0;
    for task in tasks {
        committed += task.await.unwrap();
    }

    // What was told to be committed is there, and nothing that was not written down.
    let transfers = Transfer::all().count(&db).await.unwrap();
    assert!(transfers >= committed, "{committed} were committed, and {transfers} are there");
    let moved = |query: QuerySet<Transfer>| query.aggregate(sum(Transfer::CENTS).or(0), &db);
    for account in Account::all().fetch(&db).await.unwrap() {
        let given = Transfer::all().filter(Transfer::PAYER.eq(&account));
        let got = Transfer::all().filter(Transfer::PAYEE.eq(&account));
        let changes = given.count(&db).await.unwrap() + got.count(&db).await.unwrap();
        let cents = START - moved(given).await.unwrap() + moved(got).await.unwrap();
        assert_eq!((account.cents, account.changes), (cents, changes), "{account:?}");
    }
    // Every connection can still be had.
    let count = if at.can(Ability::Server) { CONNECTIONS } else { 1 };
    let mut open = Vec::new();
    for _ in 0..count {
        let one = db.begin().await.unwrap();
        let number = Account::all().values(value::<Account, i64>(7)).limit(1);
        assert_eq!(number.get(one.db()).await.unwrap(), 7);
        open.push(one);
    }
}

/// Whether an error is one of those that such work may meet: not enough money, or another one that
/// had to go first.
fn is_expected(error: &Error) -> bool {
    error.kind() == Kind::Invalid || error.cause::<Failure>().is_some_and(Failure::is_transient)
}
