//! What a database says of the migrations that were applied to it.

use std::collections::{BTreeMap, BTreeSet};

use carafe_core::Result;

use super::{Id, Migration};
use crate::db::table_names;
use crate::executor::Executor;

/// Makes the table in which a database keeps it.
const MAKE: &str = "create table if not exists carafe_migrations (owner varchar(100) not null, name varchar(150) not null, begun integer null, applied timestamp default current_timestamp not null, primary key (owner, name))";

/// Its name.
pub(crate) const TABLE: &str = "carafe_migrations";

/// How far a migration has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Progress {
    /// It is applied.
    Whole,
    /// So many of its steps were begun; all but the last one of them are done.
    Forwards(usize),
    /// So many of the steps that undo it were begun; all but the last one of them are done.
    Backwards(usize),
}

/// What was applied, wholly or in part; nothing, where the database keeps no record yet.
pub(super) async fn read(executor: &dyn Executor) -> Result<BTreeMap<Id, Progress>> {
    if !table_names(executor).await?.contains(TABLE) {
        return Ok(BTreeMap::new());
    }
    let rows: Vec<(String, String, Option<i64>)> =
        executor.query_as("select owner, name, begun from carafe_migrations", ()).all().await?;
    let progress = |begun: Option<i64>| match begun {
        None => Progress::Whole,
        Some(begun) => {
            let steps = usize::try_from(begun.unsigned_abs()).unwrap_or(usize::MAX);
            if begun < 0 { Progress::Backwards(steps) } else { Progress::Forwards(steps) }
        }
    };
    Ok(rows.into_iter().map(|(owner, name, begun)| (Id { owner, name }, progress(begun))).collect())
}

/// Makes the table, if it is not there.
pub(super) async fn make(executor: &dyn Executor) -> Result<()> {
    executor.execute(MAKE, ()).await.map(drop)
}

/// Notes how far a migration has come.
pub(super) async fn write(
    executor: &dyn Executor,
    migration: &Migration,
    progress: Progress,
) -> Result<()> {
    let begun = match progress {
        Progress::Whole => None,
        Progress::Forwards(steps) => Some(i64::try_from(steps).unwrap_or(i64::MAX)),
        Progress::Backwards(steps) => Some(-i64::try_from(steps).unwrap_or(i64::MAX)),
    };
    let (owner, name) = (&*migration.owner, &*migration.name);
    let changed = executor
        .execute(
            "update carafe_migrations set begun = ?, applied = current_timestamp where owner = ? and name = ?",
            (begun, owner, name),
        )
        .await?;
    if changed == 0 {
        let insert = "insert into carafe_migrations (owner, name, begun) values (?, ?, ?)";
        executor.execute(insert, (owner, name, begun)).await?;
    }
    Ok(())
}

/// Whether a migration is applied.
pub(super) async fn holds(executor: &dyn Executor, migration: &Migration) -> Result<bool> {
    let sql = "select count(*) from carafe_migrations where owner = ? and name = ?";
    let key = (&*migration.owner, &*migration.name);
    Ok(executor.query_scalar::<i64>(sql, key).one().await? > 0)
}

/// Notes that a migration is applied, and with it those in whose place it stands: another version of
/// the program may know no more than these.
pub(super) async fn finish(executor: &dyn Executor, migration: &Migration) -> Result<()> {
    if !migration.replaces.is_empty() {
        let owner = &*migration.owner;
        let names = "select name from carafe_migrations where owner = ?";
        let names: Vec<String> = executor.query_scalar(names, (owner,)).all().await?;
        let there: BTreeSet<&str> = names.iter().map(String::as_str).collect();
        let open = migration.replaces.iter().map(|id| id.name.as_str());
        let open: Vec<&str> = open.filter(|name| !there.contains(name)).collect();
        if !open.is_empty() {
            // By one statement, so that all are noted or none.
            let rows = vec!["(?, ?)"; open.len()].join(", ");
            let values: Vec<&str> = open.into_iter().flat_map(|name| [owner, name]).collect();
            let insert = format!("insert into carafe_migrations (owner, name) values {rows}");
            executor.execute(insert, values).await?;
        }
    }
    write(executor, migration, Progress::Whole).await
}

/// Notes that some are applied.
pub(super) async fn finish_all(executor: &dyn Executor, migrations: &[&Migration]) -> Result<()> {
    for migration in migrations {
        finish(executor, migration).await?;
    }
    Ok(())
}

/// Forgets that a migration was applied, and with it those in whose place it stands.
pub(super) async fn revoke(executor: &dyn Executor, migration: &Migration) -> Result<()> {
    let replaced = migration.replaces.iter().map(|id| id.name.as_str());
    let names = std::iter::once(&*migration.name).chain(replaced);
    let values: Vec<&str> = std::iter::once(&*migration.owner).chain(names).collect();
    let marks = vec!["?"; values.len() - 1].join(", ");
    let sql = format!("delete from carafe_migrations where owner = ? and name in ({marks})");
    executor.execute(sql, values).await.map(drop)
}

/// Forgets that a migration was applied.
pub(super) async fn forget(executor: &dyn Executor, id: &Id) -> Result<()> {
    let sql = "delete from carafe_migrations where owner = ? and name = ?";
    executor.execute(sql, (&*id.owner, &*id.name)).await.map(drop)
}
