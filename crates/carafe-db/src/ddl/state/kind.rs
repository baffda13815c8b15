//! What kind of value a column holds.

use std::fmt::{self, Display, Formatter};

use carafe_core::{Error, Result};
use carafe_model::schema::Kind;

/// What kind of value a column holds, without borrowing from the program.
#[derive(Clone, Debug, PartialEq)]
pub enum KindState {
    /// One of the kinds that are made of no other.
    Plain(Kind),
    /// Several values of one kind.
    Array(Box<Self>),
    /// All values of one kind between two of them.
    Range(Box<Self>),
    /// A kind of somebody's own.
    Custom {
        /// Its name.
        name: String,
        /// What it is kept as where no type is named for the database.
        base: Box<Self>,
        /// The column's type by database.
        types: Vec<(String, String)>,
    },
}

impl KindState {
    /// The kind that it is kept as.
    pub fn base(&self) -> &Self {
        match self {
            Self::Custom { base, .. } => base.base(),
            kind => kind,
        }
    }

    /// The kind that it is kept as, if that is made of no other.
    pub fn plain(&self) -> Option<Kind> {
        match self.base() {
            Self::Plain(kind) => Some(*kind),
            _ => None,
        }
    }

    /// The kinds that it is made of, and itself.
    pub(crate) fn parts(&self) -> Vec<&Self> {
        match self {
            Self::Plain(_) => vec![self],
            Self::Array(of) | Self::Range(of) => [vec![self], of.parts()].concat(),
            Self::Custom { base, .. } => [vec![self], base.parts()].concat(),
        }
    }
}

impl From<Kind> for KindState {
    fn from(kind: Kind) -> Self {
        match kind {
            Kind::Array(of) => Self::Array(Box::new((*of).into())),
            Kind::Range(of) => Self::Range(Box::new((*of).into())),
            Kind::Custom(custom) => {
                let owned =
                    |(database, sql): &(&str, &str)| ((*database).to_owned(), (*sql).to_owned());
                Self::Custom {
                    name: custom.name.to_owned(),
                    base: Box::new(custom.base.into()),
                    types: custom.types.iter().map(owned).collect(),
                }
            }
            kind => Self::Plain(kind),
        }
    }
}

/// The kinds that are made of no other, by the names that they have in files.
const PLAIN: [(&str, Kind); 32] = [
    ("bool", Kind::Bool),
    ("tiny_integer", Kind::TinyInteger),
    ("small_integer", Kind::SmallInteger),
    ("integer", Kind::Integer),
    ("big_integer", Kind::BigInteger),
    ("positive_tiny_integer", Kind::PositiveTinyInteger),
    ("positive_small_integer", Kind::PositiveSmallInteger),
    ("positive_integer", Kind::PositiveInteger),
    ("positive_big_integer", Kind::PositiveBigInteger),
    ("real", Kind::Real),
    ("float", Kind::Float),
    ("decimal", Kind::Decimal),
    ("text", Kind::Text),
    ("slug", Kind::Slug),
    ("email", Kind::Email),
    ("url", Kind::Url),
    ("citext", Kind::CiText),
    ("file", Kind::File),
    ("image", Kind::Image),
    ("file_path", Kind::FilePath),
    ("ip", Kind::Ip),
    ("binary", Kind::Binary),
    ("date", Kind::Date),
    ("time", Kind::Time),
    ("date_time", Kind::DateTime),
    ("timestamp", Kind::Timestamp),
    ("duration", Kind::Duration),
    ("uuid", Kind::Uuid),
    ("json", Kind::Json),
    ("hstore", Kind::HStore),
    ("search_vector", Kind::SearchVector),
    ("key", Kind::Key),
];

/// As it is written in files: `text`, `array(text)`, `range(date)`, `vector(3)`, and a kind of
/// somebody's own by its name and what it is kept as, `money(decimal)`.
impl Display for KindState {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Plain(Kind::Vector(numbers)) => write!(f, "vector({numbers})"),
            Self::Plain(Kind::Related) => f.write_str("related"),
            Self::Plain(kind) => {
                let named = PLAIN.iter().find(|(_, known)| known == kind);
                f.write_str(named.map_or("", |(name, _)| name))
            }
            Self::Array(of) => write!(f, "array({of})"),
            Self::Range(of) => write!(f, "range({of})"),
            Self::Custom { name, base, .. } => write!(f, "{name}({base})"),
        }
    }
}

impl KindState {
    /// Reads a kind as it is written in files; the types of one of somebody's own stand elsewhere.
    ///
    /// ```
    /// use carafe_db::ddl::state::KindState;
    ///
    /// assert_eq!(KindState::parse("array(text)")?.to_string(), "array(text)");
    /// assert!(KindState::parse("txet").is_err());
    /// # Ok::<(), carafe_core::Error>(())
    /// ```
    pub fn parse(text: &str) -> Result<Self> {
        if text == "related" {
            return Ok(Self::Plain(Kind::Related));
        }
        if let Some((_, kind)) = PLAIN.iter().find(|(name, _)| *name == text) {
            return Ok(Self::Plain(*kind));
        }
        let inner = text.strip_suffix(')').and_then(|text| text.split_once('('));
        let Some((name, inner)) = inner.filter(|(name, _)| !name.is_empty()) else {
            let names = PLAIN.map(|(name, _)| name);
            let error = Error::setup(format!("there is no kind of field `{text}`"));
            return Err(match carafe_core::suggest::nearest(text, names) {
                Some(name) => error.hint(format!("did you mean `{name}`?")),
                None => error,
            });
        };
        Ok(match (name, inner.parse()) {
            ("vector", Ok(numbers)) => Self::Plain(Kind::Vector(numbers)),
            ("array", _) => Self::Array(Box::new(Self::parse(inner)?)),
            ("range", _) => Self::Range(Box::new(Self::parse(inner)?)),
            _ => Self::Custom {
                name: name.to_owned(),
                base: Box::new(Self::parse(inner)?),
                types: Vec::new(),
            },
        })
    }
}

#[cfg(test)]
mod tests {
    use super::KindState;

    #[test]
    fn what_is_written_is_read() {
        for text in ["text", "related", "array(range(date))", "vector(768)", "money(decimal)"] {
            assert_eq!(KindState::parse(text).unwrap().to_string(), text);
        }
        for (name, kind) in super::PLAIN {
            assert_eq!(KindState::Plain(kind).to_string(), name);
        }
        for text in ["", "texts", "array()", "(text)", "array(text"] {
            assert!(KindState::parse(text).is_err(), "{text}");
        }
        let error = KindState::parse("intger").unwrap_err();
        assert_eq!(error.advice(), Some("did you mean `integer`?"));
    }
}
