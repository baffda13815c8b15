//! The prepared statements of a connection.

use std::collections::HashMap;

/// How many a connection keeps. The server holds the plan of each in its memory.
const KEPT: usize = 256;

/// Prepared statements by their text, up to a bound; the one that was not used for longest goes.
pub(super) struct Prepared<S> {
    kept: HashMap<Box<str>, Entry<S>>,
    clock: u64,
}

struct Entry<S> {
    statement: S,
    used: u64,
}

impl<S: Clone> Prepared<S> {
    pub(super) fn get(&mut self, sql: &str) -> Option<S> {
        self.clock += 1;
        let entry = self.kept.get_mut(sql)?;
        entry.used = self.clock;
        Some(entry.statement.clone())
    }

    /// Keeps a statement; gives back the one that has to go for it.
    pub(super) fn keep(&mut self, sql: &str, statement: &S) -> Option<S> {
        let mut gone = None;
        if self.kept.len() >= KEPT {
            let oldest = self.kept.iter().min_by_key(|(_, entry)| entry.used);
            if let Some(oldest) = oldest.map(|(sql, _)| sql.clone()) {
                gone = self.kept.remove(&oldest).map(|entry| entry.statement);
            }
        }
        let entry = Entry { statement: statement.clone(), used: self.clock };
        self.kept.insert(sql.into(), entry);
        gone
    }

    /// Forgets a statement whose plan is of no use any more, if it was kept.
    pub(super) fn forget(&mut self, sql: &str) -> Option<S> {
        self.kept.remove(sql).map(|entry| entry.statement)
    }
}

impl<S> Default for Prepared<S> {
    fn default() -> Self {
        Self { kept: HashMap::new(), clock: 0 }
    }
}
