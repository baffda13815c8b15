//! What kind of value a column holds.

use carafe_model::schema::Kind;

/// What kind of value a column holds, without borrowing from the program.
#[derive(Clone, Debug, PartialEq)]
pub enum KindState {
    /// One of the kinds that there are.
    Plain(Kind),
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
    pub fn base(&self) -> Kind {
        match self {
            Self::Plain(kind) => *kind,
            Self::Custom { base, .. } => base.base(),
        }
    }
}

impl From<Kind> for KindState {
    fn from(kind: Kind) -> Self {
        let Kind::Custom(custom) = kind else { return Self::Plain(kind) };
        let owned = |(database, sql): &(&str, &str)| ((*database).to_owned(), (*sql).to_owned());
        Self::Custom {
            name: custom.name.to_owned(),
            base: Box::new(custom.base.into()),
            types: custom.types.iter().map(owned).collect(),
        }
    }
}
