//! What is sent to a database.

/// A value on its way to a database, or out of a column whose type is not known.
///
/// Types of other crates (dates, UUIDs, decimals, enums) are lowered to one of these by
/// [`FieldType`](crate::FieldType), so that a driver knows this list and nothing else. Where a
/// database has a type of its own for a kind, the driver sends it as that; where it has none, as the
/// text that Django stores there ([`moment`](crate::moment)).
///
/// Moments are counted in microseconds, which is what PostgreSQL, MySQL and Django keep.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub enum Value {
    /// NULL.
    #[default]
    Null,
    /// Yes or no.
    Bool(bool),
    /// An integer of any width.
    I64(i64),
    /// A floating-point number of any width.
    F64(f64),
    /// Text.
    Text(String),
    /// Bytes.
    Bytes(Vec<u8>),
    /// A date, in days since 1970-01-01.
    Date(i32),
    /// A time of day, in microseconds since midnight.
    Time(i64),
    /// A date and time without a zone, in microseconds since 1970-01-01 00:00.
    DateTime(i64),
    /// An instant, in microseconds since 1970-01-01 00:00 UTC.
    Timestamp(i64),
    /// A UUID.
    Uuid([u8; 16]),
    /// A JSON document as text.
    Json(String),
    /// A decimal with all of its digits, as text: `-12.3400`.
    Decimal(String),
    /// A length of time, in microseconds.
    Duration(i64),
    /// Several values of one kind, for databases that have arrays.
    Array(Vec<Self>),
}

impl Value {
    /// What kind it is, with its article: for messages that must not show the value.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Null => "NULL",
            Self::Bool(_) => "a bool",
            Self::I64(_) => "an integer",
            Self::F64(_) => "a float",
            Self::Text(_) => "text",
            Self::Bytes(_) => "bytes",
            Self::Date(_) => "a date",
            Self::Time(_) => "a time",
            Self::DateTime(_) => "a date and time",
            Self::Timestamp(_) => "a timestamp",
            Self::Uuid(_) => "a UUID",
            Self::Json(_) => "JSON",
            Self::Decimal(_) => "a decimal",
            Self::Duration(_) => "a duration",
            Self::Array(_) => "an array",
        }
    }
}

// Values are moved and kept by the dozen for every statement.
const _: () = assert!(size_of::<Value>() <= 32);

#[cfg(test)]
mod tests {
    use super::Value;

    #[test]
    fn a_value_has_at_most_32_bytes() {
        assert!(size_of::<Value>() <= 32, "{}", size_of::<Value>());
    }
}
