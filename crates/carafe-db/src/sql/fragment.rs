//! A piece of SQL with its parameters.

use carafe_model::Value;

/// Stands for a parameter until the statement is whole: no identifier and no text of a statement
/// holds it.
pub(crate) const PARAMETER: char = '\u{1}';

/// A piece of SQL, and the parameters that stand in it, in their order.
#[derive(Clone, Debug, Default)]
pub(crate) struct Fragment {
    pub(crate) sql: String,
    pub(crate) params: Vec<Param>,
}

/// Tells the values of a question apart while its SQL is made: by where they stand in memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct ValueId(usize);

impl ValueId {
    pub(crate) fn of(value: &Value) -> Self {
        Self(std::ptr::from_ref(value).addr())
    }

    /// That of a value by its number; nothing in memory stands there.
    pub(crate) fn numbered(number: usize) -> Self {
        Self(usize::MAX - number)
    }
}

/// A parameter of a statement.
#[derive(Clone, Debug)]
pub(crate) enum Param {
    /// A value of the query: another one where the same question is asked again.
    Given(ValueId),
    /// The same whenever this question is asked.
    Fixed(Value),
}

impl Fragment {
    pub(crate) fn new(sql: impl Into<String>) -> Self {
        Self { sql: sql.into(), params: Vec::new() }
    }

    pub(crate) fn param(param: Param) -> Self {
        Self { sql: PARAMETER.to_string(), params: vec![param] }
    }

    /// A value that is the same whenever this question is asked.
    pub(crate) fn fixed(value: Value) -> Self {
        Self::param(Param::Fixed(value))
    }

    pub(crate) fn push(&mut self, sql: &str) {
        self.sql.push_str(sql);
    }

    pub(crate) fn append(&mut self, other: Fragment) {
        self.sql.push_str(&other.sql);
        self.params.extend(other.params);
    }

    /// The same between two texts.
    pub(crate) fn wrapped(self, before: &str, behind: &str) -> Self {
        Self { sql: format!("{before}{}{behind}", self.sql), params: self.params }
    }

    /// Several, with a text between.
    pub(crate) fn joined(parts: impl IntoIterator<Item = Self>, between: &str) -> Self {
        let mut all = Self::default();
        for (index, part) in parts.into_iter().enumerate() {
            if index > 0 {
                all.push(between);
            }
            all.append(part);
        }
        all
    }
}
