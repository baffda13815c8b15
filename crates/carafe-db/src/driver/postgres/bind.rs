//! A value as PostgreSQL takes it.

use std::borrow::Cow;
use std::error::Error as StdError;
use std::fmt;
use std::net::IpAddr;

use bytes::BytesMut;
use carafe_core::{Error, Kind, Result};
use carafe_model::{Value, moment};
use tokio_postgres::types::{self, Format, IsNull, ToSql, Type};

use super::text::{base, is_text};
use super::{array, numeric};

/// From 1970-01-01 to 2000-01-01, where PostgreSQL begins to count.
pub(super) const DAYS: i32 = 10_957;
pub(super) const MICROS: i64 = DAYS as i64 * 86_400_000_000;

/// A value on its way. What it holds is not shown: tokio-postgres logs it.
pub(super) struct Bound<'v>(pub(super) &'v Value);

/// In which form a value goes into a parameter of a type.
enum Form {
    Null,
    /// The bytes that the type has on the wire.
    Binary,
    /// As text, which the server reads: what it has no type for here, or what is not known.
    Text,
}

/// Looks at all values before the first is sent: so the messages are ours, and hold no values.
pub(super) fn check_all(values: &[Value], types: &[Type]) -> Result<()> {
    if values.len() != types.len() {
        return Err(Error::internal(format!(
            "the statement has {} parameters, and {} values are given",
            types.len(),
            values.len()
        )));
    }
    values.iter().zip(types).enumerate().try_for_each(|(index, (value, ty))| {
        check(value, ty).map_err(|wrong| match wrong {
            Wrong::Kind => Error::internal(format!(
                "parameter {} is {}, and a `{ty}` is expected there",
                index + 1,
                value.kind()
            ))
            .hint("PostgreSQL tells the type from the place of the parameter; say it where it cannot, as in `cast(? as bigint)`"),
            Wrong::Range => Error::new(
                Kind::Invalid,
                format!("parameter {} is not in the range of `{ty}`", index + 1),
            ),
            Wrong::Nul => Error::new(
                Kind::Invalid,
                format!("parameter {} has the character NUL in it, which text of PostgreSQL cannot hold", index + 1),
            ),
        })
    })
}

enum Wrong {
    Kind,
    Range,
    Nul,
}

fn check(value: &Value, ty: &Type) -> Result<(), Wrong> {
    form(value, ty).ok_or(Wrong::Kind)?;
    let fits = match (value, base(ty)) {
        (Value::I64(number), &Type::INT2) => i16::try_from(*number).is_ok(),
        (Value::I64(number), &Type::INT4) => i32::try_from(*number).is_ok(),
        (Value::I64(number), &Type::OID) => u32::try_from(*number).is_ok(),
        (Value::Date(days), &Type::DATE) => days.checked_sub(DAYS).is_some(),
        (Value::DateTime(micros) | Value::Timestamp(micros), _) => {
            micros.checked_sub(MICROS).is_some()
        }
        (Value::Text(text) | Value::Json(text), _) if text.contains('\0') => {
            return Err(Wrong::Nul);
        }
        (Value::Decimal(text), &Type::NUMERIC) => numeric::written(text).is_some(),
        (Value::Array(values), ty) => {
            let mut checked = Ok(());
            array::flat(values, &mut |value| {
                if checked.is_ok() {
                    checked = check(value, element(ty));
                }
            });
            checked?;
            array::dimensions(values).is_some()
        }
        _ => true,
    };
    if fits { Ok(()) } else { Err(Wrong::Range) }
}

