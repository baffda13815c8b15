//! Rows that are filled bit by bit, by ranges of their key.
//!
//! Each range is one transaction with the note how far it came, so that whoever is killed goes on behind it. Between
//! two of them others have their turn.

use std::time::{Duration, Instant};

use carafe_core::Result;

use super::patience::Patience;
use super::{Event, Migration};
use crate::db::{Session, run_as_is};
use crate::ddl::{Fill, Lasts};
use crate::executor::Executor;
use crate::tx::Tx;

/// Makes the table in which a database keeps how far it came; it is there no longer than needed.
const MAKE: &str = "create table if not exists carafe_backfills (owner varchar(100) not null, name varchar(150) not null, step integer not null, reached varchar(500) not null, primary key (owner, name, step))";

/// So often all rows are gone through: those that came meanwhile, with a key between others, are filled too.
const PASSES: usize = 3;

/// After so long it is told how far it came.
const TELLING: Duration = Duration::from_secs(2);

/// Fills all rows that need it.
pub(super) async fn fill(
    conn: &mut Session,
    migration: &Migration,
    step: usize,
    fill: &Fill,
    patience: &mut Patience<'_>,
) -> Result<()> {
    let Some(key) = &fill.key else {
        patience.begin(conn, Lasts::Connection).await?;
        return patience.watched(run_as_is(conn, fill.whole())).await;
    };
    let settings = patience.settings();
    let batch = fill.batch.unwrap_or(settings.batch).max(1);
    let ddl = conn.capability().ddl;
    let place = Place { migration, step };
    conn.execute(MAKE, ()).await?;
    let mut reached = place.read(conn).await?;
    let (mut rows, mut passes, mut told) = (0, 1, Instant::now());
    loop {
        let from = match &reached {
            Some(reached) => format!("{key} > {}", ddl.text(reached)?),
            None => "1 = 1".to_owned(),
        };
        let Some(until) = last_of(conn, fill, key, &from, batch).await? else {
            if passes == PASSES || !is_left(conn, fill).await? {
                break;
            }
            (reached, passes) = (None, passes + 1);
            continue;
        };
        let range = format!("{from} AND {key} <= {}", ddl.text(&until)?);
        let sql = format!("{} WHERE {} AND {range}", fill.update, fill.needs);
        let mut attempts = patience.attempts();
        loop {
            let part = async |tx: &mut Tx| {
                patience.begin(tx, Lasts::Transaction).await?;
                patience.watched(run_as_is(tx, sql.clone())).await?;
                place.write(tx, &until).await
            };
            let Err(error) = conn.atomic(part).await else { break };
            attempts.again(&migration.id(), error, patience.tell).await?;
        }
        rows += u64::from(batch);
        if told.elapsed() > TELLING {
            (patience.tell)(Event::Fills(&migration.id(), rows));
            told = Instant::now();
        }
        reached = Some(until);
        tokio::time::sleep(settings.batch_pause).await;
    }
    place.forget(conn).await
}

/// The key of the last row of the next range.
async fn last_of(
    executor: &dyn Executor,
    fill: &Fill,
    key: &str,
    from: &str,
    batch: u32,
) -> Result<Option<String>> {
    let table = &fill.table;
    let find = format!(
        "select concat(k, '') from (select {key} as k from {table} where {from} order by {key} limit {batch}) as part order by k desc limit 1"
    );
    executor.query_scalar::<String>(find, ()).optional().await
}

/// Whether there is a row that needs it still.
async fn is_left(executor: &dyn Executor, fill: &Fill) -> Result<bool> {
    let (table, needs) = (&fill.table, &fill.needs);
    let find =
        format!("select count(*) from (select 1 as n from {table} where {needs} limit 1) as part");
    Ok(executor.query_scalar::<i64>(find, ()).one().await? > 0)
}

/// Where it is noted how far a step came.
struct Place<'m> {
    migration: &'m Migration,
    step: usize,
}

impl Place<'_> {
    fn key(&self) -> (&str, &str, i64) {
        let step = i64::try_from(self.step).unwrap_or(i64::MAX);
        (&self.migration.owner, &self.migration.name, step)
    }

    async fn read(&self, executor: &dyn Executor) -> Result<Option<String>> {
        let sql = "select reached from carafe_backfills where owner = ? and name = ? and step = ?";
        executor.query_scalar(sql, self.key()).optional().await
    }

    async fn write(&self, executor: &dyn Executor, reached: &str) -> Result<()> {
        let (owner, name, step) = self.key();
        let sql =
            "update carafe_backfills set reached = ? where owner = ? and name = ? and step = ?";
        if executor.execute(sql, (reached, owner, name, step)).await? == 0 {
            let sql =
                "insert into carafe_backfills (reached, owner, name, step) values (?, ?, ?, ?)";
            executor.execute(sql, (reached, owner, name, step)).await?;
        }
        Ok(())
    }

    /// The table goes with the last note in it.
    async fn forget(&self, executor: &dyn Executor) -> Result<()> {
        let sql = "delete from carafe_backfills where owner = ? and name = ? and step = ?";
        executor.execute(sql, self.key()).await?;
        executor.execute("drop table carafe_backfills", ()).await.map(drop)
    }
}
