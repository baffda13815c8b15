//! `carafe.toml` as a tree that knows its lines.

use std::ops::Range;
use std::sync::Arc;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::fault::Fault;
use super::node::{Node, Table, Value};
use super::origin::Origin;

/// Reads the text of a TOML file; what cannot be read becomes faults, the rest is kept.
pub(super) fn parse(file: &str, text: &str, faults: &mut Vec<Fault>) -> Table {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let lines = Lines::of(file, text);
    let (table, errors) = DeTable::parse_recoverable(text);
    // A mistake often makes the rest of its line, and what follows, look wrong too: one a line.
    let mut told = Vec::new();
    for error in errors {
        let origin = lines.origin(&error.span().unwrap_or(0..0));
        if !told.contains(&origin) {
            faults
                .push(Fault::at(origin.clone(), format!("this is not TOML: {}", error.message())));
            told.push(origin);
        }
    }
    // What was mended in passing must not cause faults of its own.
    if told.is_empty() { lines.table(table.get_ref()) } else { Table::new() }
}

/// One value in TOML's form, as it may stand in a variable.
pub(super) fn parse_value(text: &str, origin: &Origin) -> Option<Node> {
    let value = DeValue::parse(text).ok()?;
    let lines = Lines { starts: Vec::new(), place: Place::Fixed(origin.clone()) };
    Some(lines.node(&value))
}

/// Turns a place in the text into a line.
struct Lines {
    starts: Vec<usize>,
    place: Place,
}

enum Place {
    File(Arc<str>),
    Fixed(Origin),
}

impl Lines {
    fn of(file: &str, text: &str) -> Self {
        let breaks = text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n');
        Self { starts: breaks.map(|(place, _)| place).collect(), place: Place::File(file.into()) }
    }

    fn origin(&self, span: &Range<usize>) -> Origin {
        match &self.place {
            Place::Fixed(origin) => origin.clone(),
            Place::File(file) => Origin::File {
                file: Arc::clone(file),
                line: self.starts.partition_point(|start| *start < span.start) + 1,
            },
        }
    }

    fn table(&self, table: &DeTable<'_>) -> Table {
        table
            .iter()
            .map(|(key, value)| {
                let mut node = self.node(value);
                // A key is found by its own line: a value may begin below it.
                node.origin = self.origin(&key.span());
                (key.get_ref().to_string(), node)
            })
            .collect()
    }

    fn node(&self, spanned: &Spanned<DeValue<'_>>) -> Node {
        let origin = self.origin(&spanned.span());
        let value = match spanned.get_ref() {
            DeValue::String(text) => Value::Text(text.to_string()),
            DeValue::Boolean(value) => Value::Bool(*value),
            DeValue::Datetime(time) => Value::Text(time.to_string()),
            DeValue::Array(items) => {
                Value::List(items.iter().map(|item| self.node(item)).collect())
            }
            DeValue::Table(table) => Value::Table(self.table(table)),
            DeValue::Integer(number) => {
                match i128::from_str_radix(number.as_str(), number.radix()) {
                    Ok(number) => Value::Int(number),
                    // No whole number of Rust's is so large; as a float it is refused by its type.
                    Err(_) => Value::Float(number.as_str().parse().unwrap_or(f64::INFINITY)),
                }
            }
            DeValue::Float(number) => Value::Float(number.as_str().parse().unwrap_or(f64::NAN)),
        };
        Node { value, origin }
    }
}
