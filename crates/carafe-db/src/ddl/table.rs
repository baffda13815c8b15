//! A table as a database sees it: columns, keys and names, with nothing left to look up elsewhere.

use super::state::{DefaultState, DeleteAction, ExpressionState, GeneratedState, KindState};

/// A table as a database sees it. Expressions name columns here.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Table {
    pub(crate) name: String,
    pub(crate) comment: Option<String>,
    pub(crate) columns: Vec<Column>,
    /// The columns of the primary key.
    pub(crate) key: Vec<String>,
    pub(crate) foreign_keys: Vec<ForeignKey>,
    pub(crate) uniques: Vec<Unique>,
    pub(crate) checks: Vec<Check>,
    pub(crate) exclusions: Vec<Exclusion>,
    pub(crate) indexes: Vec<Index>,
}

/// A column.
#[derive(Clone, Debug, PartialEq)]
#[expect(clippy::struct_excessive_bools, reason = "each is an option that the user writes")]
pub(crate) struct Column {
    pub(crate) name: String,
    pub(crate) ty: ColumnType,
    pub(crate) null: bool,
    /// Whether the database counts it.
    pub(crate) counted: bool,
    pub(crate) unique: bool,
    pub(crate) indexed: bool,
    /// Whether it refers: what its values must be is checked where they come from.
    pub(crate) refers: bool,
    pub(crate) default: Option<DefaultState>,
    pub(crate) generated: Option<GeneratedState>,
    pub(crate) comment: Option<String>,
}

/// What a column holds.
#[derive(Clone, Debug, PartialEq)]
pub struct ColumnType {
    /// The kind.
    pub kind: KindState,
    /// The most characters of a text.
    pub max_length: Option<u32>,
    /// The digits of a decimal: all, and those behind the point.
    pub digits: Option<(u8, u8)>,
}

/// A foreign key that the database holds.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct ForeignKey {
    pub(crate) name: String,
    pub(crate) columns: Vec<String>,
    pub(crate) table: String,
    pub(crate) to: Vec<String>,
    pub(crate) on_delete: Option<DeleteAction>,
}

/// A combination that exists once.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Unique {
    pub(crate) name: String,
    pub(crate) parts: Vec<Part>,
    pub(crate) condition: Option<ExpressionState>,
    pub(crate) include: Vec<String>,
    pub(crate) nulls_equal: bool,
    pub(crate) deferred: bool,
}

/// A condition that holds for each row.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Check {
    pub(crate) name: String,
    pub(crate) condition: ExpressionState,
}

/// Combinations that exclude each other.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Exclusion {
    pub(crate) name: String,
    pub(crate) parts: Vec<(Part, String)>,
    pub(crate) condition: Option<ExpressionState>,
    pub(crate) method: Option<String>,
    pub(crate) deferred: bool,
}

/// An index.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Index {
    pub(crate) name: String,
    pub(crate) parts: Vec<Part>,
    pub(crate) condition: Option<ExpressionState>,
    pub(crate) include: Vec<String>,
    pub(crate) method: Option<String>,
}

/// One part of an index or a unique constraint: a column where it is no more than that.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Part {
    pub(crate) expression: ExpressionState,
    pub(crate) descending: bool,
    pub(crate) class: Option<String>,
}

impl Table {
    pub(crate) fn column(&self, name: &str) -> Option<&Column> {
        self.columns.iter().find(|column| column.name == name)
    }
}

impl Part {
    /// Its column, where it is no more than that.
    pub(crate) fn column(&self) -> Option<&str> {
        match &self.expression {
            ExpressionState::Field(column) => Some(column),
            _ => None,
        }
    }
}

impl Unique {
    /// Whether SQL has it as a constraint, rather than as an index.
    pub(crate) fn is_plain(&self) -> bool {
        self.condition.is_none()
            && self.include.is_empty()
            && self.parts.iter().all(|part| part.column().is_some() && part.class.is_none())
    }
}
