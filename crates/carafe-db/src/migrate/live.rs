//! What is done for the time in which two versions of a program use the same tables.

use carafe_core::{Error, Result};

use super::operation::check_fill;
use crate::ddl::state::{ExpressionState, FieldState, State, TableState};
use crate::ddl::{Ddl, Fill, Mirrored, Step, Table, tables_of};

/// Gives rows that have nothing in a field a value, bit by bit.
///
/// Each bit is a transaction of its own, and how far it has come is noted in it: whoever is killed goes on
/// there. Undone it does nothing, as nobody remembers which rows were empty.
#[derive(Clone, Debug, PartialEq)]
pub struct Backfill {
    /// The table.
    pub table: String,
    /// The field.
    pub field: String,
    /// What rows get.
    pub value: ExpressionState,
    /// How many rows at once, where the settings do not say it.
    pub batch: Option<u32>,
}

/// Keeps a field in step with others of its row, whoever writes it (by a trigger).
///
/// A row that has nothing in the field gets the value. Where the value is another field, changes of that
/// are followed too.
#[derive(Clone, Debug, PartialEq)]
pub struct Mirror {
    /// The table.
    pub table: String,
    /// The field that follows.
    pub field: String,
    /// What it follows.
    pub value: ExpressionState,
}

impl Backfill {
    /// An error where the tables have no such field, or nothing of which it could be filled.
    pub(super) fn check(&self, state: &State) -> Result<()> {
        check(state, &self.table, &self.field, &self.value)
    }

    /// What the database does for it.
    pub(super) fn steps(&self, state: &State, ddl: &dyn Ddl) -> Result<Vec<Step>> {
        let own = find(state, &self.table)?;
        let table = made(state, own)?;
        let column = column(own, &table, &self.field)?;
        let value = in_columns(own, &self.value)?;
        let fill = Fill { batch: self.batch, ..Fill::new(ddl, &table, column, &value)? };
        Ok(vec![Step::Fill(fill)])
    }
}

impl Mirror {
    /// An error where the tables have no such field, or nothing that it could follow.
    pub(super) fn check(&self, state: &State) -> Result<()> {
        check(state, &self.table, &self.field, &self.value)
    }

    /// What the database does for it.
    pub(super) fn steps(&self, state: &State, ddl: &dyn Ddl) -> Result<Vec<Step>> {
        let (own, table) = self.found(state)?;
        let value = in_columns(own, &self.value)?;
        let column = column(own, &table, &self.field)?;
        let made = ddl.mirror(&Mirrored { table: &table, column, value: &value })?;
        Ok(made.into_iter().map(Step::Sql).collect())
    }

    /// What the database does when it ends.
    pub(super) fn steps_away(&self, state: &State, ddl: &dyn Ddl) -> Result<Vec<Step>> {
        let (own, table) = self.found(state)?;
        let column = column(own, &table, &self.field)?;
        let value = in_columns(own, &self.value)?;
        let gone = ddl.mirror_away(&Mirrored { table: &table, column, value: &value })?;
        Ok(gone.into_iter().map(Step::Sql).collect())
    }

    fn found<'s>(&self, state: &'s State) -> Result<(&'s TableState, Table)> {
        let own = find(state, &self.table)?;
        Ok((own, made(state, own)?))
    }
}

fn check(state: &State, table: &str, field: &str, value: &ExpressionState) -> Result<()> {
    let own = find(state, table)?;
    let found = own.field(field).ok_or_else(|| without(own, field))?;
    // What is another field may be of another kind, and becomes of this one.
    let open = FieldState { null: true, ..found.clone() };
    check_fill(own, &open, Some(value))
}

fn find<'s>(state: &'s State, table: &str) -> Result<&'s TableState> {
    let found = state.tables.get(table);
    found.ok_or_else(|| Error::setup(format!("there is no table `{table}` at that point")))
}

fn made(state: &State, own: &TableState) -> Result<Table> {
    let tables = tables_of(state, own)?;
    let found = tables.into_iter().find(|table| table.name == own.name);
    found.ok_or_else(|| Error::setup(format!("`{}` is not made here", own.name)))
}

fn column<'t>(own: &TableState, table: &'t Table, field: &str) -> Result<&'t crate::ddl::Column> {
    let found = own.field(field).and_then(|field| table.column(&field.column));
    found.ok_or_else(|| without(own, field))
}

/// The same, over columns.
fn in_columns(own: &TableState, value: &ExpressionState) -> Result<ExpressionState> {
    value.renamed(&|name| match own.field(name) {
        Some(field) => Ok(field.column.clone()),
        None => Err(without(own, name)),
    })
}

fn without(own: &TableState, field: &str) -> Error {
    Error::setup(format!(
        "`{}` has no field `{field}` at that point, or one of several columns",
        own.name
    ))
}
