//! One value out of the bytes that came.

use std::borrow::Cow;
use std::net::IpAddr;

use carafe_model::{Error, Result, Value};
use tokio_postgres::types::{Kind, Type};

use super::bind::{DAYS, MICROS};
use super::text::{self, is_text};
use super::{array, numeric};

const DAY: i64 = 86_400_000_000;

/// A value that came, with what is said of it where it does not fit.
#[derive(Clone, Copy)]
pub(super) struct Cell<'r> {
    /// Its type; of a domain, what that is made of.
    pub(super) ty: &'r Type,
    pub(super) bytes: &'r [u8],
    /// The name of its column.
    pub(super) column: &'r str,
}

impl<'r> Cell<'r> {
    fn wrong(&self, expected: &'static str) -> Error {
        if let Some(found) = kind(self.ty) {
            return Error::mismatch(self.column, expected, found);
        }
        let (name, ty) = (self.column, self.ty);
        let advice = format!("{expected}: it is a `{ty}`, which is read as `cast({name} as text)`");
        Error::unfit(name, advice)
    }

    /// Bytes of a fixed number, which PostgreSQL says there are.
    fn fixed<const N: usize>(&self, expected: &'static str) -> Result<[u8; N]> {
        self.bytes.try_into().map_err(|_| Error::unfit(self.column, expected))
    }

    /// A moment, in microseconds; `infinity` is none.
    fn micros(&self, expected: &'static str) -> Result<i64> {
        let micros = i64::from_be_bytes(self.fixed(expected)?);
        let moment = (micros != i64::MAX && micros != i64::MIN).then_some(micros);
        moment
            .and_then(|micros| micros.checked_add(MICROS))
            .ok_or_else(|| Error::unfit(self.column, format!("{expected} (it is infinite)")))
    }

    fn utf8(&self, bytes: &'r [u8]) -> Result<&'r str> {
        std::str::from_utf8(bytes).map_err(|_| Error::unfit(self.column, "UTF-8"))
    }

    /// The document of a JSON column; behind its version, where it is binary.
    fn document(&self) -> Result<Option<&'r str>> {
        let bytes = match (self.ty, self.bytes) {
            (&Type::JSON, bytes) => bytes,
            (&Type::JSONB, [1, rest @ ..]) => rest,
            _ => return Ok(None),
        };
        self.utf8(bytes).map(Some)
    }

    pub(super) fn i64(&self) -> Result<i64> {
        let expected = "an integer";
        Ok(match *self.ty {
            Type::INT8 => i64::from_be_bytes(self.fixed(expected)?),
            Type::INT4 => i32::from_be_bytes(self.fixed(expected)?).into(),
            Type::INT2 => i16::from_be_bytes(self.fixed(expected)?).into(),
            Type::OID => u32::from_be_bytes(self.fixed(expected)?).into(),
            // The sum of integers is a NUMERIC; one that has a fraction is none.
            Type::NUMERIC => numeric::read(self.bytes)
                .and_then(|text| {
                    let (whole, fraction) = text.split_once('.').unwrap_or((&text, ""));
                    let whole = whole.parse().ok()?;
                    fraction.bytes().all(|digit| digit == b'0').then_some(whole)
                })
                .ok_or_else(|| Error::unfit(self.column, expected))?,
            _ => return Err(self.wrong(expected)),
        })
    }

    #[expect(clippy::cast_precision_loss, reason = "who reads a float gets the nearest one")]
    pub(super) fn f64(&self) -> Result<f64> {
        let expected = "a float";
        Ok(match *self.ty {
            Type::FLOAT8 => f64::from_be_bytes(self.fixed(expected)?),
            Type::FLOAT4 => f32::from_be_bytes(self.fixed(expected)?).into(),
            Type::INT8 | Type::INT4 | Type::INT2 => self.i64()? as f64,
            Type::NUMERIC => numeric::read(self.bytes)
                .and_then(|text| text.parse().ok())
                .ok_or_else(|| Error::unfit(self.column, expected))?,
            _ => return Err(self.wrong(expected)),
        })
    }

    pub(super) fn decimal(&self) -> Result<String> {
        let expected = "a decimal";
        match *self.ty {
            Type::NUMERIC => {
                numeric::read(self.bytes).ok_or_else(|| Error::unfit(self.column, expected))
            }
            Type::INT2 | Type::INT4 | Type::INT8 => Ok(self.i64()?.to_string()),
            // A single has fewer digits than a double says of it.
            Type::FLOAT4 => Ok(f32::from_be_bytes(self.fixed(expected)?).to_string()),
            Type::FLOAT8 => Ok(carafe_model::moment::decimal_text(self.f64()?)),
            _ if is_text(self.ty) => self.utf8(self.bytes).map(str::to_owned),
            _ => Err(self.wrong(expected)),
        }
    }

    pub(super) fn bool(&self) -> Result<bool> {
        if *self.ty == Type::BOOL { Ok(self.bytes != [0]) } else { Err(self.wrong("a bool")) }
    }

