//! What is known of a query without asking.

use carafe_core::Result;
use carafe_model::query::{AggregateFunction, Node, Operator, Select, Step};
use carafe_model::{Value, read_values};

use super::returned::{At, Returned};
use crate::sql::{COMPUTED, Plan};

/// Whether a query can have no rows.
pub(crate) fn is_empty(select: &Select) -> bool {
    select.none
        || select.steps.iter().any(|step| match step {
            Step::Filter(node) => is_never(node),
            Step::Annotate(_) => false,
        })
}

/// Whether a query can have one row at most, since it names the key.
pub(super) fn is_one(select: &Select) -> bool {
    let [Step::Filter(Node::Binary(sides, Operator::Eq))] = &select.steps[..] else { return false };
    let [Node::Column(path), Node::Value(_)] = &**sides else { return false };
    let mut keys = select.model.primary_key().map(|key| key.index);
    let (key, more) = (keys.next(), keys.next());
    let own = select.combined.is_empty() && select.reached.is_none() && select.along.is_none();
    own && more.is_none() && key.is_some_and(|key| path.hops() == Some(&[key][..]))
}

/// Whether a condition is true of nothing, whatever the rows are.
fn is_never(node: &Node) -> bool {
    match node {
        Node::Or(parts) => parts.iter().all(is_never),
        Node::And(parts) => parts.iter().any(is_never),
        Node::Not(inner) => is_always(inner),
        Node::Exists(query) | Node::InQuery(_, query) => is_empty(query),
        _ => false,
    }
}

fn is_always(node: &Node) -> bool {
    match node {
        Node::And(parts) => parts.iter().all(is_always),
        Node::Or(parts) => parts.iter().any(is_always),
        Node::Not(inner) => is_never(inner),
        _ => false,
    }
}

/// What an aggregate is of nothing.
pub(super) fn of_nothing(node: Node) -> Node {
    match node {
        Node::Aggregate(aggregate) => match (aggregate.default, aggregate.function) {
            (Some(default), _) => default,
            (None, AggregateFunction::Count) => Node::Value(Value::I64(0)),
            (None, _) => Node::Value(Value::Null),
        },
        Node::Value(_) => node,
        _ => Node::Value(Value::Null),
    }
}

/// A row of values that are known.
pub(super) fn of_rows<R: Returned>(nodes: &[Node]) -> Result<R::Row> {
    let values = nodes.iter().map(|node| match node {
        Node::Value(value) | Node::Typed(value, _) => value.clone(),
        _ => Value::Null,
    });
    let outputs = (0..nodes.len()).map(|at| (at, &COMPUTED)).collect();
    let plan = Plan { outputs, ..Plan::default() };
    read_values(values.collect(), |reader| R::read(reader, At(&plan)))
}
