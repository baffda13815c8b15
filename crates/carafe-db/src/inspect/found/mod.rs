//! From what a database says of its tables to the state that models of them have.

mod constraint;
mod field;
mod key;
mod lead;
mod table;

use std::collections::{BTreeMap, HashMap, HashSet};

use carafe_core::Result;

use self::table::Draft;
use super::names;
use crate::catalog::{Catalog, Described};
use crate::ddl::state::{State, TableState};
use crate::ddl::{self, Ddl};

/// Tables that were found in a database, as models have them.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Found {
    /// What the database is called.
    pub database: &'static str,
    /// The tables.
    pub tables: Vec<FoundTable>,
    /// What no model can be made of, as sentences.
    pub left_out: Vec<String>,
}

/// A table that was found in a database, as a model has it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct FoundTable {
    /// The table.
    pub state: TableState,
    /// What a model cannot say of it, as sentences.
    pub notes: Vec<String>,
    /// What a model cannot say of its fields, by their names.
    pub of_fields: BTreeMap<String, Vec<String>>,
}

impl Found {
    /// The tables as a history of migrations has them.
    pub fn state(&self) -> State {
        State { tables: self.tables.iter().map(|own| own.state.clone()).collect() }
    }
}

/// Where tables are found, and what is known of the database.
pub(super) struct Place<'p> {
    pub(super) catalog: &'p dyn Catalog,
    pub(super) ddl: &'p dyn Ddl,
    /// Whether migrations are to make and change the tables.
    pub(super) managed: bool,
}

/// Makes of what the database says what models say.
pub(super) fn found(tables: &[&Described], place: &Place<'_>) -> Result<Found> {
    let mut found = Found { database: place.ddl.features().title, ..Found::default() };
    let mut taken = HashSet::new();
    let mut drafts: Vec<Draft<'_>> = Vec::with_capacity(tables.len());
    for own in tables {
        match Draft::of(own, place) {
            Ok(draft) => drafts.push(draft),
            Err(why) => found.left_out.push(why),
        }
    }
    for draft in &mut drafts {
        draft.model = names::of_struct(&draft.own.name, &mut taken);
    }
    let places: HashMap<&str, usize> =
        drafts.iter().enumerate().map(|(index, own)| (own.own.name.as_str(), index)).collect();
    lead::decide(&mut drafts, &places);
    let counted = key::sizes(&drafts, &places, place);
    for draft in &drafts {
        found.tables.push(table::found(draft, &drafts, &places, &counted, place));
    }
    forget_made_up(&mut found)?;
    Ok(found)
}

/// Forgets the names of constraints and indexes that are those that would be made up.
fn forget_made_up(found: &mut Found) -> Result<()> {
    let mut state = found.state();
    for table in state.tables.changing(|_| true) {
        // Of tables that are somebody else's nothing would be made.
        table.managed = true;
        table.uniques.iter_mut().for_each(|own| own.name = None);
        table.indexes.iter_mut().for_each(|own| own.name = None);
    }
    let made = ddl::tables(&state)?;
    for own in &mut found.tables {
        let Some(made) = made.iter().find(|made| made.name == own.state.name) else { continue };
        // What fields bring stands before.
        let uniques = own.state.uniques.iter_mut().rev().zip(made.uniques.iter().rev());
        for (unique, made) in uniques {
            unique.name.take_if(|name| *name == made.name);
        }
        let indexes = own.state.indexes.iter_mut().rev().zip(made.indexes.iter().rev());
        for (index, made) in indexes {
            index.name.take_if(|name| *name == made.name);
        }
    }
    Ok(())
}
