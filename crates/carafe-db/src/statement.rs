//! What a statement is, and who takes its rows.

use std::any::Any;
use std::borrow::Cow;
use std::fmt;
use std::future::Future;
use std::panic::Location;
use std::pin::Pin;
use std::sync::Arc;

use carafe_core::Result;
use carafe_model::{Columns, Reader};

use crate::error;

/// A future that is boxed, so that the trait that returns it can be a trait object.
pub type BoxFuture<'f, T> = Pin<Box<dyn Future<Output = T> + Send + 'f>>;

/// Takes the rows of one statement.
///
/// It is owned, not borrowed, since some drivers read rows on a thread of their own and a borrow
/// could not cross to it; it comes back in [`Fetched`] with what it took.
pub trait Sink: Any + Send {
    /// Tells the columns, before the first row, and where there is none too. It MUST begin anew if
    /// it is called again: a driver may run a statement that only reads twice.
    fn start(&mut self, columns: &dyn Columns) -> Result<()>;

    /// Takes one row.
    fn row(&mut self, reader: &mut dyn Reader) -> Result<()>;

    /// Whether it wants another row; a driver leaves the rest unread where it does not.
    fn wants_more(&self) -> bool {
        true
    }
}

/// What a statement gave.
pub struct Fetched {
    /// The sink with the rows.
    pub sink: Box<dyn Sink>,
    /// How many rows it changed.
    pub changed: u64,
    /// The key of the row that it inserted last, where the database tells it that way.
    pub last_id: Option<i64>,
}

/// The text of a statement. It is cheap to clone, and prepared once a connection.
#[derive(Clone)]
pub struct Statement {
    sql: Text,
    access: Access,
    caller: Option<&'static Location<'static>>,
}

#[derive(Clone)]
enum Text {
    Static(&'static str),
    Shared(Arc<str>),
}

/// What a statement does, as far as its maker knows: where it may run depends on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// It only reads and takes no locks.
    Read,
    /// It writes, or takes locks.
    Write,
    /// Somebody wrote the SQL by hand: the driver finds out.
    Raw,
}

impl Statement {
    /// A statement of which is known what it does.
    pub fn new(sql: impl Into<Cow<'static, str>>, access: Access) -> Self {
        let sql = match sql.into() {
            Cow::Borrowed(sql) => Text::Static(sql),
            Cow::Owned(sql) => Text::Shared(sql.into()),
        };
        Self { sql, access, caller: None }
    }

    /// A statement that somebody wrote by hand.
    pub fn raw(sql: impl Into<Cow<'static, str>>) -> Self {
        Self::new(sql, Access::Raw)
    }

    /// The same statement, asked by this line of the program.
    pub fn called_from(mut self, caller: &'static Location<'static>) -> Self {
        self.caller = Some(caller);
        self
    }

    /// The line of the program that asks, where that is known.
    pub fn caller(&self) -> Option<&'static Location<'static>> {
        self.caller
    }

    /// The same statement, of which is known that it only reads and takes no locks.
    pub fn only_reads(mut self) -> Self {
        self.access = Access::Read;
        self
    }

    /// Its text.
    pub fn sql(&self) -> &str {
        match &self.sql {
            Text::Static(sql) => sql,
            Text::Shared(sql) => sql,
        }
    }

    /// What it does.
    pub fn access(&self) -> Access {
        self.access
    }
}

/// Its text on one line and not too long, with the line that asks; no values.
impl fmt::Display for Statement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&error::place(self.sql()))?;
        match self.caller {
            Some(caller) => write!(f, " ({}:{})", caller.file(), caller.line()),
            None => Ok(()),
        }
    }
}

impl fmt::Debug for Statement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Statement").field(&self.sql()).finish()
    }
}

impl fmt::Debug for Fetched {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Fetched")
            .field("changed", &self.changed)
            .field("last_id", &self.last_id)
            .finish_non_exhaustive()
    }
}
