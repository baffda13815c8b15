//! What an operation changes in the tables that a database has.

use std::collections::BTreeSet;
use std::sync::Arc;

use carafe_core::{Error, Result};

use super::{Direction, Operation, Side, Sql};
use crate::ddl::state::{ExpressionState, ReferenceState, State, TableState};
use crate::ddl::{
    Change, ColumnType, Ddl, Pace, Renamed, Step, Table, alter, create, drop, tables_of,
};

/// What is to be done with a database for an operation between two states.
pub(super) fn steps(
    before: &State,
    after: &State,
    operation: &Operation,
    ddl: &dyn Ddl,
) -> Result<Vec<Step>> {
    at_pace(before, after, operation, (ddl, Pace::AtOnce))
}

fn at_pace(
    before: &State,
    after: &State,
    operation: &Operation,
    (ddl, pace): (&dyn Ddl, Pace),
) -> Result<Vec<Step>> {
    match operation {
        Operation::Noted(own, notes) => {
            let pace = if notes.online { Pace::Online } else { pace };
            return at_pace(before, after, own, (ddl, pace));
        }
        Operation::Backfill(own, Direction::Forwards) => return own.steps(after, ddl),
        Operation::AddMirror(own) => return own.steps(after, ddl),
        Operation::RemoveMirror(own) => return own.steps_away(after, ddl),
        Operation::CreateTable(table) => {
            let made = tables_of(after, table)?;
            return Ok(create(&made, ddl)?.into_iter().map(Step::Sql).collect());
        }
        Operation::DeleteTable(table) => {
            let gone = tables_of(before, table)?;
            return Ok(drop(&gone, ddl).into_iter().map(Step::Sql).collect());
        }
        Operation::MoveTable { .. }
        | Operation::Only(Side::State, _)
        | Operation::Backfill(_, Direction::Backwards) => return Ok(Vec::new()),
        Operation::Only(Side::Database, own) => {
            let (before, after) = own.on_database(before)?;
            return at_pace(&before, &after, own, (ddl, pace));
        }
        Operation::Sql(own) => return sql(own, ddl),
        Operation::Run(own) => {
            let name = own.function()?.map(str::to_owned);
            let state = || Arc::new(before.clone());
            return Ok(name.map(|name| Step::Call { name, state: state() }).into_iter().collect());
        }
        Operation::AlterTable { from, to, .. }
            if from.comment == to.comment || !from.managed || !to.managed =>
        {
            return Ok(Vec::new());
        }
        _ => {}
    }
    let (from, to) = (find(before, operation.table())?, find(after, name_after(operation))?);
    let mut plan = Plan { ddl, pace, before, after, changes: Vec::new(), steps: Vec::new() };
    plan.own(from, to, operation)?;
    plan.finish(operation)
}

/// SQL that somebody wrote: what is undone together is run together.
fn sql(own: &Sql, ddl: &dyn Ddl) -> Result<Vec<Step>> {
    let Some(script) = own.sql.on(ddl.features())? else { return Ok(Vec::new()) };
    let statements = ddl.statements(script).into_iter();
    Ok(statements.map(|sql| Step::Own(sql.to_owned())).collect())
}

struct Plan<'p> {
    ddl: &'p dyn Ddl,
    pace: Pace,
    before: &'p State,
    after: &'p State,
    changes: Vec<Change>,
    steps: Vec<Step>,
}

