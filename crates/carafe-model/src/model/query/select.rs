//! A query as data.

use std::sync::Arc;

use super::{Node, OrderTerm, Path};
use crate::Value;
use crate::schema::ModelSchema;

/// A query as data: which rows of a model, in which order, and what of them.
#[derive(Clone, Debug)]
pub struct Select {
    /// The model whose rows are asked for.
    pub model: &'static ModelSchema,
    /// Conditions and computed columns, in the order in which they were said: it tells which
    /// related rows they share.
    pub steps: Vec<Step>,
    /// What of each row.
    pub output: Output,
    /// The order; the model's own where nothing is said.
    pub order: Option<Vec<OrderTerm>>,
    /// In the opposite order.
    pub reversed: bool,
    /// Whether equal rows come once.
    pub distinct: Distinct,
    /// How many rows are passed over.
    pub offset: Option<Value>,
    /// How many rows are wanted.
    pub limit: Option<Value>,
    /// Whether the rows are locked.
    pub lock: Option<Lock>,
    /// Rows that are read along (`select_related`).
    pub related: Vec<Path>,
    /// Fields of the model that are left out, by their place.
    pub deferred: Vec<u16>,
    /// Queries whose rows are added to, kept of, or taken from these.
    pub combined: Vec<(SetOperator, Arc<Select>)>,
    /// Its rows are those that are reached from others, over and over.
    pub reached: Option<Arc<Reached>>,
    /// Only rows that are related to others, with whose key each is returned.
    pub along: Option<Box<Along>>,
    /// Where the slice is one of each group of rows, and not of all: what the rows of a group have in
    /// common, besides the columns that `along` returns. The limit counts the offset in then.
    pub sliced_by: Option<Vec<Node>>,
    /// There are none: nothing is asked.
    pub none: bool,
}

/// A step of a query.
#[derive(Clone, Debug)]
pub enum Step {
    /// Only rows of which this is true; all of it speaks of the same related rows.
    Filter(Node),
    /// A computed column.
    Annotate(Node),
}

/// What of each row is returned.
#[derive(Clone, Debug)]
pub enum Output {
    /// The row of the model, and the computed columns.
    Row,
    /// These, and the computed columns. Said before an aggregate, rows are grouped by them.
    Values {
        /// What is returned.
        nodes: Vec<Node>,
        /// Whether aggregates are computed for each combination of them.
        grouped: bool,
    },
}

/// Whether equal rows come once.
#[derive(Clone, Debug)]
pub enum Distinct {
    /// As often as they are there.
    No,
    /// Once.
    Rows,
    /// The first of those that have these in common.
    On(Vec<Node>),
}

/// How rows are locked (`select_for_update`).
#[derive(Clone, Debug, Default)]
pub struct Lock {
    /// Also against rows that refer to them; not so with `no_key`.
    pub no_key: bool,
    /// What is done about rows that others hold.
    pub held: Held,
    /// Rows of which relations too; of the model itself is the empty path.
    pub of: Vec<Option<Path>>,
}

/// What is done about rows that are locked by others.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Held {
    /// They are waited for.
    #[default]
    Wait,
    /// They are an error.
    NoWait,
    /// They are passed over.
    Skip,
}

/// How two queries are combined.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SetOperator {
    /// Rows of either, each once.
    Union,
    /// Rows of either, as often as they are there.
    UnionAll,
    /// Rows of both.
    Intersection,
    /// Rows of the first that are not in the second.
    Difference,
}

/// Rows that are reached by going a relation over and over (a recursive common table expression).
#[derive(Clone, Debug)]
pub struct Reached {
    /// The rows that it begins with; they are among those that are reached.
    pub start: Select,
    /// The relation, from the model to itself.
    pub relation: Path,
}

/// Rows that are related to others by a table between.
#[derive(Clone, Debug)]
pub struct Along {
    /// The table between.
    pub table: String,
    /// Its columns that refer to the rows of the query.
    pub here: Vec<String>,
    /// Its columns that refer to the others: returned behind all else.
    pub others: Vec<String>,
    /// The keys of the others.
    pub keys: Vec<Node>,
}

impl Select {
    /// All rows of a model.
    pub const fn new(model: &'static ModelSchema) -> Self {
        Self {
            model,
            steps: Vec::new(),
            output: Output::Row,
            order: None,
            reversed: false,
            distinct: Distinct::No,
            offset: None,
            limit: None,
            lock: None,
            related: Vec::new(),
            deferred: Vec::new(),
            combined: Vec::new(),
            reached: None,
            along: None,
            sliced_by: None,
            none: false,
        }
    }

    /// The computed columns.
    pub fn annotations(&self) -> impl Iterator<Item = &Node> {
        self.steps.iter().filter_map(|step| match step {
            Step::Annotate(node) => Some(node),
            Step::Filter(_) => None,
        })
    }

    /// Makes the slice one of each group of rows that have these in common.
    pub fn slice_by(&mut self, parts: Vec<Node>) {
        if let (Some(Value::I64(limit)), Some(Value::I64(offset))) = (&mut self.limit, &self.offset)
        {
            *limit = limit.saturating_add(*offset);
        }
        self.sliced_by = Some(parts);
    }

    /// Whether a slice was taken.
    pub fn is_sliced(&self) -> bool {
        self.limit.is_some() || self.offset.is_some()
    }
}
