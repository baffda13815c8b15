//! Columns that follow others, while two versions of a program use the same table.

use carafe_core::Result;

use super::expression::sql;
use super::state::ExpressionState;
use super::table::{Column, Table};
use super::{Ddl, column_type};

/// A column that follows others of its row.
#[derive(Clone, Copy, Debug)]
pub struct Mirrored<'m> {
    pub(crate) table: &'m Table,
    pub(crate) column: &'m Column,
    pub(crate) value: &'m ExpressionState,
}

#[cfg_attr(
    not(any(test, feature = "postgres")),
    expect(dead_code, reason = "PostgreSQL alone keeps columns in step")
)]
impl Mirrored<'_> {
    /// Its name, which no other one has.
    pub(super) fn name(&self) -> String {
        crate::names::of_columns(&self.table.name, &[&self.column.name], "_mirror")
    }

    /// What it holds, in SQL.
    pub(super) fn sql(&self, ddl: &dyn Ddl) -> Result<String> {
        value(ddl, self.table, self.column, self.value)
    }

    /// The column that it follows, where it is no more than that.
    pub(super) fn followed(&self) -> Option<&str> {
        match self.value {
            ExpressionState::Field(column) => Some(column),
            _ => None,
        }
    }
}

/// What a column is given, as a value of its type.
pub(crate) fn value(
    ddl: &dyn Ddl,
    table: &Table,
    column: &Column,
    value: &ExpressionState,
) -> Result<String> {
    let made = sql(ddl, table, value, column.ty.kind.plain())?;
    let ExpressionState::Field(other) = value else { return Ok(made) };
    let other = table.column(other).map(|other| column_type(ddl, &other.ty)).transpose()?;
    let own = column_type(ddl, &column.ty)?;
    Ok(if other.is_some_and(|other| other != own) { ddl.cast(&made, &own) } else { made })
}
