//! Integers, floats and `bool`.

use crate::{Error, FieldType, Reader, Result, Value};

macro_rules! integer {
    ($($ty:ty),+) => {
        $(
            impl FieldType for $ty {
                fn from_reader(reader: &mut dyn Reader, column: usize) -> Result<Self> {
                    let number = reader.i64(column)?;
                    Self::try_from(number)
                        .map_err(|_| Error::unfit(reader.name(column), concat!("in the range of `", stringify!($ty), "`")))
                }

                fn into_value(self) -> Value {
                    Value::I64(self.into())
                }
            }
        )+
    };
}

integer!(i8, i16, i32, i64, u8, u16, u32);

impl FieldType for bool {
    fn from_reader(reader: &mut dyn Reader, column: usize) -> Result<Self> {
        reader.bool(column)
    }

    fn into_value(self) -> Value {
        Value::Bool(self)
    }
}

impl FieldType for f64 {
    fn from_reader(reader: &mut dyn Reader, column: usize) -> Result<Self> {
        reader.f64(column)
    }

    fn into_value(self) -> Value {
        Value::F64(self)
    }
}

impl FieldType for f32 {
    #[expect(
        clippy::cast_possible_truncation,
        reason = "the nearest single is what the writer meant: it was widened on its way in"
    )]
    fn from_reader(reader: &mut dyn Reader, column: usize) -> Result<Self> {
        Ok(reader.f64(column)? as Self)
    }

    fn into_value(self) -> Value {
        Value::F64(self.into())
    }
}
