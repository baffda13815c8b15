//! Places in JSON documents, compared by what they are.

use std::cmp::Ordering;

use rusqlite::{Connection, Result};
use serde_json::Value;

use super::{scalar, text, wrong};

pub(super) fn add(connection: &Connection) -> Result<()> {
    scalar(connection, "carafe_json_compare", 2, |context| {
        let value = |at| serde_json::from_str::<Value>(&text(context, at)?).map_err(wrong);
        Ok(Some(compare(&value(0)?, &value(1)?) as i64))
    })
}

/// As PostgreSQL orders JSON: objects, arrays, booleans, numbers, texts, null.
fn compare(left: &Value, right: &Value) -> Ordering {
    match (left, right) {
        (Value::Bool(left), Value::Bool(right)) => left.cmp(right),
        (Value::Number(left), Value::Number(right)) => match (left.as_i64(), right.as_i64()) {
            (Some(left), Some(right)) => left.cmp(&right),
            _ => left
                .as_f64()
                .and_then(|left| left.partial_cmp(&right.as_f64()?))
                .unwrap_or(Ordering::Equal),
        },
        (Value::String(left), Value::String(right)) => left.cmp(right),
        (Value::Array(left), Value::Array(right)) => {
            let pairs = left.iter().zip(right).map(|(left, right)| compare(left, right));
            let first = pairs.into_iter().find(|order| order.is_ne());
            left.len().cmp(&right.len()).then(first.unwrap_or(Ordering::Equal))
        }
        (Value::Object(left), Value::Object(right)) => {
            // The map may keep its keys in the order in which they were written.
            let sorted = |object: &'_ serde_json::Map<String, Value>| {
                let mut pairs: Vec<(String, Value)> = object.clone().into_iter().collect();
                pairs.sort_by(|(one, _), (other, _)| one.cmp(other));
                pairs
            };
            let pairs = sorted(left).into_iter().zip(sorted(right));
            let orders = pairs.map(|(ours, theirs)| {
                ours.0.cmp(&theirs.0).then_with(|| compare(&ours.1, &theirs.1))
            });
            let first = orders.into_iter().find(|order| order.is_ne());
            left.len().cmp(&right.len()).then(first.unwrap_or(Ordering::Equal))
        }
        (left, right) => rank(left).cmp(&rank(right)),
    }
}

fn rank(value: &Value) -> u8 {
    match value {
        Value::Null => 0,
        Value::String(_) => 1,
        Value::Number(_) => 2,
        Value::Bool(_) => 3,
        Value::Array(_) => 4,
        Value::Object(_) => 5,
    }
}
