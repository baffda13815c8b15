//! Check constraints, as far as they can be judged without the database.
//!
//! As in SQL there are three answers; what is NULL, or only the database can know, is no violation.

use std::cmp::Ordering;

use super::number::number;
use crate::Value;
use crate::model::Record;
use crate::schema::{Expression, Literal, Operator};

pub(super) fn judge(condition: &Expression, record: &dyn Record) -> Option<bool> {
    match value(condition, record) {
        Value::Bool(holds) => Some(holds),
        _ => None,
    }
}

fn value(expression: &Expression, record: &dyn Record) -> Value {
    match expression {
        Expression::Field(name) => field(name, record),
        Expression::Literal(own) => literal(own),
        Expression::Not(inner) => match value(inner, record) {
            Value::Bool(inner) => Value::Bool(!inner),
            _ => Value::Null,
        },
        Expression::IsNull(inner) => match **inner {
            // Only a field is known to be NULL; a function may be unknown here.
            Expression::Field(_) => Value::Bool(value(inner, record) == Value::Null),
            _ => Value::Null,
        },
        Expression::In(inner, literals) => {
            let found = value(inner, record);
            either(literals.iter().map(|own| compared(&found, Operator::Eq, &literal(own))))
        }
        Expression::Binary(left, operator, right) => {
            let (left, right) = (value(left, record), value(right, record));
            match operator {
                Operator::And => not(&either([not(&left), not(&right)].into_iter())),
                Operator::Or => either([left, right].into_iter()),
                Operator::Add | Operator::Sub | Operator::Mul | Operator::Div | Operator::Rem => {
                    computed(&left, *operator, &right)
                }
                _ => compared(&left, *operator, &right),
            }
        }
        Expression::Call(name, arguments) => call(name, arguments, record),
    }
}

fn field(name: &str, record: &dyn Record) -> Value {
    match record.get(name) {
        Ok(Value::Duration(micros)) => Value::I64(micros),
        Ok(value @ Value::Decimal(_)) => number(&value).map_or(Value::Null, Value::F64),
        Ok(value) => value,
        Err(_) => Value::Null,
    }
}

fn literal(literal: &Literal) -> Value {
    match literal {
        Literal::Null => Value::Null,
        Literal::Bool(value) => Value::Bool(*value),
        Literal::I64(value) => Value::I64(*value),
        Literal::F64(value) => Value::F64(*value),
        Literal::Text(value) => Value::Text((*value).to_owned()),
    }
}

fn call(name: &str, arguments: &[Expression], record: &dyn Record) -> Value {
    let mut arguments = arguments.iter().map(|argument| value(argument, record));
    match (name, arguments.next()) {
        ("lower", Some(Value::Text(text))) => Value::Text(text.to_lowercase()),
        ("upper", Some(Value::Text(text))) => Value::Text(text.to_uppercase()),
        ("length", Some(Value::Text(text))) => {
            i64::try_from(text.chars().count()).map_or(Value::Null, Value::I64)
        }
        ("abs", Some(Value::I64(number))) => number.checked_abs().map_or(Value::Null, Value::I64),
        ("abs", Some(Value::F64(number))) => Value::F64(number.abs()),
        _ => Value::Null,
    }
}

fn compared(left: &Value, operator: Operator, right: &Value) -> Value {
    let order = match (left, right) {
        (Value::Text(left), Value::Text(right)) => match operator {
            // How text sorts is the database's business.
            Operator::Eq | Operator::Ne => Some(left.cmp(right)),
            _ => None,
        },
        (Value::I64(left), Value::I64(right))
        | (Value::Time(left), Value::Time(right))
        | (Value::DateTime(left), Value::DateTime(right))
        | (Value::Timestamp(left), Value::Timestamp(right)) => Some(left.cmp(right)),
        (Value::Date(left), Value::Date(right)) => Some(left.cmp(right)),
        (Value::Bool(left), Value::Bool(right)) => Some(left.cmp(right)),
        (Value::I64(_) | Value::F64(_), Value::I64(_) | Value::F64(_)) => {
            number(left).zip(number(right)).and_then(|(left, right)| left.partial_cmp(&right))
        }
        _ => None,
    };
    let Some(order) = order else { return Value::Null };
    Value::Bool(match operator {
        Operator::Eq => order == Ordering::Equal,
        Operator::Ne => order != Ordering::Equal,
        Operator::Lt => order == Ordering::Less,
        Operator::Le => order != Ordering::Greater,
        Operator::Gt => order == Ordering::Greater,
        Operator::Ge => order != Ordering::Less,
        _ => return Value::Null,
    })
}

/// Integers as far as they fit; what databases round in their own ways is left to them.
fn computed(left: &Value, operator: Operator, right: &Value) -> Value {
    if let (Value::I64(left), Value::I64(right)) = (left, right) {
        let result = match operator {
            Operator::Add => left.checked_add(*right),
            Operator::Sub => left.checked_sub(*right),
            Operator::Mul => left.checked_mul(*right),
            Operator::Rem => left.checked_rem(*right),
            _ => None,
        };
        return result.map_or(Value::Null, Value::I64);
    }
    let (Some(left), Some(right)) = (number(left), number(right)) else { return Value::Null };
    match operator {
        Operator::Add => Value::F64(left + right),
        Operator::Sub => Value::F64(left - right),
        Operator::Mul => Value::F64(left * right),
        _ => Value::Null,
    }
}

fn either(values: impl Iterator<Item = Value>) -> Value {
    let mut known = true;
    for value in values {
        match value {
            Value::Bool(true) => return Value::Bool(true),
            Value::Bool(false) => {}
            _ => known = false,
        }
    }
    if known { Value::Bool(false) } else { Value::Null }
}

fn not(value: &Value) -> Value {
    if let Value::Bool(value) = value { Value::Bool(!value) } else { Value::Null }
}