/// `None` where the value would have to become one of another kind.
fn form(value: &Value, ty: &Type) -> Option<Form> {
    let ty = base(ty);
    if let Value::Array(values) = value {
        return form_of_array(values, ty);
    }
    // The type is not known where nothing is prepared: then it is that of any literal.
    if *ty == Type::UNKNOWN && !matches!(value, Value::Null) {
        return Some(Form::Text);
    }
    Some(match value {
        Value::Null => Form::Null,
        Value::Bool(_) if *ty == Type::BOOL => Form::Binary,
        Value::I64(_) => match *ty {
            Type::INT2 | Type::INT4 | Type::INT8 | Type::OID | Type::FLOAT4 | Type::FLOAT8 => {
                Form::Binary
            }
            Type::NUMERIC => Form::Text,
            _ => return None,
        },
        Value::F64(_) => match *ty {
            Type::FLOAT4 | Type::FLOAT8 => Form::Binary,
            Type::NUMERIC => Form::Text,
            _ => return None,
        },
        Value::Decimal(_) => match *ty {
            Type::NUMERIC | Type::FLOAT4 | Type::FLOAT8 => Form::Binary,
            _ => return None,
        },
        Value::Duration(_) => match *ty {
            Type::INT8 | Type::INTERVAL => Form::Binary,
            Type::NUMERIC => Form::Text,
            _ => return None,
        },
        Value::Text(_) if is_text(ty) => Form::Binary,
        Value::Text(text) if *ty == Type::INET && text.parse::<IpAddr>().is_ok() => Form::Binary,
        // Text stands for what has no kind of its own: a network, a range, a document of another kind.
        Value::Text(_) => match *ty {
            Type::BOOL
            | Type::INT2
            | Type::INT4
            | Type::INT8
            | Type::OID
            | Type::FLOAT4
            | Type::FLOAT8
            | Type::BYTEA => return None,
            _ => Form::Text,
        },
        Value::Bytes(_) if *ty == Type::BYTEA => Form::Binary,
        Value::Date(_) if *ty == Type::DATE => Form::Binary,
        Value::Date(_) if matches!(*ty, Type::TIMESTAMP | Type::TIMESTAMPTZ) => Form::Text,
        Value::Time(_) if *ty == Type::TIME => Form::Binary,
        Value::DateTime(_) if *ty == Type::TIMESTAMP => Form::Binary,
        Value::Timestamp(_) if *ty == Type::TIMESTAMPTZ => Form::Binary,
        Value::Uuid(_) if *ty == Type::UUID => Form::Binary,
        Value::Json(_) if matches!(*ty, Type::JSON | Type::JSONB) => Form::Binary,
        _ => return None,
    })
}

/// An array goes as its elements go: as text, where one of them does.
fn form_of_array(values: &[Value], ty: &Type) -> Option<Form> {
    if *ty == Type::UNKNOWN {
        return Some(Form::Text);
    }
    let types::Kind::Array(of) = ty.kind() else { return None };
    let mut whole = Some(Form::Binary);
    array::flat(values, &mut |value| match form(value, of) {
        None => whole = None,
        Some(Form::Text) if whole.is_some() => whole = Some(Form::Text),
        Some(_) => {}
    });
    whole
}

/// The type of an array's elements.
fn element(ty: &Type) -> &Type {
    if let types::Kind::Array(of) = ty.kind() { of } else { ty }
}

impl ToSql for Bound<'_> {
    fn to_sql(
        &self,
        ty: &Type,
        out: &mut BytesMut,
    ) -> Result<IsNull, Box<dyn StdError + Sync + Send>> {
        match form(self.0, ty).ok_or("a value of another kind")? {
            Form::Null => return Ok(IsNull::Yes),
            Form::Binary => binary(self.0, base(ty), out)?,
            Form::Text => out.extend_from_slice(text_of(self.0).as_bytes()),
        }
        Ok(IsNull::No)
    }

    fn accepts(_: &Type) -> bool {
        true
    }

    fn to_sql_checked(
        &self,
        ty: &Type,
        out: &mut BytesMut,
    ) -> Result<IsNull, Box<dyn StdError + Sync + Send>> {
        self.to_sql(ty, out)
    }

    fn encode_format(&self, ty: &Type) -> Format {
        match form(self.0, ty) {
            Some(Form::Text) => Format::Text,
            _ => Format::Binary,
        }
    }
}

