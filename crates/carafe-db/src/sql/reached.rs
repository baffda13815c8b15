//! Rows that are reached from others over and over.

use carafe_core::{Error, Result};
use carafe_model::query::Reached;
use carafe_model::schema::FieldSchema;

use super::compiler::Compiler;
use super::fragment::Fragment;
use super::from::Group;

impl Compiler {
    /// Rows that are reached from others: those whose key is among the keys that are.
    pub(super) fn reached(&mut self, reached: &Reached) -> Result<Fragment> {
        let model = self.model()?;
        let [key] = &model.primary_key().flat_map(FieldSchema::columns).collect::<Vec<_>>()[..]
        else {
            return Err(Error::internal("rows are reached by a key of one column").at(model.name));
        };
        let around = self.scope()?.alias(0).to_owned();
        let name = format!("r{}", self.aliases);
        self.aliases += 1;
        let start = self.keys(&reached.start)?;
        // From each row that was added last to those that its relation leads to.
        self.enter(model);
        let place = self.place(&reached.relation, Group::Any)?;
        self.scope()?.require(place.table);
        let next = self.columns(self.scopes.len() - 1, &place);
        let from = self.from()?;
        let alias = self.scope()?.alias(0).to_owned();
        self.leave();
        let quoted = self.dialect.quote(key);
        let mut sql = Fragment::new(format!("{around}.{quoted} IN (WITH RECURSIVE {name}(k) AS ("));
        sql.append(start);
        sql.push(" UNION SELECT ");
        sql.append(next.clone());
        sql.push(" FROM ");
        sql.append(from);
        sql.push(&format!(" INNER JOIN {name} ON {name}.k = {alias}.{quoted} WHERE "));
        sql.append(next);
        sql.push(&format!(" IS NOT NULL) SELECT k FROM {name})"));
        Ok(sql)
    }
}
