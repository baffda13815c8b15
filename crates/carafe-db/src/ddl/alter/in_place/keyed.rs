//! Foreign keys that need an index, which another one of the table may be: where that one goes, they get one of
//! their own, and where it comes, they need theirs no more.

use carafe_core::Result;

use super::Work;
use crate::ddl::alter::{Change, Step};
use crate::ddl::create::{quoted, uniques};
use crate::ddl::table::{ForeignKey, Part, Table};
use crate::ddl::{Ddl, lack};

impl Work<'_> {
    /// Gives an index to the keys that stay while the index goes that they used.
    pub(super) fn index_keys(&mut self, change: &Change) {
        for key in self.staying(change) {
            if covers(&change.from, key, self.ddl) && !covers(&change.to, key, self.ddl) {
                let (name, columns) = (self.ddl.quote(&key.name), quoted(&key.columns, self.ddl));
                let table = self.ddl.quote(&change.to.name);
                self.sql(format!("CREATE INDEX {name} ON {table} ({columns})"));
            }
        }
    }

    /// Takes the index from keys that stay and can use another one, as the database itself does where it made
    /// the index.
    pub(super) fn forget_keys(&mut self, change: &Change) -> Result<()> {
        for key in self.staying(change) {
            if !covers(&change.from, key, self.ddl) && covers(&change.to, key, self.ddl) {
                self.drop_index_of(&change.to, &key.name)?;
            }
        }
        Ok(())
    }

    /// Drops the index that is called as a key is, if it is there.
    pub(super) fn drop_index_of(&mut self, table: &Table, key: &str) -> Result<()> {
        let (of, index) = (self.ddl.text(&table.name)?, self.ddl.text(key)?);
        self.steps.push(Step::Each {
            find: format!(
                "select distinct index_name from information_schema.statistics where table_schema = database() and table_name = {of} and index_name = {index}"
            ),
            before: "DROP INDEX ".to_owned(),
            after: format!(" ON {}", self.ddl.quote(&table.name)),
        });
        Ok(())
    }

    fn staying<'c>(&self, change: &'c Change) -> Vec<&'c ForeignKey> {
        if !self.ddl.features().foreign_keys_are_indexed {
            return Vec::new();
        }
        let is_there = |key: &&ForeignKey| change.from.foreign_keys.contains(key);
        change.to.foreign_keys.iter().filter(is_there).collect()
    }
}

/// Whether an index of the table begins with the columns of a key.
fn covers(table: &Table, key: &ForeignKey, ddl: &dyn Ddl) -> bool {
    let begins = |parts: &[Part]| {
        parts.len() >= key.columns.len()
            && parts.iter().zip(&key.columns).all(|(part, own)| part.column() == Some(own))
    };
    let is_unique = |column: &String| table.column(column).is_some_and(|column| column.unique);
    table.key.starts_with(&key.columns)
        || matches!(&key.columns[..], [single] if is_unique(single))
        || uniques(table, ddl).any(|unique| begins(&unique.parts))
        || table.indexes.iter().any(|own| lack::of_index(own, ddl).is_none() && begins(&own.parts))
}
