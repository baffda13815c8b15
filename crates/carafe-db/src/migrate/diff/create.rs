//! New tables, in an order in which what they lead to is there.

use carafe_core::{Error, Result};

use super::Way;
use crate::ddl::state::{FieldState, ReferenceState, TableState};
use crate::migrate::{Operation, Piece, blank};

impl Way<'_> {
    pub(super) fn create_tables(&mut self) -> Result<()> {
        let mut left: Vec<TableState> = self
            .wanted
            .tables
            .values()
            .filter(|table| !self.now.tables.contains_key(&table.name))
            .cloned()
            .collect();
        let mut later = Vec::new();
        while !left.is_empty() {
            let is_ready = |table: &TableState| self.missing(table).is_empty();
            let next = match left.iter().position(is_ready) {
                Some(ready) => left.remove(ready),
                None => self.cut(&mut left, &mut later)?,
            };
            self.push(Operation::CreateTable(Box::new(next)))?;
        }
        for (table, field) in later {
            self.push(Operation::AddField { table, field: Box::new(field), fill: None })?;
        }
        Ok(())
    }

    /// The fields that lead to tables which are not there yet.
    fn missing<'t>(&self, table: &'t TableState) -> Vec<&'t FieldState> {
        let is_missing = |field: &&FieldState| {
            field.reference.as_ref().is_some_and(|reference| {
                let to = reference.table();
                to != table.name && !self.now.tables.contains_key(to)
            })
        };
        table.fields.iter().filter(is_missing).collect()
    }

    /// Takes a table out of a ring: the fields that lead on come later, with what names them.
    fn cut(
        &self,
        left: &mut Vec<TableState>,
        later: &mut Vec<(String, FieldState)>,
    ) -> Result<TableState> {
        let can_wait =
            |table: &TableState| self.missing(table).iter().all(|field| !field.primary_key);
        let best = (0..left.len())
            .filter(|index| can_wait(&left[*index]))
            .min_by_key(|index| self.missing(&left[*index]).len());
        let Some(best) = best else {
            let names: Vec<&str> = left.iter().map(|table| table.model.as_str()).collect();
            return Err(Error::setup(format!(
                "the primary keys of {} are made of each other",
                names.join(", ")
            )));
        };
        let mut table = left.remove(best);
        let waiting: Vec<FieldState> = self.missing(&table).into_iter().cloned().collect();
        let waits = |name: &str| waiting.iter().any(|field| field.name == name);
        let mut generated = Vec::new();
        table.fields.retain(|field| {
            let mut needs_waiting = false;
            if let Some(own) = &field.generated {
                own.expression.fields(&mut |name| needs_waiting |= waits(name));
            }
            if needs_waiting {
                generated.push(field.clone());
            }
            !needs_waiting && !waits(&field.name)
        });
        let all = Piece::all(&table);
        (table.uniques, table.checks) = Default::default();
        (table.exclusions, table.indexes) = Default::default();
        for piece in all {
            let mut needs_waiting = false;
            piece.fields(&mut |name| needs_waiting |= table.field(name).is_none());
            if !needs_waiting {
                piece.add_to(&mut table)?;
            }
        }
        let waiting = waiting.into_iter().chain(generated);
        later.extend(waiting.map(|field| (table.name.clone(), field)));
        Ok(table)
    }

    pub(super) fn delete_tables(&mut self) -> Result<()> {
        loop {
            let gone: Vec<String> = self
                .now
                .tables
                .keys()
                .filter(|name| !self.wanted.tables.contains_key(name))
                .cloned()
                .collect();
            if gone.is_empty() {
                return Ok(());
            }
            let free = gone.iter().find(|name| self.leading_to(name).is_none());
            if let Some(name) = free {
                let table = self.now.tables[name].clone();
                self.push(Operation::DeleteTable(Box::new(table)))?;
                continue;
            }
            // All lead to each other: one of them leads nowhere from now on.
            let Some((table, field)) = gone.first().and_then(|name| self.leading_to(name)) else {
                return Ok(());
            };
            let (table, field) = (table.clone(), Box::new(field.clone()));
            self.take_field(table, field)?;
        }
    }

    /// A field of another table that leads to that one.
    fn leading_to(&self, to: &str) -> Option<(&String, &FieldState)> {
        let others = self.now.tables.values().filter(|table| table.name != to);
        others
            .flat_map(|table| table.fields.iter().map(move |field| (&table.name, field)))
            .find(|(_, field)| field.reference.as_ref().map(ReferenceState::table) == Some(to))
    }

    /// Removes a field, and before it what names it.
    pub(super) fn take_field(&mut self, table: String, field: Box<FieldState>) -> Result<()> {
        for piece in Piece::all(&self.now.tables[&table]) {
            let mut names_it = false;
            piece.fields(&mut |name| names_it |= name == field.name);
            if names_it {
                self.push(Operation::Remove { table: table.clone(), piece })?;
            }
        }
        let fill = blank(&field);
        self.push(Operation::RemoveField { table, field, fill })
    }
}
