//! Migrations: how tables become what models say, step by step, forwards and backwards.

mod alone;
mod ask;
mod by_hand;
mod calls;
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
mod possible;
mod prune;
mod record;
mod run;
mod source;
mod steps;
mod tables;
mod target;

pub use ask::{Ask, Why};
pub use by_hand::{Call, Run, Script, Side, Sql};
pub(crate) use command::join;
pub(crate) use diff::{blank, changed_owners, is_same, number};
pub use diff::{diff, grouped};
pub use file::{Id, Migration};
pub use history::History;
pub use operation::{FieldName, Operation, TableName, TableOptions};
pub use optimize::optimize;
pub use piece::Piece;
pub use run::{Event, Migrator};
pub use steps::{StepFn, Steps};
pub use tables::{Batches, Table, TableRow, Tables};
pub use target::{Direction, Target};