#[expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    reason = "the column was made a float; the nearest one is meant, as in a literal"
)]
fn binary(
    value: &Value,
    ty: &Type,
    out: &mut BytesMut,
) -> Result<(), Box<dyn StdError + Sync + Send>> {
    match (value, ty) {
        (Value::Bool(value), _) => out.extend_from_slice(&[u8::from(*value)]),
        (Value::I64(value), &Type::INT2) => {
            out.extend_from_slice(&i16::try_from(*value)?.to_be_bytes())
        }
        (Value::I64(value), &Type::INT4) => {
            out.extend_from_slice(&i32::try_from(*value)?.to_be_bytes())
        }
        (Value::I64(value), &Type::OID) => {
            out.extend_from_slice(&u32::try_from(*value)?.to_be_bytes())
        }
        (Value::I64(value), &Type::FLOAT4) => out.extend_from_slice(&(*value as f32).to_be_bytes()),
        (Value::I64(value), &Type::FLOAT8) => out.extend_from_slice(&(*value as f64).to_be_bytes()),
        (Value::F64(value), &Type::FLOAT4) => out.extend_from_slice(&(*value as f32).to_be_bytes()),
        (Value::F64(value), _) => out.extend_from_slice(&value.to_be_bytes()),
        (Value::Bytes(value), _) => out.extend_from_slice(value),
        (Value::Date(days), _) => out.extend_from_slice(&days.saturating_sub(DAYS).to_be_bytes()),
        (Value::DateTime(micros) | Value::Timestamp(micros), _) => {
            out.extend_from_slice(&micros.saturating_sub(MICROS).to_be_bytes());
        }
        (Value::Decimal(text), &Type::NUMERIC) => {
            out.extend_from_slice(&numeric::written(text).ok_or("no decimal")?);
        }
        (Value::Decimal(text), &Type::FLOAT4) => {
            out.extend_from_slice(&text.parse::<f32>()?.to_be_bytes());
        }
        (Value::Decimal(text), _) => out.extend_from_slice(&text.parse::<f64>()?.to_be_bytes()),
        (Value::Duration(micros), &Type::INTERVAL) => {
            out.extend_from_slice(&micros.to_be_bytes());
            // Neither days nor months.
            out.extend_from_slice(&[0; 8]);
        }
        (Value::Array(values), ty) => array::write(values, element(ty), out)?,
        (Value::Text(text), &Type::INET) => match text.parse()? {
            // The family, how many bits are the network's, that it is none, how many bytes follow.
            IpAddr::V4(address) => {
                out.extend_from_slice(&[2, 32, 0, 4]);
                out.extend_from_slice(&address.octets());
            }
            IpAddr::V6(address) => {
                out.extend_from_slice(&[3, 128, 0, 16]);
                out.extend_from_slice(&address.octets());
            }
        },
        (Value::I64(value) | Value::Time(value) | Value::Duration(value), _) => {
            out.extend_from_slice(&value.to_be_bytes())
        }
        (Value::Uuid(bytes), _) => out.extend_from_slice(bytes),
        (Value::Json(json), &Type::JSONB) => {
            // The version of the format.
            out.extend_from_slice(&[1]);
            out.extend_from_slice(json.as_bytes());
        }
        (Value::Text(text) | Value::Json(text), _) => out.extend_from_slice(text.as_bytes()),
        _ => return Err("a value of another kind".into()),
    }
    Ok(())
}

/// A value as a literal of SQL has it.
pub(super) fn text_of(value: &Value) -> Cow<'_, str> {
    Cow::Owned(match value {
        Value::Bool(value) => value.to_string(),
        Value::I64(value) | Value::Duration(value) => value.to_string(),
        Value::F64(value) if value.is_infinite() => {
            if *value > 0.0 {
                "Infinity".to_owned()
            } else {
                "-Infinity".to_owned()
            }
        }
        Value::F64(value) => value.to_string(),
        Value::Text(text) | Value::Json(text) | Value::Decimal(text) => {
            return Cow::Borrowed(text);
        }
        Value::Bytes(bytes) => bytes.iter().fold("\\x".to_owned(), |mut text, byte| {
            // Writing to a String cannot fail.
            let _ = fmt::Write::write_fmt(&mut text, format_args!("{byte:02x}"));
            text
        }),
        Value::Date(days) => moment::date_text(*days),
        Value::Time(micros) => moment::time_text(*micros),
        Value::DateTime(micros) => moment::date_time_text(*micros),
        Value::Timestamp(micros) => moment::date_time_text(*micros) + "+00",
        Value::Uuid(bytes) => moment::uuid_text(*bytes),
        Value::Array(values) => array::literal(values),
        _ => String::new(),
    })
}

impl fmt::Debug for Bound<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.kind())
    }
}
