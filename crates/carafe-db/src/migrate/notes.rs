//! What is said of an operation and of a migration beside what they do.

/// How an operation is done, and what is known of it. It makes no difference for what the tables are.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Notes {
    /// It keeps nobody waiting for long who uses the table: an index is built CONCURRENTLY, what must hold for
    /// rows is first held for new ones, rows are filled bit by bit. It cannot be part of a transaction then.
    pub online: bool,
    /// Why it does no harm, though it looks so.
    pub safe: Option<String>,
}

/// When a migration is applied, and what is known of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rollout {
    /// It takes away what the version of the program needs that ran before: it is applied when no server runs that
    /// any more, and left out by `migrate --before-deploy`.
    pub after_deploy: bool,
    /// Why it does no harm, though it looks so.
    pub safe: Option<String>,
}
