//! A migration whose operations last one by one, on a database that could undo a whole one: since some of
//! them can be part of no transaction, or should not hold their locks to the end of all.
//!
//! Each operation, or each step of it, is one transaction with the note that it is done: whoever is killed goes on
//! at the next one. What can be in no transaction may be done twice.

use carafe_core::{Error, Result};

use super::calls::Calls;
use super::operation::Operation;
use super::patience::Patience;
use super::record::{self, Progress};
use super::run::{check_references, refused};
use super::{Direction, alone, backfill};
use crate::db::{Session, run_as_is};
use crate::ddl::{Lasts, Step};
use crate::executor::Executor;
use crate::tx::Tx;

/// Goes on with a migration of which so many steps were begun.
pub(super) async fn stepwise(
    conn: &mut Session,
    steps: &[(Operation, Vec<Step>)],
    begun: usize,
    calls: Calls<'_>,
    patience: &mut Patience<'_>,
) -> Result<()> {
    let Calls { migration, direction, .. } = calls;
    alone::must_be_on_connection(conn)?;
    let progress = |number| match direction {
        Direction::Forwards => Progress::Forwards(number),
        Direction::Backwards => Progress::Backwards(number),
    };
    if begun == 0 {
        record::write(conn, migration, progress(1)).await?;
    }
    let mut number = 0;
    for (operation, steps) in steps {
        let first = number + 1;
        number += steps.len();
        if number < begun {
            continue;
        }
        let parts: Vec<(usize, &[Step])> = if steps.iter().all(Step::is_transactional) {
            vec![(number, &steps[..])]
        } else {
            (first..).zip(steps.chunks(1)).collect()
        };
        for (last, part) in
            parts.into_iter().filter(|(last, part)| *last >= begun && !part.is_empty())
        {
            let done = progress(last + 1);
            let mut attempts = patience.attempts();
            // What was tried may be done, and only its note may have failed.
            let mut was_begun = last == begun;
            loop {
                let ran = match part {
                    [Step::Fill(fill)] => {
                        // It tries its bits again by itself.
                        let filled = backfill::fill(conn, migration, last, fill, patience).await;
                        filled.map_err(|error| refused(error, migration, operation, Some(last)))?;
                        record::write(conn, migration, done).await
                    }
                    [step @ (Step::Alone(_) | Step::Build { .. })] => {
                        patience.without_end(conn).await?;
                        match outside(conn, step, std::mem::replace(&mut was_begun, true)).await {
                            Ok(()) => record::write(conn, migration, done).await,
                            Err(error) => Err(error),
                        }
                    }
                    part => {
                        let all = async |tx: &mut Tx| {
                            together(tx, part, calls, patience).await?;
                            record::write(tx, migration, done).await
                        };
                        conn.atomic(all).await
                    }
                };
                let Err(error) = ran else { break };
                let error = refused(error, migration, operation, Some(last));
                attempts.again(&migration.id(), error, patience.tell).await?;
            }
        }
    }
    conn.atomic(async |tx| match direction {
        Direction::Forwards => record::finish(tx, migration).await,
        Direction::Backwards => record::revoke(tx, migration).await,
    })
    .await
}

async fn together(
    tx: &Tx,
    steps: &[Step],
    calls: Calls<'_>,
    patience: &mut Patience<'_>,
) -> Result<()> {
    patience.begin(tx, Lasts::Transaction).await?;
    let mut kept = Vec::new();
    for step in steps {
        calls.run(tx, step, &mut kept, patience).await?;
    }
    check_references(tx, calls.migration).await
}

/// What can be part of no transaction. Where it was begun before, it may be there already, or half of it.
async fn outside(executor: &dyn Executor, step: &Step, was_begun: bool) -> Result<()> {
    let (index, sql) = match step {
        Step::Alone(sql) => return run_as_is(executor, sql.clone()).await,
        Step::Build { index, sql } => (index, sql),
        _ => return Err(Error::internal("a step of a transaction stands outside of it")),
    };
    let ddl = executor.capability().ddl;
    let is_built: Option<bool> = executor.query_scalar(ddl.is_built(index)?, ()).optional().await?;
    let gone = format!("DROP INDEX CONCURRENTLY IF EXISTS {}", ddl.quote(index));
    match is_built {
        Some(true) if was_begun => return Ok(()),
        Some(false) => run_as_is(executor, gone.clone()).await?,
        _ => {}
    }
    let built = run_as_is(executor, sql.clone()).await;
    if built.is_err() && is_built != Some(true) {
        // Half an index costs those who write as much as a whole one, and helps nobody. Where it cannot be taken
        // away now, the next attempt does so.
        let _ = run_as_is(executor, gone).await;
    }
    built
}
