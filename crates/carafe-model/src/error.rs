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

    /// The column that could not be read, where it was one column.
    pub fn column(&self) -> Option<&str> {
        match &*self.0 {
            Inner::Mismatch { column, .. }
            | Inner::Null { column, .. }
            | Inner::Unfit { column, .. } => Some(column),
            Inner::NoColumn { .. } | Inner::Shape(_) => None,
        }
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
            Inner::Shape(sentence) => f.write_str(sentence),
        }
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl std::error::Error for Error {}
