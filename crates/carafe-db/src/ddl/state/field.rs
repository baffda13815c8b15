//! A field of a table.

use carafe_model::Value;

use super::{ExpressionState, KindState};

/// A field of a table: one column, or several where it refers to a composite key, or none where a
/// table between holds it.
#[derive(Clone, Debug, PartialEq)]
#[expect(clippy::struct_excessive_bools, reason = "each is an option that the user writes")]
pub struct FieldState {
    /// Its name.
    pub name: String,
    /// What it was called before, where its model says so.
    pub was: Option<String>,
    /// What kind of value it holds.
    pub kind: KindState,
    /// Its column; the first part of the names where it needs several.
    pub column: String,
    /// Whether NULL is allowed.
    pub null: bool,
    /// Whether it is the primary key, or part of it.
    pub primary_key: bool,
    /// Whether the database counts it.
    pub counted: bool,
    /// Whether each value stands in one row at most.
    pub unique: bool,
    /// Whether it has an index.
    pub indexed: bool,
    /// The most characters of a text.
    pub max_length: Option<u32>,
    /// The digits of a decimal: all, and those behind the point.
    pub digits: Option<(u8, u8)>,
    /// What it holds where nobody says.
    pub default: Option<DefaultState>,
    /// How the database computes it.
    pub generated: Option<GeneratedState>,
    /// The column's comment.
    pub comment: Option<String>,
    /// Where it leads.
    pub reference: Option<ReferenceState>,
}

/// What a field holds where nobody says.
#[derive(Clone, Debug, PartialEq)]
pub enum DefaultState {
    /// Always the same value; the database does not know it.
    Constant(Value),
    /// What a function of the program returns.
    Function,
    /// The time at which it is saved.
    Now,
    /// What the database computes.
    Database(ExpressionState),
}

impl DefaultState {
    /// Whether the database knows it.
    pub fn is_kept(&self) -> bool {
        matches!(self, Self::Database(_))
    }
}

/// How the database computes a column.
#[derive(Clone, Debug, PartialEq)]
pub struct GeneratedState {
    /// From what.
    pub expression: ExpressionState,
    /// Whether it is stored; else it is computed when it is read.
    pub stored: bool,
}

/// Where a field leads.
#[derive(Clone, Debug, PartialEq)]
pub enum ReferenceState {
    /// To one row, by its key.
    Key {
        /// The table of the row.
        table: String,
        /// Whether the database holds the foreign key.
        constrained: bool,
        /// What the database does with this row when the other is deleted.
        on_delete: Option<DeleteAction>,
    },
    /// To many, by a table that is made for it.
    Many {
        /// The table of the rows.
        table: String,
        /// Whether the database holds the foreign keys.
        constrained: bool,
        /// The table between.
        through: ThroughState,
    },
}

/// The table between the two sides of a many-to-many.
#[derive(Clone, Debug, PartialEq)]
pub struct ThroughState {
    /// Its name.
    pub table: String,
    /// The columns that refer to the table whose field it is.
    pub from: Vec<String>,
    /// The columns that refer to the other one.
    pub to: Vec<String>,
}

impl ReferenceState {
    /// The table that it leads to.
    pub fn table(&self) -> &str {
        match self {
            Self::Key { table, .. } | Self::Many { table, .. } => table,
        }
    }
}

/// What the database itself does with a row when the one that it refers to is deleted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DeleteAction {
    /// It deletes it.
    Cascade,
    /// It sets NULL.
    SetNull,
    /// It sets the column's default.
    SetDefault,
}
