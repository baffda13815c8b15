//! IP addresses: of either version, or of one. `0.0.0.0` and `::` stand for "nobody has said yet".

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use super::{Blank, ColumnType};
use crate::schema::Kind;
use crate::{Error, FieldType, Reader, Result, Value};

macro_rules! addresses {
    ($($ty:ident $expected:literal $blank:expr, |$read:ident| $own:expr;)+) => {
        $(
            impl FieldType for $ty {
                fn from_reader(reader: &mut dyn Reader, column: usize) -> Result<Self> {
                    let $read = reader.ip(column)?;
                    $own.ok_or_else(|| Error::unfit(reader.name(column), $expected))
                }

                fn into_value(self) -> Value {
                    Value::Text(self.to_string())
                }
            }

            impl ColumnType for $ty {
                const KIND: Kind = Kind::Ip;

                fn to_value(&self) -> Value {
                    if *self == Self::blank() { Value::Null } else { self.into_value() }
                }
            }

            impl Blank for $ty {
                fn blank() -> Self {
                    $blank
                }
            }
        )+
    };
}

addresses! {
    IpAddr "an IP address" Self::V4(Ipv4Addr::UNSPECIFIED), |any| Some(any);
    Ipv4Addr "an IP address of version 4" Self::UNSPECIFIED, |any| match any {
        IpAddr::V4(own) => Some(own),
        IpAddr::V6(_) => None,
    };
    Ipv6Addr "an IP address of version 6" Self::UNSPECIFIED, |any| match any {
        IpAddr::V6(own) => Some(own),
        IpAddr::V4(_) => None,
    };
}
