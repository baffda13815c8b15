//! The language in which tables are made.

mod alter;
mod create;
mod exclusion;
mod expression;
mod hazards;
mod lack;
mod mirror;
#[cfg(any(test, feature = "mysql"))]
mod mysql;
#[cfg(any(test, feature = "postgres"))]
mod postgres;
mod resolve;
#[cfg(any(test, feature = "sqlite"))]
mod sqlite;
pub mod state;
mod table;

#[cfg(test)]
mod tests;

pub(crate) use alter::{Change, Fill, Pace, Renamed, Step, alter};
pub(crate) use create::{create, drop};
pub use hazards::{Hazard, Hazards};
pub(crate) use lack::lacks;
pub use mirror::Mirrored;
#[cfg(any(test, feature = "mysql"))]
pub(crate) use mysql::{MARIADB, MYSQL, statements};
#[cfg(any(test, feature = "postgres"))]
pub(crate) use postgres::POSTGRES;
pub(crate) use resolve::{columns as columns_of, key_columns, table as tables_of, tables};
#[cfg(any(test, feature = "sqlite"))]
pub(crate) use sqlite::SQLITE;
pub use table::ColumnType;
pub(crate) use table::{Column, Table};

use std::fmt::Debug;
use std::time::Duration;

use carafe_core::{Error, Result};
use carafe_model::schema::Kind;

use self::state::{ExpressionState, KindState, LiteralState};

/// How a database is told to make tables.
pub trait Ddl: Debug + Send + Sync {
    /// What it can do.
    fn features(&self) -> &'static DdlFeatures;

    /// An identifier.
    fn quote(&self, name: &str) -> String {
        format!("\"{}\"", name.replace('"', "\"\""))
    }

    /// The type of a column of a kind that is made of no other.
    fn column_type(&self, kind: Kind, ty: &ColumnType) -> Result<String>;

    /// The type of several values of a type.
    fn array_type(&self, _: &str) -> Result<String> {
        Err(self.lacks("arrays").hint("make it a model of its own, or JSON: `JsonField<Vec<T>>`"))
    }

    /// The type of all values between two of that kind.
    fn range_type(&self, _: &KindState) -> Result<String> {
        Err(self.lacks("ranges").hint("make it two fields"))
    }

    /// The type of a column that the database counts.
    fn counted_type(&self, kind: Kind, ty: &ColumnType) -> Result<String> {
        self.column_type(kind, ty)
    }

    /// What a kind needs, as a name for [`bring`](Self::bring).
    fn extension(&self, _: Kind) -> Option<&'static str> {
        None
    }

    /// Brings an extension, if it is not there.
    fn bring(&self, extension: &str) -> String {
        format!("CREATE EXTENSION IF NOT EXISTS {}", self.quote(extension))
    }

    /// What must hold for the values of such a column, by its quoted name.
    fn column_check(&self, kind: Kind, column: &str) -> Option<String>;

    /// An error: it has no type for that kind.
    fn no_type(&self, kind: Kind) -> Error {
        self.lacks(&format!("type for a column of the kind {kind:?}"))
    }

    /// A text as a literal.
    fn text(&self, text: &str) -> Result<String>;

    /// Yes or no as a literal.
    fn bool(&self, value: bool) -> &'static str {
        if value { "1" } else { "0" }
    }

    /// The time at which a statement runs, for a column of that kind.
    fn now(&self, of: Option<Kind>) -> String;

    /// How many characters a text has.
    fn length(&self, text: &str) -> String {
        format!("LENGTH({text})")
    }

    /// Two texts as one.
    fn concatenated(&self, left: &str, right: &str) -> String {
        format!("({left} || {right})")
    }

    /// Lists the names of unique constraints that cover exactly one column and were given no name, and
    /// of what checks that column by itself.
    fn unnamed(&self, table: &str, column: &str, what: Unnamed) -> Result<String>;

    /// Whether a column of a type becomes one of another without being written anew.
    fn becomes(&self, _from: &str, _to: &str) -> bool {
        false
    }

    /// A value as one of another type.
    fn cast(&self, value: &str, ty: &str) -> String {
        format!("CAST({value} AS {ty})")
    }

    /// Asks whether an index is whole, of which a part may be there since an attempt to build it failed; nothing
    /// where there is none.
    fn is_built(&self, _: &str) -> Result<String> {
        Err(self.lacks("indexes that are built beside those who write"))
    }

    /// Keeps a column in step with others of its row, whoever writes it.
    fn mirror(&self, _: &Mirrored<'_>) -> Result<Vec<String>> {
        Err(self
            .lacks("mirrors")
            .hint("let the program write both fields for as long as both are there"))
    }

    /// Keeps it in step no longer.
    fn mirror_away(&self, own: &Mirrored<'_>) -> Result<Vec<String>> {
        self.mirror(own)
    }

    /// Lets what comes on a connection take as long as it takes, and wait no longer than that for a lock.
    fn patience(&self, _lock: Option<Duration>, _: Lasts) -> Vec<String> {
        Vec::new()
    }

    /// The parts of a script that last one by one: all of it is one where it is undone together.
    fn statements<'s>(&self, script: &'s str) -> Vec<&'s str> {
        vec![script.trim()]
    }

    /// What is dropped together, so that the order does not matter.
    fn drop_tables(&self, names: &[String]) -> Vec<String>;

    /// An error: the database cannot do that.
    fn lacks(&self, what: &str) -> Error {
        Error::setup(format!("{} has no {what}", self.features().title))
    }
}

