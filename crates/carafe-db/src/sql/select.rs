//! Whole queries in SQL.

use carafe_core::{Error, Result};
use carafe_model::model::relation::Rows;
use carafe_model::query::{Distinct, Node, Select, Step};
use carafe_model::schema::{FieldSchema, Kind, ModelSchema};

use super::compiler::{Compiler, Stand};
use super::fragment::Fragment;
use super::pieces::Pieces;

/// Where things stand in the rows of a query.
#[derive(Clone, Debug, Default)]
pub(crate) struct Plan {
    /// Rows that are read along, those that lead to others first.
    pub(crate) related: Vec<Related>,
    /// Fields of the model that are left out.
    pub(crate) deferred: Vec<u16>,
    /// Where the keys stand of the rows that these are related to.
    pub(crate) along: usize,
    /// What is computed: the first column of each, and the field that it is.
    pub(crate) outputs: Vec<(usize, &'static FieldSchema)>,
}

/// A row that is read along with another.
#[derive(Clone, Debug)]
pub(crate) struct Related {
    /// The row that leads to it: the place in the list, or the model's own.
    pub(crate) parent: Option<usize>,
    /// The relation, by its place in the parent's model.
    pub(crate) field: u16,
    /// Its model.
    pub(crate) model: &'static ModelSchema,
    /// How its rows are kept.
    pub(crate) rows: &'static Rows,
    /// Where its first column stands.
    pub(crate) column: usize,
    /// Whether it is known to be missing where it is: the other side of a one-to-one relation.
    pub(crate) may_be_missing: bool,
    /// Where its key stands, which is NULL where there is no such row.
    pub(crate) key: usize,
}

/// A value that is computed has no field of its own.
pub(crate) static COMPUTED: FieldSchema = FieldSchema::new("computed", "computed", Kind::Text);

impl Compiler {
    /// The SQL of a query.
    pub(crate) fn select(&mut self, query: &Select) -> Result<(Fragment, Plan)> {
        self.select_as(query, Want::Rows)
    }

    /// The SQL of a query of which something else than its rows is wanted.
    fn select_as(&mut self, query: &Select, want: Want) -> Result<(Fragment, Plan)> {
        if !query.combined.is_empty() {
            return self.combined(query);
        }
        self.enter(query.model);
        let mut plan = Plan { deferred: query.deferred.clone(), ..Plan::default() };
        let mut pieces = self.pieces(query, want, &mut plan)?;
        if want == Want::Named {
            pieces.name_outputs();
        }
        let sql = self.assemble(query, want, pieces)?;
        self.leave();
        Ok((sql, plan))
    }

    /// How many rows a query has.
    pub(crate) fn count(&mut self, query: &Select) -> Result<Fragment> {
        if is_whole(query) {
            let (rows, _) = self.select_as(query, Want::Named)?;
            return Ok(rows.wrapped("SELECT COUNT(*) FROM (", ") q"));
        }
        Ok(self.select_as(query, Want::Count)?.0)
    }

    /// Whether a query has rows: one row, or none.
    pub(crate) fn any(&mut self, query: &Select) -> Result<Fragment> {
        if query.is_sliced() || !query.combined.is_empty() {
            let (rows, _) = self.select_as(query, Want::Named)?;
            return Ok(rows.wrapped("SELECT 1 FROM (", ") q LIMIT 1"));
        }
        Ok(self.select_as(query, Want::One)?.0.wrapped("", " LIMIT 1"))
    }

    /// The keys of the rows of a query.
    pub(crate) fn keys(&mut self, query: &Select) -> Result<Fragment> {
        Ok(self.select_as(query, Want::Keys)?.0)
    }

    /// The keys of the rows of a query, as columns `c0`, `c1` and so on.
    pub(crate) fn named_keys(&mut self, query: &Select) -> Result<Fragment> {
        if !query.combined.is_empty() {
            return Err(Error::internal("combined queries are not changed")
                .hint("change the rows of each of them"));
        }
        self.enter(query.model);
        let mut plan = Plan::default();
        let mut pieces = self.pieces(query, Want::Keys, &mut plan)?;
        pieces.name_outputs();
        let sql = self.assemble(query, Want::Keys, pieces)?;
        self.leave();
        Ok(sql)
    }

    /// WHERE of a statement on the query's own table, where the query looks at nothing else.
    pub(crate) fn plain_condition(&mut self, query: &Select) -> Result<Option<Fragment>> {
        let plain = !is_whole(query) && query.reached.is_none() && query.along.is_none();
        if !plain {
            return Ok(None);
        }
        self.enter_named(query.model);
        let mut pieces = Pieces::default();
        for (number, node) in filters(query).enumerate() {
            self.filter(node, number, &mut pieces)?;
        }
        let joined = self.leave().is_none_or(|scope| scope.tables.len() > 1);
        if joined {
            return Ok(None);
        }
        Ok(Some(if pieces.conditions.is_empty() {
            Fragment::default()
        } else {
            Fragment::joined(pieces.conditions, " AND ").wrapped(" WHERE ", "")
        }))
    }

    /// Aggregates over all rows of a query. Where these are a slice, grouped or distinct, what is
    /// aggregated is computed for each of them first.
    pub(crate) fn totals(&mut self, query: &Select, nodes: &[Node]) -> Result<Fragment> {
        if !query.combined.is_empty() {
            return Err(Error::internal("nothing is aggregated over combined queries"));
        }
        let whole = is_whole(query);
        self.enter(query.model);
        let mut plan = Plan::default();
        let want = if whole { Want::Totals } else { Want::Count };
        let mut pieces = self.pieces(query, want, &mut plan)?;
        self.lifted = whole.then(Vec::new);
        let totals: Result<Vec<_>> =
            nodes.iter().map(|node| self.value(node, Stand::ANY)).collect();
        let totals = Fragment::joined(totals?, ", ");
        let sql = match self.lifted.take() {
            None => {
                pieces.outputs = vec![totals];
                self.assemble(query, want, pieces)?
            }
            Some(lifted) => {
                let rest = std::mem::replace(&mut pieces.outputs, lifted);
                pieces.outputs.extend(rest);
                if pieces.outputs.is_empty() {
                    pieces.outputs.push(Fragment::new("1"));
                }
                pieces.name_outputs();
                let rows = self.assemble(query, want, pieces)?;
                let mut sql = totals.wrapped("SELECT ", " FROM (");
                sql.append(rows);
                sql.push(") q");
                sql
            }
        };
        self.leave();
        Ok(sql)
    }
}

/// What is wanted of a query.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Want {
    /// Its rows.
    Rows,
    /// Its rows as a table of named columns.
    Named,
    /// What is aggregated of each of its rows.
    Totals,
    /// How many there are.
    Count,
    /// Whether there are any.
    One,
    /// Their keys.
    Keys,
}

impl Want {
    /// Whether nothing of the row itself is returned.
    pub(super) fn is_one(self) -> bool {
        matches!(self, Self::Count | Self::One | Self::Keys)
    }
}

/// Whether a query's rows have to be made before they can be counted.
fn is_whole(query: &Select) -> bool {
    let computed = |node: &Node| node.aggregates() || node.windows();
    query.is_sliced()
        || !query.combined.is_empty()
        || !matches!(query.distinct, Distinct::No)
        || query.annotations().any(computed)
        || filters(query).any(computed)
}

/// The conditions of a query.
pub(super) fn filters(query: &Select) -> impl Iterator<Item = &Node> {
    query.steps.iter().filter_map(|step| match step {
        Step::Filter(node) => Some(node),
        Step::Annotate(_) => None,
    })
}
