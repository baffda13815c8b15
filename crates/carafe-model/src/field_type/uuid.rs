//! UUIDs.

use uuid::Uuid;

use crate::{FieldType, Reader, Result, Value};

impl FieldType for Uuid {
    fn from_reader(reader: &mut dyn Reader, column: usize) -> Result<Self> {
        reader.uuid(column).map(Self::from_bytes)
    }

    fn into_value(self) -> Value {
        Value::Uuid(self.into_bytes())
    }
}
