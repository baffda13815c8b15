//! Words that are searched for.

use std::fmt;

use crate::kinds::{Blank, ColumnType};
use crate::schema::Kind;
use crate::{FieldType, Reader, Result, Value};

/// The words of a text, with where they stand (Django's `SearchVectorField`); PostgreSQL's
/// `tsvector`. The database computes it, and it is read as text.
///
/// ```
/// use carafe::models::{Model, SearchVector};
///
/// #[derive(Model)]
/// #[model(index(words, method = "gin"))]
/// struct Post {
///     id: i64,
///     body: String,
///     #[model(generated = to_tsvector("english", body), stored)]
///     words: SearchVector,
/// }
/// assert_eq!(Post::blank().words.as_str(), "");
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct SearchVector(String);

impl SearchVector {
    /// As PostgreSQL writes it: `'carafe':1 'wine':3A`.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for SearchVector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Of its own text form.
impl From<String> for SearchVector {
    fn from(text: String) -> Self {
        Self(text)
    }
}

impl FieldType for SearchVector {
    fn from_reader(reader: &mut dyn Reader, column: usize) -> Result<Self> {
        reader.string(column).map(Self)
    }

    fn into_value(self) -> Value {
        Value::Text(self.0)
    }
}

impl ColumnType for SearchVector {
    const KIND: Kind = Kind::SearchVector;
}

impl Blank for SearchVector {
    fn blank() -> Self {
        Self::default()
    }
}

#[cfg(feature = "serde")]
impl serde_core::Serialize for SearchVector {
    fn serialize<S: serde_core::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}
