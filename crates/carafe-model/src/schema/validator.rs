//! What a value must be, as data.

use super::Literal;
use crate::{Invalid, Value};

/// What a value must be, beyond its kind.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub enum Validator {
    /// At least this.
    Min(Literal),
    /// At most this.
    Max(Literal),
    /// At least so many characters, or bytes.
    MinLength(u32),
    /// A whole number of these steps.
    Step(Literal),
    /// Without the character NUL, which PostgreSQL refuses.
    NoNul,
    /// Whatever the function demands.
    Custom(fn(&Value) -> Result<(), Invalid>),
}
