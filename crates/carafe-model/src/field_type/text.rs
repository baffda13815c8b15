//! Text and bytes.

use crate::{FieldType, Reader, Result, Value};

impl FieldType for String {
    fn from_reader(reader: &mut dyn Reader, column: usize) -> Result<Self> {
        reader.string(column)
    }

    fn into_value(self) -> Value {
        Value::Text(self)
    }
}

impl FieldType for Vec<u8> {
    fn from_reader(reader: &mut dyn Reader, column: usize) -> Result<Self> {
        reader.byte_vec(column)
    }

    fn into_value(self) -> Value {
        Value::Bytes(self)
    }
}
