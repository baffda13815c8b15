//! Rows that are related to others by a table between.

use carafe_core::Result;
use carafe_model::query::Along;
use carafe_model::schema::FieldSchema;

use super::compiler::{Compiler, Stand};
use super::fragment::Fragment;

impl Compiler {
    /// Only rows that are related to others: the table between is joined.
    pub(super) fn along(&mut self, along: &Along) -> Result<Fragment> {
        let alias = self.next_alias();
        let model = self.model()?;
        let here = self.scope()?.alias(0).to_owned();
        let key: Vec<String> = model.primary_key().flat_map(FieldSchema::columns).collect();
        let mut on = self.columns_of(&here, &key);
        on.push(" = ");
        on.append(self.columns_of(&alias, &along.here));
        self.scope()?.add_along(along.table.clone(), alias.clone(), on);
        let mut condition = self.columns_of(&alias, &along.others);
        let keys: Result<Vec<_>> =
            along.keys.iter().map(|key| self.node(key, Stand::ANY)).collect();
        condition.append(Fragment::joined(keys?, ", ").wrapped(" IN (", ")"));
        Ok(condition)
    }
}
