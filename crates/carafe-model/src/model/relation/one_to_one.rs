//! One of these has one of those.

use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;

use super::ForeignKey;
use super::slot::{self, Loaded, NoRow, Packed, Slot};
use crate::kinds::Blank;
use crate::model::{Cursor, Field, Hop, Key, KeyField, Model, PathEnd, Shape};
use crate::schema::{FieldSchema, Kind, Relation, RelationKind};
use crate::{Reader, Result, Value};

/// A [`ForeignKey`] that no two rows share. As the primary key it makes a model the continuation
/// of another (`#[model(parent)]`, Django's multi-table inheritance).
///
/// It reads like the foreign key that it holds:
///
/// ```
/// use carafe::models::{Model, OneToOne};
///
/// #[derive(Model)]
/// struct Place { id: i64, name: String }
/// #[derive(Model)]
/// struct Cafe {
///     #[model(parent)]
///     place: OneToOne<Place>,
///     seats: i32,
/// }
/// let place = Place { id: 3, name: "Corner".into() };
/// let cafe = Cafe { place: place.key().into(), seats: 12 };
/// assert_eq!(cafe.pk(), Some(3));
/// assert_eq!(cafe.place.pk(), Some(&3));
/// ```
pub struct OneToOne<T: Model>(ForeignKey<T>);

impl<T: Model> OneToOne<T> {
    /// A reference to the row of that primary key.
    pub fn from_pk(key: T::Key) -> Self {
        Self(ForeignKey::from_pk(key))
    }

    /// A reference to this row, which it keeps.
    pub fn loaded(row: T) -> Self {
        Self(ForeignKey::loaded(row))
    }
}

impl<T: Model> std::ops::Deref for OneToOne<T> {
    type Target = ForeignKey<T>;

    fn deref(&self) -> &ForeignKey<T> {
        &self.0
    }
}

impl<T: Model> std::ops::DerefMut for OneToOne<T> {
    fn deref_mut(&mut self) -> &mut ForeignKey<T> {
        &mut self.0
    }
}

impl<T: Model> Clone for OneToOne<T> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

/// By key, loaded or not.
impl<T: Model> PartialEq for OneToOne<T> {
    fn eq(&self, other: &Self) -> bool {
        self.0 == other.0
    }
}

impl<T: Model> Eq for OneToOne<T> {}

impl<T: Model> fmt::Debug for OneToOne<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl<T: Model> From<ForeignKey<T>> for OneToOne<T> {
    fn from(key: ForeignKey<T>) -> Self {
        Self(key)
    }
}

impl<T: Model> From<&T> for OneToOne<T> {
    fn from(row: &T) -> Self {
        Self(row.key())
    }
}

impl<T: Model> Default for OneToOne<T> {
    fn default() -> Self {
        Self(ForeignKey::unset())
    }
}

impl<T: Model> Blank for OneToOne<T> {
    fn blank() -> Self {
        Self::default()
    }
}

const fn shape<T: Model>() -> Shape {
    let relation = Relation::new(RelationKind::OneToOne, T::schema);
    Shape::relation(Kind::Key, T::Key::WIDTH, relation)
}

impl<T: Model> Field for OneToOne<T> {
    const SHAPE: Shape = shape::<T>();
    type Null = Option<Self>;
    type Base = crate::model::query::KeyOf<T>;

    fn read(reader: &mut dyn Reader, column: usize, schema: &'static FieldSchema) -> Result<Self> {
        <ForeignKey<T> as Field>::read(reader, column, schema).map(Self)
    }

    fn write(&self, values: &mut Vec<Value>) {
        Field::write(&self.0, values);
    }

    fn slot(&mut self) -> Option<&mut dyn Slot> {
        Field::slot(&mut self.0)
    }

    fn slot_ref(&self) -> Option<&dyn Slot> {
        Field::slot_ref(&self.0)
    }
}

impl<T: Model> Field for Option<OneToOne<T>> {
    const SHAPE: Shape = shape::<T>().nullable();
    type Null = Self;
    type Base = crate::model::query::KeyOf<T>;

    fn read(reader: &mut dyn Reader, column: usize, schema: &'static FieldSchema) -> Result<Self> {
        let key: Option<ForeignKey<T>> = Field::read(reader, column, schema)?;
        Ok(key.map(OneToOne))
    }

