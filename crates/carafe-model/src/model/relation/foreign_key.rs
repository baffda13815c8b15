//! Many of these have one of those.

use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;

use super::slot::{self, Loaded, Packed, Slot};
use crate::kinds::Blank;
use crate::model::{Cursor, Field, Hop, Key, KeyField, Model, PathEnd, Shape};
use crate::schema::{FieldSchema, Kind, Relation, RelationKind};
use crate::{Reader, Result, Value};

/// The key of a row of another model, and that row once it is loaded.
///
/// `Option<ForeignKey<T>>` may be NULL. A reference that is not loaded says so; it never asks the
/// database by itself.
///
/// ```
/// use carafe::models::{ForeignKey, Model};
///
/// #[derive(Model)]
/// struct User { id: i64, name: String }
///
/// let author: ForeignKey<User> = ForeignKey::from_pk(7);
/// assert_eq!(author.pk(), Some(&7));
/// assert!(author.get().is_err_and(|error| error.is_not_loaded()));
///
/// let author = ForeignKey::loaded(User { id: 7, name: "Ada".into() });
/// assert_eq!(author.get()?.name, "Ada");
/// # Ok::<(), carafe::models::Error>(())
/// ```
pub struct ForeignKey<T: Model> {
    key: Option<T::Key>,
    loaded: Loaded,
    place: Option<&'static FieldSchema>,
    target: PhantomData<fn() -> T>,
}

impl<T: Model> ForeignKey<T> {
    /// A reference to the row of that primary key.
    pub fn from_pk(key: T::Key) -> Self {
        Self { key: Some(key), ..Self::unset() }
    }

    /// A reference to this row, which it keeps.
    pub fn loaded(row: T) -> Self {
        Self { key: row.pk(), loaded: Loaded::of(Arc::new(row)), ..Self::unset() }
    }

    /// A reference to nothing yet, which cannot be saved.
    pub fn unset() -> Self {
        Self { key: None, loaded: Loaded::default(), place: None, target: PhantomData }
    }

    /// The key, unless it is unset.
    pub fn pk(&self) -> Option<&T::Key> {
        self.key.as_ref()
    }

    /// The row; an error that names the fix where it is not loaded.
    pub fn get(&self) -> Result<&T> {
        self.row().ok_or_else(|| slot::not_loaded::<T>(self.place, "ForeignKey", "select_related"))
    }

    /// Takes a row that others hold too: one author under a hundred posts.
    pub fn share(&mut self, row: Arc<T>) {
        self.key = row.pk();
        self.loaded = Loaded::of(row);
    }

    /// Whether the row is loaded.
    pub fn is_loaded(&self) -> bool {
        self.row().is_some()
    }

    pub(super) fn row(&self) -> Option<&T> {
        self.loaded.get()
    }
}

impl<T: Model> Clone for ForeignKey<T> {
    fn clone(&self) -> Self {
        Self {
            key: self.key.clone(),
            loaded: self.loaded.clone(),
            place: self.place,
            target: PhantomData,
        }
    }
}

/// By key, loaded or not.
impl<T: Model> PartialEq for ForeignKey<T> {
    fn eq(&self, other: &Self) -> bool {
        self.key == other.key
    }
}

impl<T: Model> Eq for ForeignKey<T> {}

impl<T: Model> fmt::Debug for ForeignKey<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}(", T::schema().name)?;
        match &self.key {
            Some(key) => key.fmt(f)?,
            None => f.write_str("unset")?,
        }
        f.write_str(")")
    }
}

impl<T: Model> From<&T> for ForeignKey<T> {
    fn from(row: &T) -> Self {
        row.key()
    }
}

impl<T: Model> Default for ForeignKey<T> {
    fn default() -> Self {
        Self::unset()
    }
}

impl<T: Model> Blank for ForeignKey<T> {
    fn blank() -> Self {
        Self::unset()
    }
}

const fn shape<T: Model>() -> Shape {
    let relation = Relation::new(RelationKind::ForeignKey, T::schema);
    Shape::relation(Kind::Key, T::Key::WIDTH, relation)
}

impl<T: Model> Field for ForeignKey<T> {
    const SHAPE: Shape = shape::<T>();
    type Null = Option<Self>;
    type Base = crate::model::query::KeyOf<T>;

    fn read(reader: &mut dyn Reader, column: usize, schema: &'static FieldSchema) -> Result<Self> {
        let key = T::Key::read(reader, column)?;
        Ok(Self { key: Some(key), place: Some(schema), ..Self::unset() })
    }

    fn write(&self, values: &mut Vec<Value>) {
        match &self.key {
            Some(key) => key.write(values),
            None => values.extend((0..T::Key::WIDTH).map(|_| Value::Null)),
        }
    }

    fn slot(&mut self) -> Option<&mut dyn Slot> {
        Some(self)
    }

    fn slot_ref(&self) -> Option<&dyn Slot> {
        Some(self)
    }
}

impl<T: Model> Field for Option<ForeignKey<T>> {
    const SHAPE: Shape = shape::<T>().nullable();
    type Null = Self;
    type Base = crate::model::query::KeyOf<T>;

    fn read(reader: &mut dyn Reader, column: usize, schema: &'static FieldSchema) -> Result<Self> {
        if reader.is_null(column)? {
            return Ok(None);
        }
        <ForeignKey<T> as Field>::read(reader, column, schema).map(Some)
    }

    fn write(&self, values: &mut Vec<Value>) {
        match self {
            Some(key) => Field::write(key, values),
            None => values.extend((0..T::Key::WIDTH).map(|_| Value::Null)),
        }
    }

    // NULL has nothing to load: it is known to lead nowhere.
    fn slot(&mut self) -> Option<&mut dyn Slot> {
        self.as_mut().map(|key| key as &mut dyn Slot)
    }

    fn slot_ref(&self) -> Option<&dyn Slot> {
        self.as_ref().map(|key| key as &dyn Slot)
    }
}

impl<T: Model> KeyField for ForeignKey<T> {
    type Key = T::Key;

    fn to_key(&self) -> Option<T::Key> {
        self.key.clone()
    }
}

impl<T: Model> Hop for ForeignKey<T> {
    type To = T;
    type On<U: PathEnd> = U;
}

impl<T: Model> Hop for Option<ForeignKey<T>> {
    type To = T;
    type On<U: PathEnd> = U::Null;
}

impl<T: Model> Slot for ForeignKey<T> {
    fn read_one(&mut self, cursor: &mut Cursor<'_>) -> Result<()> {
        self.share(Arc::new(T::read(cursor)?));
        Ok(())
    }

    fn share_with(&mut self, loaded: Packed) -> Result<()> {
        if !loaded.is::<T>() {
            return Err(slot::other_type(self.place));
        }
        self.loaded = Loaded::of(loaded);
        Ok(())
    }

    slot::kept!();
}
