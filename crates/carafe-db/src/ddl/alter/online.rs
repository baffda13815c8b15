//! Changes that keep nobody waiting for long, step by step, none of which can be part of a transaction with another.

use carafe_core::Result;

use super::Step;
use super::in_place::Work;
use crate::ddl::create::MadeIndex;
use crate::ddl::state::ExpressionState;
use crate::ddl::table::{Column, Table};
use crate::ddl::{Ddl, Online, mirror};

/// Rows that are filled bit by bit.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Fill {
    /// The table.
    pub(crate) table: String,
    /// The column of the key by whose ranges it is done.
    pub(crate) key: Option<String>,
    /// What is run for those rows of a range that need it, up to the condition of the range.
    pub(crate) update: String,
    /// Which rows need it.
    pub(crate) needs: String,
    /// How many rows at once, where the settings do not say it.
    pub(crate) batch: Option<u32>,
}

impl Fill {
    /// Gives rows that have nothing in a column what an expression says; all names are SQL's.
    pub(crate) fn new(
        ddl: &dyn Ddl,
        table: &Table,
        column: &Column,
        value: &ExpressionState,
    ) -> Result<Self> {
        let value = mirror::value(ddl, table, column, value)?;
        let (name, own) = (ddl.quote(&table.name), ddl.quote(&column.name));
        Ok(Self {
            key: table.key.first().map(|key| ddl.quote(key)),
            update: format!("UPDATE {name} SET {own} = {value}"),
            needs: format!("{own} IS NULL AND ({value}) IS NOT NULL"),
            table: name,
            batch: None,
        })
    }

    /// The statement that fills all of them at once.
    pub(crate) fn whole(&self) -> String {
        format!("{} WHERE {}", self.update, self.needs)
    }
}

impl Work<'_> {
    /// How the database does it, where it is to be done so.
    fn way(&self) -> Option<Online> {
        self.is_online.then_some(self.ddl.features().online)
    }

    pub(super) fn is_concurrent(&self) -> bool {
        self.way() == Some(Online::Concurrently)
    }

    /// Makes an index.
    pub(super) fn add_index(&mut self, index: &MadeIndex) {
        let sql = index.statement(self.ddl);
        match self.way() {
            Some(Online::Concurrently) => self.build(&index.name, &sql),
            Some(Online::Asked(words)) => self.sql(format!("{sql} {words}")),
            Some(Online::Needless) | None => self.sql(sql),
        }
    }

    /// Takes an index away, by the statement that does it.
    pub(super) fn index_away(&mut self, name: &str, sql: String) {
        if self.is_concurrent() {
            let name = self.ddl.quote(name);
            self.steps.push(Step::Alone(format!("DROP INDEX CONCURRENTLY IF EXISTS {name}")));
        } else {
            self.sql(sql);
        }
    }

    /// Builds an index beside those who write; `CREATE INDEX …` becomes `CREATE INDEX CONCURRENTLY …`.
    fn build(&mut self, index: &str, sql: &str) {
        let sql = sql.replacen("INDEX ", "INDEX CONCURRENTLY ", 1);
        self.steps.push(Step::Build { index: index.to_owned(), sql });
    }

    /// Adds a constraint by its name and what stands behind it.
    pub(super) fn add_constraint(&mut self, table: &Table, name: &str, definition: &str) {
        let quoted = self.ddl.quote(name);
        if !self.is_concurrent() {
            self.alter(table, &format!("ADD CONSTRAINT {quoted} {definition}"));
            return;
        }
        if let Some(rest) = definition.strip_prefix("UNIQUE") {
            // What stands behind the columns is said of the constraint, not of its index.
            let (columns, deferred) = match rest.strip_suffix(DEFERRED) {
                Some(columns) => (columns, DEFERRED),
                None => (rest, ""),
            };
            let (nulls, columns) = columns.split_once('(').unwrap_or(("", columns));
            let of = self.ddl.quote(&table.name);
            self.build(
                name,
                &format!("CREATE UNIQUE INDEX {quoted} ON {of} ({columns}{}", nulls.trim_end()),
            );
            self.alter(
                table,
                &format!("ADD CONSTRAINT {quoted} UNIQUE USING INDEX {quoted}{deferred}"),
            );
        } else if definition.starts_with("CHECK") || definition.starts_with("FOREIGN KEY") {
            self.alter(table, &format!("ADD CONSTRAINT {quoted} {definition} NOT VALID"));
            self.validate(table, name);
        } else {
            self.alter(table, &format!("ADD CONSTRAINT {quoted} {definition}"));
        }
    }

    /// Looks at the rows that are there, and keeps nobody from writing meanwhile.
    fn validate(&mut self, table: &Table, name: &str) {
        let (table, name) = (self.ddl.quote(&table.name), self.ddl.quote(name));
        self.steps.push(Step::Alone(format!("ALTER TABLE {table} VALIDATE CONSTRAINT {name}")));
    }

    /// Lets a column be unique by itself, by an index that is built beforehand.
    pub(super) fn add_unique_online(&mut self, table: &Table, column: &str) {
        let name = crate::names::of_columns(&table.name, &[column], "_key");
        self.add_constraint(table, &name, &format!("UNIQUE ({})", self.ddl.quote(column)));
    }

    /// Lets a condition hold for the values of a column by itself.
    pub(super) fn add_check(&mut self, table: &Table, column: &str, check: &str) {
        if self.is_concurrent() {
            let name = crate::names::of_columns(&table.name, &[column], "_check");
            self.add_constraint(table, &name, &format!("CHECK ({check})"));
        } else {
            self.alter(table, &format!("ADD CHECK ({check})"));
        }
    }

    /// Allows no NULL in a column any more. What was looked at beforehand is not looked at under the lock.
    pub(super) fn not_null(&mut self, table: &Table, column: &str) {
        let quoted = self.ddl.quote(column);
        if !self.is_concurrent() {
            self.alter(table, &format!("ALTER COLUMN {quoted} SET NOT NULL"));
            return;
        }
        let name = crate::names::of_columns(&table.name, &[column], "_filled");
        self.add_constraint(table, &name, &format!("CHECK ({quoted} IS NOT NULL)"));
        self.alter(table, &format!("ALTER COLUMN {quoted} SET NOT NULL"));
        let name = self.ddl.quote(&name);
        self.alter(table, &format!("DROP CONSTRAINT {name}"));
    }

    /// Fills rows that have nothing in a column.
    pub(super) fn fill(
        &mut self,
        table: &Table,
        column: &Column,
        value: &ExpressionState,
    ) -> Result<()> {
        match self.way() {
            Some(Online::Concurrently | Online::Asked(_)) => {
                let fill = Fill::new(self.ddl, table, column, value)?;
                self.steps.push(Step::Fill(fill));
                Ok(())
            }
            Some(Online::Needless) | None => self.update(table, column, value),
        }
    }
}

const DEFERRED: &str = " DEFERRABLE INITIALLY DEFERRED";
