//! UUIDs. As a primary key one is made here, of version 7, which sorts by time.

use uuid::Uuid;

use super::{Blank, ColumnType};
use crate::schema::{Auto, Kind};
use crate::{FieldType, Value};

/// The nil UUID stands for "nobody has said yet".
impl ColumnType for Uuid {
    const KIND: Kind = Kind::Uuid;
    const AUTO: Auto = Auto::Function(|| Self::now_v7().into_value());

    fn to_value(&self) -> Value {
        if self.is_nil() { Value::Null } else { self.into_value() }
    }
}

impl Blank for Uuid {
    fn blank() -> Self {
        Self::nil()
    }
}
