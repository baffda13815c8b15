//! Arrays on the wire: how long each dimension is, then the elements one after the other.

use std::error::Error as StdError;

use bytes::BytesMut;
use carafe_model::{Error, Result, Value};
use tokio_postgres::types::{IsNull, ToSql, Type};

use super::bind::{self, Bound};
use super::cell::Cell;
use super::text::base;

/// PostgreSQL's own limit.
const MOST_DIMENSIONS: usize = 6;

/// The elements of a value that came; of an array of arrays they are arrays.
pub(super) fn read(cell: Cell<'_>, of: &Type) -> Result<Vec<Value>> {
    let broken = || Error::unfit(cell.column, "an array");
    let mut rest = cell.bytes;
    let count = int(&mut rest).ok_or_else(broken)?;
    // Whether there are NULLs, and the type of the elements: both are known.
    int(&mut rest).and_then(|_| int(&mut rest)).ok_or_else(broken)?;
    let mut dimensions = Vec::new();
    for _ in 0..count {
        let length = int(&mut rest).and_then(|length| usize::try_from(length).ok());
        dimensions.push(length.ok_or_else(broken)?);
        // Where its numbers begin.
        int(&mut rest).ok_or_else(broken)?;
    }
    if dimensions.is_empty() {
        return Ok(Vec::new());
    }
    elements(&mut rest, &dimensions, Cell { ty: base(of), ..cell })
}

fn elements(rest: &mut &[u8], dimensions: &[usize], like: Cell<'_>) -> Result<Vec<Value>> {
    let [length, inner @ ..] = dimensions else { return Ok(Vec::new()) };
    // How many there are is the server's word, and no reason to reserve room.
    let mut values = Vec::new();
    for _ in 0..*length {
        values.push(if inner.is_empty() {
            element(rest, like)?
        } else {
            Value::Array(elements(rest, inner, like)?)
        });
    }
    Ok(values)
}

fn element(rest: &mut &[u8], like: Cell<'_>) -> Result<Value> {
    let broken = || Error::unfit(like.column, "an array");
    let Ok(length) = usize::try_from(int(rest).ok_or_else(broken)?) else {
        return Ok(Value::Null);
    };
    let (bytes, behind) = rest.split_at_checked(length).ok_or_else(broken)?;
    *rest = behind;
    Cell { ty: like.ty, bytes, column: like.column }.value()
}

pub(super) fn int(rest: &mut &[u8]) -> Option<i32> {
    let (bytes, behind) = rest.split_first_chunk::<4>()?;
    *rest = behind;
    Some(i32::from_be_bytes(*bytes))
}

/// How long each dimension is; nothing where the arrays inside are of several lengths, or too deep.
pub(super) fn dimensions(values: &[Value]) -> Option<Vec<usize>> {
    let mut dimensions = vec![values.len()];
    if let Some(Value::Array(first)) = values.first() {
        let inner = self::dimensions(first)?;
        for value in values {
            let Value::Array(value) = value else { return None };
            if self::dimensions(value)? != inner {
                return None;
            }
        }
        dimensions.extend(inner);
    } else if values.iter().any(|value| matches!(value, Value::Array(_))) {
        return None;
    }
    (dimensions.len() <= MOST_DIMENSIONS).then_some(dimensions)
}

/// Calls `each` with every element, those of arrays inside included.
pub(super) fn flat<'v>(values: &'v [Value], each: &mut dyn FnMut(&'v Value)) {
    for value in values {
        match value {
            Value::Array(inner) => flat(inner, each),
            value => each(value),
        }
    }
}

/// Writes the bytes.
pub(super) fn write(
    values: &[Value],
    of: &Type,
    out: &mut BytesMut,
) -> Result<(), Box<dyn StdError + Sync + Send>> {
    let dimensions = dimensions(values).ok_or("arrays of several lengths")?;
    let is_empty = dimensions.contains(&0);
    let count = if is_empty { 0 } else { dimensions.len() };
    let (mut elements, mut nulls) = (Vec::new(), 0);
    flat(values, &mut |value| {
        nulls |= i32::from(matches!(value, Value::Null));
        elements.push(value);
    });
    out.extend_from_slice(&i32::try_from(count)?.to_be_bytes());
    out.extend_from_slice(&nulls.to_be_bytes());
    out.extend_from_slice(&of.oid().to_be_bytes());
    for length in dimensions.iter().take(count) {
        out.extend_from_slice(&i32::try_from(*length)?.to_be_bytes());
        out.extend_from_slice(&1_i32.to_be_bytes());
    }
    for element in elements {
        let start = out.len();
        out.extend_from_slice(&(-1_i32).to_be_bytes());
        if matches!(Bound(element).to_sql(of, out)?, IsNull::No) {
            let length = i32::try_from(out.len() - start - 4)?;
            out[start..start + 4].copy_from_slice(&length.to_be_bytes());
        }
    }
    Ok(())
}

/// `{"a","b",NULL}`: as a literal of SQL has it.
pub(super) fn literal(values: &[Value]) -> String {
    let one = |value: &Value| match value {
        Value::Null => "NULL".to_owned(),
        Value::Array(inner) => literal(inner),
        value => {
            let text = bind::text_of(value);
            format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
        }
    };
    format!("{{{}}}", values.iter().map(one).collect::<Vec<_>>().join(","))
}
