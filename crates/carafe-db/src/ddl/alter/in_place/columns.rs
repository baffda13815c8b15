//! Columns that come, go and change in a table that stays where it is.

use carafe_core::Result;

use super::Work;
use crate::ddl::alter::Change;
use crate::ddl::create::{column_check, default, described};
use crate::ddl::expression::sql;
use crate::ddl::state::{DefaultState, ExpressionState};
use crate::ddl::table::{Column, Table};

impl Work<'_> {
    pub(super) fn columns(&mut self, change: &Change) -> Result<()> {
        let (from, to) = (&change.from, &change.to);
        for column in from.columns.iter().filter(|own| to.column(&own.name).is_none()) {
            let name = self.ddl.quote(&column.name);
            self.alter(to, &format!("DROP COLUMN {name}"));
        }
        for column in &to.columns {
            let fill = change.fill.as_ref().filter(|(name, _)| *name == column.name);
            let fill = fill.map(|(_, value)| value);
            match from.column(&column.name) {
                None => self.add_column(to, column, fill)?,
                Some(before) if self.by_parts() => {
                    self.alter_column(change, before, column, fill)?;
                }
                Some(before) => self.describe_column(change, before, column, fill)?,
            }
        }
        Ok(())
    }

    fn add_column(
        &mut self,
        table: &Table,
        column: &Column,
        fill: Option<&ExpressionState>,
    ) -> Result<()> {
        let ends = |work: &Self| {
            let mut end = String::new();
            if !work.checks_apart()
                && let Some(check) = column_check(column, work.ddl)
            {
                end.extend([" CHECK (", &*check, ")"]);
            }
            if column.counted && (work.by_parts() || is_counted_key(column, table)) {
                end.push(' ');
                end.push_str(work.ddl.features().counted);
            }
            // Elsewhere what is counted must be the key, so that rows that are there get numbers.
            if is_counted_key(column, table) && !work.by_parts() {
                end.push_str(" PRIMARY KEY");
            }
            end
        };
        let end = ends(self);
        let Some(fill) = fill else {
            let line = described(column, table, self.ddl)?;
            self.alter(table, &format!("ADD COLUMN {line}{end}"));
            return Ok(());
        };
        // A default that goes away again fills all rows at once, where it is the same for all.
        let mut names = false;
        fill.fields(&mut |_| names = true);
        if names {
            let open = Column { null: true, default: None, ..column.clone() };
            let line = described(&open, table, self.ddl)?;
            self.alter(table, &format!("ADD COLUMN {line}{end}"));
            self.fill(table, column, fill)?;
        } else {
            let filled =
                Column { default: Some(DefaultState::Database(fill.clone())), ..column.clone() };
            let line = described(&filled, table, self.ddl)?;
            self.alter(table, &format!("ADD COLUMN {line}{end}"));
        }
        let name = self.ddl.quote(&column.name);
        if !self.by_parts() {
            let line = described(column, table, self.ddl)?;
            self.alter(table, &format!("MODIFY COLUMN {line}{end}"));
            return Ok(());
        }
        match default(column, table, self.ddl)? {
            Some(value) => self.alter(table, &format!("ALTER COLUMN {name} SET DEFAULT {value}")),
            None if names => {}
            None => self.alter(table, &format!("ALTER COLUMN {name} DROP DEFAULT")),
        }
        if names && !column.null {
            self.not_null(table, &column.name);
        }
        Ok(())
    }

    /// Fills rows that have nothing in a column.
    pub(in crate::ddl::alter) fn update(
        &mut self,
        table: &Table,
        column: &Column,
        fill: &ExpressionState,
    ) -> Result<()> {
        let value = sql(self.ddl, table, fill, column.ty.kind.plain())?;
        let (table, name) = (self.ddl.quote(&table.name), self.ddl.quote(&column.name));
        self.sql(format!("UPDATE {table} SET {name} = {value} WHERE {name} IS NULL"));
        if self.by_parts() {
            // What waits for the end of the transaction would keep the table from being altered.
            self.sql("SET CONSTRAINTS ALL IMMEDIATE".to_owned());
            self.sql("SET CONSTRAINTS ALL DEFERRED".to_owned());
        }
        Ok(())
    }

    /// A column bit by bit.
    fn alter_column(
        &mut self,
        change: &Change,
        before: &Column,
        after: &Column,
        fill: Option<&ExpressionState>,
    ) -> Result<()> {
        let table = &change.to;
        let name = self.ddl.quote(&after.name);
        let (old, new) = (self.ty(before)?, self.ty(after)?);
        let defaults = (default(before, &change.from, self.ddl)?, default(after, table, self.ddl)?);
        if before.counted && !after.counted {
            self.alter(table, &format!("ALTER COLUMN {name} DROP IDENTITY"));
        }
        let retyped = old != new;
        if defaults.0.is_some() && (retyped || defaults.1.is_none()) {
            self.alter(table, &format!("ALTER COLUMN {name} DROP DEFAULT"));
        }
        if retyped {
            self.alter(table, &format!("ALTER COLUMN {name} TYPE {new} USING {name}::{new}"));
        }
        if let Some(value) = &defaults.1
            && (retyped || defaults.0.as_ref() != Some(value))
        {
            self.alter(table, &format!("ALTER COLUMN {name} SET DEFAULT {value}"));
        }
        if before.null && !after.null {
            if let Some(value) = instead_of_null(after, fill) {
                self.fill(table, after, value)?;
            }
            self.not_null(table, &after.name);
        } else if !before.null && after.null {
            self.alter(table, &format!("ALTER COLUMN {name} DROP NOT NULL"));
        }
        if after.counted && !before.counted {
            let counted = self.ddl.features().counted;
            self.alter(table, &format!("ALTER COLUMN {name} ADD {counted}"));
            let of = self.ddl.quote(&table.name);
            let (text, column) = (self.ddl.text(&of)?, self.ddl.text(&after.name)?);
            self.sql(format!(
                "SELECT setval(pg_get_serial_sequence({text}, {column}), coalesce(max({name}), 0) + 1, false) FROM {of}"
            ));
        }
        Ok(())
    }

    /// A column described again as a whole.
    fn describe_column(
        &mut self,
        change: &Change,
        before: &Column,
        after: &Column,
        fill: Option<&ExpressionState>,
    ) -> Result<()> {
        let table = &change.to;
        let line = |column: &Column, table: &Table| -> Result<String> {
            let mut line = described(column, table, self.ddl)?;
            if let (false, Some(check)) = (self.checks_apart(), column_check(column, self.ddl)) {
                line.extend([" CHECK (", &*check, ")"]);
            }
            if column.counted && change.from.key == change.to.key {
                line.push(' ');
                line.push_str(self.ddl.features().counted);
            }
            Ok(line)
        };
        let (old, new) = (line(before, &change.from)?, line(after, table)?);
        if old == new {
            return Ok(());
        }
        if before.null
            && !after.null
            && let Some(value) = instead_of_null(after, fill)
        {
            self.fill(table, after, value)?;
        }
        self.alter(table, &format!("MODIFY COLUMN {new}"));
        Ok(())
    }
}

/// Whether a column is all of the key, and counted.
pub(super) fn is_counted_key(column: &Column, table: &Table) -> bool {
    column.counted && table.key == [column.name.as_str()]
}

/// What rows hold that held nothing: what is said, else what a new row would hold.
fn instead_of_null<'c>(
    column: &'c Column,
    fill: Option<&'c ExpressionState>,
) -> Option<&'c ExpressionState> {
    fill.or(match &column.default {
        Some(DefaultState::Database(default)) => Some(default),
        _ => None,
    })
}
