//! What holds for the rows of a table, and what is looked up fast.

use super::Expression;

/// A combination that exists once.
#[derive(Clone, Copy, Debug)]
pub struct Unique {
    /// The constraint's name; one is made up where there is none.
    pub name: Option<&'static str>,
    /// The fields, or expressions.
    pub parts: &'static [Term],
    /// It holds among rows for which this is true.
    pub condition: Option<Expression>,
    /// Fields that the index holds beside.
    pub include: &'static [&'static str],
    /// Whether two NULLs are the same.
    pub nulls_equal: bool,
    /// Whether it is checked at the end of the transaction.
    pub deferred: bool,
    /// What people are told.
    pub message: Option<&'static str>,
    /// What programs are told.
    pub code: Option<&'static str>,
}

impl Unique {
    /// These parts, and nothing more to say.
    pub const fn of(parts: &'static [Term]) -> Self {
        Self {
            name: None,
            parts,
            condition: None,
            include: &[],
            nulls_equal: false,
            deferred: false,
            message: None,
            code: None,
        }
    }
}

/// A condition that holds for each row.
#[derive(Clone, Copy, Debug)]
pub struct Check {
    /// The constraint's name.
    pub name: &'static str,
    /// What must not be false.
    pub condition: Expression,
    /// What people are told.
    pub message: Option<&'static str>,
    /// What programs are told.
    pub code: Option<&'static str>,
}

impl Check {
    /// This condition, and nothing more to say.
    pub const fn of(name: &'static str, condition: Expression) -> Self {
        Self { name, condition, message: None, code: None }
    }
}

/// No two rows for which all of these operators hold: no two bookings of one room at the same time.
/// PostgreSQL has these.
#[derive(Clone, Copy, Debug)]
pub struct Exclusion {
    /// The constraint's name.
    pub name: &'static str,
    /// What is compared, and by which operator: `"="`, `"&&"`.
    pub parts: &'static [(Term, &'static str)],
    /// It holds among rows for which this is true.
    pub condition: Option<Expression>,
    /// The method of its index; `"gist"` where nothing is said.
    pub method: Option<&'static str>,
    /// Whether it is checked at the end of the transaction.
    pub deferred: bool,
    /// What people are told.
    pub message: Option<&'static str>,
    /// What programs are told.
    pub code: Option<&'static str>,
}

impl Exclusion {
    /// These parts, and nothing more to say.
    pub const fn of(name: &'static str, parts: &'static [(Term, &'static str)]) -> Self {
        Self {
            name,
            parts,
            condition: None,
            method: None,
            deferred: false,
            message: None,
            code: None,
        }
    }
}

/// An index.
#[derive(Clone, Copy, Debug)]
pub struct Index {
    /// Its name; one is made up where there is none.
    pub name: Option<&'static str>,
    /// What it sorts by.
    pub parts: &'static [Term],
    /// It holds the rows for which this is true.
    pub condition: Option<Expression>,
    /// Fields that it holds beside.
    pub include: &'static [&'static str],
    /// The method: `"gin"`.
    pub method: Option<&'static str>,
}

impl Index {
    /// These parts, and nothing more to say.
    pub const fn of(parts: &'static [Term]) -> Self {
        Self { name: None, parts, condition: None, include: &[], method: None }
    }
}

/// One part of an index, a unique constraint or an ordering.
#[derive(Clone, Copy, Debug)]
pub struct Term {
    /// What is compared.
    pub expression: Expression,
    /// From the largest to the smallest.
    pub descending: bool,
    /// The operator class: `"varchar_pattern_ops"`.
    pub class: Option<&'static str>,
}