/// What a database can do with tables.
#[derive(Debug)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is something that a database has or has not"
)]
pub struct DdlFeatures {
    /// The name by which kinds of somebody's own name their types: `postgres`.
    pub name: &'static str,
    /// Its name for people: `PostgreSQL`.
    pub title: &'static str,
    /// The name of the database whose SQL it takes where there is none for it alone.
    pub like: Option<&'static str>,
    /// Lists the names of all tables and views.
    pub list_tables: &'static str,
    /// What makes a column one that the database counts, behind all else.
    pub counted: &'static str,
    /// Foreign keys stand in the table from the beginning, and may refer to tables that are made later.
    pub inline_foreign_keys: bool,
    /// What lets a foreign key be checked at the end of the transaction.
    pub deferrable: &'static str,
    /// `ON DELETE SET DEFAULT`.
    pub set_default: bool,
    /// A foreign key brings its own index.
    pub foreign_keys_are_indexed: bool,
    /// Combinations that exist once are indexes rather than parts of the table, so that they can be
    /// taken away again.
    pub uniques_are_indexes: bool,
    /// `UNIQUE (…) DEFERRABLE`.
    pub deferred_uniques: bool,
    /// `CREATE INDEX … WHERE`.
    pub partial_indexes: bool,
    /// `CREATE INDEX … ((lower(name)))`.
    pub expression_indexes: bool,
    /// `CREATE INDEX … INCLUDE`.
    pub covering_indexes: bool,
    /// `NULLS NOT DISTINCT`.
    pub nulls_not_distinct: bool,
    /// `CREATE INDEX … USING`, and operator classes.
    pub index_methods: bool,
    /// A text that is looked up wants a second index, for its beginning.
    pub like_indexes: bool,
    /// Long texts and bytes cannot be indexed as a whole, and so not be unique.
    pub whole_text_indexes: bool,
    /// `EXCLUDE`.
    pub exclusions: bool,
    /// `to_tsvector` and `setweight`.
    pub text_search: bool,
    /// Where comments stand.
    pub comments: Comments,
    /// How a table is changed.
    pub alters: Alters,
    /// How a table is changed without keeping those waiting who use it.
    pub online: Online,
    /// Whether what is done to tables is undone with its transaction.
    pub transactional: bool,
    /// What is said before tables are changed, to the connection.
    pub before_changes: &'static [&'static str],
    /// The codes of errors that say that a change of a table was made before, and behind a space what their
    /// message says then, where the code says too little.
    pub done_already: &'static [&'static str],
    /// What changes of a table do to those who use it meanwhile, where several do.
    pub hazards: Option<&'static Hazards>,
    /// Asks for the number by which the server knows a connection.
    pub own_session: Option<&'static str>,
    /// Lists who holds what the connection of that number waits for, for people.
    pub lock_holders: Option<&'static str>,
    /// The codes of errors that say that a lock was not to be had in time.
    pub lock_refused: &'static [&'static str],
    /// A check that stands behind a column is one of the table, and to describe the column again adds another.
    pub column_checks_apart: bool,
    /// What a check is about gets another name only where there is no check.
    pub checks_hold_names: bool,
    /// Finds rows that refer to nothing, where foreign keys were not looked at.
    pub broken_references: Option<&'static str>,
    /// `GENERATED ALWAYS AS (…) VIRTUAL`.
    pub virtual_columns: bool,
    /// A default that is no literal stands for texts too only in parentheses.
    pub text_defaults_in_parentheses: bool,
}

