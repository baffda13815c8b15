//! Rows that are made, changed and deleted.
//!
//! All of it works on [`Record`](carafe_model::Record)s and is compiled once; what is generic here
//! gives rows their types back.

mod assign;
mod bulk;
mod by_record;
mod collect;
mod delete;
mod insert;
mod instance;
mod moment;
mod records;
mod related;
mod relating;
mod run;
mod save;
mod update;
mod upsert;
mod whole;

pub use assign::{Assign, Assigned, Assignment, Assignments};
pub use bulk::{BulkCreate, BulkUpdate};
pub(crate) use by_record::{
    create_records, delete_rows, key_of, only_record, save_record, update_records, update_rows,
};
pub use delete::Deleted;
pub use instance::Writes;
pub use related::RelatedSet;
pub(crate) use run::Ready;
pub use update::Update;
