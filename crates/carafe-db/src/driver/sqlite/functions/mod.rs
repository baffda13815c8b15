//! Functions that SQLite has not: each connection gets them when it is opened.
//!
//! They have the names and the results of the databases that have them; of NULL comes NULL.

mod aggregate;
#[cfg(feature = "json")]
mod json;
mod moment;
mod number;
mod text;
#[cfg(feature = "jiff")]
mod zone;

use rusqlite::functions::{Context, FunctionFlags};
use rusqlite::types::ValueRef;
use rusqlite::{Connection, Error, Result, ToSql};

/// Adds the functions to a connection.
pub(super) fn add(connection: &Connection) -> Result<()> {
    text::add(connection)?;
    number::add(connection)?;
    moment::add(connection)?;
    aggregate::add(connection)?;
    #[cfg(feature = "jiff")]
    zone::add(connection)?;
    #[cfg(feature = "json")]
    json::add(connection)?;
    Ok(())
}

/// The same of the same, and harmless: an index may use it.
const PURE: FunctionFlags = FunctionFlags::SQLITE_UTF8
    .union(FunctionFlags::SQLITE_DETERMINISTIC)
    .union(FunctionFlags::SQLITE_INNOCUOUS);

/// Adds a function of so many arguments that gives NULL where any of them is.
fn scalar<T, F>(connection: &Connection, name: &str, arguments: usize, compute: F) -> Result<()>
where
    T: ToSql,
    F: Fn(&Context<'_>) -> Result<Option<T>> + Send + 'static,
{
    let count = i32::try_from(arguments).unwrap_or(-1);
    connection.create_scalar_function(name, count, PURE, move |context: &Context<'_>| {
        let null = (0..context.len()).any(|at| context.get_raw(at) == ValueRef::Null);
        if null { Ok(None) } else { compute(context) }
    })
}

/// The text of an argument; of a number its digits.
fn text(context: &Context<'_>, at: usize) -> Result<String> {
    Ok(match context.get_raw(at) {
        ValueRef::Integer(number) => number.to_string(),
        ValueRef::Real(number) => format!("{number:?}"),
        ValueRef::Text(bytes) | ValueRef::Blob(bytes) => {
            std::str::from_utf8(bytes).map_err(wrong)?.to_owned()
        }
        ValueRef::Null => String::new(),
    })
}

fn wrong(error: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Error {
    Error::UserFunctionError(error.into())
}
