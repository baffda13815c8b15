//! What was measured, and how two of it compare.

use std::collections::HashMap;
use std::fmt;

use bench::Figures;

use crate::clients::Client;
use crate::works::Kind;

/// One client at one work.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Cell {
    pub(crate) client: &'static Client,
    pub(crate) kind: Kind,
}

impl fmt::Display for Cell {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Kind { database, work, tasks } = self.kind;
        write!(f, "{}, {}, {}, {tasks} tasks", database.title(), self.client.id, work.name)
    }
}

/// What one round found.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Sample {
    pub(crate) per_second: f64,
    /// User and system time of the client for one operation, in microseconds.
    pub(crate) cpu_us: f64,
    /// What the client allocates for one operation.
    pub(crate) allocations: f64,
    pub(crate) bytes: f64,
}

#[derive(Debug, Default)]
pub(crate) struct Samples(HashMap<(&'static str, Kind), HashMap<usize, Sample>>);

impl Samples {
    pub(crate) fn add(&mut self, round: usize, cell: Cell, sample: Sample) {
        self.0.entry((cell.client.id, cell.kind)).or_default().insert(round, sample);
    }

    /// One figure of all rounds.
    pub(crate) fn all(
        &self,
        client: &'static str,
        kind: Kind,
        figure: impl Fn(&Sample) -> f64,
    ) -> Option<Figures> {
        Some(self.0.get(&(client, kind))?.values().map(figure).collect())
    }

    /// The median of the rounds' ratios; the other one may have done another work.
    pub(crate) fn ratio(
        &self,
        (one, kind): (&'static str, Kind),
        (other, others): (&'static str, Kind),
        figure: impl Fn(&Sample) -> f64,
    ) -> Option<f64> {
        bench::ratio(self.0.get(&(one, kind))?, self.0.get(&(other, others))?, figure)
    }
}

pub(crate) fn per_second(sample: &Sample) -> f64 {
    sample.per_second
}

pub(crate) fn cpu_us(sample: &Sample) -> f64 {
    sample.cpu_us
}
