//! What the tables of a program are to be, as data that a file can hold: what models say, and what a
//! history of migrations replays to.

mod constraint;
mod expression;
mod field;
mod kind;
mod parse;
mod snapshot;
mod tables;

pub use constraint::{CheckState, ExclusionState, IndexState, TermState, UniqueState};
pub use expression::{ExpressionState, LiteralState};
pub use field::{
    DefaultState, DeleteAction, FieldState, GeneratedState, ReferenceState, ThroughState,
};
pub use kind::KindState;
pub use snapshot::snapshot;
pub use tables::Tables;

/// The tables of a program, by name.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct State {
    /// The tables, by name.
    pub tables: Tables,
}

/// A table as its model describes it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TableState {
    /// Its name.
    pub name: String,
    /// What it was called before, where its model says so.
    pub was: Option<String>,
    /// The name of the model.
    pub model: String,
    /// The crate that owns the model.
    pub owner: String,
    /// Whether it is made and changed here; else somebody else does.
    pub managed: bool,
    /// Its comment in the database.
    pub comment: Option<String>,
    /// Its fields in their order: those with columns, and those with a table between.
    pub fields: Vec<FieldState>,
    /// Combinations that exist once.
    pub uniques: Vec<UniqueState>,
    /// Conditions that hold for each row.
    pub checks: Vec<CheckState>,
    /// Combinations that exclude each other.
    pub exclusions: Vec<ExclusionState>,
    /// Indexes beyond those that fields bring.
    pub indexes: Vec<IndexState>,
}

impl State {
    /// What a history keeps of it: without what only the program knows, and old names.
    #[must_use]
    pub fn kept(&self) -> Self {
        let mut kept = self.clone();
        let is_more = |table: &TableState| {
            let more = |field: &FieldState| {
                field.was.is_some() || field.default.as_ref().is_some_and(|own| !own.is_kept())
            };
            table.was.is_some() || table.fields.iter().any(more)
        };
        for table in kept.tables.changing(is_more) {
            table.was = None;
            for field in &mut table.fields {
                field.was = None;
                field.default = field.default.take().filter(DefaultState::is_kept);
            }
        }
        kept
    }
}

impl TableState {
    /// The field of that name.
    pub fn field(&self, name: &str) -> Option<&FieldState> {
        self.fields.iter().find(|field| field.name == name)
    }

    /// The fields that are the primary key.
    pub fn primary_key(&self) -> impl Iterator<Item = &FieldState> {
        self.fields.iter().filter(|field| field.primary_key)
    }
}
