//! Migrations: how tables become what models say, step by step, forwards and backwards.

mod alone;
mod ask;
mod command;
mod diff;
mod file;
mod history;
mod lack;
mod operation;
mod optimize;
mod patience;
mod piece;
mod plan;
mod prune;
mod record;
mod run;
mod source;
mod target;

pub use ask::{Ask, Why};
pub(crate) use command::join;
pub(crate) use diff::{blank, changed_owners, is_same, number};
pub use diff::{diff, grouped};
pub use file::{Id, Migration};
pub use history::History;
pub use operation::{FieldName, Operation, TableName, TableOptions};
pub use optimize::optimize;
pub use piece::Piece;
pub use run::{Event, Migrator};
pub use target::{Direction, Target};
