//! The prepared statements of a connection.

use std::collections::HashMap;

use mysql_async::Statement;

use super::script;

/// How many a connection keeps: a server that is not told otherwise bears 16 382 from all
/// connections together.
const KEPT: usize = 256;

/// Prepared statements by their text, up to a bound; the one that was not used for longest goes.
#[derive(Default)]
pub(super) struct Prepared {
    kept: HashMap<Box<str>, Entry>,
    clock: u64,
}

struct Entry {
    known: Known,
    used: u64,
}

/// A prepared statement, and what is read out of its text.
#[derive(Clone)]
pub(super) struct Known {
    pub(super) statement: Statement,
    /// It leaves something on the connection that the next one who uses it must not meet.
    pub(super) marks: bool,
    /// It changes rows, even where it gives rows back.
    pub(super) changes: bool,
}

impl Known {
    pub(super) fn new(statement: Statement, sql: &str) -> Self {
        let marks = script::marks_connection(sql);
        Self { statement, marks, changes: script::changes_rows(sql) }
    }
}

impl Prepared {
    pub(super) fn get(&mut self, sql: &str) -> Option<Known> {
        self.clock += 1;
        let entry = self.kept.get_mut(sql)?;
        entry.used = self.clock;
        Some(entry.known.clone())
    }

    /// Keeps one; gives the one that goes for it.
    pub(super) fn keep(&mut self, sql: &str, known: &Known) -> Option<Statement> {
        let mut gone = None;
        if self.kept.len() >= KEPT {
            let oldest = self.kept.iter().min_by_key(|(_, entry)| entry.used);
            if let Some(oldest) = oldest.map(|(sql, _)| sql.clone()) {
                gone = self.kept.remove(&oldest).map(|entry| entry.known.statement);
            }
        }
        self.kept.insert(sql.into(), Entry { known: known.clone(), used: self.clock });
        gone
    }

    /// Forgets a statement that the server does not know any more; gives it, if it was kept.
    pub(super) fn forget(&mut self, sql: &str) -> Option<Statement> {
        self.kept.remove(sql).map(|entry| entry.known.statement)
    }
}
