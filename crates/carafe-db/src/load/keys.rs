//! Keys that are compared and looked up, of any kind and width.

use carafe_model::Value;
use smallvec::SmallVec;

/// A key that can be looked up: equal where its values are. That of one number, or of a UUID, takes no
/// memory of its own.
pub(crate) type KeyBytes = SmallVec<[u8; 25]>;

/// The bytes of a key; nothing where it is NULL, which is equal to nothing.
pub(crate) fn key_bytes(values: &[Value]) -> Option<KeyBytes> {
    let mut bytes = KeyBytes::new();
    for value in values {
        let (kind, content): (u8, &[u8]) = match value {
            Value::Null => return None,
            Value::Bool(value) => (1, &[u8::from(*value)]),
            Value::I64(number) => (2, &number.to_le_bytes()),
            Value::F64(number) => (3, &number.to_bits().to_le_bytes()),
            Value::Text(text) | Value::Json(text) => (4, text.as_bytes()),
            Value::Bytes(content) => (5, content),
            Value::Date(days) => (6, &days.to_le_bytes()),
            Value::Time(micros) => (7, &micros.to_le_bytes()),
            Value::DateTime(micros) => (8, &micros.to_le_bytes()),
            Value::Timestamp(micros) => (9, &micros.to_le_bytes()),
            Value::Uuid(content) => (10, content),
            // Whatever else there may be is told apart by how it is shown.
            other => {
                let shown = format!("{other:?}");
                bytes.push(0);
                bytes.extend_from_slice(&shown.len().to_le_bytes());
                bytes.extend_from_slice(shown.as_bytes());
                continue;
            }
        };
        bytes.push(kind);
        bytes.extend_from_slice(&content.len().to_le_bytes());
        bytes.extend_from_slice(content);
    }
    Some(bytes)
}
