//! UPDATE and DELETE.

use carafe_core::{Error, Result};
use carafe_model::query::{Node, Select};
use carafe_model::schema::FieldSchema;

use super::compiler::{Compiler, Stand};
use super::fragment::Fragment;

impl Compiler {
    /// Changes fields of the rows of a query.
    pub(crate) fn update(
        &mut self,
        query: &Select,
        set: &[(&'static FieldSchema, &Node)],
    ) -> Result<Fragment> {
        let (condition, table) = self.changed(query)?;
        self.enter_named(query.model);
        let mut parts = Vec::with_capacity(set.len());
        for (field, node) in set {
            let columns = field.columns();
            match (&columns[..], node) {
                ([column], node) => {
                    let mut part = Fragment::new(format!("{} = ", self.dialect.quote(column)));
                    part.append(self.node(node, Stand::ANY)?);
                    parts.push(part);
                }
                (columns, Node::Tuple(values)) if values.len() == columns.len() => {
                    for (column, value) in columns.iter().zip(values) {
                        let mut part = Fragment::new(format!("{} = ", self.dialect.quote(column)));
                        part.append(self.node(value, Stand::ANY)?);
                        parts.push(part);
                    }
                }
                (columns, _) => {
                    let nothing = columns
                        .iter()
                        .map(|column| format!("{} = NULL", self.dialect.quote(column)));
                    parts.extend(nothing.map(Fragment::new));
                }
            }
        }
        let scope = self.leave();
        if scope.is_some_and(|scope| scope.tables.len() > 1) {
            return Err(Error::internal("Joined field references are not permitted in this query")
                .hint("compute the value by a subquery"));
        }
        let mut sql = Fragment::new(format!("UPDATE {table} SET "));
        sql.append(Fragment::joined(parts, ", "));
        sql.append(condition);
        Ok(sql)
    }

    /// Deletes the rows of a query.
    pub(crate) fn delete(&mut self, query: &Select) -> Result<Fragment> {
        let (condition, table) = self.changed(query)?;
        let mut sql = Fragment::new(format!("DELETE FROM {table}"));
        sql.append(condition);
        Ok(sql)
    }

    /// WHERE of a statement that changes the rows of a query, and its table. A query that looks at
    /// other tables too finds the keys of its rows first.
    fn changed(&mut self, query: &Select) -> Result<(Fragment, String)> {
        let table = self.dialect.quote(query.model.table);
        if let Some(condition) = self.plain_condition(query)? {
            return Ok((condition, table));
        }
        let key: Vec<String> = query.model.primary_key().flat_map(FieldSchema::columns).collect();
        let keys = self.named_keys(query)?;
        let names: Vec<String> = (0..key.len()).map(|at| format!("q.c{at}")).collect();
        let mut condition = Fragment::new(" WHERE ");
        condition.append(self.columns_of(&table, &key));
        condition.push(&format!(" IN (SELECT {} FROM (", names.join(", ")));
        condition.append(keys);
        condition.push(") q)");
        Ok((condition, table))
    }
}
