//! What is wrong with the settings: every fault of a load is collected, then told at once.

use super::node::printable;
use super::origin::Origin;
use crate::suggest::nearest;
use crate::{Error, Kind};

/// One thing that is wrong, and where.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Fault {
    origin: Option<Origin>,
    sentence: String,
}

impl Fault {
    /// Something that stands somewhere.
    pub(super) fn at(origin: Origin, sentence: impl Into<String>) -> Self {
        Self { origin: Some(origin), sentence: sentence.into() }
    }

    /// Something that stands nowhere: it is missing.
    pub(super) fn missing(sentence: impl Into<String>) -> Self {
        Self { origin: None, sentence: sentence.into() }
    }

    /// True for what can only be said when all sources were read.
    pub(super) fn is_missing(&self) -> bool {
        self.origin.is_none()
    }

    fn line(&self) -> String {
        match &self.origin {
            Some(origin) => printable(&format!("{origin}: {}", self.sentence)),
            None => printable(&self.sentence),
        }
    }
}

/// The error that tells all of them, in the order of the files' lines, what is missing last.
#[track_caller]
pub(super) fn tell(mut faults: Vec<Fault>) -> Error {
    faults.sort_by(|a, b| a.origin.is_none().cmp(&b.origin.is_none()).then_with(|| a.cmp(b)));
    faults.dedup();
    let lines: Vec<String> = faults.iter().map(Fault::line).collect();
    match lines.as_slice() {
        [line] => Error::new(Kind::Settings, line.clone()),
        lines => Error::new(
            Kind::Settings,
            format!("{} settings are wrong:\n  - {}", lines.len(), lines.join("\n  - ")),
        ),
    }
}

/// `; did you mean …?` for the nearest of the known words, or nothing.
pub(super) fn suggest<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> String {
    nearest(word, known).map(|near| format!("; did you mean `{near}`?")).unwrap_or_default()
}
