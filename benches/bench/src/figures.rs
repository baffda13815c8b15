//! One figure of several rounds.

use std::collections::HashMap;

/// The same figure of several rounds.
#[derive(Debug)]
pub struct Figures(Vec<f64>);

impl FromIterator<f64> for Figures {
    fn from_iter<I: IntoIterator<Item = f64>>(figures: I) -> Self {
        Self(figures.into_iter().collect())
    }
}

impl Figures {
    pub fn median(&self) -> f64 {
        let mut sorted = self.0.clone();
        sorted.sort_by(f64::total_cmp);
        let middle = sorted.len() / 2;
        if sorted.len() % 2 == 1 {
            sorted[middle]
        } else {
            f64::midpoint(sorted[middle - 1], sorted[middle])
        }
    }

    pub fn least(&self) -> f64 {
        self.0.iter().copied().fold(f64::INFINITY, f64::min)
    }

    pub fn most(&self) -> f64 {
        self.0.iter().copied().fold(0.0, f64::max)
    }
}

/// The median of the rounds' ratios: two figures of one round were measured within seconds.
pub fn ratio<S>(
    ones: &HashMap<usize, S>,
    others: &HashMap<usize, S>,
    figure: impl Fn(&S) -> f64,
) -> Option<f64> {
    let both = ones.iter().filter_map(|(round, one)| Some((one, others.get(round)?)));
    let ratios: Vec<f64> = both.map(|(one, other)| figure(one) / figure(other)).collect();
    (!ratios.is_empty()).then(|| Figures(ratios).median())
}

#[cfg(test)]
mod tests;
