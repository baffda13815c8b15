//! What a database said when it refused.

use std::fmt;

use carafe_core::Error;

/// A constraint of the database that a statement would have broken. It is the cause of an error of
/// kind `Conflict`, so that a form or an API can say which field:
///
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> carafe_core::Result<()> {
/// use carafe_core::Kind;
/// use carafe_db::{Db, Violation, ViolationKind};
///
/// let db = Db::open("sqlite::memory:").await?;
/// db.execute("create table user (name text unique)", ()).await?;
/// db.execute("insert into user values (?)", ("ada",)).await?;
/// let error = db.execute("insert into user values (?)", ("ada",)).await.unwrap_err();
///
/// assert_eq!(error.kind(), Kind::Conflict);
/// let violation: &Violation = error.cause().unwrap();
/// assert_eq!(violation.kind(), ViolationKind::Unique);
/// assert_eq!((violation.table(), violation.columns()), (Some("user"), &["name".to_owned()][..]));
/// # Ok(()) }
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    kind: ViolationKind,
    constraint: Option<String>,
    table: Option<String>,
    columns: Vec<String>,
}

/// What kind of constraint it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ViolationKind {
    /// Such a row exists already.
    Unique,
    /// The row that is referred to does not exist, or is still referred to.
    ForeignKey,
    /// A condition of the table does not hold.
    Check,
    /// A value is missing.
    NotNull,
    /// The row overlaps with another one (PostgreSQL's exclusion constraints).
    Exclusion,
    /// A trigger refused.
    Trigger,
}

impl Violation {
    /// A violation of which nothing but the kind is known.
    pub fn new(kind: ViolationKind) -> Self {
        Self { kind, constraint: None, table: None, columns: Vec::new() }
    }

    /// Names the constraint.
    pub fn named(mut self, constraint: impl Into<String>) -> Self {
        self.constraint = Some(constraint.into());
        self
    }

    /// Names the table and the columns.
    pub fn on(mut self, table: impl Into<String>, columns: Vec<String>) -> Self {
        self.table = Some(table.into());
        self.columns = columns;
        self
    }

    /// What kind of constraint it is.
    pub fn kind(&self) -> ViolationKind {
        self.kind
    }

    /// The constraint's name, where the database tells it.
    pub fn constraint(&self) -> Option<&str> {
        self.constraint.as_deref()
    }

    /// The table, where the database tells it (SQLite does not for foreign keys and checks).
    pub fn table(&self) -> Option<&str> {
        self.table.as_deref()
    }

    /// The columns, where the database tells them.
    pub fn columns(&self) -> &[String] {
        &self.columns
    }
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.kind {
            ViolationKind::Unique => "such a row exists already",
            ViolationKind::ForeignKey => "a row that is referred to would be missing",
            ViolationKind::Check => "a check of the table does not hold",
            ViolationKind::NotNull => "a required value is missing",
            ViolationKind::Exclusion => "the row overlaps with another one",
            ViolationKind::Trigger => "a trigger of the table refused it",
        })?;
        if let Some(table) = &self.table {
            write!(f, ": {table} ({})", self.columns.join(", "))?;
        }
        if let Some(constraint) = &self.constraint {
            write!(f, ": {constraint}")?;
        }
        Ok(())
    }
}

impl std::error::Error for Violation {}

/// What the database said, as the cause of an error that is no [`Violation`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    message: String,
    code: Option<String>,
    transient: bool,
    passed_over: bool,
    unknown_name: bool,
}

impl Failure {
    /// The database's sentence.
    pub fn new(message: impl Into<String>) -> Self {
        Self {
            message: message.into(),
            code: None,
            transient: false,
            passed_over: false,
            unknown_name: false,
        }
    }

    /// The database's code for it.
    pub fn with_code(mut self, code: impl Into<String>) -> Self {
        self.code = Some(code.into());
        self
    }

    /// The same transaction may succeed if it is tried again.
    pub fn transient(mut self) -> Self {
        self.transient = true;
        self
    }

    /// It is not about this statement: an earlier one of the transaction has failed, and the database
    /// does nothing more in it.
    pub fn passed_over(mut self) -> Self {
        self.passed_over = true;
        self
    }

    /// The statement names a table or a column that the database has not.
    pub fn unknown_name(mut self) -> Self {
        self.unknown_name = true;
        self
    }

    /// Whether the statement names a table or a column that the database has not: a mistake in it, or a
    /// migration that is not applied.
    pub fn is_unknown_name(&self) -> bool {
        self.unknown_name
    }

    /// Whether it is about an earlier statement of the transaction.
    pub fn is_passed_over(&self) -> bool {
        self.passed_over
    }

    /// The database's code: SQLite's extended result code, SQLSTATE elsewhere.
    pub fn code(&self) -> Option<&str> {
        self.code.as_deref()
    }

    /// Whether the same transaction may succeed if it is tried again: two transactions met, and this
    /// one had to give way.
    pub fn is_transient(&self) -> bool {
        self.transient
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Failure {}

/// Whether trying the whole transaction again may help.
pub(crate) fn is_transient(error: &Error) -> bool {
    error.cause::<Failure>().is_some_and(Failure::is_transient)
}

/// A transaction that was begun as one that only reads has tried to write.
#[cfg(any(feature = "postgres", feature = "sqlite"))]
pub(crate) fn only_reads(cause: Failure) -> Error {
    Error::internal("a transaction that only reads has tried to write")
        .hint("begin it without `.read_only()`")
        .because(cause)
}

/// The text of a statement as the place of an error: on one line and not too long. Values stand
/// beside the SQL, never in it, so that none can come into a log this way.
pub(crate) fn place(sql: &str) -> String {
    const LONGEST: usize = 300;
    let mut line = String::with_capacity(sql.len().min(LONGEST));
    for word in sql.split_whitespace() {
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
        if line.len() > LONGEST {
            line.truncate(line.floor_char_boundary(LONGEST));
            line.push('…');
            break;
        }
    }
    line
}
