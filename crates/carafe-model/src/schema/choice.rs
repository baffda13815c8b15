//! The values that a field knows.

use super::Literal;

/// A value that a field knows, with what people call it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Choice {
    /// What stands in the column.
    pub value: Literal,
    /// What people see.
    pub label: &'static str,
    /// The heading under which people see it.
    pub group: Option<&'static str>,
}
