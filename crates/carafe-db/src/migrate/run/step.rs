//! The steps of one migration, on a connection.

use carafe_core::{Error, Result};

use crate::db::{Session, run_as_is};
use crate::ddl::{Lasts, Step};
use crate::error::Failure;
use crate::executor::Executor;
use crate::migrate::calls::Calls;
use crate::migrate::patience::Patience;
use crate::migrate::record::{self, Progress};
use crate::migrate::{Direction, Migration, Operation, alone, backfill};
use crate::tx::Tx;

/// A migration in one transaction; whether it was done here, and not by somebody else meanwhile.
pub(super) async fn whole_one(
    tx: &Tx,
    steps: &[(Operation, Vec<Step>)],
    calls: Calls<'_>,
    patience: &mut Patience<'_>,
) -> Result<bool> {
    let Calls { migration, direction, .. } = calls;
    alone::in_transaction(tx, patience.tell).await?;
    patience.begin(tx, Lasts::Transaction).await?;
    let is_applied = record::holds(tx, migration).await?;
    if is_applied == (direction == Direction::Forwards) {
        return Ok(false);
    }
    let mut kept = Vec::new();
    for (operation, steps) in steps {
        for step in steps {
            let ran = calls.run(tx, step, &mut kept, patience).await;
            ran.map_err(|error| refused(error, migration, operation, None))?;
        }
    }
    check_references(tx, migration).await?;
    match direction {
        Direction::Forwards => record::finish(tx, migration).await?,
        Direction::Backwards => record::revoke(tx, migration).await?,
    }
    Ok(true)
}

/// An error where a row refers to one that is not there, and the database has not looked.
pub(in crate::migrate) async fn check_references(tx: &Tx, migration: &Migration) -> Result<()> {
    let Some(find) = tx.capability().ddl.features().broken_references else { return Ok(()) };
    let broken: Option<String> = tx.query_scalar(find, ()).all().await?.pop();
    match broken {
        None => Ok(()),
        Some(table) => Err(Error::new(
            carafe_core::Kind::Conflict,
            format!("a row of `{table}` refers to one that is not there"),
        )
        .at(migration.id().to_string())
        .hint("give such rows something to refer to, or delete them, and migrate again")),
    }
}

/// A migration whose steps last one by one: each is noted before it is done. What somebody wrote lasts
/// together with the note that it is done, so that it is not done twice.
pub(super) async fn step_by_step(
    conn: &mut Session,
    steps: &[(Operation, Vec<Step>)],
    begun: usize,
    calls: Calls<'_>,
    patience: &mut Patience<'_>,
) -> Result<()> {
    let Calls { migration, direction, .. } = calls;
    patience.begin(conn, Lasts::Connection).await?;
    let progress = |number| match direction {
        Direction::Forwards => Progress::Forwards(number),
        Direction::Backwards => Progress::Backwards(number),
    };
    let codes = conn.capability().ddl.features().done_already;
    let mut kept = Vec::new();
    let mut number = 0;
    for (operation, steps) in steps {
        for step in steps {
            number += 1;
            if number < begun {
                continue;
            }
            if number > begun {
                record::write(conn, migration, progress(number)).await?;
            }
            if let Step::Fill(fill) = step {
                let filled = backfill::fill(conn, migration, number, fill, patience).await;
                filled.map_err(|error| refused(error, migration, operation, Some(number)))?;
                continue;
            }
            let is_own = matches!(step, Step::Own(_) | Step::Call { .. });
            let mut attempts = patience.attempts();
            loop {
                let done = if is_own {
                    conn.atomic(async |tx| {
                        calls.run(tx, step, &mut kept, patience).await?;
                        record::write(tx, migration, progress(number + 1)).await
                    })
                    .await
                } else {
                    patience.watched(run(conn, step, &mut kept)).await
                };
                let error = match done {
                    // The program died between the step and the note of the next one.
                    Err(error) if !is_own && number == begun && is_done_already(&error, codes) => {
                        break;
                    }
                    Err(error) => refused(error, migration, operation, Some(number)),
                    Ok(()) => break,
                };
                attempts.again(&migration.id(), error, patience.tell).await?;
            }
        }
    }
    match direction {
        Direction::Forwards => record::finish(conn, migration).await,
        Direction::Backwards => record::revoke(conn, migration).await,
    }
}

fn is_done_already(error: &Error, codes: &[&str]) -> bool {
    let code = error.cause::<Failure>().and_then(Failure::code);
    let is_it = |known: &&str| {
        let (known, says) = known.split_once(' ').unwrap_or((known, ""));
        code == Some(known) && error.message().contains(says)
    };
    codes.iter().any(is_it)
}

pub(in crate::migrate) fn refused(
    error: Error,
    migration: &Migration,
    operation: &Operation,
    step: Option<usize>,
) -> Error {
    let what = format!("{} ({})", migration.id(), operation.describe());
    let told = match step {
        None => format!("{what}; nothing of this migration is applied"),
        Some(step) => format!(
            "{what}, step {step}; all steps before it are applied, and `migrate` goes on from here"
        ),
    };
    let error = error.at(told);
    match operation {
        Operation::CreateTable(_) if error.advice().is_none() => error
            .hint("if its tables were made before there were migrations: `migrate --fake-initial`"),
        _ => error,
    }
}

/// Does a step.
pub(in crate::migrate) async fn run(
    executor: &dyn Executor,
    step: &Step,
    kept: &mut Vec<String>,
) -> Result<()> {
    match step {
        Step::Sql(sql) | Step::Own(sql) => run_as_is(executor, sql.clone()).await?,
        Step::Call { name, .. } => {
            return Err(Error::internal(format!("{name} is called in a transaction alone")));
        }
        Step::Each { find, before, after } => {
            let names: Vec<String> = executor.query_scalar(find.clone(), ()).all().await?;
            for name in names {
                let name = executor.capability().ddl.quote(&name);
                run_as_is(executor, format!("{before}{name}{after}")).await?;
            }
        }
        Step::Keep(find) => {
            kept.extend(executor.query_scalar::<String>(find.clone(), ()).all().await?);
        }
        Step::Again => {
            for sql in std::mem::take(kept) {
                run_as_is(executor, sql).await?;
            }
        }
        Step::Alone(_) | Step::Build { .. } | Step::Fill(_) => {
            return Err(Error::internal("a step of its own stands in a transaction"));
        }
    }
    Ok(())
}
