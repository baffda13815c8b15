//! Primary keys.

use std::fmt::Debug;
use std::hash::Hash;

use super::{Field, Model};
use crate::kinds::{Blank, ColumnType};
use crate::schema::Auto;
use crate::values::Values;
use crate::{Reader, Result, Value};

/// The type of a primary key: one that fills a column, or a tuple of those where it is composite.
pub trait Key: Clone + Eq + Hash + Debug + Send + Sync + 'static {
    /// How many columns it fills.
    const WIDTH: u16;

    /// Reads it from a row.
    fn read(reader: &mut dyn Reader, column: usize) -> Result<Self>;

    /// Adds its values, one a column.
    fn write(&self, values: &mut Vec<Value>);
}

impl<T: ColumnType + Eq + Hash + Debug> Key for T {
    const WIDTH: u16 = 1;

    fn read(reader: &mut dyn Reader, column: usize) -> Result<Self> {
        T::from_reader(reader, column)
    }

    fn write(&self, values: &mut Vec<Value>) {
        values.push(self.to_value());
    }
}

macro_rules! composite {
    ($count:literal: $($part:ident $index:tt)+) => {
        impl<$($part: ColumnType + Eq + Hash + Debug),+> Key for ($($part,)+) {
            const WIDTH: u16 = $count;

            fn read(reader: &mut dyn Reader, column: usize) -> Result<Self> {
                Ok(($($part::from_reader(reader, column + $index)?,)+))
            }

            fn write(&self, values: &mut Vec<Value>) {
                $(values.push(self.$index.to_value());)+
            }
        }
    };
}

composite!(2: A 0 B 1);
composite!(3: A 0 B 1 C 2);
composite!(4: A 0 B 1 C 2 D 3);

/// A field that may be the primary key.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be a primary key",
    label = "not a key",
    note = "integers, `String`, `Uuid`, dates, `ForeignKey`, `OneToOne` and your own kinds with `Eq + Hash + Debug` can; floats and `Option` cannot"
)]
pub trait KeyField: Field {
    /// The key as it stands in the column.
    type Key: Key;

    /// The key, unless there is none yet.
    fn to_key(&self) -> Option<Self::Key>;

    /// The key of a new instance: made here, or blank.
    fn new_key() -> Self
    where
        Self: Blank,
    {
        Self::blank()
    }
}

impl<T: ColumnType + Eq + Hash + Debug> KeyField for T {
    type Key = T;

    /// A number that the database counts is none before it has counted: 0.
    fn to_key(&self) -> Option<T> {
        match (T::AUTO, self.to_value()) {
            (_, Value::Null) | (Auto::Database, Value::I64(0)) => None,
            _ => Some(self.clone()),
        }
    }

    fn new_key() -> Self
    where
        Self: Blank,
    {
        let Auto::Function(make) = T::AUTO else { return T::blank() };
        T::from_reader(&mut Values::new("", vec![make()]), 0).unwrap_or_else(|_| T::blank())
    }
}

/// The values of a row's primary key, one a column; none where it has no key yet.
pub fn parts_of<M: Model>(model: &M) -> Option<Vec<Value>> {
    let mut values = Vec::with_capacity(usize::from(M::Key::WIDTH));
    model.pk()?.write(&mut values);
    Some(values)
}
