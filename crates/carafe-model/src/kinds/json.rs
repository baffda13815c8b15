//! JSON documents, of any shape or of a type's.

use std::ops::{Deref, DerefMut};

use serde_core::Serialize;
use serde_core::de::DeserializeOwned;

use super::{Blank, ColumnType};
use crate::schema::Kind;
use crate::{Error, FieldType, Reader, Result, Value};

impl ColumnType for serde_json::Value {
    const KIND: Kind = Kind::Json;
}

impl Blank for serde_json::Value {
    fn blank() -> Self {
        Self::Null
    }
}

/// A JSON document that holds a type of yours.
///
/// ```
/// use carafe::models::{JsonField, Model};
///
/// #[derive(Model)]
/// struct Page {
///     id: i64,
///     sizes: JsonField<Vec<u32>>,
/// }
/// let page = Page { sizes: JsonField(vec![1, 2]), ..Page::blank() };
/// assert_eq!(page.sizes.len(), 2);
/// ```
///
/// What serde cannot write as JSON (a map whose keys are no text) is sent as NULL, which a column
/// that is not an `Option` refuses.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct JsonField<T>(pub T);

impl<T> Deref for JsonField<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}

impl<T> DerefMut for JsonField<T> {
    fn deref_mut(&mut self) -> &mut T {
        &mut self.0
    }
}

impl<T: Serialize> Serialize for JsonField<T> {
    fn serialize<S: serde_core::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}

impl<T: Serialize + DeserializeOwned + Send + 'static> FieldType for JsonField<T> {
    fn from_reader(reader: &mut dyn Reader, column: usize) -> Result<Self> {
        match serde_json::from_str(reader.json(column)?) {
            Ok(value) => Ok(Self(value)),
            Err(_) => Err(Error::unfit(reader.name(column), "JSON of the field's type")),
        }
    }

    fn into_value(self) -> Value {
        serde_json::to_string(&self.0).map_or(Value::Null, Value::Json)
    }
}

impl<T> ColumnType for JsonField<T>
where
    T: Serialize + DeserializeOwned + Clone + Send + Sync + 'static,
{
    const KIND: Kind = Kind::Json;
}

impl<T: Default> Blank for JsonField<T> {
    fn blank() -> Self {
        Self(T::default())
    }
}
