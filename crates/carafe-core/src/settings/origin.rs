//! Where the value of a setting comes from.

use std::fmt;
use std::sync::Arc;

/// Where the value of a setting comes from, weakest first.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Origin {
    /// The default that its struct declares.
    Default,
    /// What the app says where nobody else does: `App::default_setting`.
    App,
    /// A line of `carafe.toml`.
    File {
        /// The file's name.
        file: Arc<str>,
        /// The line, counted from 1.
        line: usize,
    },
    /// A line of `.env`.
    DotEnv {
        /// The line, counted from 1.
        line: usize,
        /// The variable's name.
        name: Arc<str>,
    },
    /// An environment variable of the process.
    Variable {
        /// The variable's name.
        name: Arc<str>,
    },
    /// The program itself.
    Code,
}

impl Origin {
    /// How strong it is: the same setting from a stronger source wins.
    pub(super) fn strength(&self) -> u8 {
        match self {
            Self::Default => 0,
            Self::App => 1,
            Self::File { .. } => 2,
            Self::DotEnv { .. } => 3,
            Self::Variable { .. } => 4,
            Self::Code => 5,
        }
    }

    /// The variable's name, for what comes from one.
    pub(super) fn variable(&self) -> Option<&str> {
        match self {
            Self::DotEnv { name, .. } | Self::Variable { name } => Some(name),
            _ => None,
        }
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Default => f.write_str("default"),
            Self::App => f.write_str("app default"),
            Self::File { file, line } => write!(f, "{file}:{line}"),
            Self::DotEnv { line, name } => write!(f, ".env:{line} ({name})"),
            Self::Variable { name } => write!(f, "variable {name}"),
            Self::Code => f.write_str("code"),
        }
    }
}
