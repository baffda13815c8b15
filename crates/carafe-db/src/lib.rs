//! **(L, G)** Databases: drivers, typed rows, transactions. Models, queries and migrations stand on
//! it.
//!
//! ```
//! use carafe::db::{Db, Row};
//!
//! #[derive(Row)]
//! struct Post { id: i64, title: String }
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> carafe_core::Result<()> {
//! let db = Db::open("sqlite::memory:").await?;
//! db.execute("create table post (id integer primary key, title text not null)", ()).await?;
//! db.execute("insert into post (title) values (?)", ("Hello",)).await?;
//!
//! let post: Post = db.query_as("select * from post where title = ?", ("Hello",)).one().await?;
//! assert_eq!((post.id, post.title.as_str()), (1, "Hello"));
//! # Ok(()) }
//! ```
//!
//! - [`Db`] is a cheap handle on a database; [`Tx`] is an open transaction. Both are `&dyn`
//!   [`Executor`], which is what functions that ask the database take.
//! - [`driver`] is what a database must be able to do for the rest to stand on it.

extern crate self as carafe;

pub mod catalog;
mod counted;
mod db;
pub mod ddl;
pub mod driver;
mod error;
mod executor;
pub mod functions;
mod held;
pub mod inspect;
mod known;
mod learn;
mod load;
mod loaded;
pub mod migrate;
mod models;
mod named;
mod names;
mod on_commit;
mod params;
mod per_request;
mod place;
mod plugin;
mod prompt;
pub mod query;
mod raw;
mod replicas;
mod rows;
mod savepoint;
mod settings;
mod sql;
mod statement;
mod stream;
mod tx;
mod validate;
mod watch;
pub mod write;

pub use carafe_model::{FieldType, IntoValue, Reader, Row, Scalar, Value};
pub use counted::{Counted, assert_queries};
pub use db::{Db, Open, Session, Transaction};
pub use driver::Isolation;
pub use error::{Failure, Violation, ViolationKind};
pub use executor::{Executor, events};
pub use loaded::{LoadRelated, LoadRelation};
pub use models::{Join, Listed, Models, Reference};
pub use named::{DatabaseName, Databases, Named};
pub use on_commit::OnCommit;
pub use params::Params;
pub use per_request::NonAtomic;
pub use plugin::{AppModels, Database};
pub use query::{Queries, QuerySet, QueryStream, Targets};
pub use raw::{Query, ScalarQuery};
pub use settings::{DatabaseSettings, Lint, MigrateSettings};
pub use sql::{Dialect, Features};
pub use statement::{Access, BoxFuture, Fetched, Sink, Statement};
pub use stream::{RowStream, ScalarStream};
pub use tx::Tx;
pub use validate::{Cleans, FullClean};
pub use watch::Ran;
pub use write::{Assign, Deleted, Writes};

/// What the code that the derives write may touch.
#[doc(hidden)]
pub mod __private {
    pub use carafe_core::__private::*;
    pub use carafe_core::Result;
    pub use carafe_core::routing::Origin;
    pub use carafe_model::__private::{model, row};
    pub use carafe_model::Entry;
}
