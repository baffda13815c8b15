//! Decimals of `rust_decimal`.

use rust_decimal::Decimal;

use super::{Blank, ColumnType};
use crate::schema::{FieldSchema, Kind};
use crate::{Error, FieldType, Reader, Result, Value};

impl FieldType for Decimal {
    fn from_reader(reader: &mut dyn Reader, column: usize) -> Result<Self> {
        let text = reader.decimal(column)?;
        text.parse()
            .map_err(|_| Error::unfit(reader.name(column), "a decimal of 28 digits at most"))
    }

    fn into_value(self) -> Value {
        Value::Decimal(self.to_string())
    }
}

impl ColumnType for Decimal {
    const KIND: Kind = Kind::Decimal;
    const DIGITS: Option<(u8, u8)> = Some((28, 10));

    /// With the places of the column: a database without decimals has cut the zeros off.
    fn from_column(reader: &mut dyn Reader, column: usize, field: &FieldSchema) -> Result<Self> {
        let mut decimal = Self::from_reader(reader, column)?;
        let places = field.decimal_places.unwrap_or_default().into();
        if decimal.scale() < places {
            decimal.rescale(places);
        }
        Ok(decimal)
    }
}

impl Blank for Decimal {
    fn blank() -> Self {
        Self::ZERO
    }
}
