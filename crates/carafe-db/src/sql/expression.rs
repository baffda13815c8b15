//! Expressions in SQL.

use std::sync::Arc;

use carafe_core::{Error, Result};
use carafe_model::Value;
use carafe_model::query::{
    Aggregate, AggregateFunction, Cast, Filtered, Function, JsonAs, Node, Operator, Output,
    RawPart, Select, TextMatch,
};
use carafe_model::schema::Kind;

use super::compiler::{Compiler, Stand};
use super::dialect::AggregateParts;
use super::fragment::{Fragment, Param, ValueId};

/// Whole numbers.
const WHOLE: Cast = Cast { kind: Kind::BigInteger, max_length: None, digits: None };

impl Compiler {
    /// An expression where a value is wanted: the database is told the kind of a bare value.
    pub(crate) fn value(&mut self, node: &Node, stand: Stand) -> Result<Fragment> {
        match node {
            Node::Value(value) => Ok(match kind_of(value) {
                Some(kind) => self.dialect.typed(given(value), kind),
                None => given(value),
            }),
            node => self.node(node, stand),
        }
    }

    /// An expression.
    pub(crate) fn node(&mut self, node: &Node, stand: Stand) -> Result<Fragment> {
        Ok(match node {
            Node::Column(path) => {
                let place = self.place(path, stand.group)?;
                self.columns(self.scopes.len() - 1, &place)
            }
            Node::Filtered(filtered, behind) => {
                let place = self.filtered(filtered, behind.as_ref())?;
                self.columns(self.scopes.len() - 1, &place)
            }
            Node::Outer(path, model) => {
                let (scope, place) = self.outer(path, *model)?;
                self.columns(scope, &place)
            }
            Node::Value(value) => given(value),
            Node::Typed(value, kind) => self.dialect.typed(given(value), *kind),
            Node::Tuple(parts) => {
                let parts = self.each(parts, stand)?;
                Fragment::joined(parts, ", ").wrapped("(", ")")
            }
            Node::Binary(sides, operator) if operator.compares() => {
                let sql = self.comparison(sides, *operator, stand)?;
                self.decided(sql, &sides[..], stand)?
            }
            Node::Binary(sides, operator) => {
                let left = self.operand(&sides[0], *operator, stand)?;
                let right = self.operand(&sides[1], *operator, stand)?;
                self.dialect.compute(left, *operator, right)?
            }
            Node::And(parts) => self.joined(parts, " AND ", "1 = 1", stand)?,
            Node::Or(parts) => self.joined(parts, " OR ", "1 = 0", stand)?,
            Node::Xor(parts) => self.xor(parts, stand)?,
            Node::Not(inner) => self.not(inner, stand)?,
            Node::IsNull(inner) => self.is_null(inner, stand)?,
            Node::In(inner, list) => {
                let mut sql = self.node(inner, stand)?;
                sql.push(" IN (");
                let json = matches!(**inner, Node::Json(..));
                let mut items = Vec::with_capacity(list.len());
                for item in list {
                    let item = self.node(item, stand)?;
                    items.push(if json { self.dialect.json_value(item) } else { item });
                }
                sql.append(Fragment::joined(items, ", "));
                sql.push(")");
                self.decided(sql, std::slice::from_ref(inner), stand)?
            }
            Node::InQuery(inner, query) => {
                let mut sql = self.node(inner, stand)?;
                sql.append(self.subquery(query)?.wrapped(" IN (", ")"));
                self.decided(sql, std::slice::from_ref(inner), stand)?
            }
            Node::Between(parts) => {
                let [inner, first, last] = &**parts;
                let mut sql = self.node(inner, stand)?;
                sql.push(" BETWEEN ");
                sql.append(self.node(first, stand)?);
                sql.push(" AND ");
                sql.append(self.node(last, stand)?);
                self.decided(sql, &parts[..], stand)?
            }
            Node::Text(sides, how) => {
                let text = self.node(&sides[0], stand)?;
                let sql = self.text_match(text, &sides[1], *how, stand)?;
                self.decided(sql, &sides[..], stand)?
            }
            Node::Call(function, arguments) => {
                let mut sql = self.each(arguments, stand)?;
                if matches!(function, Function::JsonArray | Function::JsonObject) {
                    for (sql, node) in sql.iter_mut().zip(arguments) {
                        *sql = self.as_json(node, std::mem::take(sql), stand)?;
                    }
                }
                self.dialect.call(*function, sql)?
            }
            Node::Aggregate(aggregate) => self.aggregate(aggregate)?,
            Node::Window(window) => self.window(window)?,
            Node::Case(cases, otherwise) => {
                let mut sql = Fragment::new("CASE");
                for (condition, then) in cases {
                    sql.push(" WHEN ");
                    sql.append(self.node(condition, Stand { negated: false, ..stand })?);
                    sql.push(" THEN ");
                    sql.append(self.value(then, stand)?);
                }
                if let Some(otherwise) = otherwise {
                    sql.push(" ELSE ");
                    sql.append(self.value(otherwise, stand)?);
                }
                sql.push(" END");
                sql
            }
            Node::Cast(inner, cast) => {
                let inner = self.value(inner, stand)?;
                self.dialect.cast(inner, cast)?
            }
            Node::Collate(inner, collation) => {
                let inner = self.value(inner, stand)?;
                self.dialect.collate(inner, collation)
            }
            Node::Wrong(why) => return Err(Error::internal(why.clone().into_owned())),
            Node::Json(document, steps, read_as) => {
                let document = self.node(document, stand)?;
                self.dialect.json(document, steps, *read_as)?
            }
            Node::Exists(query) => self.exists(query)?,
            Node::Subquery(query) => self.subquery(query)?.wrapped("(", ")"),
            Node::Raw(parts) => {
                let mut sql = Fragment::new("(");
                for part in parts {
                    match part {
                        RawPart::Sql(text) => sql.push(text),
                        RawPart::Node(node) => sql.append(self.node(node, stand)?),
                    }
                }
                sql.push(")");
                sql
            }
            other => return Err(Error::internal(format!("no SQL is known for {other:?}"))),
        })
    }

