use std::collections::HashMap;

use super::{Figures, ratio};

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
    let ones = HashMap::from([(0, 10.0), (1, 30.0), (2, 12.0), (3, 1000.0)]);
    let others = HashMap::from([(0, 20.0), (1, 60.0), (2, 24.0)]);
    assert_eq!(ratio(&ones, &others, |figure| *figure), Some(0.5));
    assert_eq!(ratio(&others, &ones, |figure| *figure), Some(2.0));
    assert_eq!(ratio(&ones, &HashMap::new(), |figure| *figure), None);
}
