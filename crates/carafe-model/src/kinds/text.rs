//! Text, bytes, IP addresses.

use std::net::{IpAddr, Ipv4Addr};

use super::{Blank, ColumnType};
use crate::schema::Kind;
use crate::{Error, FieldType, Reader, Result, Value};

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

impl FieldType for IpAddr {
    fn from_reader(reader: &mut dyn Reader, column: usize) -> Result<Self> {
        match reader.str(column)?.parse() {
            Ok(address) => Ok(address),
            Err(_) => Err(Error::unfit(reader.name(column), "an IP address")),
        }
    }

    fn into_value(self) -> Value {
        Value::Text(self.to_string())
    }
}

/// `0.0.0.0` stands for "nobody has said yet".
impl ColumnType for IpAddr {
    const KIND: Kind = Kind::Ip;

    fn to_value(&self) -> Value {
        if *self == Self::blank() { Value::Null } else { self.into_value() }
    }
}

impl Blank for IpAddr {
    fn blank() -> Self {
        Self::V4(Ipv4Addr::UNSPECIFIED)
    }
}
