//! Files and images by their names, and paths. They are kept as text; forms know more.

use std::fmt;

use super::{Blank, ColumnType};
use crate::schema::Kind;
use crate::{FieldType, Reader, Result, Value};

/// What Django gives a file's name.
const LONGEST: u32 = 100;

macro_rules! files {
    ($($(#[$doc:meta])+ $ty:ident $kind:ident;)+) => {
        $(
            $(#[$doc])+
            #[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
            pub struct $ty(String);

            impl $ty {
                /// The name as it stands in the column.
                pub fn name(&self) -> &str {
                    &self.0
                }

                /// Whether there is none.
                pub fn is_empty(&self) -> bool {
                    self.0.is_empty()
                }
            }

            impl<T: Into<String>> From<T> for $ty {
                fn from(name: T) -> Self {
                    Self(name.into())
                }
            }

            impl fmt::Display for $ty {
                fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                    f.write_str(&self.0)
                }
            }

            impl FieldType for $ty {
                fn from_reader(reader: &mut dyn Reader, column: usize) -> Result<Self> {
                    reader.string(column).map(Self)
                }

                fn into_value(self) -> Value {
                    Value::Text(self.0)
                }
            }

            impl ColumnType for $ty {
                const KIND: Kind = Kind::$kind;
                const MAX_LENGTH: Option<u32> = Some(LONGEST);
            }

            impl Blank for $ty {
                fn blank() -> Self {
                    Self::default()
                }
            }

            #[cfg(feature = "serde")]
            impl serde_core::Serialize for $ty {
                fn serialize<S: serde_core::Serializer>(
                    &self,
                    serializer: S,
                ) -> Result<S::Ok, S::Error> {
                    serializer.serialize_str(&self.0)
                }
            }
        )+
    };
}

files! {
    /// A file that was stored, by its name in the storage (Django's `FileField`).
    ///
    /// ```
    /// use carafe::models::{Model, StoredFile};
    ///
    /// #[derive(Model)]
    /// struct Song {
    ///     id: i64,
    ///     file: StoredFile,
    /// }
    /// let song = Song { file: "songs/a.ogg".into(), ..Song::blank() };
    /// assert_eq!(song.file.name(), "songs/a.ogg");
    /// assert_eq!(Song::schema().field("file")?.max_length, Some(100));
    /// # Ok::<(), carafe::models::Error>(())
    /// ```
    StoredFile File;

    /// An image that was stored, by its name in the storage (Django's `ImageField`).
    StoredImage Image;

    /// A file among those of a folder of the server (Django's `FilePathField`).
    FilePath FilePath;
}
