//! What is done.

use crate::database::Database;

#[derive(Debug, PartialEq, Eq, Hash)]
pub(crate) struct Work {
    pub(crate) name: &'static str,
    pub(crate) title: &'static str,
    pub(crate) how: How,
}

#[derive(Debug, PartialEq, Eq, Hash, Clone, Copy)]
pub(crate) enum How {
    /// By as many tasks as are asked for.
    Together,
    /// By one task, since it is large.
    Alone,
}

pub(crate) const WORKS: &[Work] = &[
    Work { name: "row", title: "one row by its key", how: How::Together },
    Work { name: "queries", title: "20 rows by 20 queries", how: How::Together },
    Work { name: "fortunes", title: "fortunes: all 12 rows of a table", how: How::Together },
    Work { name: "insert", title: "insert of one row", how: How::Together },
    Work { name: "bulk", title: "insert of 10,000 rows, in bulk", how: How::Alone },
    Work { name: "updates", title: "20 reads, 20 writes of one row", how: How::Together },
    Work { name: "bulk-updates", title: "20 reads, 20 rows written in bulk", how: How::Together },
    Work { name: "join", title: "100 posts, each with its author, by a join", how: How::Together },
    Work { name: "prefetch", title: "100 authors, each with its 10 posts", how: How::Together },
];

/// A work on a database, by so many tasks at a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Kind {
    pub(crate) database: Database,
    pub(crate) work: &'static Work,
    pub(crate) tasks: u32,
}
