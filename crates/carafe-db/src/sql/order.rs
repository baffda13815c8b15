//! The order of a query.

use carafe_core::Result;
use carafe_model::query::{Node, Nulls, OrderTerm, Output, Select};

use super::compiler::{Compiler, Stand};
use super::fragment::Fragment;
use super::pieces::Pieces;
use super::select::Plan;

impl Compiler {
    pub(super) fn ordering(
        &mut self,
        query: &Select,
        grouped_values: bool,
        plan: &Plan,
        pieces: &mut Pieces,
    ) -> Result<()> {
        let model = self.model()?;
        match &query.order {
            Some(terms) => {
                let outputs = ordered_outputs(query, terms).into_iter();
                let column = |output: usize| Some(plan.outputs.get(output)?.0);
                pieces.order_outputs = outputs.map(|output| output.and_then(column)).collect();
                for term in terms {
                    let sql = self.value(&term.node, Stand::ANY)?;
                    if !term.node.aggregates() && !term.node.windows() {
                        pieces.group.push(sql.clone());
                    }
                    pieces.order.push((sql, term.clone()));
                }
            }
            // The model's own order says nothing about groups.
            None if grouped_values && pieces.grouped => {}
            None => {
                let alias = self.scope()?.alias(0).to_owned();
                for term in model.ordering {
                    let sql = self.schema_expression(&term.expression, model, &alias)?;
                    let node = Node::always();
                    let term = OrderTerm { node, descending: term.descending, nulls: None };
                    pieces.group.push(sql.clone());
                    pieces.order.push((sql, term));
                }
            }
        }
        Ok(())
    }

    /// What is sorted by, without `ORDER BY`.
    pub(crate) fn order(&mut self, terms: &[OrderTerm], stand: Stand) -> Result<Fragment> {
        let mut parts = Vec::with_capacity(terms.len());
        for term in terms {
            let sql = self.value(&term.node, stand)?;
            parts.push(self.directed(sql, term.descending, term.nulls));
        }
        Ok(Fragment::joined(parts, ", "))
    }

    /// One term of an order.
    pub(crate) fn directed(
        &self,
        sql: Fragment,
        descending: bool,
        nulls: Option<Nulls>,
    ) -> Fragment {
        let direction = if descending { " DESC" } else { " ASC" };
        match nulls {
            None => sql.wrapped("", direction),
            Some(nulls) if self.dialect.features().nulls_order => {
                let nulls = if nulls == Nulls::First { " NULLS FIRST" } else { " NULLS LAST" };
                sql.wrapped("", &format!("{direction}{nulls}"))
            }
            Some(nulls) => {
                let first = if nulls == Nulls::First { " IS NOT NULL, " } else { " IS NULL, " };
                Fragment::joined([sql.clone(), sql.wrapped("", direction)], first)
            }
        }
    }
}

/// For each term of an order of a query, the output that it is: its place among what is returned.
pub(super) fn ordered_outputs(query: &Select, terms: &[OrderTerm]) -> Vec<Option<usize>> {
    let computed = |term: &OrderTerm| !matches!(term.node, Node::Column(_));
    if !terms.iter().any(computed) {
        return vec![None; terms.len()];
    }
    let values = match &query.output {
        Output::Values { nodes, .. } => &nodes[..],
        Output::Row => &[],
    };
    let outputs: Vec<String> =
        values.iter().chain(query.annotations()).map(|node| format!("{node:?}")).collect();
    let place = |term: &OrderTerm| {
        let wanted = computed(term).then(|| format!("{:?}", term.node))?;
        outputs.iter().position(|output| *output == wanted)
    };
    terms.iter().map(place).collect()
}

/// Whether a term descends, and where NULL stands; all of that the other way where the query is reversed.
pub(super) fn direction(term: &OrderTerm, reversed: bool) -> (bool, Option<Nulls>) {
    let nulls = match (term.nulls, reversed) {
        (Some(Nulls::First), true) => Some(Nulls::Last),
        (Some(Nulls::Last), true) => Some(Nulls::First),
        (nulls, _) => nulls,
    };
    (term.descending != reversed, nulls)
}
