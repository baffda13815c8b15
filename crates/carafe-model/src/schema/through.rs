//! The table between the two sides of a many-to-many.

use super::{FieldSchema, ModelSchema, RelationKind, Through};
use crate::{Error, Result};

/// The table between the two sides of a many-to-many, with the columns that refer to each.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ThroughTable {
    /// Its name.
    pub table: String,
    /// The columns that refer to the model with the field.
    pub source: Vec<String>,
    /// The columns that refer to the other model.
    pub target: Vec<String>,
    /// Whether it is made for the relation, rather than a model of its own.
    pub automatic: bool,
}

impl ThroughTable {
    /// The table of a many-to-many field of that model. One that is made for it is named and built
    /// as Django's: `post_tags` with `post_id` and `tag_id`, or `from_user_id` and `to_user_id`
    /// where a model is related to itself.
    pub fn of(model: &'static ModelSchema, field: &FieldSchema) -> Result<Self> {
        let Some(relation) = field.relation.filter(|it| it.kind == RelationKind::ManyToMany) else {
            return Err(Error::shape(format!(
                "`{}.{}` is no many-to-many",
                model.name, field.name
            )));
        };
        let target = (relation.target)();
        match relation.through {
            Through::Auto => {
                let own = model.table == target.table;
                let (from, to) = if own { ("from_", "to_") } else { ("", "") };
                Ok(Self {
                    table: format!("{}_{}", model.table, field.name),
                    source: key_columns(&format!("{from}{}", model.name.to_lowercase()), model),
                    target: key_columns(&format!("{to}{}", target.name.to_lowercase()), target),
                    automatic: true,
                })
            }
            Through::Model(schema) => {
                let between = schema();
                let mut to_source = references(between, model);
                let mut to_target = references(between, target);
                let missing = |to: &ModelSchema| {
                    Error::shape(format!(
                        "`{}`, which `{}.{}` goes through, has no foreign key to `{}`",
                        between.name, model.name, field.name, to.name
                    ))
                };
                let source = to_source.next().ok_or_else(|| missing(model))?;
                // Of a model that is related to itself, the second key is the other side.
                let target_key = match model.table == target.table {
                    true => to_target.nth(1),
                    false => to_target.next(),
                };
                let target_key = target_key.ok_or_else(|| missing(target))?;
                Ok(Self {
                    table: between.table.to_owned(),
                    source: source.columns(),
                    target: target_key.columns(),
                    automatic: false,
                })
            }
        }
    }
}

fn key_columns(name: &str, to: &ModelSchema) -> Vec<String> {
    let key: Vec<String> = to.primary_key().flat_map(FieldSchema::columns).collect();
    match &key[..] {
        [_] => vec![format!("{name}_id")],
        parts => parts.iter().map(|part| format!("{name}_{part}")).collect(),
    }
}

/// The foreign keys of one model that refer to another.
fn references(
    from: &'static ModelSchema,
    to: &ModelSchema,
) -> impl Iterator<Item = &'static FieldSchema> {
    let table = to.table;
    from.fields.iter().filter(move |field| {
        field.width > 0 && field.relation.is_some_and(|relation| (relation.target)().table == table)
    })
}
