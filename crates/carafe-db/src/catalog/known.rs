//! What columns hold, by their types.

use carafe_model::schema::Kind;

use crate::ddl::state::KindState;

/// The digits of a `Decimal` for which nobody says any.
pub(crate) const DIGITS: (u8, u8) = (28, 10);

/// What a column holds.
#[derive(Clone, Debug, PartialEq)]
pub struct Known {
    /// The kind.
    pub kind: KindState,
    /// The kind where the database checks what columns of that kind are checked for.
    pub checked: Option<Kind>,
    /// The most characters.
    pub max_length: Option<u32>,
    /// The digits of a decimal: all, and those behind the point.
    pub digits: Option<(u8, u8)>,
    /// Whether a column of that kind gets that type again.
    pub exact: bool,
    /// What else it may be.
    pub note: Option<&'static str>,
}

impl Known {
    /// A column of a kind.
    ///
    /// ```
    /// use carafe_db::catalog::Known;
    /// use carafe_model::schema::Kind;
    ///
    /// let known = Known::of(Kind::Text).at_most(20).roughly();
    /// assert_eq!((known.max_length, known.exact), (Some(20), false));
    /// ```
    pub fn of(kind: Kind) -> Self {
        Self {
            kind: KindState::Plain(kind),
            checked: None,
            max_length: None,
            digits: None,
            exact: true,
            note: None,
        }
    }

    /// The same of a type that is like the usual one, and not the same.
    pub fn roughly(self) -> Self {
        Self { exact: false, ..self }
    }

    /// The same of so many characters at most.
    pub fn at_most(self, max_length: u32) -> Self {
        Self { max_length: Some(max_length), ..self }
    }

    /// The same, which may be something else.
    pub fn note(self, note: &'static str) -> Self {
        Self { note: Some(note), ..self }
    }

    /// The same, which is that kind where the database checks what columns of it are checked for.
    pub fn checked(self, kind: Kind) -> Self {
        Self { checked: Some(kind), ..self }
    }

    /// A decimal with the digits that stand in the parentheses of its type, or those that a `Decimal` has
    /// where nobody says.
    pub fn decimal(inner: Option<&str>) -> Self {
        let own = Self { digits: Some(DIGITS), ..Self::of(Kind::Decimal) };
        let Some(inner) = inner else { return own };
        let (all, places) = inner.split_once(',').unwrap_or((inner, "0"));
        match (all.trim().parse(), places.trim().parse()) {
            (Ok(all), Ok(places)) if places <= all => Self { digits: Some((all, places)), ..own },
            _ => own.roughly(),
        }
    }
}

/// A type in its parts: `decimal(6,2) unsigned` is `decimal unsigned` and `6,2`.
pub(super) fn parts(ty: &str) -> (String, Option<&str>) {
    let inner = ty.split_once('(').and_then(|(before, rest)| {
        let (inner, after) = rest.split_once(')')?;
        Some((before, inner, after))
    });
    match inner {
        Some((before, inner, after)) => {
            let after = after.trim();
            let space = if after.is_empty() { "" } else { " " };
            (format!("{}{space}{after}", before.trim_end()).to_lowercase(), Some(inner))
        }
        None => (ty.to_lowercase(), None),
    }
}
