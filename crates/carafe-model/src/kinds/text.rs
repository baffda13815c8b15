//! Text and bytes.

use super::{Blank, ColumnType};
use crate::schema::Kind;

impl ColumnType for String {
    const KIND: Kind = Kind::Text;
}

impl Blank for String {
    fn blank() -> Self {
        Self::new()
    }
}

impl ColumnType for Vec<u8> {
    const KIND: Kind = Kind::Binary;
}

impl Blank for Vec<u8> {
    fn blank() -> Self {
        Self::new()
    }
}
