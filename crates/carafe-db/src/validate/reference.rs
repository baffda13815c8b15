//! Rows that are referred to.

use std::panic::Location;

use carafe_core::Result;
use carafe_model::query::{Node, Operator, Path, Select, Step};
use carafe_model::schema::{FieldSchema, ModelSchema, Relation, RelationKind};
use carafe_model::{Invalid, Invalids, Value};

use super::expression::{Of, node};
use super::{FullClean, any};
use crate::executor::Executor;

/// Whether the rows that are referred to are there, and may be chosen (`limit_choices_to`).
pub(super) async fn check(
    full: &FullClean<'_>,
    errors: &mut Invalids,
    executor: &dyn Executor,
    caller: &'static Location<'static>,
) -> Result<()> {
    let record = full.record();
    for field in record.model().stored() {
        let Some(relation) = field.relation.filter(leads_to_one) else { continue };
        if !full.looks_at(field.name, errors) {
            continue;
        }
        // What the query has left out is as it was.
        let Ok(key) = record.get_all(field.name) else { continue };
        if key.contains(&Value::Null) {
            continue;
        }
        let target = relation.target();
        let shown = key.iter().map(shown).collect::<Vec<_>>().join(", ");
        let mut select = Select::new(target);
        select.order = Some(Vec::new());
        select.steps.push(Step::Filter(Node::binary(key_of(target), Operator::Eq, Node::key(key))));
        if let Some(limit) = &relation.limit {
            select.steps.push(Step::Filter(node(limit, target, Of::Rows)?));
        }
        if !any(&select, executor, caller).await? {
            errors.add(field.name, missing(field, target, &shown));
        }
    }
    Ok(())
}

/// The row of a parent is made together with that of its child.
fn leads_to_one(relation: &Relation) -> bool {
    matches!(relation.kind, RelationKind::ForeignKey | RelationKind::OneToOne) && !relation.parent
}

fn key_of(model: &'static ModelSchema) -> Node {
    let mut columns: Vec<Node> =
        model.primary_key().map(|key| Node::Column(Path::at(key.index.into()))).collect();
    match columns.pop() {
        Some(only) if columns.is_empty() => only,
        last => {
            columns.extend(last);
            Node::Tuple(columns)
        }
    }
}

fn missing(field: &FieldSchema, target: &ModelSchema, shown: &str) -> Invalid {
    let names: Vec<&str> = target.primary_key().map(|key| key.name).collect();
    let usual = format!(
        "{} instance with {} {shown} is not a valid choice.",
        target.verbose_name,
        names.join(", ")
    );
    Invalid::new("invalid", field.message("invalid").unwrap_or(&usual))
}

fn shown(value: &Value) -> String {
    match value {
        Value::I64(number) => number.to_string(),
        Value::Text(text) => format!("'{text}'"),
        Value::Uuid(uuid) => {
            let hex = format!("{uuid:02x?}");
            hex.chars().filter(char::is_ascii_hexdigit).collect()
        }
        other => other.kind().to_owned(),
    }
}
