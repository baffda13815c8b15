//! A place among others: an embedding.

use std::ops::{Deref, DerefMut};

use crate::kinds::{Blank, ColumnType};
use crate::schema::Kind;
use crate::{Error, FieldType, Reader, Result, Value};

/// `N` numbers that say where something stands among others, such as an embedding; PostgreSQL's
/// extension `vector` (pgvector) has these.
///
/// ```
/// use carafe::models::Vector;
///
/// let place = Vector::from([0.5, -1.0, 2.0]);
/// assert_eq!(place.len(), 3);
/// assert!(Vector::<3>::try_from(vec![0.5]).is_err());
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Vector<const N: usize>(Box<[f32]>);

impl<const N: usize> Deref for Vector<N> {
    type Target = [f32];

    fn deref(&self) -> &[f32] {
        &self.0
    }
}

impl<const N: usize> DerefMut for Vector<N> {
    fn deref_mut(&mut self) -> &mut [f32] {
        &mut self.0
    }
}

impl<const N: usize> From<[f32; N]> for Vector<N> {
    fn from(numbers: [f32; N]) -> Self {
        Self(numbers.into())
    }
}

/// An error where they are not `N`.
impl<const N: usize> TryFrom<Vec<f32>> for Vector<N> {
    type Error = Error;

    fn try_from(numbers: Vec<f32>) -> Result<Self> {
        if numbers.len() == N {
            return Ok(Self(numbers.into()));
        }
        Err(Error::shape(format!("a vector of {N} numbers is made of {}", numbers.len())))
    }
}

/// `[1,2.5]`.
impl<const N: usize> FieldType for Vector<N> {
    fn from_reader(reader: &mut dyn Reader, column: usize) -> Result<Self> {
        let text = reader.str(column)?;
        let inner = text.strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
        let numbers: Option<Vec<f32>> = inner
            .filter(|inner| !inner.is_empty())
            .and_then(|inner| inner.split(',').map(|one| one.trim().parse().ok()).collect());
        let vector = numbers.and_then(|numbers| Self::try_from(numbers).ok());
        vector.ok_or_else(|| Error::unfit(reader.name(column), format!("a vector of {N} numbers")))
    }

    fn into_value(self) -> Value {
        let numbers: Vec<String> = self.0.iter().map(ToString::to_string).collect();
        Value::Text(format!("[{}]", numbers.join(",")))
    }
}

impl<const N: usize> ColumnType for Vector<N> {
    #[expect(clippy::cast_possible_truncation, reason = "pgvector has 16,000 at most")]
    const KIND: Kind = Kind::Vector(N as u32);
}

/// Nowhere in particular: all zeros.
impl<const N: usize> Blank for Vector<N> {
    fn blank() -> Self {
        Self(vec![0.0; N].into())
    }
}

#[cfg(feature = "serde")]
impl<const N: usize> serde_core::Serialize for Vector<N> {
    fn serialize<S: serde_core::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}
