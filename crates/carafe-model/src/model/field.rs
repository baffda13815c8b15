//! The type of a field: one that fills a column, or a relation.

use std::any::Any;

use super::relation::Slot;
use crate::kinds::ColumnType;
use crate::schema::{Auto, Choice, FieldSchema, Kind, OnDelete, Relation};
use crate::values::Values;
use crate::{Error, FieldType, Invalid, Reader, Result, Value};

/// A type that may be a field of a model: every [`ColumnType`], `Option` of these, and relations.
///
/// Types of your own implement [`ColumnType`].
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be a field of a model",
    label = "not a kind of column",
    note = "integers up to 64 bits, floats, `bool`, `String`, `Vec<u8>`, `IpAddr`, jiff's times, `Uuid`, `Decimal`, `JsonField<T>`, enums with `#[derive(Choices)]`, relations and `Option` of these can; your own types implement `FieldType` and `ColumnType`"
)]
pub trait Field: Clone + Send + Sync + Sized + 'static {
    /// What it says about the schema.
    const SHAPE: Shape;

    /// The type where the row around it may be missing: `Option<Self>`, or `Self` if it is one.
    type Null;

    /// The type that it is compared by: itself without `Option`; for relations
    /// [`KeyOf`](crate::model::query::KeyOf).
    type Base;

    /// Reads it from a row, where `schema` stands.
    fn read(reader: &mut dyn Reader, column: usize, schema: &'static FieldSchema) -> Result<Self>;

    /// What it is where the query has left its column out: an error, but for
    /// [`Deferred`](super::Deferred).
    fn missing(schema: &'static FieldSchema) -> Result<Self> {
        Err(Error::not_loaded(format!(
            "the query leaves `{}.{}` out, whose type cannot say so: make it a `Deferred<…>`",
            schema.model, schema.name
        )))
    }

    /// Whether the query has left its column out, so that there is nothing to save.
    fn is_missing(&self) -> bool {
        false
    }

    /// Adds its values, one a column.
    fn write(&self, values: &mut Vec<Value>);

    /// What it has loaded, if it is a relation.
    fn slot(&mut self) -> Option<&mut dyn Slot> {
        None
    }

    /// The same, to look at.
    fn slot_ref(&self) -> Option<&dyn Slot> {
        None
    }
}

/// What the type of a field says about its schema.
#[derive(Clone, Copy, Debug)]
pub struct Shape {
    /// What kind of value it holds.
    pub kind: Kind,
    /// Whether NULL is allowed.
    pub null: bool,
    /// How many columns it fills.
    pub width: u16,
    /// Who makes it where it is the primary key.
    pub auto: Auto,
    /// The values that there are.
    pub choices: &'static [Choice],
    /// The most digits and those behind the point.
    pub digits: Option<(u8, u8)>,
    /// The most characters, where nothing else is said.
    pub max_length: Option<u32>,
    /// Whether a query may leave it out.
    pub deferrable: bool,
    /// Where it leads.
    pub relation: Option<Relation>,
}

impl Shape {
    pub(crate) const fn relation(kind: Kind, width: u16, relation: Relation) -> Self {
        Self {
            kind,
            null: false,
            width,
            auto: Auto::None,
            choices: &[],
            digits: None,
            max_length: None,
            deferrable: false,
            relation: Some(relation),
        }
    }

    /// What may be NULL becomes NULL when the row that it refers to is deleted, unless the field
    /// says something else.
    pub(crate) const fn nullable(self) -> Self {
        let relation = match self.relation {
            Some(relation) => Some(Relation { on_delete: OnDelete::SetNull, ..relation }),
            None => None,
        };
        Self { null: true, relation, ..self }
    }

    const fn column<T: ColumnType>() -> Self {
        Self {
            kind: T::KIND,
            null: false,
            width: 1,
            auto: T::AUTO,
            choices: T::CHOICES,
            digits: T::DIGITS,
            max_length: T::MAX_LENGTH,
            deferrable: false,
            relation: None,
        }
    }
}

impl<T: ColumnType> Field for T {
    const SHAPE: Shape = Shape::column::<T>();
    type Null = Option<T>;
    type Base = T;

    fn read(reader: &mut dyn Reader, column: usize, schema: &'static FieldSchema) -> Result<Self> {
        T::from_column(reader, column, schema)
    }

