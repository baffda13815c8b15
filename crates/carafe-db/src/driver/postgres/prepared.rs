//! The prepared statements of a connection.

use std::collections::HashMap;

use tokio_postgres::Statement;

/// How many a connection keeps. The server holds the plan of each in its memory.
const KEPT: usize = 256;

/// Prepared statements by their text, up to a bound; the one that was not used for longest goes.
#[derive(Default)]
pub(super) struct Prepared {
    kept: HashMap<Box<str>, Entry>,
    clock: u64,
}

struct Entry {
    statement: Statement,
    used: u64,
}

impl Prepared {
    pub(super) fn get(&mut self, sql: &str) -> Option<Statement> {
        self.clock += 1;
        let entry = self.kept.get_mut(sql)?;
        entry.used = self.clock;
        Some(entry.statement.clone())
    }

    pub(super) fn keep(&mut self, sql: &str, statement: &Statement) {
        if self.kept.len() >= KEPT {
            let oldest = self.kept.iter().min_by_key(|(_, entry)| entry.used);
            if let Some(oldest) = oldest.map(|(sql, _)| sql.clone()) {
                self.kept.remove(&oldest);
            }
        }
        let entry = Entry { statement: statement.clone(), used: self.clock };
        self.kept.insert(sql.into(), entry);
    }

    /// Forgets a statement whose plan is of no use any more; tells whether it was kept.
    pub(super) fn forget(&mut self, sql: &str) -> bool {
        self.kept.remove(sql).is_some()
    }
}
