//! Where a name leads.

use carafe_core::{Error, Kind as ErrorKind, Result};
use carafe_model::query::{Node, Path};
use carafe_model::schema::{Auto, FieldSchema, Kind, ModelSchema};

/// Where a name leads, and what of it is no field.
pub(super) struct Reached<'n> {
    path: Path,
    /// The last field.
    pub(super) field: &'static FieldSchema,
    /// The kind of its values: for a relation that of the key.
    pub(super) kind: Kind,
    /// The parts behind it.
    pub(super) rest: Vec<&'n str>,
}

impl<'n> Reached<'n> {
    /// Goes from a model over relations to a field.
    pub(super) fn by(model: &'static ModelSchema, name: &'n str) -> Result<Self> {
        let mut parts = name.split("__").peekable();
        let mut model = model;
        let mut reached: Option<(Path, &'static FieldSchema)> = None;
        while let Some(part) = parts.peek() {
            let Some(field) = find(model, part)? else {
                match reached {
                    // What stands behind a relation and is no field may be a lookup.
                    Some((_, field)) if field.relation.is_some() => break,
                    _ => return Err(unknown(model, part)),
                }
            };
            parts.next();
            let at = Path::at(field.index.into());
            let path = reached.map_or(at, |(path, _)| path.join(at, false));
            reached = Some((path, field));
            match &field.relation {
                Some(relation) => model = relation.target(),
                None => break,
            }
        }
        let Some((path, field)) = reached else { return Err(unknown(model, name)) };
        if path.hops().is_none() {
            return Err(wrong(format!("'{name}' crosses more than eight relations")));
        }
        Ok(Self { path, field, kind: kind_of(field), rest: parts.collect() })
    }

    /// The column.
    pub(super) fn node(&self) -> Node {
        Node::Column(self.path)
    }
}

/// The field of that name; `pk` is the primary key, and the column of a reference its field.
pub(crate) fn find(
    model: &'static ModelSchema,
    name: &str,
) -> Result<Option<&'static FieldSchema>> {
    if name == "pk" {
        let mut keys = model.primary_key();
        return match (keys.next(), keys.next()) {
            (Some(key), None) => Ok(Some(key)),
            _ => Err(wrong(format!("the key of {} has several fields: name one", model.name))),
        };
    }
    let named = |field: &&FieldSchema| {
        field.name == name || (field.width == 1 && field.relation.is_some() && field.column == name)
    };
    let found = model.fields.iter().find(named);
    match found {
        Some(field) if field.width > 1 => {
            Err(wrong(format!("'{name}' leads by several columns: name one of them")))
        }
        found => Ok(found),
    }
}

fn unknown(model: &ModelSchema, name: &str) -> Error {
    let mut there: Vec<&str> = model.fields.iter().map(|field| field.name).collect();
    let references = model.fields.iter().filter(|field| field.width == 1);
    there.extend(references.filter(|field| field.relation.is_some()).map(|field| field.column));
    there.sort_unstable();
    there.dedup();
    let there = there.join(", ");
    wrong(format!("Cannot resolve keyword '{name}' into field. Choices are: {there}"))
}

pub(super) fn wrong(sentence: impl Into<String>) -> Error {
    Error::new(ErrorKind::Invalid, sentence.into())
}

/// The kind of a field's values: for a relation that of the key which it leads to.
pub(crate) fn kind_of(field: &FieldSchema) -> Kind {
    let mut field = field;
    // A key may itself be a relation: the row of a parent model.
    while let Some(relation) = &field.relation {
        match relation.target().primary_key().next() {
            Some(key) => field = key,
            None => break,
        }
    }
    field.kind
}

/// What Django calls the class of a field, for its sentences.
pub(super) fn class(field: &FieldSchema) -> &'static str {
    if let Some(relation) = &field.relation {
        use carafe_model::schema::RelationKind::{ForeignKey, OneToOne};
        return match relation.kind {
            ForeignKey => "ForeignKey",
            OneToOne => "OneToOneField",
            _ => "ManyToManyField",
        };
    }
    match (field.kind.base(), field.auto) {
        (Kind::BigInteger, Auto::Database) => "BigAutoField",
        (Kind::Integer, Auto::Database) => "AutoField",
        (Kind::SmallInteger, Auto::Database) => "SmallAutoField",
        (Kind::Bool, _) => "BooleanField",
        (Kind::TinyInteger | Kind::SmallInteger, _) => "SmallIntegerField",
        (Kind::Integer, _) => "IntegerField",
        (Kind::BigInteger, _) => "BigIntegerField",
        (Kind::PositiveTinyInteger | Kind::PositiveSmallInteger, _) => "PositiveSmallIntegerField",
        (Kind::PositiveInteger, _) => "PositiveIntegerField",
        (Kind::PositiveBigInteger, _) => "PositiveBigIntegerField",
        (Kind::Real | Kind::Float, _) => "FloatField",
        (Kind::Decimal, _) => "DecimalField",
        (Kind::Slug, _) => "SlugField",
        (Kind::Email, _) => "EmailField",
        (Kind::Url, _) => "URLField",
        (Kind::File, _) => "FileField",
        (Kind::Image, _) => "ImageField",
        (Kind::FilePath, _) => "FilePathField",
        (Kind::Ip, _) => "GenericIPAddressField",
        (Kind::Binary, _) => "BinaryField",
        (Kind::Date, _) => "DateField",
        (Kind::Time, _) => "TimeField",
        (Kind::DateTime | Kind::Timestamp, _) => "DateTimeField",
        (Kind::Duration, _) => "DurationField",
        (Kind::Uuid, _) => "UUIDField",
        (Kind::Json, _) => "JSONField",
        (Kind::Array(_), _) => "ArrayField",
        (Kind::Range(_), _) => "RangeField",
        (Kind::HStore, _) => "HStoreField",
        (Kind::SearchVector, _) => "SearchVectorField",
        _ if field.max_length.is_some() => "CharField",
        _ => "TextField",
    }
}