    pub(super) fn each(&mut self, nodes: &[Node], stand: Stand) -> Result<Vec<Fragment>> {
        nodes.iter().map(|node| self.value(node, stand)).collect()
    }

    fn joined(
        &mut self,
        parts: &[Node],
        between: &str,
        none: &str,
        stand: Stand,
    ) -> Result<Fragment> {
        match parts {
            [] => Ok(Fragment::new(none)),
            [one] => self.node(one, stand),
            parts => {
                let parts: Result<Vec<_>> =
                    parts.iter().map(|part| self.node(part, stand)).collect();
                Ok(Fragment::joined(parts?, between).wrapped("(", ")"))
            }
        }
    }

    fn comparison(
        &mut self,
        sides: &[Node; 2],
        operator: Operator,
        stand: Stand,
    ) -> Result<Fragment> {
        let symbol = match operator {
            Operator::Lt => " < ",
            Operator::Le => " <= ",
            Operator::Gt => " > ",
            Operator::Ge => " >= ",
            _ => " = ",
        };
        let [left, right] = sides;
        let document = |node: &Node| matches!(node, Node::Value(Value::Json(_)));
        let json = is_json(left) || is_json(right) || document(left) || document(right);
        let mut made = Vec::with_capacity(2);
        for (side, other) in [(left, right), (right, left)] {
            // Beside a column a value has its kind from there.
            let bare = matches!(side, Node::Value(_))
                && matches!(other, Node::Column(_) | Node::Outer(..));
            let sql = if bare { self.node(side, stand)? } else { self.value(side, stand)? };
            let value = matches!(side, Node::Value(_) | Node::Typed(..));
            made.push(if json && value { self.dialect.json_value(sql) } else { sql });
        }
        match <[Fragment; 2]>::try_from(made) {
            Ok([left, right]) if json => Ok(self.dialect.json_compare(left, symbol, right)),
            Ok(made) => Ok(Fragment::joined(made, symbol)),
            Err(_) => Err(Error::internal("a comparison has two sides")),
        }
    }

    /// Part of a JSON document that is made: a column that holds JSON is no text there.
    fn as_json(&mut self, node: &Node, sql: Fragment, stand: Stand) -> Result<Fragment> {
        if let Node::Column(path) = node
            && self.place(path, stand.group)?.field.kind.base() == Kind::Json
        {
            return Ok(self.dialect.json_value(sql));
        }
        Ok(sql)
    }

    fn text_match(
        &mut self,
        text: Fragment,
        pattern: &Node,
        how: TextMatch,
        stand: Stand,
    ) -> Result<Fragment> {
        let given = matches!(pattern, Node::Value(_));
        let pattern = self.node(pattern, stand)?;
        self.dialect.text(text, pattern, how, given)
    }

    /// FROM of the innermost query.
    pub(crate) fn from(&mut self) -> Result<Fragment> {
        let dialect = self.dialect;
        Ok(self.scope()?.from(&|name| dialect.quote(name)))
    }

    /// A side of what is computed. A sum of whole numbers is a decimal in some databases, and would be
    /// divided as one.
    fn operand(&mut self, node: &Node, operator: Operator, stand: Stand) -> Result<Fragment> {
        let sql = self.value(node, stand)?;
        if operator == Operator::IntDiv && has_sum(node) {
            return self.dialect.cast(sql, &WHOLE);
        }
        Ok(sql)
    }

