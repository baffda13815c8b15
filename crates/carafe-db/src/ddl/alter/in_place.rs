//! Changes of a table that stays where it is.

mod columns;
mod keyed;
mod paired;

use std::collections::BTreeSet;

use carafe_core::Result;

use self::paired::{added, paired};
use super::change::Change;
use super::{Pace, Step};
use crate::ddl::create::{
    MadeIndex, column_check, constraint, described, indexes, is_part_of_table, quoted, references,
    uniques,
};
use crate::ddl::exclusion;
use crate::ddl::expression::whole;
use crate::ddl::table::{Check, Column, Table};
use crate::ddl::{Alters, Ddl, Unnamed, column_type};

/// The steps for tables that change together: foreign keys go first and come last.
pub(super) fn steps(changes: &[Change], ddl: &dyn Ddl, pace: Pace) -> Result<Vec<Step>> {
    let is_online = pace == Pace::Online;
    let mut work = Work { ddl, is_online, steps: Vec::new(), retyped: BTreeSet::new() };
    for change in changes {
        work.find_retyped(change)?;
    }
    let renamed: Vec<&Change> = changes.iter().filter(|own| own.renamed.is_something()).collect();
    for change in renamed {
        work.rename(change)?;
    }
    for change in changes {
        work.drop_keys(change)?;
    }
    for change in changes {
        work.index_keys(change);
        work.pieces_away(change)?;
        work.columns(change)?;
        work.pieces_back(change)?;
        work.forget_keys(change)?;
    }
    for change in changes {
        work.add_keys(change)?;
    }
    Ok(work.steps)
}

pub(super) struct Work<'w> {
    pub(super) ddl: &'w dyn Ddl,
    /// Those who use the tables are not to be kept waiting.
    pub(super) is_online: bool,
    pub(super) steps: Vec<Step>,
    /// The columns that get another type, by table and name.
    retyped: BTreeSet<(String, String)>,
}

/// A constraint with a name.
#[derive(PartialEq)]
struct Named {
    name: String,
    /// What stands behind the name.
    definition: String,
    is_index: bool,
}

