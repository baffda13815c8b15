//! What kind of value a column holds.

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
