//! The text of a variable as the type that its field asks for.

use super::node::{Node, Table, Value};
use super::origin::Origin;
use super::toml_file;

pub(super) fn boolean(text: &str) -> Option<bool> {
    match text.trim().to_ascii_lowercase().as_str() {
        "true" | "1" | "yes" | "on" => Some(true),
        "false" | "0" | "no" | "off" => Some(false),
        _ => None,
    }
}

pub(super) fn whole(text: &str) -> Option<i128> {
    text.trim().replace('_', "").parse().ok()
}

pub(super) fn float(text: &str) -> Option<f64> {
    text.trim().replace('_', "").parse().ok()
}

/// `[1, 2]` in the form of JSON or TOML, else parts between commas.
pub(super) fn list(text: &str, origin: &Origin) -> Option<Vec<Node>> {
    let text = text.trim();
    if text.starts_with('[') {
        return match compound(text, origin)?.value {
            Value::List(items) => Some(items),
            _ => None,
        };
    }
    let parts = text.split(',').map(str::trim).filter(|part| !part.is_empty());
    Some(parts.map(|part| Node::new(Value::Raw(part.to_owned()), origin.clone())).collect())
}

/// `{"a": 1}` or `{ a = 1 }`; nothing at all is an empty table.
pub(super) fn table(text: &str, origin: &Origin) -> Option<Table> {
    let text = text.trim();
    if text.is_empty() {
        return Some(Table::new());
    }
    match compound(text, origin)?.value {
        Value::Table(table) => Some(table),
        _ => None,
    }
}

/// What the text looks like, where the type takes anything: JSON where it is that, else text.
pub(super) fn guess(text: &str, origin: &Origin) -> Node {
    serde_json::from_str(text).map_or_else(
        |_| Node::new(Value::Text(text.to_owned()), origin.clone()),
        |json| from_json(json, origin),
    )
}

fn compound(text: &str, origin: &Origin) -> Option<Node> {
    if !text.starts_with(['[', '{']) {
        return None;
    }
    match serde_json::from_str(text) {
        Ok(json) => Some(from_json(json, origin)),
        Err(_) => toml_file::parse_value(text, origin),
    }
}

fn from_json(json: serde_json::Value, origin: &Origin) -> Node {
    use serde_json::Value as Json;
    let value = match json {
        Json::Null => Value::Null,
        Json::Bool(value) => Value::Bool(value),
        Json::Number(number) => match number.as_i128() {
            Some(whole) => Value::Int(whole),
            None => Value::Float(number.as_f64().unwrap_or(f64::NAN)),
        },
        Json::String(text) => Value::Text(text),
        Json::Array(items) => {
            Value::List(items.into_iter().map(|item| from_json(item, origin)).collect())
        }
        Json::Object(entries) => Value::Table(
            entries.into_iter().map(|(key, item)| (key, from_json(item, origin))).collect(),
        ),
    };
    Node::new(value, origin.clone())
}
