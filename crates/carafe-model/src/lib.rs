//! **(W, G)** What a model is: values, and how a row is read. Plain data and pure functions; it
//! knows no async, no SQL, no files and no other crate of Carafe.
//!
//! - [`Value`]: what is sent to a database, and what a column holds where its type is not known.
//! - [`FieldType`]: a Rust type that fills one column. [`IntoValue`]: what may stand as a parameter.
//! - [`Reader`]: one row of any database, read by column index.
//! - [`Row`]: a struct or tuple that is read from a row (`#[derive(Row)]`).

mod error;
mod field_type;
mod into_value;
pub mod moment;
mod reader;
mod row;
mod value;

pub use error::{Error, Result};
pub use field_type::FieldType;
pub use into_value::IntoValue;
pub use reader::{Columns, Reader};
pub use row::{Order, Row, Scalar};
pub use value::Value;

/// What the code that the derives write may touch.
#[doc(hidden)]
pub mod __private {
    /// For `#[derive(Row)]`.
    pub mod row {
        pub use crate::row::{Wanted, read_field, read_field_or_default};
        pub use crate::{Columns, FieldType, Order, Reader, Result, Row};
        pub use std::result::Result::Ok;
    }
}
