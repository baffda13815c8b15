//! The tables of a state, which states share as long as they are the same.

use std::borrow::Borrow;
use std::collections::BTreeMap;
use std::collections::btree_map;
use std::ops::Index;
use std::sync::Arc;

use super::TableState;

/// Tables by name. To clone them is cheap: a table is copied when one side changes it.
///
/// A history is replayed operation by operation, and each is compared with what was before it: a copy
/// of two hundred tables for each of a thousand operations would take longer than all else.
#[derive(Clone, Debug, Default)]
pub struct Tables(BTreeMap<String, Arc<TableState>>);

impl Tables {
    /// The table of that name.
    pub fn get(&self, name: &str) -> Option<&TableState> {
        self.0.get(name).map(|table| &**table)
    }

    /// The table of that name, to change it.
    pub fn get_mut(&mut self, name: &str) -> Option<&mut TableState> {
        self.0.get_mut(name).map(Arc::make_mut)
    }

    /// Whether there is a table of that name.
    pub fn contains_key(&self, name: &str) -> bool {
        self.0.contains_key(name)
    }

    /// Puts a table under a name, and gives the one that was there.
    pub fn insert(&mut self, name: String, table: TableState) -> Option<TableState> {
        self.0.insert(name, Arc::new(table)).map(Arc::unwrap_or_clone)
    }

    /// Takes a table out.
    pub fn remove(&mut self, name: &str) -> Option<TableState> {
        self.0.remove(name).map(Arc::unwrap_or_clone)
    }

    /// The names, in order.
    pub fn keys(&self) -> btree_map::Keys<'_, String, Arc<TableState>> {
        self.0.keys()
    }

    /// The tables, in the order of their names.
    pub fn values(&self) -> impl DoubleEndedIterator<Item = &TableState> {
        self.0.values().map(|table| &**table)
    }

    /// The tables for which something holds, to change them: the others stay shared.
    pub fn changing(
        &mut self,
        is_meant: impl Fn(&TableState) -> bool,
    ) -> impl Iterator<Item = &mut TableState> {
        self.0.values_mut().filter(move |table| is_meant(table)).map(Arc::make_mut)
    }

    /// The names and the tables, in order.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = (&String, &TableState)> {
        self.0.iter().map(|(name, table)| (name, &**table))
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl<Q> Index<&Q> for Tables
where
    String: Borrow<Q>,
    Q: Ord + ?Sized,
{
    type Output = TableState;

    fn index(&self, name: &Q) -> &TableState {
        &self.0[name]
    }
}

/// What is shared is not looked through.
impl PartialEq for Tables {
    fn eq(&self, other: &Self) -> bool {
        self.0.len() == other.0.len()
            && self.0.keys().eq(other.0.keys())
            && self
                .0
                .values()
                .zip(other.0.values())
                .all(|(one, two)| Arc::ptr_eq(one, two) || one == two)
    }
}

impl FromIterator<TableState> for Tables {
    fn from_iter<I: IntoIterator<Item = TableState>>(tables: I) -> Self {
        Self(tables.into_iter().map(|table| (table.name.clone(), Arc::new(table))).collect())
    }
}
