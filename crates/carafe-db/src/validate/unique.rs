//! Fields of which each value stands in one row at most.

use std::panic::Location;

use carafe_core::Result;
use carafe_model::query::{Node, Operator, Path};
use carafe_model::schema::{FieldSchema, RelationKind};
use carafe_model::{Invalids, Value};

use super::expression::{Of, node};
use super::{FullClean, any};
use crate::executor::Executor;

/// Checks the fields, and the key of a new row.
pub(super) async fn check(
    full: &FullClean<'_>,
    errors: &mut Invalids,
    executor: &dyn Executor,
    caller: &'static Location<'static>,
) -> Result<()> {
    let model = full.record().model();
    let keys: Vec<&FieldSchema> = model.primary_key().collect();
    for field in model.stored() {
        let unique = if field.primary_key && keys.len() == 1 {
            full.has_new_key()
        } else {
            field.unique || is_one_to_one(field)
        };
        if !unique || !full.looks_at(field.name, errors) {
            continue;
        }
        let Some(same) = same(field, full)? else { continue };
        if any(&full.others(same), executor, caller).await? {
            errors.add(field.name, field.taken(model));
        }
    }
    if keys.len() > 1 && full.has_new_key() {
        let mut parts = Vec::with_capacity(keys.len());
        for key in model.primary_key().filter(|key| full.looks_at(key.name, errors)) {
            parts.extend(same(key, full)?);
        }
        let whole = parts.len() == keys.len();
        if whole && any(&full.others(Node::And(parts)), executor, caller).await? {
            errors.add_general(model.taken(&keys));
        }
    }
    Ok(())
}

fn is_one_to_one(field: &FieldSchema) -> bool {
    field.relation.is_some_and(|relation| relation.kind == RelationKind::OneToOne)
}

/// The condition that a row has the same in a field; none where there is nothing that could be the same.
pub(super) fn same(field: &'static FieldSchema, full: &FullClean<'_>) -> Result<Option<Node>> {
    let column = Node::Column(Path::at(field.index.into()));
    let value = match field.generated {
        Some(generated) => {
            node(&generated.expression, full.record().model(), Of::Given(full.record()))?
        }
        None => match full.record().get_all(field.name) {
            Ok(values) if !values.contains(&Value::Null) => Node::key(values),
            // NULL is the same as nothing, and what the query has left out is as it was.
            _ => return Ok(None),
        },
    };
    Ok(Some(Node::binary(column, Operator::Eq, value)))
}
