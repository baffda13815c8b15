//! Settings before they have a type: a tree whose every node knows where it comes from.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::origin::Origin;
use super::secret::MASK;

/// Keys and what they hold.
pub(super) type Table = BTreeMap<String, Node>;

/// One value, and where it comes from.
#[derive(Clone, Debug)]
pub(super) struct Node {
    pub(super) value: Value,
    pub(super) origin: Origin,
}

/// What a node holds.
#[derive(Clone, Debug)]
pub(super) enum Value {
    Null,
    Bool(bool),
    Int(i128),
    Float(f64),
    Text(String),
    /// The text of a variable, which becomes what its field's type asks for.
    Raw(String),
    List(Vec<Node>),
    Table(Table),
}

impl Node {
    pub(super) fn new(value: Value, origin: Origin) -> Self {
        Self { value, origin }
    }

    /// The table, if it is one.
    pub(super) fn table(&self) -> Option<&Table> {
        match &self.value {
            Value::Table(table) => Some(table),
            _ => None,
        }
    }

    /// The value in one line, as a report shows it.
    pub(super) fn show(&self) -> String {
        match &self.value {
            // Blanks at the ends, and nothing at all, are seen in quotes only.
            Value::Text(text) | Value::Raw(text) if text.is_empty() || text.trim() != text => {
                format!("{:?}", without_password(text))
            }
            Value::Text(text) | Value::Raw(text) => printable(&without_password(text)),
            Value::Null => "-".to_owned(),
            _ => {
                let mut line = String::new();
                write_nested(self, &mut line);
                line
            }
        }
    }
}

/// Lays `stronger` over `weaker`, table by table; anything else replaces what was there.
pub(super) fn lay_over(weaker: &mut Table, stronger: Table) {
    for (key, node) in stronger {
        match (weaker.get_mut(&key).map(|old| &mut old.value), node) {
            (Some(Value::Table(old)), Node { value: Value::Table(new), .. }) => lay_over(old, new),
            (_, node) => {
                weaker.insert(key, node);
            }
        }
    }
}

fn write_nested(node: &Node, line: &mut String) {
    match &node.value {
        Value::Null => line.push_str("null"),
        // Writing to a String cannot fail.
        Value::Bool(value) => _ = write!(line, "{value}"),
        Value::Int(value) => _ = write!(line, "{value}"),
        Value::Float(value) => _ = write!(line, "{value:?}"),
        Value::Text(text) | Value::Raw(text) => _ = write!(line, "{:?}", without_password(text)),
        Value::List(items) => {
            line.push('[');
            for (place, item) in items.iter().enumerate() {
                line.push_str(if place == 0 { "" } else { ", " });
                write_nested(item, line);
            }
            line.push(']');
        }
        Value::Table(table) => {
            line.push('{');
            for (place, (key, item)) in table.iter().enumerate() {
                line.push_str(if place == 0 { " " } else { ", " });
                line.push_str(&printable(key));
                line.push_str(" = ");
                write_nested(item, line);
            }
            line.push_str(if table.is_empty() { "}" } else { " }" });
        }
    }
}

/// Control characters could rewrite the terminal that the report is read on.
pub(super) fn printable(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if c.is_control() {
            out.extend(c.escape_debug());
        } else {
            out.push(c);
        }
    }
    out
}

/// `postgres://user:password@host` is the usual place of a password outside a `Secret`.
pub(super) fn without_password(text: &str) -> String {
    let masked = || {
        let (scheme, rest) = text.split_once("://")?;
        // The last `@`, since a password may hold `@` and `/` though it should not.
        let (before, host) = rest.rsplit_once('@')?;
        let (user, _) = before.split_once(':').filter(|(user, _)| !user.contains('/'))?;
        Some(format!("{scheme}://{user}:{MASK}@{host}"))
    };
    masked().unwrap_or_else(|| text.to_owned())
}
