//! Integers, floats and `bool`. Blank is zero, which is a value like any other.

use super::{Blank, ColumnType};
use crate::schema::{Auto, Kind};

macro_rules! numbers {
    ($($ty:ty = $kind:ident $auto:ident $blank:literal;)+) => {
        $(
            impl ColumnType for $ty {
                const KIND: Kind = Kind::$kind;
                const AUTO: Auto = Auto::$auto;
            }

            impl Blank for $ty {
                fn blank() -> Self {
                    $blank
                }
            }
        )+
    };
}

numbers! {
    i8 = TinyInteger None 0;
    i16 = SmallInteger Database 0;
    i32 = Integer Database 0;
    i64 = BigInteger Database 0;
    u8 = PositiveTinyInteger None 0;
    u16 = PositiveSmallInteger None 0;
    u32 = PositiveInteger None 0;
    f32 = Real None 0.0;
    f64 = Float None 0.0;
    bool = Bool None false;
}
