//! `Option`: NULL or a value.

use crate::{FieldType, Reader, Result, Value};

impl<T: FieldType> FieldType for Option<T> {
    fn from_reader(reader: &mut dyn Reader, column: usize) -> Result<Self> {
        if reader.is_null(column)? { Ok(None) } else { T::from_reader(reader, column).map(Some) }
    }

    fn into_value(self) -> Value {
        self.map_or(Value::Null, FieldType::into_value)
    }
}
