//! Queries whose rows are put together.

use carafe_core::{Error, Result};
use carafe_model::query::{Node, Output, Path, Select, SetOperator};

use super::compiler::Compiler;
use super::fragment::Fragment;
use super::order::direction;
use super::select::Plan;

impl Compiler {
    /// Queries whose rows are put together.
    pub(super) fn combined(&mut self, query: &Select) -> Result<(Fragment, Plan)> {
        let mut plan = None;
        let mut columns = Vec::new();
        let mut sql = Fragment::default();
        for (index, (operator, member)) in query.combined.iter().enumerate() {
            if index > 0 {
                sql.push(match operator {
                    SetOperator::Union => " UNION ",
                    SetOperator::UnionAll => " UNION ALL ",
                    SetOperator::Intersection => " INTERSECT ",
                    SetOperator::Difference => " EXCEPT ",
                });
            }
            let (part, its) = self.select(member)?;
            let (before, behind) = if self.dialect.features().combined_in_parentheses {
                ("(", ")")
            } else {
                ("SELECT * FROM (", ")")
            };
            sql.append(part.wrapped(before, behind));
            if index == 0 {
                plan = Some(its);
                columns = positions(member);
            }
        }
        if let Some(terms) = query.order.as_ref().filter(|terms| !terms.is_empty()) {
            let mut order = Vec::with_capacity(terms.len());
            for term in terms {
                let wanted = format!("{:?}", term.node);
                let place = columns.iter().position(|column| *column == wanted);
                let Some(place) = place else {
                    return Err(Error::internal(
                        "rows of several queries are sorted by what the first one returns",
                    )
                    .hint("sort by a column that the query returns"));
                };
                let sql = Fragment::new((place + 1).to_string());
                let (descending, nulls) = direction(term, query.reversed);
                order.push(self.directed(sql, descending, nulls));
            }
            sql.push(" ORDER BY ");
            sql.append(Fragment::joined(order, ", "));
        }
        self.slice(query, &mut sql);
        Ok((sql, plan.unwrap_or_default()))
    }
}

/// What the columns of a query are, one by one, as their debug texts.
fn positions(query: &Select) -> Vec<String> {
    let mut columns = Vec::new();
    match &query.output {
        Output::Row => {
            for field in query.model.stored() {
                let node = Node::Column(Path::at(field.index.into()));
                columns.extend(field.columns().iter().map(|_| format!("{node:?}")));
            }
        }
        Output::Values { nodes, .. } => {
            columns.extend(nodes.iter().map(|node| format!("{node:?}")))
        }
    }
    columns.extend(query.annotations().map(|node| format!("{node:?}")));
    columns
}
