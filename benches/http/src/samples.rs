//! What was measured, and how two of it compare.

use std::collections::{BTreeSet, HashMap};
use std::fmt;

use bench::Figures;

use crate::servers::Server;
use crate::works::Work;

/// One server at one work.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Cell {
    pub(crate) server: &'static Server,
    pub(crate) work: &'static Work,
    pub(crate) connections: u32,
}

impl fmt::Display for Cell {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}, {}, {} connections", self.server.title, self.work.name, self.connections)
    }
}

/// What one round found.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Sample {
    pub(crate) per_second: f64,
    pub(crate) p99_ms: f64,
    /// User and system time of the server for one request, in microseconds.
    pub(crate) cpu_us: f64,
    /// The most resident memory, in bytes.
    pub(crate) peak: u64,
    /// Its share of the memory before and after the load, in bytes.
    pub(crate) idle: u64,
    pub(crate) loaded: u64,
    pub(crate) start_ms: f64,
}

#[derive(Debug, Default)]
pub(crate) struct Samples(HashMap<Cell, HashMap<usize, Sample>>);

/// A work with its number of connections.
pub(crate) type Kind = (&'static Work, u32);

impl Samples {
    pub(crate) fn add(&mut self, round: usize, cell: Cell, sample: Sample) {
        self.0.entry(cell).or_default().insert(round, sample);
    }

    /// One figure of all rounds.
    pub(crate) fn all(
        &self,
        server: &str,
        kind: Kind,
        figure: impl Fn(&Sample) -> f64,
    ) -> Option<Figures> {
        let rounds = self.rounds(server, kind)?;
        Some(rounds.values().map(figure).collect())
    }

    /// The median of the rounds' ratios: two figures of one round were measured within seconds.
    pub(crate) fn ratio(
        &self,
        one: &str,
        other: &str,
        kind: Kind,
        figure: impl Fn(&Sample) -> f64,
    ) -> Option<f64> {
        bench::ratio(self.rounds(one, kind)?, self.rounds(other, kind)?, figure)
    }

    /// The numbers of connections that were measured.
    pub(crate) fn connections(&self) -> BTreeSet<u32> {
        self.0.keys().map(|cell| cell.connections).collect()
    }

    fn rounds(&self, server: &str, (work, connections): Kind) -> Option<&HashMap<usize, Sample>> {
        let found = self.0.iter().find(|(cell, _)| {
            cell.server.id == server && cell.work == work && cell.connections == connections
        });
        found.map(|(_, rounds)| rounds)
    }
}

#[cfg(test)]
mod tests;
