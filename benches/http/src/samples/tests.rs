use super::{Cell, Sample, Samples};
use crate::servers::SERVERS;
use crate::works::WORKS;

#[test]
fn ratios_are_of_one_kind() {
    let mut samples = Samples::default();
    for (round, one, other) in [(0, 10.0, 20.0), (1, 30.0, 60.0)] {
        samples.add(round, cell(0), sample(one));
        samples.add(round, cell(1), sample(other));
    }
    let ratio = |connections: u32| {
        let kind = (&WORKS[0], connections);
        samples.ratio(SERVERS[0].id, SERVERS[1].id, kind, |sample| sample.cpu_us)
    };
    assert_eq!(ratio(64), Some(0.5));
    assert_eq!(ratio(256), None);
}

fn cell(server: usize) -> Cell {
    Cell { server: &SERVERS[server], work: &WORKS[0], connections: 64 }
}

fn sample(cpu_us: f64) -> Sample {
    Sample { per_second: 1.0, p99_ms: 1.0, cpu_us, peak: 1, idle: 1, loaded: 1, start_ms: 1.0 }
}
