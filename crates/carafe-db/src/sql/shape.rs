//! What two questions have in common that differ in their values only.

use std::ops::Range;

use carafe_model::Value;
use carafe_model::query::{
    Aggregate, Distinct, JsonStep, Node, OrderTerm, Output, Path, RawPart, Select, Step,
};
use smallvec::SmallVec;

use super::fragment::ValueId;
use super::order::ordered_outputs;

/// The shape of a question: equal for questions whose SQL is the same; and the values, in an order
/// that depends on the shape alone.
#[derive(Default)]
pub(crate) struct Shape {
    pub(crate) key: SmallVec<[u8; MOST_BYTES]>,
    pub(crate) values: Vec<Value>,
    /// Where each value stands in the question.
    pub(crate) places: SmallVec<[ValueId; MOST_VALUES]>,
}

/// The bytes of most shapes: they are made for every question, and so without allocating.
const MOST_BYTES: usize = 192;

/// The values of most questions.
const MOST_VALUES: usize = 8;

impl Shape {
    pub(crate) fn byte(&mut self, byte: u8) {
        self.key.push(byte);
    }

    pub(crate) fn number(&mut self, number: usize) {
        self.key.extend_from_slice(&number.to_le_bytes());
    }

    pub(crate) fn text(&mut self, text: &str) {
        self.number(text.len());
        self.key.extend_from_slice(text.as_bytes());
    }

    /// Something small that has a debug text of its own.
    fn debug(&mut self, what: &dyn std::fmt::Debug) {
        self.text(&format!("{what:?}"));
    }

    fn model(&mut self, model: carafe_model::schema::SchemaFn) {
        self.number(std::ptr::from_ref(model()).addr());
    }

    pub(crate) fn path(&mut self, path: &Path) {
        let hops = path.hops().unwrap_or_default();
        #[expect(clippy::cast_possible_truncation, reason = "a path has eight hops at most")]
        self.byte(hops.len() as u8);
        for hop in hops {
            self.key.extend_from_slice(&hop.to_le_bytes());
        }
    }

    pub(crate) fn value(&mut self, value: &Value) {
        // The database is told the kind of some values, and NULL is no parameter.
        self.byte(match value {
            Value::Null => 0,
            Value::Bool(_) => 1,
            Value::I64(_) => 2,
            Value::F64(_) => 3,
            Value::Text(_) => 4,
            Value::Bytes(_) => 5,
            Value::Date(_) => 6,
            Value::Time(_) => 7,
            Value::DateTime(_) => 8,
            Value::Timestamp(_) => 9,
            Value::Uuid(_) => 10,
            Value::Json(_) => 11,
            Value::Decimal(_) => 12,
            Value::Duration(_) => 13,
            _ => 14,
        });
        self.places.push(ValueId::of(value));
        self.values.push(value.clone());
    }

    /// A value that stands in no question: its place is told by its number.
    pub(crate) fn own(&mut self, value: Value) -> ValueId {
        let id = ValueId::numbered(self.values.len());
        self.values.push(value);
        self.places.push(id);
        id
    }

    /// Values that stand in no question: the numbers by which their places are told.
    pub(crate) fn all_own(&mut self, values: Vec<Value>) -> Range<usize> {
        let first = self.values.len();
        let all = first..first + values.len();
        self.places.extend(all.clone().map(ValueId::numbered));
        if first == 0 {
            self.values = values;
        } else {
            self.values.extend(values);
        }
        all
    }

    /// Fields by their places in a model.
    pub(crate) fn fields(&mut self, fields: &[u16]) {
        self.number(fields.len());
        for field in fields {
            self.key.extend_from_slice(&field.to_le_bytes());
        }
    }

    fn nodes(&mut self, nodes: &[Node]) {
        self.number(nodes.len());
        for node in nodes {
            self.node(node);
        }
    }

    fn option(&mut self, node: Option<&Node>) {
        self.byte(node.is_some().into());
        if let Some(node) = node {
            self.node(node);
        }
    }

    fn order(&mut self, terms: &[OrderTerm]) {
        self.number(terms.len());
        for term in terms {
            self.node(&term.node);
            self.byte(term.descending.into());
            self.byte(term.nulls.map_or(0, |nulls| nulls as u8 + 1));
        }
    }