    pub(super) fn str(&self) -> Result<Cow<'r, str>> {
        if is_text(self.ty) {
            return self.utf8(self.bytes).map(Cow::Borrowed);
        }
        if let Some(document) = self.document()? {
            return Ok(Cow::Borrowed(document));
        }
        text::text(*self).map(Cow::Owned).ok_or_else(|| self.wrong("text"))
    }

    pub(super) fn bytes(&self) -> Result<&'r [u8]> {
        if *self.ty == Type::BYTEA { Ok(self.bytes) } else { Err(self.wrong("bytes")) }
    }

    pub(super) fn date(&self) -> Result<i32> {
        let expected = "a date";
        if *self.ty != Type::DATE {
            return Err(self.wrong(expected));
        }
        let days = i32::from_be_bytes(self.fixed(expected)?);
        let date = (days != i32::MAX && days != i32::MIN).then_some(days);
        date.and_then(|days| days.checked_add(DAYS))
            .ok_or_else(|| Error::unfit(self.column, "a date (it is infinite)"))
    }

    pub(super) fn time(&self) -> Result<i64> {
        match *self.ty {
            Type::TIME => Ok(i64::from_be_bytes(self.fixed("a time")?)),
            _ => Err(self.wrong("a time")),
        }
    }

    pub(super) fn date_time(&self) -> Result<i64> {
        let expected = "a date and time";
        if *self.ty == Type::TIMESTAMP { self.micros(expected) } else { Err(self.wrong(expected)) }
    }

    pub(super) fn timestamp(&self) -> Result<i64> {
        let expected = "a timestamp";
        match *self.ty {
            Type::TIMESTAMPTZ => self.micros(expected),
            _ => Err(self.wrong(expected)),
        }
    }

    /// Of an integer its microseconds; an interval counts its days as 24 hours, and has no months.
    pub(super) fn duration(&self) -> Result<i64> {
        let expected = "a duration";
        match *self.ty {
            Type::INT8 | Type::INT4 | Type::NUMERIC => self.i64(),
            Type::INTERVAL => {
                let (micros, days, months) = text::interval_parts(self.bytes)
                    .ok_or_else(|| Error::unfit(self.column, expected))?;
                if months != 0 {
                    let why = "a duration: it has months, which are of many lengths";
                    return Err(Error::unfit(self.column, why));
                }
                (i64::from(days) * DAY)
                    .checked_add(micros)
                    .ok_or_else(|| Error::unfit(self.column, "a duration of 292,000 years"))
            }
            _ => Err(self.wrong(expected)),
        }
    }

    pub(super) fn uuid(&self) -> Result<[u8; 16]> {
        if *self.ty == Type::UUID { self.fixed("a UUID") } else { Err(self.wrong("a UUID")) }
    }

    pub(super) fn ip(&self) -> Result<IpAddr> {
        let expected = "an IP address";
        match *self.ty {
            Type::INET => match text::network(self.bytes) {
                Some((address, bits)) if bits == text::bits_of(address) => Ok(address),
                _ => Err(Error::unfit(self.column, "an IP address: it is a network")),
            },
            _ if is_text(self.ty) => {
                let text = self.utf8(self.bytes)?;
                text.parse().map_err(|_| Error::unfit(self.column, expected))
            }
            _ => Err(self.wrong(expected)),
        }
    }

    pub(super) fn json(&self) -> Result<&'r str> {
        match self.document()? {
            Some(document) => Ok(document),
            None if is_text(self.ty) => self.utf8(self.bytes),
            None => Err(self.wrong("JSON")),
        }
    }

    pub(super) fn array(&self) -> Result<Vec<Value>> {
        match self.ty.kind() {
            Kind::Array(of) => array::read(*self, of),
            _ => Err(self.wrong("an array")),
        }
    }

    /// The value in the kind that it has in the database.
    pub(super) fn value(&self) -> Result<Value> {
        Ok(match *self.ty {
            Type::BOOL => Value::Bool(self.bool()?),
            Type::INT2 | Type::INT4 | Type::INT8 | Type::OID => Value::I64(self.i64()?),
            Type::FLOAT4 | Type::FLOAT8 => Value::F64(self.f64()?),
            Type::NUMERIC => Value::Decimal(self.decimal()?),
            Type::BYTEA => Value::Bytes(self.bytes.to_vec()),
            Type::DATE => Value::Date(self.date()?),
            Type::TIME => Value::Time(self.time()?),
            Type::TIMESTAMP => Value::DateTime(self.date_time()?),
            Type::TIMESTAMPTZ => Value::Timestamp(self.timestamp()?),
            Type::UUID => Value::Uuid(self.uuid()?),
            Type::JSON | Type::JSONB => Value::Json(self.json()?.to_owned()),
            // What a function without a result gives.
            Type::VOID => Value::Null,
            _ if matches!(self.ty.kind(), Kind::Array(_)) => Value::Array(self.array()?),
            _ => Value::Text(self.str()?.into_owned()),
        })
    }
}

/// What kind a type is, with its article; `None` for one that is not known here.
fn kind(ty: &Type) -> Option<&'static str> {
    Some(match *ty {
        Type::BOOL => "a bool",
        Type::INT2 | Type::INT4 | Type::INT8 | Type::OID => "an integer",
        Type::FLOAT4 | Type::FLOAT8 => "a float",
        Type::NUMERIC => "a decimal",
        Type::BYTEA => "bytes",
        Type::DATE => "a date",
        Type::TIME => "a time",
        Type::TIMESTAMP => "a date and time",
        Type::TIMESTAMPTZ => "a timestamp",
        Type::UUID => "a UUID",
        Type::JSON | Type::JSONB => "JSON",
        Type::INTERVAL => "an interval",
        Type::INET | Type::CIDR => "an address",
        _ if is_text(ty) => "text",
        _ => return None,
    })
}
