use super::{Cell, Figures, Sample, Samples};
use crate::servers::SERVERS;
use crate::works::WORKS;

#[track_caller]
fn check(figures: &[f64], median: f64) {
    assert_eq!(Figures(figures.to_vec()).median().to_bits(), median.to_bits(), "{figures:?}");
}

#[test]
fn medians() {
    check(&[3.0], 3.0);
    check(&[9.0, 1.0, 2.0], 2.0);
    check(&[4.0, 1.0, 2.0, 100.0], 3.0);
}

/// A slow round slows both, and a round without the other counts for nothing.
#[test]
fn ratios_are_of_one_round() {
    let mut samples = Samples::default();
    let rounds = [(0, 10.0, 20.0), (1, 30.0, 60.0), (2, 12.0, 24.0)];
    for (round, one, other) in rounds {
        samples.add(round, cell(0), sample(one));
        samples.add(round, cell(1), sample(other));
    }
    samples.add(3, cell(0), sample(1000.0));
    let kind = (&WORKS[0], 64);
    let ratio = |one: usize, other: usize| {
        samples.ratio(SERVERS[one].id, SERVERS[other].id, kind, |sample| sample.cpu_us)
    };
    assert_eq!(ratio(0, 1), Some(0.5));
    assert_eq!(ratio(1, 0), Some(2.0));
    assert_eq!(ratio(0, 2), None);
}

fn cell(server: usize) -> Cell {
    Cell { server: &SERVERS[server], work: &WORKS[0], connections: 64 }
}

fn sample(cpu_us: f64) -> Sample {
    Sample { per_second: 1.0, p99_ms: 1.0, cpu_us, peak: 1, idle: 1, loaded: 1, start_ms: 1.0 }
}
