//! How a transaction is begun, and what a connection is lent for.

/// What a connection is lent for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Purpose {
    /// One transaction, begun so.
    Transaction(Begin),
    /// A while, in which statements stand alone unless a [`Step`](super::Step) has begun a transaction. What they
    /// set MUST NOT be met by the next one: the connection is closed afterwards, or set back.
    Session,
    /// A [`Session`](Self::Session) that changes tables: what runs there takes as long as it takes, whatever the
    /// settings say of statements.
    Maintenance,
}

/// How a transaction is begun. What a database cannot do it does better: SQLite, where all
/// transactions are serializable, takes any [`Isolation`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Begin {
    /// What it sees of others; `None` is what the database does by itself.
    pub isolation: Option<Isolation>,
    /// It writes nothing, and the database MUST refuse it where it tries.
    pub read_only: bool,
    /// It may wait at its beginning, so that it meets no other afterwards.
    pub deferrable: bool,
}

/// What a transaction sees of others that run at the same time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Isolation {
    /// Even what others have not committed yet. PostgreSQL and SQLite do not go so far.
    ReadUncommitted,
    /// Each statement sees what was committed before it; PostgreSQL's default.
    ReadCommitted,
    /// All statements see what was committed before the first one; MySQL's default.
    RepeatableRead,
    /// As if transactions ran one after the other. Two that meet: one has to give way, for which
    /// [`atomic_retry`](crate::Db::atomic_retry) is there. SQLite's default.
    Serializable,
}

impl Begin {
    /// Only reads.
    pub fn reading() -> Self {
        Self { read_only: true, ..Self::default() }
    }
}

impl Isolation {
    /// Its name in the SQL standard: `READ COMMITTED`.
    pub fn sql(self) -> &'static str {
        match self {
            Self::ReadUncommitted => "READ UNCOMMITTED",
            Self::ReadCommitted => "READ COMMITTED",
            Self::RepeatableRead => "REPEATABLE READ",
            Self::Serializable => "SERIALIZABLE",
        }
    }
}
