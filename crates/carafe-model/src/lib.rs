//! **(W, G)** What a model is: schema, kinds, relations, values, rules, and how a row is read. Plain data and pure functions; it
//! knows no async, no SQL, no files and no other crate of Carafe.
//!
//! - [`Value`]: what is sent to a database, and what a column holds where its type is not known.
//! - [`FieldType`]: a Rust type that fills one column. [`IntoValue`]: what may stand as a parameter.
//! - [`Reader`]: one row of any database, read by column index.
//! - [`Model`]: a struct that is a row of a table (`#[derive(Model)]`), and [`schema`], the same as
//!   data. [`Record`] is an instance of any model.
//! - [`ForeignKey`], [`OneToOne`], [`ManyToMany`], [`HasMany`], [`HasOne`]: relations.
//! - [`query`]: questions as data, and the typed expressions that make them.
//! - [`ColumnType`]: which kind of column a type makes. [`Choices`]: enums.
//! - [`Validate`]: what is wrong with an instance, field by field.
//! - [`Row`]: a struct or tuple that is read from a row (`#[derive(Row)]`).

mod choices;
mod error;
mod field_type;
mod into_value;
mod invalid;
mod kinds;
pub mod model;
pub mod moment;
mod reader;
mod row;
pub mod schema;
pub mod validate;
mod value;
mod values;

pub use choices::Choices;
pub use error::{Error, Result};
pub use field_type::FieldType;
pub use into_value::IntoValue;
pub use invalid::{Invalid, Invalids};
#[cfg(feature = "json")]
pub use kinds::JsonField;
pub use kinds::{
    Array, Blank, ColumnType, Element, FilePath, HStore, PgRange, RangeBound, SearchVector,
    StoredFile, StoredImage, Vector,
};
pub use model::query;
pub use model::relation::{ForeignKey, GenericForeignKey, HasMany, HasOne, ManyToMany, OneToOne};
pub use model::{Column, Cursor, Deferred, Entry, Field, Key, Model, Part, Record};
pub use reader::{Columns, Reader};
pub use row::{Order, Row, Scalar};
pub use validate::Validate;
pub use value::Value;
#[doc(hidden)]
pub use values::read_values;

/// What the code that the derives write may touch.
#[doc(hidden)]
pub mod __private {
    /// For `#[derive(Model)]` and `#[derive(Choices)]`.
    pub mod model {
        pub use crate::choices::{choice_value, read_choice};
        pub use crate::model::relation::{GenericSlot, Rows, reverse_of};
        pub use crate::model::{
            AnyField, Hop, KeyField, Part, PathEnd, checked_by, default_value, field_schema,
            positive, relation_of,
        };
        pub use crate::schema::*;
        pub use crate::{
            Blank, Choices, Column, ColumnType, Cursor, Field, FieldType, Invalids, Model, Reader,
            Record, Result, Value,
        };
        pub use std::option::Option::{self, None, Some};
        pub use std::result::Result::Ok;
    }

    /// For `#[derive(Row)]`.
    pub mod row {
        pub use crate::row::{Wanted, read_field, read_field_or_default};
        pub use crate::{Columns, FieldType, Order, Reader, Result, Row};
        pub use std::result::Result::Ok;
    }
}
