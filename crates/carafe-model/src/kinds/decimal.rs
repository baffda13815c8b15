//! Decimals of `rust_decimal`.

use rust_decimal::Decimal;

use super::{Blank, ColumnType};
use crate::schema::Kind;
use crate::{Error, FieldType, Reader, Result, Value};

impl FieldType for Decimal {
    fn from_reader(reader: &mut dyn Reader, column: usize) -> Result<Self> {
        let text = reader.decimal(column)?;
        text.parse()
            .map_err(|_| Error::unfit(reader.name(column), "a decimal of 28 digits at most"))
    }

    fn into_value(self) -> Value {
        Value::Text(self.to_string())
    }
}

impl ColumnType for Decimal {
    const KIND: Kind = Kind::Decimal;
    const DIGITS: Option<(u8, u8)> = Some((28, 10));
}

impl Blank for Decimal {
    fn blank() -> Self {
        Self::ZERO
    }
}