impl Work<'_> {
    pub(super) fn sql(&mut self, sql: String) {
        self.steps.push(Step::Sql(sql));
    }

    pub(super) fn alter(&mut self, table: &Table, what: &str) {
        let table = self.ddl.quote(&table.name);
        self.sql(format!("ALTER TABLE {table} {what}"));
    }

    fn rename(&mut self, change: &Change) -> Result<()> {
        let (before, after) = &change.renamed.table;
        let ddl = self.ddl;
        if before != after {
            self.sql(format!("ALTER TABLE {} RENAME TO {}", ddl.quote(before), ddl.quote(after)));
        }
        let held = ddl.features().checks_hold_names;
        for (from, to) in change.renamed.columns.iter().filter(|_| held) {
            self.checks_away(change, from, to)?;
        }
        for (from, to) in &change.renamed.columns {
            let (from, to) = (ddl.quote(from), ddl.quote(to));
            self.alter(&change.from, &format!("RENAME COLUMN {from} TO {to}"));
        }
        for (_, to) in change.renamed.columns.iter().filter(|_| held) {
            self.checks_back(&change.from, to)?;
        }
        Ok(())
    }

    /// Takes away what is checked of a column that gets another name.
    fn checks_away(&mut self, change: &Change, from: &str, to: &str) -> Result<()> {
        for check in change.from.checks.iter().filter(|check| is_about(check, to)) {
            let name = self.ddl.quote(&check.name);
            self.alter(&change.from, &format!("DROP CONSTRAINT {name}"));
        }
        let column = change.from.column(to);
        if column.and_then(|column| column_check(column, self.ddl)).is_some() {
            self.drop_unnamed(&change.from, from, Unnamed::Check)?;
        }
        Ok(())
    }

    fn checks_back(&mut self, table: &Table, column: &str) -> Result<()> {
        for check in table.checks.iter().filter(|check| is_about(check, column)) {
            let (name, condition) =
                (self.ddl.quote(&check.name), whole(self.ddl, table, &check.condition)?);
            self.alter(table, &format!("ADD CONSTRAINT {name} CHECK ({condition})"));
        }
        if let Some(check) = table.column(column).and_then(|own| column_check(own, self.ddl)) {
            self.alter(table, &format!("ADD CHECK ({check})"));
        }
        Ok(())
    }

    fn find_retyped(&mut self, change: &Change) -> Result<()> {
        for to in &change.to.columns {
            let Some(from) = change.from.column(&to.name) else { continue };
            if self.ty(from)? != self.ty(to)? {
                self.retyped.insert((change.to.name.clone(), to.name.clone()));
            }
        }
        Ok(())
    }

    fn ty(&self, column: &Column) -> Result<String> {
        match column.ty.kind.plain().filter(|_| column.counted) {
            Some(kind) => self.ddl.counted_type(kind, &column.ty),
            None => column_type(self.ddl, &column.ty),
        }
    }

    /// The foreign keys of a table; a key between columns that get another type is another one.
    fn keys(&self, table: &Table, is_before: bool) -> Result<Vec<Named>> {
        let is_retyped = |table: &str, column: &String| {
            self.retyped.contains(&(table.to_owned(), column.clone()))
        };
        let mut keys = Vec::with_capacity(table.foreign_keys.len());
        for key in &table.foreign_keys {
            let changes = key.columns.iter().any(|column| is_retyped(&table.name, column))
                || key.to.iter().any(|column| is_retyped(&key.table, column));
            let columns = quoted(&key.columns, self.ddl);
            let refers = references(key, self.ddl)?;
            let mark = if changes && is_before { " " } else { "" };
            keys.push(Named {
                name: key.name.clone(),
                definition: format!("FOREIGN KEY ({columns}) {refers}{mark}"),
                is_index: false,
            });
        }
        Ok(keys)
    }

    fn drop_keys(&mut self, change: &Change) -> Result<()> {
        let (from, to) = (self.keys(&change.from, true)?, self.keys(&change.to, false)?);
        for key in &from {
            let same = to.iter().find(|own| own.definition == key.definition);
            match same {
                Some(same) if same.name == key.name => {}
                Some(same) if self.by_parts() => self.rename_constraint(&change.to, key, same),
                _ => self.drop_key(&change.to, &key.name)?,
            }
        }
        Ok(())
    }

    fn drop_key(&mut self, table: &Table, name: &str) -> Result<()> {
        let quoted = self.ddl.quote(name);
        if self.by_parts() {
            self.alter(table, &format!("DROP CONSTRAINT {quoted}"));
            return Ok(());
        }
        self.alter(table, &format!("DROP FOREIGN KEY {quoted}"));
        // The index that it brought stays, unless something else uses it.
        self.drop_index_of(table, name)
    }

    fn add_keys(&mut self, change: &Change) -> Result<()> {
        let from = self.keys(&change.from, true)?;
        for key in self.keys(&change.to, false)? {
            let is_there = from.iter().any(|own| {
                own.definition == key.definition && (own.name == key.name || self.by_parts())
            });
            if !is_there {
                self.add_constraint(&change.to, &key.name, &key.definition);
            }
        }
        Ok(())
    }

    fn by_parts(&self) -> bool {
        self.ddl.features().alters == Alters::ByParts
    }

    /// Whether what is checked of a column is no part of its description.
    fn checks_apart(&self) -> bool {
        self.by_parts() || self.ddl.features().column_checks_apart
    }

    /// The constraints of a table that have names, without foreign keys.
    fn constraints(&self, table: &Table) -> Result<Vec<Named>> {
        let ddl = self.ddl;
        let mut made = Vec::new();
        for unique in uniques(table, ddl).filter(|own| is_part_of_table(own, ddl)) {
            let line = constraint(table, unique, ddl)?;
            made.push(self.named(&unique.name, &line, true));
        }
        for check in &table.checks {
            let condition = whole(ddl, table, &check.condition)?;
            made.push(Named {
                name: check.name.clone(),
                definition: format!("CHECK ({condition})"),
                is_index: false,
            });
        }
        for own in &table.exclusions {
            let line = exclusion::constraint(table, own, ddl)?;
            made.push(self.named(&own.name, &line, false));
        }
        Ok(made)
    }

    /// A constraint from its line in a table's description.
    fn named(&self, name: &str, line: &str, is_index: bool) -> Named {
        let start = format!("CONSTRAINT {} ", self.ddl.quote(name));
        let definition = line.strip_prefix(&start).unwrap_or(line).to_owned();
        Named { name: name.to_owned(), definition, is_index }
    }

    fn rename_constraint(&mut self, table: &Table, from: &Named, to: &Named) {
        let (from, to) = (self.ddl.quote(&from.name), self.ddl.quote(&to.name));
        self.alter(table, &format!("RENAME CONSTRAINT {from} TO {to}"));
    }

    fn rename_index(&mut self, table: &Table, from: &str, to: &str) {
        let (from, to) = (self.ddl.quote(from), self.ddl.quote(to));
        if self.by_parts() {
            self.sql(format!("ALTER INDEX {from} RENAME TO {to}"));
        } else {
            self.alter(table, &format!("RENAME INDEX {from} TO {to}"));
        }
    }

    fn drop_index(&mut self, table: &Table, name: &str) {
        let quoted = self.ddl.quote(name);
        let of = if self.by_parts() {
            String::new()
        } else {
            format!(" ON {}", self.ddl.quote(&table.name))
        };
        self.index_away(name, format!("DROP INDEX {quoted}{of}"));
    }

    /// Takes away what is not there afterwards, and gives names to what is.
    fn pieces_away(&mut self, change: &Change) -> Result<()> {
        let (from, to) = (&change.from, &change.to);
        let (old, new) = (change.indexes_before(self.ddl)?, indexes(to, self.ddl)?);
        for (index, pair) in old.iter().zip(same_indexes(&old, &new)) {
            match pair.map(|place| &new[place]) {
                Some(same) if same.name == index.name => {}
                Some(same) => self.rename_index(to, &index.name, &same.name),
                None => self.drop_index(to, &index.name),
            }
        }
        let (old, new) = (self.constraints(from)?, self.constraints(to)?);
        for (own, pair) in old.iter().zip(self.same_constraints(&old, &new)) {
            match pair.map(|place| &new[place]) {
                Some(same) if same.name == own.name => {}
                Some(same) if self.by_parts() => self.rename_constraint(to, own, same),
                Some(same) => self.rename_index(to, &own.name, &same.name),
                None if own.is_index && !self.by_parts() => self.drop_index(to, &own.name),
                None => {
                    let name = self.ddl.quote(&own.name);
                    self.alter(to, &format!("DROP CONSTRAINT {name}"));
                }
            }
        }
        for column in &from.columns {
            let after = to.column(&column.name);
            // What belongs to a column that goes goes with it.
            let Some(after) = after else { continue };
            if is_unique(from, column) && !is_unique(to, after) {
                self.drop_unnamed(to, &column.name, Unnamed::Unique)?;
            }
            let (before, check) = (column_check(column, self.ddl), column_check(after, self.ddl));
            if self.checks_apart() && before.is_some() && before != check {
                self.drop_unnamed(to, &column.name, Unnamed::Check)?;
            }
        }
        if from.key != to.key && !from.key.is_empty() {
            if self.by_parts() {
                self.drop_unnamed(to, "", Unnamed::Key)?;
            } else {
                self.uncounted(change)?;
                self.alter(to, "DROP PRIMARY KEY");
            }
        }
        Ok(())
    }

    /// What the database counts must be a key: first it is counted no more.
    fn uncounted(&mut self, change: &Change) -> Result<()> {
        for column in change.from.columns.iter().filter(|column| column.counted) {
            let plain = Column { counted: false, ..column.clone() };
            let line = described(&plain, &change.from, self.ddl)?;
            self.alter(&change.to, &format!("MODIFY COLUMN {line}"));
        }
        Ok(())
    }

    fn drop_unnamed(&mut self, table: &Table, column: &str, what: Unnamed) -> Result<()> {
        let find = self.ddl.unnamed(&table.name, column, what)?;
        let name = self.ddl.quote(&table.name);
        self.steps.push(if self.by_parts() || what == Unnamed::Check {
            let before = format!("ALTER TABLE {name} DROP CONSTRAINT ");
            Step::Each { find, before, after: String::new() }
        } else {
            Step::Each { find, before: "DROP INDEX ".to_owned(), after: format!(" ON {name}") }
        });
        Ok(())
    }

    /// Lets each value of a column stand in one row at most.
    fn add_unique(&mut self, table: &Table, column: &str) -> Result<()> {
        if self.is_concurrent() {
            self.add_unique_online(table, column);
            return Ok(());
        }
        if self.ddl.features().transactional {
            let name = self.ddl.quote(column);
            self.alter(table, &format!("ADD UNIQUE ({name})"));
            return Ok(());
        }
        // Where it is done for a second time, after a program was killed, there would be two of them.
        let there = self.ddl.unnamed(&table.name, column, Unnamed::Unique)?;
        let text = self.ddl.text(column)?;
        self.steps.push(Step::Each {
            find: format!("select {text} from (select 1) as one where not exists ({there})"),
            before: format!("ALTER TABLE {} ADD UNIQUE (", self.ddl.quote(&table.name)),
            after: ")".to_owned(),
        });
        Ok(())
    }

    fn pieces_back(&mut self, change: &Change) -> Result<()> {
        let (from, to) = (&change.from, &change.to);
        let came_with_key = |column: &Column| {
            columns::is_counted_key(column, to) && from.column(&column.name).is_none()
        };
        let is_there = !self.by_parts() && to.columns.iter().any(came_with_key);
        if from.key != to.key && !to.key.is_empty() && !is_there {
            let key = quoted(&to.key, self.ddl);
            self.alter(to, &format!("ADD PRIMARY KEY ({key})"));
            self.counted_again(change)?;
        }
        for column in &to.columns {
            let before = from.column(&column.name);
            let was_unique = before.is_some_and(|before| is_unique(from, before));
            if is_unique(to, column) && !was_unique {
                self.add_unique(to, &column.name)?;
            }
            let check = column_check(column, self.ddl);
            let old = before.and_then(|before| column_check(before, self.ddl));
            if let (true, Some(check)) = (self.checks_apart() && check != old, check) {
                self.add_check(to, &column.name, &check);
            }
        }
        let (old, new) = (self.constraints(from)?, self.constraints(to)?);
        for own in added(&new, &self.same_constraints(&old, &new)) {
            self.add_constraint(to, &own.name, &own.definition);
        }
        let (old, new) = (change.indexes_before(self.ddl)?, indexes(to, self.ddl)?);
        for index in added(&new, &same_indexes(&old, &new)) {
            self.add_index(index);
        }
        Ok(())
    }

    /// Which constraints are which: one that is no index gets no other name where that cannot be told.
    fn same_constraints(&self, old: &[Named], new: &[Named]) -> Vec<Option<usize>> {
        let is_like = |own: &Named, other: &Named| {
            own.definition == other.definition
                && (own.name == other.name || own.is_index || self.by_parts())
        };
        paired(old, new, |own| &own.name, is_like)
    }

    fn counted_again(&mut self, change: &Change) -> Result<()> {
        if self.by_parts() {
            return Ok(());
        }
        for column in change.to.columns.iter().filter(|column| column.counted) {
            let line = described(column, &change.to, self.ddl)?;
            let counted = self.ddl.features().counted;
            self.alter(&change.to, &format!("MODIFY COLUMN {line} {counted}"));
        }
        Ok(())
    }
}

/// Whether a check mentions a column.
fn is_about(check: &Check, column: &str) -> bool {
    let mut is_about = false;
    check.condition.fields(&mut |name| is_about |= name == column);
    is_about
}

fn same_indexes(old: &[MadeIndex], new: &[MadeIndex]) -> Vec<Option<usize>> {
    paired(old, new, |own| &own.name, MadeIndex::is_like)
}

fn is_unique(table: &Table, column: &Column) -> bool {
    column.unique && table.key != [column.name.as_str()]
}