    fn aggregate(&mut self, aggregate: &Aggregate) -> Result<Fragment> {
        let sql = self.aggregate_call(aggregate)?;
        self.aggregated(aggregate, sql)
    }

    /// What an aggregate gives, or its default.
    pub(super) fn aggregated(&mut self, aggregate: &Aggregate, sql: Fragment) -> Result<Fragment> {
        let sql = self.dialect.aggregated(aggregate.function, sql);
        Ok(match &aggregate.default {
            Some(default) => {
                let default = self.value(default, Stand::ANY)?;
                Fragment::joined([sql, default], ", ").wrapped("COALESCE(", ")")
            }
            None => sql,
        })
    }

    pub(super) fn aggregate_call(&mut self, aggregate: &Aggregate) -> Result<Fragment> {
        let stand = Stand::ANY;
        let option = |compiler: &mut Self, node: &Option<Node>| {
            node.as_ref().map(|node| compiler.value(node, stand)).transpose()
        };
        // Aggregates of aggregates are computed inside.
        let lifted = self.lifted.take();
        let mut parts = AggregateParts {
            argument: option(self, &aggregate.argument)?,
            separator: option(self, &aggregate.separator)?,
            filter: match &aggregate.filter {
                Some(filter) => Some(self.node(filter, stand)?),
                None => None,
            },
            order: self.order(&aggregate.order, stand)?,
        };
        if let Some(mut lifted) = lifted {
            let mut lift = |sql: Fragment| {
                lifted.push(sql);
                Fragment::new(format!("q.c{}", lifted.len() - 1))
            };
            parts.argument = parts.argument.map(&mut lift);
            if matches!(aggregate.function, AggregateFunction::Named(_)) {
                parts.separator = parts.separator.map(&mut lift);
            }
            parts.filter = parts.filter.map(&mut lift);
            self.lifted = Some(lifted);
        }
        if aggregate.function == AggregateFunction::JsonAgg
            && let (Some(node), Some(argument)) = (&aggregate.argument, parts.argument.take())
        {
            parts.argument = Some(self.as_json(node, argument, stand)?);
        }
        self.dialect.aggregate(aggregate, parts)
    }

    /// The condition of a relation of which only some rows count: its paths over that relation lead
    /// over the same join.
    pub(crate) fn filter_condition(&mut self, filtered: &Filtered) -> Result<Fragment> {
        let around = self.filtering.replace((std::ptr::from_ref(filtered), filtered.path));
        let condition = self.node(&filtered.condition, Stand::ANY);
        self.filtering = around;
        condition
    }

    /// A query as an expression: its SQL.
    pub(crate) fn subquery(&mut self, query: &Arc<Select>) -> Result<Fragment> {
        match query.output {
            Output::Row => self.keys(query),
            Output::Values { .. } => Ok(self.select(query)?.0),
        }
    }

    fn exists(&mut self, query: &Arc<Select>) -> Result<Fragment> {
        if query.none {
            return Ok(Fragment::new("1 = 0"));
        }
        Ok(self.any(query)?.wrapped("EXISTS (", ")"))
    }
}

pub(super) fn is_json(node: &Node) -> bool {
    matches!(node, Node::Json(_, _, JsonAs::Json))
}

/// Whether there is a sum in it, or what may be one.
fn has_sum(node: &Node) -> bool {
    match node {
        Node::Aggregate(aggregate) => aggregate.function == AggregateFunction::Sum,
        Node::Window(window) => has_sum(&window.function),
        Node::Subquery(_) => true,
        node => {
            let mut found = false;
            node.parts(&mut |part| found |= has_sum(part));
            found
        }
    }
}

/// A value of the query as a parameter; NULL stands in the text.
pub(crate) fn given(value: &Value) -> Fragment {
    match value {
        Value::Null => Fragment::new("NULL"),
        value => Fragment::param(Param::Given(ValueId::of(value))),
    }
}

/// The kind of a value of which nothing else is known.
fn kind_of(value: &Value) -> Option<Kind> {
    Some(match value {
        Value::Bool(_) => Kind::Bool,
        Value::I64(_) => Kind::BigInteger,
        Value::F64(_) => Kind::Float,
        Value::Text(_) => Kind::Text,
        Value::Bytes(_) => Kind::Binary,
        Value::Date(_) => Kind::Date,
        Value::Time(_) => Kind::Time,
        Value::DateTime(_) => Kind::DateTime,
        Value::Timestamp(_) => Kind::Timestamp,
        Value::Uuid(_) => Kind::Uuid,
        Value::Json(_) => Kind::Json,
        Value::Decimal(_) => Kind::Decimal,
        Value::Duration(_) => Kind::Duration,
        _ => return None,
    })
}
