//! What only a person knows about a change.

use carafe_core::Result;

use crate::ddl::state::{ExpressionState, FieldState, TableState};

/// Answers what cannot be seen from the models: whether something was renamed, and what rows hold that
/// are there already.
pub trait Ask {
    /// Whether the table that is gone is the one that is new.
    fn renamed_table(&mut self, from: &TableState, to: &TableState) -> Result<bool>;

    /// Whether the field that is gone is the one that is new.
    fn renamed_field(&mut self, table: &str, from: &FieldState, to: &FieldState) -> Result<bool>;

    /// What rows hold in a field that needs a value, if they need one.
    fn fill(
        &mut self,
        table: &str,
        field: &FieldState,
        why: Why,
    ) -> Result<Option<ExpressionState>>;
}

/// Why rows need a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    /// The field is new.
    Added,
    /// NULL is not allowed any more.
    NotNull,
}