    fn write(&self, values: &mut Vec<Value>) {
        values.push(self.to_value());
    }
}

impl<T: ColumnType> Field for Option<T> {
    const SHAPE: Shape = Shape::column::<T>().nullable();
    type Null = Self;
    type Base = T;

    fn read(reader: &mut dyn Reader, column: usize, schema: &'static FieldSchema) -> Result<Self> {
        if reader.is_null(column)? {
            return Ok(None);
        }
        T::from_column(reader, column, schema).map(Some)
    }

    fn write(&self, values: &mut Vec<Value>) {
        values.push(self.as_ref().map_or(Value::Null, ColumnType::to_value));
    }
}

/// A field of any type, by data.
pub trait AnyField: Any + Send + Sync {
    /// Adds its values, one a column.
    fn write(&self, values: &mut Vec<Value>);

    /// Whether the query that read it has left its column out: saving MUST leave it as it is.
    fn is_missing(&self) -> bool;

    /// Takes values, one a column; an error if they do not fit.
    fn assign(&mut self, values: Vec<Value>, schema: &'static FieldSchema) -> Result<()>;

    /// What it has loaded, if it is a relation.
    fn slot(&mut self) -> Option<&mut dyn Slot>;

    /// The same, to look at.
    fn slot_ref(&self) -> Option<&dyn Slot>;
}

impl<T: Field> AnyField for T {
    fn write(&self, values: &mut Vec<Value>) {
        Field::write(self, values);
    }

    fn is_missing(&self) -> bool {
        Field::is_missing(self)
    }

    fn assign(&mut self, values: Vec<Value>, schema: &'static FieldSchema) -> Result<()> {
        *self = T::read(&mut Values::new(schema.name, values), 0, schema)?;
        Ok(())
    }

    fn slot(&mut self) -> Option<&mut dyn Slot> {
        Field::slot(self)
    }

    fn slot_ref(&self) -> Option<&dyn Slot> {
        Field::slot_ref(self)
    }
}

/// The schema of a field of that type, with what the type says; the derive adds what the attributes
/// say.
#[doc(hidden)]
pub const fn field_schema<T: Field>(
    name: &'static str,
    column: &'static str,
    key_column: &'static str,
) -> FieldSchema {
    let shape = T::SHAPE;
    let leads = shape.relation.is_some() && shape.width > 0;
    let digits = match shape.digits {
        Some((all, places)) => (Some(all), Some(places)),
        None => (None, None),
    };
    FieldSchema {
        width: shape.width,
        null: shape.null,
        blank: shape.null || shape.width == 0,
        indexed: leads,
        choices: shape.choices,
        max_length: shape.max_length,
        deferrable: shape.deferrable,
        max_digits: digits.0,
        decimal_places: digits.1,
        relation: shape.relation,
        auto: Auto::None,
        ..FieldSchema::new(name, if leads { key_column } else { column }, shape.kind)
    }
}

/// The value of a default, for the schema.
#[doc(hidden)]
pub fn default_value<T: Field>(default: T) -> Value {
    let mut values = Vec::with_capacity(1);
    Field::write(&default, &mut values);
    values.into_iter().next().unwrap_or_default()
}

/// The kind of an `i64` that is never negative.
#[doc(hidden)]
pub const fn positive<T: Field>() -> Kind {
    match T::SHAPE.kind {
        Kind::BigInteger => Kind::PositiveBigInteger,
        _ => panic!("`positive` is for `i64`"),
    }
}

/// What the type of a field says about the relation that it is.
#[doc(hidden)]
pub const fn relation_of<T: Field>() -> Relation {
    match T::SHAPE.relation {
        Some(relation) => relation,
        None => panic!("options of a relation stand on a field that is a relation"),
    }
}

/// Asks a validator of somebody's own, with the value in its type.
#[doc(hidden)]
pub fn checked_by<T: FieldType>(
    value: &Value,
    check: fn(T) -> Result<(), Invalid>,
) -> Result<(), Invalid> {
    match T::from_reader(&mut Values::new("value", vec![value.clone()]), 0) {
        Ok(value) => check(value),
        Err(error) => Err(Invalid::new("invalid", error.to_string())),
    }
}
