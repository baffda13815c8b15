//! A reference to a row of any model.

use std::fmt;
use std::hash::Hash;
use std::sync::Arc;

use super::ForeignKey;
use super::slot::{Loaded, Packed};
use crate::kinds::{Blank, ColumnType};
use crate::model::{AnyField, Column, Cursor, Key, Model, Part, PathEnd, field_schema};
use crate::schema::{FieldSchema, flatten};
use crate::{Error, Result, Value};

/// The longest name of a table that any database has.
const LONGEST: u32 = 128;

/// A reference to a row of any model (Django's `GenericForeignKey`): its table and its key, in the
/// columns `content_type` and `object_id`.
///
/// It is a part of the model, embedded by `flatten`. Nothing but the program holds it: the database
/// knows no foreign key to many tables. A `HasMany` of the other model is the way back, and has the
/// rows deleted with theirs.
///
/// ```
/// use carafe::models::{GenericForeignKey, Model};
///
/// #[derive(Model)]
/// struct Post { id: i64, title: String }
/// #[derive(Model)]
/// struct Photo { id: i64 }
///
/// #[derive(Model)]
/// struct Tag {
///     id: i64,
///     name: String,
///     #[model(flatten)]
///     target: GenericForeignKey,
/// }
///
/// let post = Post { id: 7, title: "Hi".into() };
/// let tag = Tag { target: GenericForeignKey::to(&post), ..Tag::blank() };
/// assert_eq!((tag.target.content_type(), tag.target.object_id()), ("post", &7));
/// assert!(tag.target.is::<Post>() && !tag.target.is::<Photo>());
/// assert_eq!(tag.target.key::<Post>()?.pk(), Some(&7));
/// assert!(tag.target.key::<Photo>().is_err());
/// # Ok::<(), carafe::models::Error>(())
/// ```
///
/// The rows of one model are found by `Tag::TARGET.on(GenericForeignKey::CONTENT_TYPE)` and
/// `OBJECT_ID`.
#[derive(Clone)]
pub struct GenericForeignKey<K = i64> {
    content_type: String,
    object_id: K,
    loaded: Loaded,
}

/// What may be the key of rows that are referred to so: one that fills a column.
pub trait GenericKey: ColumnType + Key + Blank {}

impl<K: ColumnType + Key + Blank> GenericKey for K {}

impl<K: GenericKey> GenericForeignKey<K> {
    /// The column of the table's name.
    pub const CONTENT_TYPE: Column<Self, String> = Column::at(0);
    /// The column of the key.
    pub const OBJECT_ID: Column<Self, K> = Column::at(1);

    /// A reference to that row; to nothing yet where it has no key.
    pub fn to<T: Model<Key = K>>(row: &T) -> Self {
        row.pk().map_or_else(<Self as Part>::blank, Self::from_pk::<T>)
    }

    /// A reference to the row of that primary key.
    pub fn from_pk<T: Model<Key = K>>(key: K) -> Self {
        Self { content_type: T::TABLE.to_owned(), object_id: key, loaded: Loaded::default() }
    }

    /// The table of the row; empty where it leads nowhere yet.
    pub fn content_type(&self) -> &str {
        &self.content_type
    }

    /// The key of the row.
    pub fn object_id(&self) -> &K {
        &self.object_id
    }

    /// Whether it refers to a row of that model.
    pub fn is<T: Model>(&self) -> bool {
        self.content_type == T::TABLE
    }

    /// The same as a reference to a row of that model, with the row where it is loaded; an error
    /// where it leads to another.
    pub fn key<T: Model<Key = K>>(&self) -> Result<ForeignKey<T>> {
        self.check::<T>()?;
        let mut key = ForeignKey::from_pk(self.object_id.clone());
        if let Some(row) = self.loaded.packed().and_then(|row| Arc::clone(row).downcast().ok()) {
            key.share(row);
        }
        Ok(key)
    }

    /// The row; an error that names the fix where it is not loaded, or of another model.
    pub fn get<T: Model>(&self) -> Result<&T> {
        self.check::<T>()?;
        let row = self.loaded.get();
        row.ok_or_else(|| {
            let name = T::schema().name;
            Error::not_loaded(format!(
                "the `{name}` that is referred to is not loaded: add `.prefetch_generic(…, {name}::all())` to the query, or read it by `key::<{name}>()?.load(&db)`"
            ))
        })
    }

    /// Takes the row that it refers to; an error if that is another one.
    pub fn share<T: Model<Key = K>>(&mut self, row: Arc<T>) -> Result<()> {
        self.check::<T>()?;
        if row.pk().as_ref() != Some(&self.object_id) {
            return Err(Error::shape("the row is another one than is referred to"));
        }
        self.loaded = Loaded::of(row);
        Ok(())
    }

