//! What holds for the rows of a table, and what is looked up fast.

use super::ExpressionState;

/// A combination that exists once.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct UniqueState {
    /// Its name; one is made up where there is none.
    pub name: Option<String>,
    /// The fields, or expressions.
    pub parts: Vec<TermState>,
    /// It holds among rows for which this is true.
    pub condition: Option<ExpressionState>,
    /// Fields that the index holds beside.
    pub include: Vec<String>,
    /// Whether two NULLs are the same.
    pub nulls_equal: bool,
    /// Whether it is checked at the end of the transaction.
    pub deferred: bool,
}

/// A condition that holds for each row.
#[derive(Clone, Debug, PartialEq)]
pub struct CheckState {
    /// Its name.
    pub name: String,
    /// What must not be false.
    pub condition: ExpressionState,
}

/// Combinations that exclude each other.
#[derive(Clone, Debug, PartialEq)]
pub struct ExclusionState {
    /// Its name.
    pub name: String,
    /// What is compared, and by which operator.
    pub parts: Vec<(TermState, String)>,
    /// It holds among rows for which this is true.
    pub condition: Option<ExpressionState>,
    /// The method of its index.
    pub method: Option<String>,
    /// Whether it is checked at the end of the transaction.
    pub deferred: bool,
}

/// An index.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct IndexState {
    /// Its name; one is made up where there is none.
    pub name: Option<String>,
    /// What it sorts by.
    pub parts: Vec<TermState>,
    /// It holds the rows for which this is true.
    pub condition: Option<ExpressionState>,
    /// Fields that it holds beside.
    pub include: Vec<String>,
    /// The method: `"gin"`.
    pub method: Option<String>,
}

/// One part of an index or a unique constraint.
#[derive(Clone, Debug, PartialEq)]
pub struct TermState {
    /// What is compared.
    pub expression: ExpressionState,
    /// From the largest to the smallest.
    pub descending: bool,
    /// The operator class: `"varchar_pattern_ops"`.
    pub class: Option<String>,
}