/// A constraint that nobody gave a name: the database made one up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unnamed {
    /// Each value of a column stands in one row at most.
    Unique,
    /// What must hold for the values of a column.
    Check,
    /// The primary key.
    Key,
}

/// How long something holds that is set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lasts {
    /// As long as the connection.
    Connection,
    /// As long as the transaction.
    Transaction,
}

/// How a table is changed without keeping those waiting who use it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Online {
    /// It is changed as ever: nobody else uses it, or all wait anyway.
    Needless,
    /// `CREATE INDEX CONCURRENTLY`, `NOT VALID`, `VALIDATE CONSTRAINT`.
    Concurrently,
    /// By words behind a statement about an index, which is refused where the database would lock.
    Asked(&'static str),
}

/// How a table is changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Alters {
    /// It is made anew, and what is in it copied.
    Anew,
    /// A column is changed bit by bit: `ALTER COLUMN … TYPE`, `… SET NOT NULL`.
    ByParts,
    /// A column is described again as a whole: `MODIFY COLUMN`.
    Whole,
}

/// Where the comments of tables and columns stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Comments {
    /// Nowhere: the database has none.
    Nowhere,
    /// In the description of the table.
    Inline,
    /// In statements of their own.
    Statements,
}

/// A literal of that database.
pub(crate) fn literal(ddl: &dyn Ddl, literal: &LiteralState) -> Result<String> {
    Ok(match literal {
        LiteralState::Null => "NULL".to_owned(),
        LiteralState::Bool(value) => ddl.bool(*value).to_owned(),
        LiteralState::I64(number) => number.to_string(),
        LiteralState::F64(number) if number.is_finite() => format!("{number:?}"),
        LiteralState::F64(_) => return Err(ddl.lacks("literal of a number that is not finite")),
        LiteralState::Text(text) => ddl.text(text)?,
    })
}

/// A text as the standard writes it: nothing is special but the quote.
fn standard_text(text: &str) -> Result<String> {
    if text.contains('\0') {
        return Err(Error::setup("a text in the description of a table holds NUL"));
    }
    Ok(format!("'{}'", text.replace('\'', "''")))
}

/// The type of a column, of whatever kind.
pub(crate) fn column_type(ddl: &dyn Ddl, ty: &ColumnType) -> Result<String> {
    kind_type(ddl, &ty.kind, ty)
}

fn kind_type(ddl: &dyn Ddl, kind: &KindState, ty: &ColumnType) -> Result<String> {
    // What is said of the field counts its values; each of them may be as long as it likes.
    let each = || ColumnType { max_length: None, ..ty.clone() };
    match kind {
        KindState::Plain(kind) => ddl.column_type(*kind, ty),
        KindState::Array(of) => ddl.array_type(&kind_type(ddl, of, &each())?),
        KindState::Range(of) => ddl.range_type(of),
        KindState::Custom { base, types, .. } => {
            let own = types.iter().find(|(database, _)| database == ddl.features().name);
            own.map_or_else(|| kind_type(ddl, base, ty), |(_, sql)| Ok(sql.clone()))
        }
    }
}

/// The number in `varchar(50)` and the like.
#[cfg(any(test, feature = "mysql", feature = "postgres"))]
fn length_of(ty: &str) -> Option<u32> {
    ty.strip_prefix("varchar(")?.strip_suffix(')')?.parse().ok()
}

/// What must hold for an integer that is never negative.
fn positive(kind: Kind, column: &str) -> Option<String> {
    matches!(kind.range(), Some((0, _))).then(|| format!("{column} >= 0"))
}

/// Whether a default is a value that stands for itself.
fn is_literal(expression: &ExpressionState) -> bool {
    matches!(expression, ExpressionState::Literal(_))
}
