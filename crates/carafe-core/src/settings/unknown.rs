//! Keys and sections that nobody owns: most are typing mistakes.

use super::fault::{Fault, suggest};
use super::node::{Node, Table};
use super::section::{FieldSchema, Place, SectionSchema};
use super::store::Strangers;
use super::variables::name_of;

/// Tells the unknown keys of a whole file, or of the table of one environment.
pub(super) fn unknown_at_top(
    table: &Table,
    schemas: &[&'static SectionSchema],
    path: &str,
    strangers: Strangers,
    faults: &mut Vec<Fault>,
) {
    let top = || {
        schemas
            .iter()
            .filter(|schema| schema.place == Place::TopLevel)
            .flat_map(|schema| schema.fields)
    };
    for (key, node) in table {
        let section =
            schemas.iter().find(|schema| schema.place != Place::TopLevel && schema.path() == key);
        match (section, node.table()) {
            (Some(schema), Some(below)) => {
                unknown_keys_below(below, schema, &join(path, key), faults);
            }
            (Some(_), None) => faults.push(not_a_section(key, node)),
            (None, _) => {
                if let Some(field) = top().find(|field| field.key == key) {
                    if let (Some(nested), Some(below)) = (field.nested, node.table()) {
                        unknown_keys_below(below, nested, &join(path, key), faults);
                    }
                    continue;
                }
                if strangers == Strangers::LeftAlone && node.table().is_some() {
                    continue;
                }
                unknown_name(key, node, schemas, path, faults);
            }
        }
    }
}

/// A section or a top-level key that nobody owns; a variable is told by each of its own names.
fn unknown_name(
    key: &str,
    node: &Node,
    schemas: &[&'static SectionSchema],
    path: &str,
    faults: &mut Vec<Fault>,
) {
    let from_variables = node.origin.variable().is_some();
    if let Some(below) = node.table().filter(|_| from_variables) {
        for (inner, node) in below {
            unknown_name(&join(key, inner), node, schemas, path, faults);
        }
        return;
    }
    if node.table().is_some() && !key.contains('.') {
        let sections = schemas.iter().map(|schema| schema.path()).filter(|name| !name.is_empty());
        let sentence = format!("nothing here owns a section [{key}]{}", suggest(key, sections));
        faults.push(Fault::at(node.origin.clone(), sentence));
        return;
    }
    let known = schemas.iter().flat_map(|schema| {
        let fields = schema.fields.iter().map(|field| join(schema.path(), field.key));
        let name = (!schema.path().is_empty()).then(|| schema.path().to_owned());
        fields.filter(|_| from_variables || schema.path().is_empty()).chain(name)
    });
    faults.push(unknown(&join(path, key), known.map(|known| join(path, &known)), node));
}

/// Tells the keys of this table that the schema does not have.
pub(super) fn unknown_keys(
    table: &Table,
    schema: &SectionSchema,
    path: &str,
    faults: &mut Vec<Fault>,
) {
    let knows = |key: &str| {
        schema.fields.iter().any(|field| field.key == key || field.key == FieldSchema::EVERY_KEY)
    };
    for (key, node) in table.iter().filter(|(key, _)| !knows(key)) {
        let known = schema.fields.iter().map(|field| field.key);
        faults.push(unknown(&join(path, key), known.map(|key| join(path, key)), node));
    }
}

/// Tells the unknown keys of a table and of the nested structs below it.
fn unknown_keys_below(table: &Table, schema: &SectionSchema, path: &str, faults: &mut Vec<Fault>) {
    unknown_keys(table, schema, path, faults);
    for field in schema.fields {
        if let (Some(nested), Some(below)) =
            (field.nested, table.get(field.key).and_then(Node::table))
        {
            unknown_keys_below(below, nested, &join(path, field.key), faults);
        }
    }
}

/// The fault of a key, or of a whole section, that nobody knows.
fn unknown(path: &str, known: impl Iterator<Item = String>, node: &Node) -> Fault {
    let known: Vec<String> = known.collect();
    let sentence = match node.origin.variable() {
        Some(name) => {
            let names: Vec<String> = known.iter().map(|path| name_of(path)).collect();
            format!("no setting has this name{}", suggest(name, names.iter().map(String::as_str)))
        }
        None => {
            format!("`{path}` is not a setting{}", suggest(path, known.iter().map(String::as_str)))
        }
    };
    Fault::at(node.origin.clone(), sentence)
}

/// A value where a section stands.
pub(super) fn not_a_section(name: &str, node: &Node) -> Fault {
    Fault::at(
        node.origin.clone(),
        format!("`{name}` is a section, [{name}], and cannot hold a value itself"),
    )
}

/// The keys of a path, with a dot between them.
pub(super) fn join(path: &str, key: &str) -> String {
    if path.is_empty() { key.to_owned() } else { format!("{path}.{key}") }
}
