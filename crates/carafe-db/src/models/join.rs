//! The table between the two sides of a many-to-many relation.

use carafe_core::{Error, Result};
use carafe_model::schema::{FieldSchema, ModelSchema, RelationKind, Through};

use crate::names;

/// The table between the two sides of a many-to-many relation: one that is made for it, as Django
/// makes it, or a model's own.
///
/// ```
/// use carafe::models::{ManyToMany, Model};
/// use carafe_db::Join;
///
/// #[derive(Model)]
/// struct Tag { id: i64, name: String }
/// #[derive(Model)]
/// struct Post { id: i64, tags: ManyToMany<Tag> }
///
/// let join = Join::of(Post::schema(), Post::schema().field("tags")?)?;
/// assert_eq!((join.table(), join.from(), join.to()), ("post_tags", &["post_id".to_owned()][..], &["tag_id".to_owned()][..]));
/// # Ok::<(), carafe_core::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Join {
    table: String,
    from: Vec<String>,
    to: Vec<String>,
    source: &'static ModelSchema,
    target: &'static ModelSchema,
    through: Option<&'static ModelSchema>,
}

impl Join {
    /// The table between for a field; an error where the field is no many-to-many, or the model that
    /// it names as the table between does not refer to both sides.
    pub fn of(model: &'static ModelSchema, field: &'static FieldSchema) -> Result<Self> {
        let relation = field
            .relation
            .filter(|relation| relation.kind == RelationKind::ManyToMany)
            .ok_or_else(|| {
                Error::internal(format!("`{}.{}` is no many-to-many", model.name, field.name))
            })?;
        let target = relation.target();
        match relation.through {
            Through::Auto => Ok(Self::made(model, field, target)),
            Through::Model(through) => Self::through(model, field, target, through()),
            Through::Named(own) => Ok(Self {
                table: own.table.clone(),
                from: own.from.clone(),
                to: own.to.clone(),
                source: model,
                target,
                through: None,
            }),
        }
    }

    fn made(
        model: &'static ModelSchema,
        field: &FieldSchema,
        target: &'static ModelSchema,
    ) -> Self {
        let (from, to) = (names::snake(model.name), names::snake(target.name));
        let (from, to) =
            if from == to { (format!("from_{from}"), format!("to_{to}")) } else { (from, to) };
        Self {
            table: names::truncated(&format!("{}_{}", model.table, field.name)),
            from: key_columns(&from, model),
            to: key_columns(&to, target),
            source: model,
            target,
            through: None,
        }
    }

    fn through(
        model: &'static ModelSchema,
        field: &FieldSchema,
        target: &'static ModelSchema,
        through: &'static ModelSchema,
    ) -> Result<Self> {
        let leading_to = |table: &'static str| {
            through.stored().filter(move |field| {
                field.relation.is_some_and(|relation| relation.target().table == table)
            })
        };
        let from = leading_to(model.table).next();
        // A relation of a table with itself has two keys to it: the second one leads on.
        let mut to = leading_to(target.table);
        let to = if model.table == target.table { to.nth(1) } else { to.next() };
        match (from, to) {
            (Some(from), Some(to)) => Ok(Self {
                table: through.table.to_owned(),
                from: from.columns(),
                to: to.columns(),
                source: model,
                target,
                through: Some(through),
            }),
            _ => Err(Error::setup(format!(
                "`{}.{}` goes through {}, which does not refer to both {} and {}",
                model.name, field.name, through.name, model.name, target.name
            ))
            .hint(format!("give {} a `ForeignKey` to each of them", through.name))),
        }
    }

    /// The name of the table.
    pub fn table(&self) -> &str {
        &self.table
    }

    /// The columns that refer to the model whose field it is, one a column of its key.
    pub fn from(&self) -> &[String] {
        &self.from
    }

    /// The columns that refer to the other model.
    pub fn to(&self) -> &[String] {
        &self.to
    }

    /// The model whose field it is.
    pub fn source(&self) -> &'static ModelSchema {
        self.source
    }

    /// The other model.
    pub fn target(&self) -> &'static ModelSchema {
        self.target
    }

    /// The model that is the table between, where the relation names one.
    pub fn model(&self) -> Option<&'static ModelSchema> {
        self.through
    }
}

/// `post_id`; for a composite key one a part.
fn key_columns(name: &str, model: &ModelSchema) -> Vec<String> {
    let parts: Vec<String> = model.primary_key().flat_map(FieldSchema::columns).collect();
    match parts.len() {
        1 => vec![format!("{name}_id")],
        _ => parts.iter().map(|part| format!("{name}_{part}")).collect(),
    }
}
