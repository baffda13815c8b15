//! JSON documents.

use serde_json::Value as Json;

use crate::{Error, FieldType, Reader, Result, Value};

impl FieldType for Json {
    fn from_reader(reader: &mut dyn Reader, column: usize) -> Result<Self> {
        serde_json::from_str(reader.json(column)?)
            .map_err(|_| Error::unfit(reader.name(column), "JSON"))
    }

    fn into_value(self) -> Value {
        Value::Json(self.to_string())
    }
}
