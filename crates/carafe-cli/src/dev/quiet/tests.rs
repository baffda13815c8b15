use super::*;

/// Adds changes at these milliseconds, and asks every 10 when they come out.
#[track_caller]
fn check(changes: &[(u64, Change)], expected: &[(u64, Change)]) {
    let start = Instant::now();
    let mut quiet = Quiet::default();
    let mut out = Vec::new();
    for now in (0..2_000).step_by(10) {
        let instant = start + Duration::from_millis(now);
        for (_, change) in changes.iter().filter(|(at, _)| *at == now) {
            quiet.add(*change, instant);
        }
        if let Some(changes) = quiet.take(instant) {
            out.push((now, changes.change));
        }
    }
    assert_eq!(out, expected);
    assert_eq!(quiet.due(), None);
}

#[test]
fn one_change_comes_out_after_the_quiet() {
    check(&[], &[]);
    check(&[(100, Change::Rebuild)], &[(150, Change::Rebuild)]);
}

#[test]
fn changes_in_a_row_come_out_as_the_largest() {
    let row = [(0, Change::Reload), (40, Change::Rebuild), (80, Change::Restart)];
    check(&row, &[(130, Change::Rebuild)]);
    check(&[(0, Change::Reload), (0, Change::Reload)], &[(50, Change::Reload)]);
}

#[test]
fn changes_apart_come_out_apart() {
    let apart = [(0, Change::Rebuild), (200, Change::Reload)];
    check(&apart, &[(50, Change::Rebuild), (250, Change::Reload)]);
}

#[test]
fn who_never_stops_is_not_waited_for() {
    let many: Vec<_> = (0..100).map(|step| (step * 10, Change::Reload)).collect();
    let out = [(500, Change::Reload), (1010, Change::Reload)];
    check(&many, &out);
}
