//! jiff's times. The first moment of a type's range stands for "nobody has said yet"; a time of
//! day has no such moment, and is blank at midnight.

use jiff::civil::{Date, DateTime, Time};
use jiff::{SignedDuration, Timestamp};

use super::{Blank, ColumnType};
use crate::schema::Kind;
use crate::{FieldType, Reader, Result, Value};

macro_rules! moments {
    ($($ty:ident)+) => {
        $(
            impl ColumnType for $ty {
                const KIND: Kind = Kind::$ty;

                fn to_value(&self) -> Value {
                    if *self == Self::MIN { Value::Null } else { self.into_value() }
                }
            }

            impl Blank for $ty {
                fn blank() -> Self {
                    Self::MIN
                }
            }
        )+
    };
}

moments!(Date DateTime Timestamp);

impl ColumnType for Time {
    const KIND: Kind = Kind::Time;
}

impl Blank for Time {
    fn blank() -> Self {
        Self::midnight()
    }
}

/// In microseconds, as Django keeps it; what is finer is cut off.
impl FieldType for SignedDuration {
    fn from_reader(reader: &mut dyn Reader, column: usize) -> Result<Self> {
        reader.duration(column).map(Self::from_micros)
    }

    fn into_value(self) -> Value {
        let fits = |micros: i128| i64::try_from(micros).ok();
        // Some 292,000 years of microseconds fit.
        Value::Duration(fits(self.as_micros()).unwrap_or(if self.is_negative() {
            i64::MIN
        } else {
            i64::MAX
        }))
    }
}

impl ColumnType for SignedDuration {
    const KIND: Kind = Kind::Duration;
}

impl Blank for SignedDuration {
    fn blank() -> Self {
        Self::ZERO
    }
}
