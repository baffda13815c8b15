//! What kind of value a field holds.

use crate::{Reader, Result, Value};

/// What kind of value a field holds, whatever the database calls it.
///
/// Lengths, digits and choices stand in the [`FieldSchema`](super::FieldSchema).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Kind {
    /// Yes or no.
    Bool,
    /// An integer of 8 bits with a sign; databases have 16.
    TinyInteger,
    /// An integer of 16 bits.
    SmallInteger,
    /// An integer of 32 bits.
    Integer,
    /// An integer of 64 bits.
    BigInteger,
    /// 0 to 255.
    PositiveTinyInteger,
    /// 0 to 65,535.
    PositiveSmallInteger,
    /// 0 to 4,294,967,295.
    PositiveInteger,
    /// 0 to the largest `i64`.
    PositiveBigInteger,
    /// A floating-point number of 32 bits.
    Real,
    /// A floating-point number of 64 bits.
    Float,
    /// A decimal with a fixed number of digits.
    Decimal,
    /// Text, of limited length if `max_length` says so.
    Text,
    /// Letters, digits, hyphens and underscores.
    Slug,
    /// An e-mail address.
    Email,
    /// An absolute address of the web.
    Url,
    /// Text that is the same in capitals.
    CiText,
    /// A file that was stored, by its name.
    File,
    /// An image that was stored, by its name.
    Image,
    /// A file of the server, by its path.
    FilePath,
    /// An IP address of version 4 or 6.
    Ip,
    /// Bytes.
    Binary,
    /// A date.
    Date,
    /// A time of day.
    Time,
    /// A date and time without a zone.
    DateTime,
    /// An instant.
    Timestamp,
    /// A length of time, in microseconds.
    Duration,
    /// A UUID.
    Uuid,
    /// A JSON document.
    Json,
    /// Several values of one kind.
    Array(&'static Self),
    /// All values of one kind between two of them.
    Range(&'static Self),
    /// Texts by name.
    HStore,
    /// The words of a text.
    SearchVector,
    /// So many numbers: an embedding.
    Vector(u32),
    /// The key of another row: its columns are those of the other model's key.
    Key,
    /// No column: many-to-many, or the other side of a relation.
    Related,
    /// A kind of somebody's own.
    Custom(&'static CustomKind),
}

/// A kind of somebody's own: it is kept, sent and checked as its base.
#[derive(Debug, PartialEq, Eq)]
pub struct CustomKind {
    /// Its name: `"geometry"`.
    pub name: &'static str,
    /// What it is kept as where no type is named for the database.
    pub base: Kind,
    /// The column's type by database: `("postgres", "geometry(Point)")`.
    pub types: &'static [(&'static str, &'static str)],
}

impl Kind {
    /// The kind that it is kept as.
    pub const fn base(self) -> Self {
        match self {
            Self::Custom(custom) => custom.base.base(),
            kind => kind,
        }
    }

    /// The value of that kind that stands in a column, as a field of the kind would send it.
    pub fn read(self, reader: &mut dyn Reader, column: usize) -> Result<Value> {
        if reader.is_null(column)? {
            return Ok(Value::Null);
        }
        let base = self.base();
        Ok(match base {
            Self::Bool => Value::Bool(reader.bool(column)?),
            Self::Duration => Value::Duration(reader.duration(column)?),
            Self::Real | Self::Float => Value::F64(reader.f64(column)?),
            Self::Decimal => Value::Decimal(reader.decimal(column)?),
            Self::Ip => Value::Text(reader.ip(column)?.to_string()),
            Self::Array(_) => Value::Array(reader.array(column)?),
            Self::Binary => Value::Bytes(reader.byte_vec(column)?),
            Self::Date => Value::Date(reader.date(column)?),
            Self::Time => Value::Time(reader.time(column)?),
            Self::DateTime => Value::DateTime(reader.date_time(column)?),
            Self::Timestamp => Value::Timestamp(reader.timestamp(column)?),
            Self::Uuid => Value::Uuid(reader.uuid(column)?),
            Self::Json => Value::Json(reader.json(column)?.to_owned()),
            kind if kind.range().is_some() => Value::I64(reader.i64(column)?),
            kind if kind.is_text() => Value::Text(reader.string(column)?),
            _ => reader.value(column)?,
        })
    }

    /// Whether it is kept as text.
    pub const fn is_text(self) -> bool {
        matches!(
            self.base(),
            Self::Text
                | Self::Slug
                | Self::Email
                | Self::Url
                | Self::CiText
                | Self::File
                | Self::Image
                | Self::FilePath
        )
    }

    /// Whether every database has it, or keeps it as something that it has. A database that lacks
    /// another kind says so when the table is made.
    ///
    /// ```
    /// use carafe_model::schema::Kind;
    /// assert!(Kind::Uuid.is_portable());
    /// assert!(!Kind::Array(&Kind::Uuid).is_portable());
    /// ```
    pub const fn is_portable(self) -> bool {
        !matches!(
            self.base(),
            Self::CiText
                | Self::Array(_)
                | Self::Range(_)
                | Self::HStore
                | Self::SearchVector
                | Self::Vector(_)
        )
    }

    /// The extension of PostgreSQL that brings it.
    ///
    /// ```
    /// use carafe_model::schema::Kind;
    /// assert_eq!(Kind::Array(&Kind::CiText).extension(), Some("citext"));
    /// ```
    pub const fn extension(self) -> Option<&'static str> {
        match self.base() {
            Self::CiText => Some("citext"),
            Self::HStore => Some("hstore"),
            Self::Vector(_) => Some("vector"),
            Self::Array(of) => of.extension(),
            _ => None,
        }
    }

    /// The smallest and the largest, for an integer.
    pub const fn range(self) -> Option<(i64, i64)> {
        Some(match self.base() {
            Self::TinyInteger => (i8::MIN as i64, i8::MAX as i64),
            Self::SmallInteger => (i16::MIN as i64, i16::MAX as i64),
            Self::Integer => (i32::MIN as i64, i32::MAX as i64),
            Self::BigInteger => (i64::MIN, i64::MAX),
            Self::PositiveTinyInteger => (0, u8::MAX as i64),
            Self::PositiveSmallInteger => (0, u16::MAX as i64),
            Self::PositiveInteger => (0, u32::MAX as i64),
            Self::PositiveBigInteger => (0, i64::MAX),
            _ => return None,
        })
    }
}
