//! Why a row could not be read, or a value not be made.

use std::fmt;

/// A [`std::result::Result`] whose error is this crate's.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Why a row could not be read: which column, what was expected, what was found. It never holds
/// the value itself.
///
/// ```
/// let error = carafe_model::Error::mismatch("views", "an integer", "text");
/// assert_eq!(error.to_string(), "column `views` holds text where an integer is expected");
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct Error(Box<Inner>);

#[derive(Clone, PartialEq, Eq)]
enum Inner {
    Mismatch { column: String, expected: &'static str, found: &'static str },
    Null { column: String, expected: &'static str },
    Unfit { column: String, expected: String },
    NoColumn { index: usize, columns: usize },
    Shape(String),
    NotLoaded(String),
    NoField(String),
}

impl Error {
    /// The column holds another kind of value: `expected` and `found` with their article.
    pub fn mismatch(column: &str, expected: &'static str, found: &'static str) -> Self {
        Self(Box::new(Inner::Mismatch { column: column.to_owned(), expected, found }))
    }

    /// The column holds NULL.
    pub fn null(column: &str, expected: &'static str) -> Self {
        Self(Box::new(Inner::Null { column: column.to_owned(), expected }))
    }

    /// The column holds the right kind of value, and this value is none of `expected`'s.
    pub fn unfit(column: &str, expected: impl Into<String>) -> Self {
        Self(Box::new(Inner::Unfit { column: column.to_owned(), expected: expected.into() }))
    }

    /// The row has no column of that index.
    pub fn no_column(index: usize, columns: usize) -> Self {
        Self(Box::new(Inner::NoColumn { index, columns }))
    }

    /// The columns of the row are not those that its type reads.
    pub fn shape(sentence: impl Into<String>) -> Self {
        Self(Box::new(Inner::Shape(sentence.into())))
    }

    /// A relation was asked for what it has not loaded; the sentence says how to load it.
    pub fn not_loaded(sentence: impl Into<String>) -> Self {
        Self(Box::new(Inner::NotLoaded(sentence.into())))
    }

    /// A model has no field of that name; `there` are those that it has.
    pub fn no_field<'a>(name: &str, there: impl Iterator<Item = &'a str>) -> Self {
        let mut there: Vec<&str> = there.collect();
        there.sort_unstable();
        Self(Box::new(Inner::NoField(format!(
            "Cannot resolve keyword '{name}' into field. Choices are: {}",
            there.join(", ")
        ))))
    }

    /// The column that could not be read, where it was one column.
    pub fn column(&self) -> Option<&str> {
        match &*self.0 {
            Inner::Mismatch { column, .. }
            | Inner::Null { column, .. }
            | Inner::Unfit { column, .. } => Some(column),
            _ => None,
        }
    }

    /// Whether a relation was asked for what it has not loaded.
    pub fn is_not_loaded(&self) -> bool {
        matches!(&*self.0, Inner::NotLoaded(_))
    }

    /// Whether a model has no field of the name that was given.
    pub fn is_no_field(&self) -> bool {
        matches!(&*self.0, Inner::NoField(_))
    }

    /// Whether the column held NULL where a value was expected.
    pub fn is_null(&self) -> bool {
        matches!(&*self.0, Inner::Null { .. })
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &*self.0 {
            Inner::Mismatch { column, expected, found } => {
                write!(f, "column `{column}` holds {found} where {expected} is expected")
            }
            Inner::Null { column, expected } => {
                write!(
                    f,
                    "column `{column}` is NULL where {expected} is expected: read it as an `Option`"
                )
            }
            Inner::Unfit { column, expected } => {
                write!(f, "the value of column `{column}` is not {expected}")
            }
            Inner::NoColumn { index, columns } => {
                write!(f, "column {index} (from 0) is asked for, and the row has {columns}")
            }
            Inner::Shape(sentence) | Inner::NotLoaded(sentence) | Inner::NoField(sentence) => {
                f.write_str(sentence)
            }
        }
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl std::error::Error for Error {}
