//! What a ratio has to be.

#[derive(Debug, Clone, Copy)]
pub enum Bound {
    AtMost(f64),
    Below(f64),
    AtLeast(f64),
}

impl Bound {
    /// The ratio that decides.
    pub fn worst(self, ratios: &[f64]) -> Option<f64> {
        let ratios = ratios.iter().copied();
        match self {
            Self::AtMost(_) | Self::Below(_) => ratios.max_by(f64::total_cmp),
            Self::AtLeast(_) => ratios.min_by(f64::total_cmp),
        }
    }

    /// A small share is easier to read as its inverse.
    pub fn shown(self, ratio: f64) -> String {
        match self {
            Self::AtMost(bound) if bound < 0.5 => format!("{:.1} ×", 1.0 / ratio),
            _ => format!("{ratio:.2}"),
        }
    }

    /// Whether it is met, and if not how far it is from that.
    pub fn verdict(self, ratio: f64) -> String {
        let (met, bound) = match self {
            Self::AtMost(bound) => (ratio <= bound, bound),
            Self::Below(bound) => (ratio < bound, bound),
            Self::AtLeast(bound) => (ratio >= bound, bound),
        };
        if met {
            "met".to_owned()
        } else {
            format!("missed by {:.0} %", ((ratio / bound - 1.0) * 100.0).abs())
        }
    }
}
