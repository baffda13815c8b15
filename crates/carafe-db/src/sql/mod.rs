//! Questions in the words of a database: from [`carafe_model::query`] to SQL.
//!
//! The text of a question is made once and kept by its shape (`cache`): what is asked again with
//! other values finds it there.

mod along;
mod assemble;
mod cache;
mod change;
mod combined;
mod compiler;
mod dialect;
mod expression;
mod fragment;
mod from;
mod lock;
mod negation;
mod order;
mod pieces;
mod reached;
mod schema_expression;
mod select;
mod shape;
mod window;

pub(crate) use cache::Texts;
pub(crate) use cache::{Compiled, compiled};
pub(crate) use compiler::{Compiler, Stand};
#[cfg(feature = "postgres")]
pub(crate) use dialect::POSTGRES;
#[cfg(feature = "sqlite")]
pub(crate) use dialect::SQLITE;
pub use dialect::{Dialect, Features};
#[cfg(feature = "mysql")]
pub(crate) use dialect::{MARIADB, MYSQL};
pub(crate) use fragment::{Fragment, Param, ValueId};
pub(crate) use from::{object_id, reverse};
pub(crate) use select::{COMPUTED, Plan};
pub(crate) use shape::Shape;
