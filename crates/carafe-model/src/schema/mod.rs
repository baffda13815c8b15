//! A model as data: what migrations, forms, the admin site and APIs read without knowing its type.
//!
//! All of it is `'static` and `Copy`, written by `#[derive(Model)]`; nothing is computed at start.

mod choice;
mod constraint;
mod expression;
mod field;
mod flatten;
mod kind;
mod relation;
mod unique_for;
mod validator;
mod violated;

pub use choice::Choice;
pub use constraint::{Check, Exclusion, Index, Term, Unique};
pub use expression::{Expression, Literal, Operator};
pub use field::{Auto, Default, FieldSchema, Generated, Moment};
pub use flatten::flatten;
pub use kind::{CustomKind, Kind};
pub use relation::{NamedTable, OnDelete, Relation, RelationKind, SchemaFn, Target, Through};
pub use unique_for::{DatePart, UniqueFor};
pub use validator::Validator;

use std::any::Any;

use crate::{Error, Result};

/// A model as data.
///
/// ```
/// use carafe::models::{Model, schema::Kind};
///
/// #[derive(Model)]
/// #[model(ordering = "-id")]
/// struct Post {
///     id: i64,
///     #[model(max_length = 200)]
///     title: String,
/// }
///
/// let schema = Post::schema();
/// assert_eq!(schema.table, "post");
/// assert_eq!(schema.field("title")?.kind, Kind::Text);
/// assert_eq!(schema.field("title")?.max_length, Some(200));
/// assert!(schema.field("titel").is_err());
/// # Ok::<(), carafe::models::Error>(())
/// ```
#[derive(Clone, Copy, Debug)]
pub struct ModelSchema {
    /// The name of the struct.
    pub name: &'static str,
    /// The table. A model *is* its table name: moving the struct moves nothing in the database.
    pub table: &'static str,
    /// What the table was called before, for the next migration.
    pub was: Option<&'static str>,
    /// Whether migrations make and change the table.
    pub managed: bool,
    /// The model whose table this one shows in another way.
    pub proxy_of: Option<SchemaFn>,
    /// What one is called: "blog post".
    pub verbose_name: &'static str,
    /// What several are called.
    pub verbose_name_plural: &'static str,
    /// The table's comment in the database.
    pub comment: Option<&'static str>,
    /// The fields, those of embedded parts included, in the order in which a row is read.
    pub fields: &'static [FieldSchema],
    /// The order that a query has where it asks for none.
    pub ordering: &'static [Term],
    /// The order in which `latest` and `earliest` look where they are not told.
    pub latest_by: &'static [Term],
    /// Combinations that exist once.
    pub uniques: &'static [Unique],
    /// Conditions that hold for each row.
    pub checks: &'static [Check],
    /// Combinations that exclude each other.
    pub exclusions: &'static [Exclusion],
    /// Indexes beyond those that `unique`, `index` and relations bring.
    pub indexes: &'static [Index],
    /// How rows are read and kept without their type, for
    /// [`Rows::of`](crate::model::relation::Rows::of).
    pub rows: &'static (dyn Any + Send + Sync),
}

impl ModelSchema {
    /// What most models are; for the derive, and for tests.
    pub const fn new(
        name: &'static str,
        table: &'static str,
        fields: &'static [FieldSchema],
    ) -> Self {
        Self {
            name,
            table,
            was: None,
            managed: true,
            proxy_of: None,
            verbose_name: name,
            verbose_name_plural: name,
            comment: None,
            fields,
            ordering: &[],
            latest_by: &[],
            uniques: &[],
            checks: &[],
            exclusions: &[],
            indexes: &[],
            rows: &(),
        }
    }

    /// The field of that name; an error that lists those there are.
    pub fn field(&self, name: &str) -> Result<&'static FieldSchema> {
        match self.fields.iter().find(|field| field.name == name) {
            Some(field) => Ok(field),
            None => Err(Error::no_field(name, self.fields.iter().map(|field| field.name))),
        }
    }

    /// The field that reads or writes the column of that name, if it fills one column.
    pub fn field_of_column(&self, column: &str) -> Option<&'static FieldSchema> {
        self.fields.iter().find(|field| field.width == 1 && field.column == column)
    }

    /// The fields that stand in the table; relations without a column of their own are left out.
    pub fn stored(&self) -> impl Iterator<Item = &'static FieldSchema> + use<> {
        self.fields.iter().filter(|field| field.width > 0)
    }

    /// The fields that are the primary key: one, or several where it is composite.
    pub fn primary_key(&self) -> impl Iterator<Item = &'static FieldSchema> + use<> {
        self.fields.iter().filter(|field| field.primary_key)
    }

    /// How many columns a whole row has.
    pub fn width(&self) -> usize {
        self.fields.iter().map(|field| usize::from(field.width)).sum()
    }

    /// Where a field's first column stands in a whole row.
    pub fn offset(&self, field: &FieldSchema) -> usize {
        let before = self.fields.iter().take(usize::from(field.index));
        before.map(|field| usize::from(field.width)).sum()
    }

    /// The columns of the table in the order of a whole row.
    pub fn columns(&self) -> Vec<String> {
        self.stored().flat_map(FieldSchema::columns).collect()
    }

    /// Whether two schemas are of one model.
    pub fn is(&self, other: &Self) -> bool {
        self.table == other.table && self.name == other.name
    }
}
