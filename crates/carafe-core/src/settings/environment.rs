//! The environment that a program runs in: development, test, production or one of your own.

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

use crate::{Error, Kind};

/// The environment that a program runs in; it selects a table of `carafe.toml` and how strict the
/// checks at start are.
///
/// `CARAFE_ENV` names it. Without that it is `development` in a debug build and `production` in a
/// release build, so that a forgotten variable on a server never loosens anything.
///
/// ```
/// use carafe_core::settings::Environment;
///
/// let staging: Environment = "staging".parse()?;
/// assert!(!staging.is_development());
/// assert!(staging.is_strict());
/// assert!("two words".parse::<Environment>().is_err());
/// # Ok::<(), carafe_core::Error>(())
/// ```
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Environment(Cow<'static, str>);

impl Environment {
    /// A developer's own machine.
    pub const DEVELOPMENT: Self = Self(Cow::Borrowed("development"));
    /// Automatic tests.
    pub const TEST: Self = Self(Cow::Borrowed("test"));
    /// The server that visitors reach.
    pub const PRODUCTION: Self = Self(Cow::Borrowed("production"));

    /// What this build runs in when nothing names the environment.
    pub const fn of_build() -> Self {
        if cfg!(debug_assertions) { Self::DEVELOPMENT } else { Self::PRODUCTION }
    }

    /// The name, as it stands in `[env.NAME]`.
    pub fn name(&self) -> &str {
        &self.0
    }

    /// True on a developer's machine: pages may show how the program works inside.
    pub fn is_development(&self) -> bool {
        *self == Self::DEVELOPMENT
    }

    /// True in automatic tests.
    pub fn is_test(&self) -> bool {
        *self == Self::TEST
    }

    /// True where the rules of production hold: everywhere but in development and in tests.
    ///
    /// An environment of your own (`staging`) is held to them too.
    pub fn is_strict(&self) -> bool {
        !self.is_development() && !self.is_test()
    }
}

impl FromStr for Environment {
    type Err = Error;

    fn from_str(name: &str) -> Result<Self, Error> {
        let name = name.trim().to_ascii_lowercase();
        let well_formed = name.starts_with(|c: char| c.is_ascii_lowercase())
            && name.len() <= 40
            && name
                .bytes()
                .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_' || b == b'-');
        if !well_formed {
            return Err(Error::new(Kind::Settings, format!("{name:?} cannot name an environment"))
                .hint("CARAFE_ENV is `development`, `test`, `production` or a name of your own out of letters, digits, `-` and `_`"));
        }
        Ok([Self::DEVELOPMENT, Self::TEST, Self::PRODUCTION]
            .into_iter()
            .find(|known| known.name() == name)
            .unwrap_or(Self(Cow::Owned(name))))
    }
}

impl fmt::Display for Environment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for Environment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Environment({})", self.0)
    }
}
