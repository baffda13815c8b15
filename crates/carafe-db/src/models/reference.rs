//! What refers to the rows of a table.

use std::collections::BTreeMap;

use carafe_model::schema::{FieldSchema, ModelSchema, OnDelete, RelationKind, Through};

use super::{Join, Listed};

/// One way to refer to the rows of a table.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Reference {
    /// A `ForeignKey` or `OneToOne` of a model.
    Field {
        /// The model.
        model: &'static ModelSchema,
        /// Its field.
        field: &'static FieldSchema,
    },
    /// The table that is made for a many-to-many.
    Join {
        /// The table.
        join: Join,
        /// Whether it is the side of the model whose field it is; else the other one.
        from: bool,
    },
}

impl Reference {
    /// The table whose rows refer.
    pub fn table(&self) -> &str {
        match self {
            Self::Field { model, .. } => model.table,
            Self::Join { join, .. } => join.table(),
        }
    }

    /// The columns that hold the key of the row that is referred to.
    pub fn columns(&self) -> Vec<String> {
        match self {
            Self::Field { field, .. } => field.columns(),
            Self::Join { join, from: true } => join.from().to_vec(),
            Self::Join { join, from: false } => join.to().to_vec(),
        }
    }

    /// What becomes of a row that refers to one that is deleted. A row of a table that is made for a
    /// many-to-many goes with either side.
    pub fn on_delete(&self) -> OnDelete {
        match self {
            Self::Field { field, .. } => {
                field.relation.map_or(OnDelete::DoNothing, |relation| relation.on_delete)
            }
            Self::Join { .. } => OnDelete::Cascade,
        }
    }
}

/// All references of the models, by the table that is referred to.
pub(super) fn by_table(models: &[Listed]) -> BTreeMap<&'static str, Vec<Reference>> {
    let mut references: BTreeMap<&'static str, Vec<Reference>> = BTreeMap::new();
    let mut add = |table, reference| references.entry(table).or_default().push(reference);
    // A proxy has the columns of its base.
    let schemas = models.iter().map(Listed::schema).filter(|schema| schema.proxy_of.is_none());
    for model in schemas {
        for field in model.stored() {
            if let Some(relation) = field.relation {
                add(relation.target().table, Reference::Field { model, field });
            }
        }
        for join in own_joins(model) {
            add(model.table, Reference::Join { join: join.clone(), from: true });
            add(join.target().table, Reference::Join { join, from: false });
        }
    }
    references
}

/// The tables that are made for the many-to-many relations of a model.
pub(super) fn own_joins(model: &'static ModelSchema) -> impl Iterator<Item = Join> {
    let own = model.fields.iter().filter(move |field| {
        let made = field.relation.is_some_and(|relation| {
            relation.kind == RelationKind::ManyToMany && matches!(relation.through, Through::Auto)
        });
        made && model.proxy_of.is_none()
    });
    own.filter_map(move |field| Join::of(model, field).ok())
}
