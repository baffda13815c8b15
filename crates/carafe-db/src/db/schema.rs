//! The tables of a database that has none yet.

use std::sync::Arc;

use carafe_core::Result;
use carafe_model::Scalar;
use tokio::sync::OnceCell;

use super::{Db, lock_tables};
use crate::executor::Executor;
use crate::rows::Rows;
use crate::statement::{Access, Statement};
use crate::watch::{self, Watch};

/// What is to be made before the first statement of a handle, and whether it was.
#[derive(Default)]
pub(super) struct Schema {
    script: Option<&'static str>,
    /// Whether the tables of the models are made.
    tables: bool,
    done: OnceCell<()>,
}

impl Db {
    /// Runs a script of several statements, once: if the database has no table yet.
    ///
    /// It tells whether it ran. All of the script is done, or nothing; so that several programs that
    /// start at the same time do no harm. A database that has tables is left alone, whatever the
    /// script says by now: to change tables is what migrations are for.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> carafe_core::Result<()> {
    /// # let db = carafe_db::Db::open("sqlite::memory:").await?;
    /// let script = "create table user (id integer primary key);
    ///               create table post (id integer primary key, author integer references user);";
    /// assert!(db.create_schema(script).await?);
    /// assert!(!db.create_schema(script).await?);
    /// # Ok(()) }
    /// ```
    pub async fn create_schema(&self, script: &'static str) -> Result<bool> {
        self.atomic(async |tx| {
            lock_tables(tx).await?;
            let empty = is_empty(tx).await?;
            if empty {
                let script = Statement::new(script, Access::Write);
                tx.script(&script).await.map_err(|error| error.at("the schema script"))?;
            }
            Ok(empty)
        })
        .await
    }

    /// The same handle, which runs a script as [`create_schema`](Db::create_schema) does, before its
    /// first statement.
    pub fn with_schema(&self, script: &'static str) -> Self {
        let tables = self.schema.as_ref().is_some_and(|schema| schema.tables);
        self.with(Some(Arc::new(Schema { script: Some(script), tables, ..Schema::default() })))
    }

    /// The same handle, which makes the tables of its models that are missing
    /// ([`create_tables`](Db::create_tables)), before its first statement.
    pub fn with_tables(&self) -> Self {
        let script = self.schema.as_ref().and_then(|schema| schema.script);
        self.with(Some(Arc::new(Schema { script, tables: true, ..Schema::default() })))
    }

    /// Whether it makes tables of its models before its first statement.
    pub(crate) fn makes_tables(&self) -> bool {
        self.schema.as_ref().is_some_and(|schema| schema.tables)
    }

    /// Whether it runs a script before its first statement.
    pub(crate) fn has_script(&self) -> bool {
        self.schema.as_ref().is_some_and(|schema| schema.script.is_some())
    }

    /// The same handle, which makes nothing before its first statement.
    pub(crate) fn bare(&self) -> Self {
        self.with(None)
    }

    pub(super) fn is_ready(&self) -> bool {
        self.schema.as_ref().is_none_or(|schema| schema.done.initialized())
    }

    /// Sees to what must be done before the first statement. Where it fails, the next statement tries
    /// again.
    pub(super) async fn ready(&self) -> Result<()> {
        let Some(schema) = &self.schema else { return Ok(()) };
        if schema.done.initialized() {
            return Ok(());
        }
        // Boxed, since it begins a transaction, which sees to this too; of a handle without a schema.
        let bare = Self { watch: None, ..self.with(None) };
        let create = async move {
            if let Some(script) = schema.script {
                Box::pin(bare.create_schema(script)).await?;
            }
            if schema.tables {
                Box::pin(bare.create_tables()).await?;
            }
            Ok(())
        };
        // Nobody who counts statements means these.
        let create = watch::here(Watch::default(), create);
        schema.done.get_or_try_init(|| create).await.map(drop)
    }
}

/// Whether the database has no table but its own.
async fn is_empty(executor: &dyn Executor) -> Result<bool> {
    let count = Statement::new(executor.capability().count_tables, Access::Read);
    let counted = executor.fetch(&count, Vec::new(), Rows::<Scalar<i64>>::boxed(1)).await?;
    Ok(Rows::<Scalar<i64>>::taken(counted)? == [Scalar(0)])
}