    /// Whether the row is loaded.
    pub fn is_loaded(&self) -> bool {
        self.loaded.packed().is_some()
    }

    fn check<T: Model>(&self) -> Result<()> {
        if self.is::<T>() {
            return Ok(());
        }
        Err(Error::shape(match self.content_type.as_str() {
            "" => "the reference leads nowhere yet".to_owned(),
            other => format!("the reference leads to a row of `{other}`, not of `{}`", T::TABLE),
        }))
    }
}

/// A reference to a row of any model, by data: how the row is put into it.
pub trait GenericSlot {
    /// The table of the row; empty where it leads nowhere yet.
    fn content_type(&self) -> &str;

    /// The key of the row.
    fn object_id(&self) -> Value;

    /// Takes the row in the place of what was loaded. One of another model stays unseen.
    fn take(&mut self, row: Packed);
}

impl<K: GenericKey> GenericSlot for GenericForeignKey<K> {
    fn content_type(&self) -> &str {
        &self.content_type
    }

    fn object_id(&self) -> Value {
        self.object_id.to_value()
    }

    fn take(&mut self, row: Packed) {
        self.loaded = Loaded::of(row);
    }
}

/// A reference to rows of any model that have keys of that type, or to none.
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not lead to rows of any model by a key of the type `{K}`",
    note = "a `GenericForeignKey` does, and the models that it leads to have keys of its type"
)]
pub trait Generic<K> {}

impl<K: GenericKey> Generic<K> for GenericForeignKey<K> {}
impl<K: GenericKey> Generic<K> for Option<GenericForeignKey<K>> {}

/// By table and key, loaded or not.
impl<K: PartialEq> PartialEq for GenericForeignKey<K> {
    fn eq(&self, other: &Self) -> bool {
        self.content_type == other.content_type && self.object_id == other.object_id
    }
}

impl<K: Eq> Eq for GenericForeignKey<K> {}

impl<K: Hash> Hash for GenericForeignKey<K> {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.content_type.hash(state);
        self.object_id.hash(state);
    }
}

impl<K: fmt::Debug> fmt::Debug for GenericForeignKey<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}({:?})", self.content_type, self.object_id)
    }
}

impl<K: GenericKey> PathEnd for GenericForeignKey<K> {
    type Null = Option<Self>;
}

const fn fields<K: GenericKey>() -> [FieldSchema; 2] {
    let content_type = FieldSchema {
        max_length: Some(LONGEST),
        verbose_name: "content type",
        generic: true,
        ..field_schema::<String>("content_type", "content_type", "content_type")
    };
    let object_id = FieldSchema {
        verbose_name: "object ID",
        ..field_schema::<K>("object_id", "object_id", "object_id")
    };
    flatten("GenericForeignKey", &[&[content_type, object_id]])
}

impl<K: GenericKey> Part for GenericForeignKey<K> {
    const FIELDS: &'static [FieldSchema] = &fields::<K>();

    fn blank() -> Self {
        Self { content_type: String::new(), object_id: K::blank(), loaded: Loaded::default() }
    }

    fn read(cursor: &mut Cursor<'_>) -> Result<Self> {
        Ok(Self {
            content_type: cursor.field()?,
            object_id: cursor.field()?,
            loaded: Loaded::default(),
        })
    }

    fn field_at(&self, index: usize) -> Option<&dyn AnyField> {
        match index {
            0 => Some(&self.content_type),
            1 => Some(&self.object_id),
            _ => None,
        }
    }

    fn generic_at_mut(&mut self, index: usize) -> Option<&mut dyn GenericSlot> {
        (index == 0).then_some(self)
    }

    // Whoever changes a part of it may refer to another row: what was loaded is that no more.
    fn field_at_mut(&mut self, index: usize) -> Option<&mut dyn AnyField> {
        self.loaded.clear();
        match index {
            0 => Some(&mut self.content_type),
            1 => Some(&mut self.object_id),
            _ => None,
        }
    }
}

/// Its table and its key.
#[cfg(feature = "serde")]
impl<K: serde_core::Serialize> serde_core::Serialize for GenericForeignKey<K> {
    fn serialize<S: serde_core::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        use serde_core::ser::SerializeStruct as _;

        let mut parts = serializer.serialize_struct("GenericForeignKey", 2)?;
        parts.serialize_field("content_type", &self.content_type)?;
        parts.serialize_field("object_id", &self.object_id)?;
        parts.end()
    }
}
