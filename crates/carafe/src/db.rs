//! Databases: rows as types, transactions, SQL by hand.

pub use carafe_db::*;
pub use carafe_macros::Row;
