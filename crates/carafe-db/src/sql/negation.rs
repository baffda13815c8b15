//! NOT, and what is NULL: a condition and its opposite share all rows among them.

use carafe_core::Result;
use carafe_model::Value;
use carafe_model::query::Node;
use carafe_model::schema::FieldSchema;

use super::compiler::{Compiler, Stand};
use super::expression::is_json;
use super::fragment::Fragment;
use super::from::Group;

impl Compiler {
    /// An odd number of them; what is NULL counts as not true.
    pub(super) fn xor(&mut self, parts: &[Node], stand: Stand) -> Result<Fragment> {
        let stand = Stand { negated: false, ..stand };
        let ones: Result<Vec<_>> = parts
            .iter()
            .map(|part| Ok(self.node(part, stand)?.wrapped("CASE WHEN ", " THEN 1 ELSE 0 END")))
            .collect();
        Ok(Fragment::joined(ones?, " + ").wrapped("((", ") % 2 = 1)"))
    }

    /// Whatever the inner condition is not true of.
    pub(super) fn not(&mut self, inner: &Node, stand: Stand) -> Result<Fragment> {
        if self.goes_over_many(inner)? {
            return self.no_related(inner);
        }
        let inner = self.node(inner, Stand { negated: !stand.negated, ..stand })?;
        Ok(inner.wrapped("NOT (", ")"))
    }

    /// A condition over to-many relations is true of a row if it is true of any of the related rows;
    /// turned round, of none: the row is looked for among those of which it is true.
    fn no_related(&mut self, inner: &Node) -> Result<Fragment> {
        let model = self.model()?;
        let around = self.scope()?.alias(0).to_owned();
        self.enter(model);
        self.scope()?.shadow = true;
        let condition = self.node(inner, Stand::filter(0))?;
        let from = self.from()?;
        let key: Vec<String> = model.primary_key().flat_map(FieldSchema::columns).collect();
        let alias = self.scope()?.alias(0).to_owned();
        self.leave();
        let mut sql = Fragment::new("NOT EXISTS (SELECT 1 FROM ");
        sql.append(from);
        sql.push(" WHERE ");
        sql.append(self.columns_of(&alias, &key));
        sql.push(" = ");
        sql.append(self.columns_of(&around, &key));
        sql.push(" AND ");
        sql.append(condition);
        sql.push(")");
        Ok(sql)
    }

    /// Whether any of its paths goes over a to-many relation, outside of aggregates.
    fn goes_over_many(&mut self, node: &Node) -> Result<bool> {
        let model = self.model()?;
        let mut found = false;
        let mut look = vec![node];
        while let Some(node) = look.pop() {
            match node {
                Node::Column(path) => {
                    found = found
                        || path.fields(model)?.iter().any(|field| {
                            field.width == 0
                                && field.relation.is_some_and(|relation| relation.is_many())
                        });
                }
                Node::Aggregate(_) | Node::Window(_) => {}
                other => other.parts(&mut |part| look.push(part)),
            }
        }
        Ok(found)
    }

    pub(super) fn is_null(&mut self, inner: &Node, stand: Stand) -> Result<Fragment> {
        if let Node::Column(path) = inner {
            let place = self.place(path, stand.group)?;
            let alias = self.scope()?.alias(place.table).to_owned();
            // A reference of several columns is whole or NULL.
            let first = place.columns.get(..1).unwrap_or_default();
            return Ok(self.columns_of(&alias, first).wrapped("", " IS NULL"));
        }
        Ok(self.value(inner, stand)?.wrapped("", " IS NULL"))
    }

    /// A comparison that is NULL is not true; inside of NOT that has to be said.
    ///
    /// Places in JSON documents stay NULL there, as with Django: a document without the key is
    /// neither equal nor unequal.
    pub(super) fn decided(
        &mut self,
        sql: Fragment,
        sides: &[impl std::borrow::Borrow<Node>],
        stand: Stand,
    ) -> Result<Fragment> {
        if !stand.negated || sides.iter().any(|side| is_json(side.borrow())) {
            return Ok(sql);
        }
        for side in sides {
            if self.may_be_null(side.borrow(), stand.group)? {
                return Ok(sql.wrapped("(", ") IS TRUE"));
            }
        }
        Ok(sql)
    }

    fn may_be_null(&mut self, node: &Node, group: Group) -> Result<bool> {
        Ok(match node {
            Node::Column(path) => self.place(path, group)?.nullable,
            Node::Outer(path, model) => self.outer(path, *model)?.1.nullable,
            Node::Value(value) | Node::Typed(value, _) => *value == Value::Null,
            Node::Aggregate(_)
            | Node::Window(_)
            | Node::Subquery(_)
            | Node::Filtered(..)
            | Node::Raw(_)
            | Node::Json(..)
            | Node::Case(..) => true,
            Node::Call(..)
            | Node::Binary(..)
            | Node::Cast(..)
            | Node::Collate(..)
            | Node::Tuple(_) => {
                let mut parts = Vec::new();
                node.parts(&mut |part| parts.push(part));
                for part in parts {
                    if self.may_be_null(part, group)? {
                        return Ok(true);
                    }
                }
                false
            }
            _ => false,
        })
    }
}