    fn write(&self, values: &mut Vec<Value>) {
        match self {
            Some(key) => Field::write(key, values),
            None => values.extend((0..T::Key::WIDTH).map(|_| Value::Null)),
        }
    }

    fn slot(&mut self) -> Option<&mut dyn Slot> {
        Field::slot(self.as_mut()?)
    }

    fn slot_ref(&self) -> Option<&dyn Slot> {
        Field::slot_ref(self.as_ref()?)
    }
}

impl<T: Model> KeyField for OneToOne<T> {
    type Key = T::Key;

    fn to_key(&self) -> Option<T::Key> {
        self.0.to_key()
    }
}

impl<T: Model> Hop for OneToOne<T> {
    type To = T;
    type On<U: PathEnd> = U;
}

impl<T: Model> Hop for Option<OneToOne<T>> {
    type To = T;
    type On<U: PathEnd> = U::Null;
}

/// The other side of a [`OneToOne`]: the row that refers to this one, if there is one.
///
/// ```
/// use carafe::models::{HasOne, Model, OneToOne};
///
/// #[derive(Model)]
/// struct User {
///     id: i64,
///     #[model(by = Profile::USER)]
///     profile: HasOne<Profile>,
/// }
/// #[derive(Model)]
/// struct Profile { id: i64, user: OneToOne<User> }
///
/// let user = User::blank();
/// assert!(user.profile.get().is_err_and(|error| error.is_not_loaded()));
/// ```
pub struct HasOne<T: Model> {
    loaded: Loaded,
    place: Option<&'static FieldSchema>,
    target: PhantomData<fn() -> T>,
}

impl<T: Model> HasOne<T> {
    /// The row, if there is one; an error that names the fix where that is not known.
    pub fn get(&self) -> Result<Option<&T>> {
        match self.row() {
            None if !self.is_loaded() => {
                Err(slot::not_loaded::<T>(self.place, "HasOne", "select_related"))
            }
            row => Ok(row),
        }
    }

    /// Whether it is known.
    pub fn is_loaded(&self) -> bool {
        self.row().is_some() || self.loaded.get::<NoRow>().is_some()
    }

    /// The row, where it is known that there is one.
    pub(super) fn row(&self) -> Option<&T> {
        self.loaded.get()
    }
}

impl<T: Model> Clone for HasOne<T> {
    fn clone(&self) -> Self {
        Self { loaded: self.loaded.clone(), place: self.place, target: PhantomData }
    }
}

impl<T: Model> Default for HasOne<T> {
    fn default() -> Self {
        Self { loaded: Loaded::default(), place: None, target: PhantomData }
    }
}

impl<T: Model> Blank for HasOne<T> {
    fn blank() -> Self {
        Self::default()
    }
}

impl<T: Model> fmt::Debug for HasOne<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.is_loaded() { "HasOne(loaded)" } else { "HasOne(not loaded)" })
    }
}

/// What is loaded is no part of a row's value.
impl<T: Model> PartialEq for HasOne<T> {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl<T: Model> Eq for HasOne<T> {}

impl<T: Model> Field for HasOne<T> {
    const SHAPE: Shape =
        Shape::relation(Kind::Related, 0, Relation::new(RelationKind::HasOne, T::schema));
    type Null = Self;
    type Base = crate::model::query::KeyOf<T>;

    fn read(_: &mut dyn Reader, _: usize, schema: &'static FieldSchema) -> Result<Self> {
        Ok(Self { place: Some(schema), ..Self::default() })
    }

    fn write(&self, _: &mut Vec<Value>) {}

    fn slot(&mut self) -> Option<&mut dyn Slot> {
        Some(self)
    }

    fn slot_ref(&self) -> Option<&dyn Slot> {
        Some(self)
    }
}

impl<T: Model> Hop for HasOne<T> {
    type To = T;
    type On<U: PathEnd> = U::Null;
}

impl<T: Model> Slot for HasOne<T> {
    fn read_one(&mut self, cursor: &mut Cursor<'_>) -> Result<()> {
        self.loaded = Loaded::of(Arc::new(T::read(cursor)?));
        Ok(())
    }

    fn share_with(&mut self, loaded: Packed) -> Result<()> {
        if !loaded.is::<T>() && !loaded.is::<NoRow>() {
            return Err(slot::other_type(self.place));
        }
        self.loaded = Loaded::of(loaded);
        Ok(())
    }

    slot::kept!();
}
