//! Which rows: the same in every run.

use crate::right::ROWS;
use crate::{Change, MANY};

/// The rows of one task. Each task has some for itself, so that none waits for another one's lock.
#[derive(Debug)]
pub(crate) struct Dice {
    state: u64,
    first: u64,
    rows: u64,
}

impl Dice {
    pub(crate) fn of(task: u64, tasks: u64) -> Self {
        let rows = ROWS / tasks;
        Self { state: 0x9E37_79B9_7F4A_7C15 ^ (task + 1), first: task * rows + 1, rows }
    }

    /// The key of a row.
    pub(crate) fn id(&mut self) -> i64 {
        let row = self.first + self.next() % self.rows;
        row.cast_signed()
    }

    /// Keys, each once and in their order: who writes them so gets no deadlock.
    pub(crate) fn ids(&mut self) -> [i64; MANY] {
        let step = self.rows / MANY as u64;
        std::array::from_fn(|at| {
            let row = self.first + at as u64 * step + self.next() % step;
            row.cast_signed()
        })
    }

    pub(crate) fn changes(&mut self) -> [Change; MANY] {
        self.ids().map(|id| (id, self.number()))
    }

    /// A number for a row.
    pub(crate) fn number(&mut self) -> i32 {
        i32::try_from(self.next() % ROWS).unwrap_or_default()
    }

    /// Marsaglia's xorshift64.
    fn next(&mut self) -> u64 {
        self.state ^= self.state << 13;
        self.state ^= self.state >> 7;
        self.state ^= self.state << 17;
        self.state
    }
}
