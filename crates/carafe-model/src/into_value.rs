//! What may stand as a parameter of a statement.

use crate::{FieldType, Value};

/// What may stand as a parameter of a statement, or be put into a column: every [`FieldType`], and
/// borrowed forms of the common ones.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be a parameter of a statement",
    note = "integers up to 64 bits, floats, `bool`, text, bytes, dates, UUIDs, JSON and `Option`s of these can; `u64` and `usize` fit no column: use `i64::try_from`"
)]
pub trait IntoValue {
    /// The value that is sent.
    fn into_value(self) -> Value;
}

impl<T: FieldType> IntoValue for T {
    fn into_value(self) -> Value {
        FieldType::into_value(self)
    }
}

impl IntoValue for &str {
    fn into_value(self) -> Value {
        Value::Text(self.to_owned())
    }
}

impl IntoValue for &[u8] {
    fn into_value(self) -> Value {
        Value::Bytes(self.to_owned())
    }
}

impl<const N: usize> IntoValue for &[u8; N] {
    fn into_value(self) -> Value {
        Value::Bytes(self.to_vec())
    }
}

impl IntoValue for Option<&str> {
    fn into_value(self) -> Value {
        self.map_or(Value::Null, IntoValue::into_value)
    }
}

impl IntoValue for Option<&[u8]> {
    fn into_value(self) -> Value {
        self.map_or(Value::Null, IntoValue::into_value)
    }
}

macro_rules! borrowed {
    ($($ty:ty),+) => {
        $(
            impl IntoValue for &$ty {
                fn into_value(self) -> Value {
                    FieldType::into_value(self.clone())
                }
            }
        )+
    };
}

borrowed!(bool, i8, i16, i32, i64, u8, u16, u32, f32, f64, String, Vec<u8>, Value);
