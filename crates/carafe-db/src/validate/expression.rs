//! Expressions of a model as parts of a query: on the rows of its table, or on the values of one row.
//!
//! As in the constraints of the database, what is NULL stays NULL: a condition is then neither true nor
//! false.

use std::borrow::Cow;

use carafe_core::{Error, Result};
use carafe_model::query::{Function, Node, Operator as Compares, Path, RawPart};
use carafe_model::schema::{Expression, FieldSchema, Literal, ModelSchema, Operator};
use carafe_model::{Record, Value};

/// What stands in the place of the fields of an expression.
#[derive(Clone, Copy)]
pub(super) enum Of<'r> {
    /// The columns of the rows that are looked at.
    Rows,
    /// The values of this row.
    Given(&'r dyn Record),
}

/// The expression as a part of a query.
pub(super) fn node(
    expression: &Expression,
    model: &'static ModelSchema,
    of: Of<'_>,
) -> Result<Node> {
    let inner = |own: &Expression| node(own, model, of);
    Ok(match expression {
        Expression::Field(name) => field(model.field(name)?, model, of)?,
        Expression::Literal(own) => literal(own),
        Expression::Not(own) => not(inner(own)?),
        Expression::IsNull(own) => Node::IsNull(Box::new(inner(own)?)),
        Expression::In(_, []) => Node::never(),
        Expression::In(own, literals) => {
            Node::In(Box::new(inner(own)?), literals.iter().map(literal).collect())
        }
        Expression::Binary(left, operator, right) => {
            let is_null = |own: &Expression| matches!(own, Expression::Literal(Literal::Null));
            let equal = match operator {
                Operator::Eq | Operator::Ne if is_null(right) => {
                    Node::IsNull(Box::new(inner(left)?))
                }
                _ => joined(inner(left)?, *operator, inner(right)?, || {
                    is_text(left, model) || is_text(right, model)
                }),
            };
            if *operator == Operator::Ne { not(equal) } else { equal }
        }
        Expression::Call(name, arguments) => {
            let arguments: Result<Vec<Node>> = arguments.iter().map(inner).collect();
            Node::Call(function(name, model)?, arguments?)
        }
        other => {
            return Err(Error::internal(format!("no query can hold the expression `{other}`"))
                .at(model.name));
        }
    })
}

/// A field of the rows, or the value of the one row. What the database computes is computed of the
/// values, since the row may not have been saved yet.
pub(super) fn field(
    field: &'static FieldSchema,
    model: &'static ModelSchema,
    of: Of<'_>,
) -> Result<Node> {
    let record = match (of, field.generated) {
        (Of::Rows, _) => return Ok(Node::Column(Path::at(field.index.into()))),
        (Of::Given(_), Some(generated)) => return node(&generated.expression, model, of),
        (Of::Given(record), None) => record,
    };
    let mut values = record.get_all(field.name)?;
    Ok(match values.pop() {
        Some(only) if values.is_empty() && field.relation.is_none() => {
            Node::Typed(only, field.kind)
        }
        last => {
            values.extend(last);
            Node::key(values)
        }
    })
}

fn joined(left: Node, operator: Operator, right: Node, is_text: impl Fn() -> bool) -> Node {
    let operator = match operator {
        Operator::And => return Node::And(vec![left, right]),
        Operator::Or => return Node::Or(vec![left, right]),
        Operator::Add if is_text() => return text(left, right),
        Operator::Eq | Operator::Ne => Compares::Eq,
        Operator::Lt => Compares::Lt,
        Operator::Le => Compares::Le,
        Operator::Gt => Compares::Gt,
        Operator::Ge => Compares::Ge,
        Operator::Add => Compares::Add,
        Operator::Sub => Compares::Sub,
        Operator::Mul => Compares::Mul,
        Operator::Div => Compares::Div,
        Operator::Rem => Compares::Rem,
    };
    Node::binary(left, operator, right)
}

/// SQL's NOT, whose NULL stays NULL; that of queries is true of it.
fn not(inner: Node) -> Node {
    let sql = |text: &'static str| RawPart::Sql(text.into());
    Node::Raw(vec![sql("NOT ("), RawPart::Node(inner), sql(")")])
}

/// Two texts, one behind the other; the function takes NULL for an empty text, and the operator does not.
fn text(left: Node, right: Node) -> Node {
    let unknown = [&left, &right].map(|side| Node::IsNull(Box::new(side.clone())));
    let both = Node::Call(Function::Concat, vec![left, right]);
    Node::Case(vec![(not(Node::Or(unknown.into())), both)], None)
}

fn literal(literal: &Literal) -> Node {
    // Numbers stand in the text, as in the constraint: beside whatever kind of number.
    let number = |text: String| Node::Raw(vec![RawPart::Sql(Cow::Owned(text))]);
    match literal {
        Literal::Null => Node::Value(Value::Null),
        Literal::Bool(value) => Node::Value(Value::Bool(*value)),
        Literal::I64(value) => number(value.to_string()),
        Literal::F64(value) => number(format!("{value:?}")),
        Literal::Text(text) => Node::Value(Value::Text((*text).to_owned())),
    }
}

fn function(name: &str, model: &ModelSchema) -> Result<Function> {
    Ok(match name {
        "lower" => Function::Lower,
        "upper" => Function::Upper,
        "length" => Function::Length,
        "abs" => Function::Abs,
        "coalesce" => Function::Coalesce,
        "now" => Function::Now,
        other => {
            return Err(Error::internal(format!("no function `{other}` is known")).at(model.name));
        }
    })
}

/// Whether it makes a text, so that `+` joins.
fn is_text(expression: &Expression, model: &ModelSchema) -> bool {
    match expression {
        Expression::Field(name) => model.field(name).is_ok_and(|field| field.kind.is_text()),
        Expression::Literal(literal) => matches!(literal, Literal::Text(_)),
        Expression::Binary(left, Operator::Add, right) => {
            is_text(left, model) || is_text(right, model)
        }
        Expression::Call("lower" | "upper", _) => true,
        Expression::Call("coalesce", arguments) => arguments.iter().any(|own| is_text(own, model)),
        _ => false,
    }
}