    pub(crate) fn node(&mut self, node: &Node) {
        match node {
            Node::Column(path) => {
                self.byte(1);
                self.path(path);
            }
            Node::Filtered(filtered, behind) => {
                self.byte(2);
                self.path(&filtered.path);
                self.node(&filtered.condition);
                self.byte(behind.is_some().into());
                if let Some(behind) = behind {
                    self.path(behind);
                }
            }
            Node::Outer(path, model) => {
                self.byte(3);
                self.path(path);
                self.model(*model);
            }
            Node::Value(value) => {
                self.byte(4);
                self.value(value);
            }
            Node::Typed(value, kind) => {
                self.byte(5);
                self.debug(kind);
                self.value(value);
            }
            Node::Binary(sides, operator) => {
                self.byte(6);
                self.byte(*operator as u8);
                sides.iter().for_each(|side| self.node(side));
            }
            Node::And(parts) => {
                self.byte(7);
                self.nodes(parts);
            }
            Node::Or(parts) => {
                self.byte(8);
                self.nodes(parts);
            }
            Node::Xor(parts) => {
                self.byte(9);
                self.nodes(parts);
            }
            Node::Not(inner) => {
                self.byte(10);
                self.node(inner);
            }
            Node::IsNull(inner) => {
                self.byte(11);
                self.node(inner);
            }
            Node::In(inner, list) => {
                self.byte(12);
                self.node(inner);
                self.nodes(list);
            }
            Node::InQuery(inner, query) => {
                self.byte(13);
                self.node(inner);
                self.select(query);
            }
            Node::Between(parts) => {
                self.byte(14);
                parts.iter().for_each(|part| self.node(part));
            }
            Node::Text(sides, how) => {
                self.byte(15);
                self.byte(*how as u8);
                sides.iter().for_each(|side| self.node(side));
            }
            Node::Call(function, arguments) => {
                self.byte(16);
                self.debug(function);
                self.nodes(arguments);
            }
            Node::Aggregate(aggregate) => {
                self.byte(17);
                self.aggregate(aggregate);
            }
            Node::Window(window) => {
                self.byte(18);
                self.node(&window.function);
                self.nodes(&window.partition);
                self.order(&window.order);
                self.debug(&window.frame);
            }
            Node::Case(cases, otherwise) => {
                self.byte(19);
                self.number(cases.len());
                for (condition, then) in cases {
                    self.node(condition);
                    self.node(then);
                }
                self.option(otherwise.as_deref());
            }
            Node::Cast(inner, cast) => {
                self.byte(20);
                self.node(inner);
                self.debug(cast);
            }
            Node::Json(document, steps, read_as) => {
                self.byte(21);
                self.node(document);
                self.byte(*read_as as u8);
                self.number(steps.len());
                for step in steps {
                    match step {
                        JsonStep::Key(key) => {
                            self.byte(0);
                            self.text(key);
                        }
                        JsonStep::Index(index) => {
                            self.byte(1);
                            self.key.extend_from_slice(&index.to_le_bytes());
                        }
                    }
                }
            }
            Node::Exists(query) => {
                self.byte(22);
                self.select(query);
            }
            Node::Subquery(query) => {
                self.byte(23);
                self.select(query);
            }
            Node::Tuple(parts) => {
                self.byte(25);
                self.nodes(parts);
            }
            Node::Raw(parts) => {
                self.byte(26);
                self.number(parts.len());
                for part in parts {
                    match part {
                        RawPart::Sql(sql) => {
                            self.byte(0);
                            self.text(sql);
                        }
                        RawPart::Node(node) => {
                            self.byte(1);
                            self.node(node);
                        }
                    }
                }
            }
            Node::Collate(inner, collation) => {
                self.byte(27);
                self.node(inner);
                self.text(collation);
            }
            other => self.debug(other),
        }
    }

    fn aggregate(&mut self, aggregate: &Aggregate) {
        self.debug(&aggregate.function);
        self.option(aggregate.argument.as_ref());
        self.option(aggregate.separator.as_ref());
        self.byte(aggregate.distinct.into());
        self.option(aggregate.filter.as_ref());
        self.order(&aggregate.order);
        self.option(aggregate.default.as_ref());
    }

    pub(crate) fn select(&mut self, query: &Select) {
        self.select_as(query, query.order.as_deref(), query.limit.as_ref());
    }

    /// A query as it would be in no order and with this limit.
    pub(crate) fn unordered(&mut self, query: &Select, limit: Option<&Value>) {
        self.select_as(query, Some(&[]), limit);
    }

    fn select_as(&mut self, query: &Select, order: Option<&[OrderTerm]>, limit: Option<&Value>) {
        self.number(std::ptr::from_ref(query.model).addr());
        self.number(query.steps.len());
        for step in &query.steps {
            match step {
                Step::Filter(node) => {
                    self.byte(0);
                    self.node(node);
                }
                Step::Annotate(node) => {
                    self.byte(1);
                    self.node(node);
                }
            }
        }
        match &query.output {
            Output::Row => self.byte(0),
            Output::Values { nodes, grouped } => {
                self.byte(1 + u8::from(*grouped));
                self.nodes(nodes);
            }
        }
        // Most have none of these, so that what there is is told at once, and only that then.
        let there = [
            order.is_some(),
            query.reversed,
            !matches!(query.distinct, Distinct::No),
            query.offset.is_some(),
            limit.is_some(),
            query.lock.is_some(),
            !query.related.is_empty(),
            !query.deferred.is_empty(),
            !query.combined.is_empty(),
            query.reached.is_some(),
            query.along.is_some(),
            query.sliced_by.is_some(),
            query.none,
        ];
        let there = there.iter().fold(0_u16, |all, one| all << 1 | u16::from(*one));
        self.key.extend_from_slice(&there.to_le_bytes());
        if let Some(order) = order {
            self.order(order);
            // Two that differ in a value only are not the same, and their SQL is another.
            for output in ordered_outputs(query, order) {
                self.number(output.map_or(0, |output| output + 1));
            }
        }
        match &query.distinct {
            Distinct::No => {}
            Distinct::Rows => self.byte(1),
            Distinct::On(nodes) => {
                self.byte(2);
                self.nodes(nodes);
            }
        }
        for bound in [query.offset.as_ref(), limit].into_iter().flatten() {
            self.value(bound);
        }
        if let Some(lock) = &query.lock {
            self.debug(lock);
        }
        if !query.related.is_empty() {
            self.number(query.related.len());
            query.related.iter().for_each(|path| self.path(path));
        }
        if !query.deferred.is_empty() {
            self.fields(&query.deferred);
        }
        if !query.combined.is_empty() {
            self.number(query.combined.len());
            for (operator, member) in &query.combined {
                self.byte(*operator as u8);
                self.select(member);
            }
        }
        if let Some(reached) = &query.reached {
            self.path(&reached.relation);
            self.select(&reached.start);
        }
        if let Some(along) = &query.along {
            self.text(&along.table);
            along.here.iter().chain(&along.others).for_each(|column| self.text(column));
            self.nodes(&along.keys);
        }
        if let Some(parts) = &query.sliced_by {
            self.nodes(parts);
        }
    }
}

#[cfg(test)]
mod tests;
