//! Relations as data.

use std::fmt;
use std::sync::OnceLock;

use super::{Expression, ModelSchema};
use crate::Value;

/// Another model, named by a function: two models may refer to each other, and to themselves.
pub type SchemaFn = fn() -> &'static ModelSchema;

/// Where a field leads.
#[derive(Clone, Copy, Debug)]
pub struct Relation {
    /// How many stand on each side.
    pub kind: RelationKind,
    /// The other model; read it by [`target`](Self::target).
    pub target: Target,
    /// What becomes of this row when the other is deleted: it goes too, or becomes NULL where it may,
    /// unless the field says something else.
    pub on_delete: OnDelete,
    /// Which rows of the other model may be chosen; a condition over its fields.
    pub limit: Option<Expression>,
    /// What the other side calls the way back, in queries by name. Read it by
    /// [`FieldSchema::related_name`](super::FieldSchema::related_name).
    pub related_name: Option<&'static str>,
    /// Whether the database holds the foreign key.
    pub constrained: bool,
    /// The table between, for many-to-many.
    pub through: Through,
    /// Whether a many-to-many with itself holds both ways.
    pub symmetrical: bool,
    /// Whether this one-to-one key is the row of a parent model (multi-table inheritance).
    pub parent: bool,
    /// The field of the other model that this is the other side of: its index there.
    pub reverse_of: Option<fn() -> u16>,
}

impl Relation {
    /// What most relations are.
    pub const fn new(kind: RelationKind, target: SchemaFn) -> Self {
        Self::to(kind, Target::Type(target))
    }

    /// The same to a model that need not be a type.
    pub const fn to(kind: RelationKind, target: Target) -> Self {
        Self {
            kind,
            target,
            on_delete: OnDelete::Cascade,
            limit: None,
            related_name: None,
            constrained: true,
            through: Through::Auto,
            symmetrical: false,
            parent: false,
            reverse_of: None,
        }
    }

    /// The other model.
    pub fn target(&self) -> &'static ModelSchema {
        match self.target {
            Target::Type(schema) => schema(),
            Target::Late(schema) => schema.get_or_init(|| ModelSchema::new("", "", &[])),
        }
    }

    /// Whether it leads to several rows.
    pub const fn is_many(&self) -> bool {
        matches!(self.kind, RelationKind::ManyToMany | RelationKind::HasMany)
    }
}

/// A model that a relation leads to.
#[derive(Clone, Copy)]
pub enum Target {
    /// That of a type.
    Type(SchemaFn),
    /// One that is put together while the program runs, as a migration does for the tables of its time.
    Late(&'static OnceLock<ModelSchema>),
}

// Models may lead to each other in a circle: the other one is not shown.
impl fmt::Debug for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Type(_) => "Type",
            Self::Late(_) => "Late",
        })
    }
}

/// How many stand on each side of a relation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RelationKind {
    /// Many of these have one of those.
    ForeignKey,
    /// One of these has one of those.
    OneToOne,
    /// Many of these have many of those.
    ManyToMany,
    /// The other side of a foreign key or many-to-many.
    HasMany,
    /// The other side of a one-to-one.
    HasOne,
}

/// What becomes of a row when the one that it refers to is deleted.
#[derive(Clone, Copy, Debug)]
pub enum OnDelete {
    /// It is deleted too.
    Cascade,
    /// Deleting the other is refused.
    Protect,
    /// Deleting the other is refused, unless this row goes too by another way.
    Restrict,
    /// Its reference becomes NULL.
    SetNull,
    /// Its reference becomes the default.
    SetDefault,
    /// Its reference becomes this value.
    Set(fn() -> Value),
    /// Nothing; the database may refuse.
    DoNothing,
    /// The database deletes it, without events.
    DbCascade,
    /// The database sets NULL, without events.
    DbSetNull,
    /// The database sets its own default, without events.
    DbSetDefault,
}

/// The table between the two sides of a many-to-many.
#[derive(Clone, Copy, Debug)]
pub enum Through {
    /// One that is made for it, with a key and the two references.
    Auto,
    /// A model of yours, with foreign keys to both sides.
    Model(SchemaFn),
    /// One that is known by its names alone.
    Named(&'static NamedTable),
}

/// A table between by its names.
#[derive(Clone, Debug)]
pub struct NamedTable {
    /// The table.
    pub table: String,
    /// Its columns that refer to the model whose field it is, one a column of its key.
    pub from: Vec<String>,
    /// Its columns that refer to the other model.
    pub to: Vec<String>,
}
