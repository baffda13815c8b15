//! The tables of the models that a database knows.

use std::collections::BTreeSet;

use carafe_core::Result;

use super::Db;
use crate::ddl::{self, Table, state};
use crate::error;
use crate::executor::Executor;
use crate::statement::{Access, Statement};

impl Db {
    /// Makes the tables of its models ([`with_models`](Db::with_models)) that are missing, with all
    /// that belongs to them, and tells their names.
    ///
    /// All of it is done or nothing, where the database can undo that (MySQL cannot), and several
    /// programs may start at the same time. A table that is there is left alone, whatever its model says by now: to
    /// change tables is what migrations are for. A unique constraint or an index that the database cannot have is left
    /// out, with a warning in the log.
    ///
    /// ```
    /// use carafe::prelude::*;
    ///
    /// #[derive(Model)]
    /// struct Tag { id: i64, name: String }
    /// #[derive(Model)]
    /// struct Post { id: i64, title: String, tags: ManyToMany<Tag> }
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<()> {
    /// let db = Db::open("sqlite::memory:").await?.with_models(models![Post, Tag]);
    /// assert_eq!(db.create_tables().await?, ["post", "tag", "post_tags"]);
    /// assert!(db.create_tables().await?.is_empty());
    /// db.execute("insert into tag (name) values (?)", ("rust",)).await?;
    /// # Ok(()) }
    /// ```
    pub async fn create_tables(&self) -> Result<Vec<String>> {
        let tables = self.known_tables()?;
        let ddl = self.capability().ddl;
        self.atomic(async |tx| {
            lock_tables(tx).await?;
            let there = table_names(tx).await?;
            let missing: Vec<Table> =
                tables.into_iter().filter(|table| !there.contains(&table.name)).collect();
            for sql in ddl::create(&missing, ddl)? {
                run_as_is(tx, sql).await?;
            }
            for lack in ddl::lacks(&missing, ddl) {
                tracing::warn!("a table is made without it: {lack}");
            }
            Ok(missing.into_iter().map(|table| table.name).collect())
        })
        .await
    }

    /// Drops the tables of its models, with all that is in them, and tells the names of those that
    /// were there.
    pub async fn drop_tables(&self) -> Result<Vec<String>> {
        let tables = self.known_tables()?;
        let ddl = self.capability().ddl;
        self.atomic(async |tx| {
            lock_tables(tx).await?;
            let there = table_names(tx).await?;
            let found: Vec<Table> =
                tables.into_iter().filter(|table| there.contains(&table.name)).collect();
            for sql in ddl::drop(&found, ddl) {
                run_as_is(tx, sql).await?;
            }
            Ok(found.into_iter().map(|table| table.name).collect())
        })
        .await
    }

    fn known_tables(&self) -> Result<Vec<Table>> {
        ddl::tables(&state::snapshot(self.models())?)
    }
}

/// Lets one program at a time change tables, where beginning a transaction does not.
pub(crate) async fn lock_tables(executor: &dyn Executor) -> Result<()> {
    if let Some(lock) = executor.capability().lock_schema {
        executor.execute(lock, ()).await?;
    }
    Ok(())
}

/// The names of all tables that there are.
pub(crate) async fn table_names(executor: &dyn Executor) -> Result<BTreeSet<String>> {
    let list = executor.capability().ddl.features().list_tables;
    Ok(executor.query_scalar(list, ()).all().await?.into_iter().collect())
}

/// Runs a statement whose text is taken as it is: what looks like a parameter is part of a text.
pub(crate) async fn run_as_is(executor: &dyn Executor, sql: String) -> Result<()> {
    let statement = Statement::new(sql, Access::Write);
    executor.script(&statement).await.map_err(|error| match error.place() {
        Some(_) => error,
        None => error.at(error::place(statement.sql())),
    })
}