impl Plan<'_> {
    /// The table itself, and those between of its relations.
    fn own(&mut self, from: &TableState, to: &TableState, operation: &Operation) -> Result<()> {
        let (mut old, mut new) = (tables_of(self.before, from)?, tables_of(self.after, to)?);
        let between = |table: &TableState, field: &str| match &table.field(field)?.reference {
            Some(ReferenceState::Many { through, .. }) => Some(through.table.clone()),
            _ => None,
        };
        for field in &from.fields {
            let name = field_after(operation, &field.name);
            let pair = (between(from, &field.name), between(to, name));
            if let (Some(one), Some(other)) = pair
                && let (Some(one), Some(other)) = (take(&mut old, &one), take(&mut new, &other))
            {
                self.push(one, other, None)?;
            }
        }
        if from.managed
            && to.managed
            && let (Some(one), Some(other)) = (take(&mut old, &from.name), take(&mut new, &to.name))
        {
            self.push(one, other, fill(operation))?;
        }
        // What is left are the tables between of relations that come or go.
        self.steps.extend(drop(&old, self.ddl).into_iter().map(Step::Sql));
        self.steps.extend(create(&new, self.ddl)?.into_iter().map(Step::Sql));
        Ok(())
    }

    fn push(
        &mut self,
        from: Table,
        to: Table,
        fill: Option<(&str, &ExpressionState)>,
    ) -> Result<()> {
        let fill = fill.map(|(column, value)| (column.to_owned(), value.clone()));
        self.changes.push(Change::new(from, to, fill)?);
        Ok(())
    }

    fn finish(mut self, operation: &Operation) -> Result<Vec<Step>> {
        if self.is_led_to_anew() {
            self.referring(operation)?;
        }
        self.changes.retain(Change::is_something);
        let mut steps = self.steps;
        steps.extend(alter(&self.changes, self.ddl, self.pace)?);
        Ok(steps)
    }

    /// Whether the keys of other tables are to lead to something else.
    fn is_led_to_anew(&self) -> bool {
        self.changes.iter().any(|own| own.renamed.is_something() || key(&own.from) != key(&own.to))
    }

    /// The tables that refer to those that change, and those that refer to them, where their keys change
    /// with it.
    fn referring(&mut self, operation: &Operation) -> Result<()> {
        let own = name_after(operation);
        let mut names: Vec<String> = self.changes.iter().map(|own| own.to.name.clone()).collect();
        let mut seen: BTreeSet<&str> = BTreeSet::from([own]);
        while !names.is_empty() {
            let leads = |table: &&TableState| {
                let mut references = table.fields.iter().filter_map(|own| own.reference.as_ref());
                references.any(|own| names.iter().any(|name| name == own.table()))
            };
            let tables = self.after.tables.values();
            let referring: Vec<&TableState> =
                tables.filter(|table| !seen.contains(table.name.as_str())).filter(leads).collect();
            names.clear();
            for table in referring {
                seen.insert(&table.name);
                if self.refers(own, table)? {
                    names.push(table.name.clone());
                }
            }
        }
        let all: Vec<Renamed> = self.changes.iter().map(|own| own.renamed.clone()).collect();
        for own in &mut self.changes {
            for renamed in &all {
                renamed.led_to(&mut own.from);
            }
        }
        Ok(())
    }

    /// A table that refers to one that changes. It tells whether its key changes with it.
    fn refers(&mut self, own: &str, table: &TableState) -> Result<bool> {
        let (old, new) = (
            tables_of(self.before, find(self.before, &table.name)?)?,
            tables_of(self.after, table)?,
        );
        let mut is_key = false;
        for (from, to) in old.into_iter().zip(new) {
            let lost: Vec<&str> = from.columns.iter().map(|own| own.name.as_str()).collect();
            if from.columns.len() != to.columns.len() {
                return Err(Error::setup(format!(
                    "the key of `{own}` gets another number of columns while `{}` refers to it",
                    from.name
                ))
                .hint(format!(
                    "take the references away first, in a migration of their own; they are: {}",
                    lost.join(", ")
                )));
            }
            is_key |= from.name == table.name && key(&from) != key(&to);
            self.push(from, to, None)?;
        }
        Ok(is_key)
    }
}

/// The columns of a key, with what they hold.
fn key(table: &Table) -> Vec<(&str, &ColumnType)> {
    let columns = table.key.iter().filter_map(|name| table.column(name));
    columns.map(|column| (column.name.as_str(), &column.ty)).collect()
}

fn take(tables: &mut Vec<Table>, name: &str) -> Option<Table> {
    let index = tables.iter().position(|table| table.name == name)?;
    Some(tables.remove(index))
}

pub(super) fn name_after(operation: &Operation) -> &str {
    match operation {
        Operation::RenameTable { to, .. } => &to.table,
        Operation::Only(_, own) | Operation::Noted(own, _) => name_after(own),
        other => other.table(),
    }
}

fn field_after<'o>(operation: &'o Operation, field: &'o str) -> &'o str {
    match operation {
        Operation::RenameField { from, to, .. } if from.name == field => &to.name,
        _ => field,
    }
}

fn fill(operation: &Operation) -> Option<(&str, &ExpressionState)> {
    match operation {
        Operation::AddField { field, fill: Some(fill), .. } => Some((&field.column, fill)),
        Operation::AlterField { from, to, fill: Some(fill), .. } if from.null && !to.null => {
            Some((&to.column, fill))
        }
        _ => None,
    }
}

fn find<'s>(state: &'s State, table: &str) -> Result<&'s TableState> {
    state
        .tables
        .get(table)
        .ok_or_else(|| Error::setup(format!("there is no table `{table}` at that point")))
}
