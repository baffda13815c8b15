//! The captures of the path that matched.

use std::borrow::Cow;

use super::pattern::decode;
use super::{PathSegment, Rule, Spans};
use crate::error::{Error, Result};

/// The captures of the path that matched, as a handler reads them.
#[derive(Debug)]
pub struct Captured<'r> {
    path: &'r str,
    spans: &'r Spans,
    rule: &'r Rule,
}

impl<'r> Captured<'r> {
    pub(crate) fn new(path: &'r str, spans: &'r Spans, rule: &'r Rule) -> Self {
        Self { path, spans, rule }
    }

    /// The text of a capture, percent-decoded.
    pub fn text(&self, name: &str) -> Option<Cow<'r, str>> {
        let index = self.rule.pattern().names().position(|own| own == name)?;
        decode(self.spans.text(self.path, index))
    }

    /// The value of the handler's capture at `index`, or its default where this path has none.
    pub fn value<T: PathSegment>(&self, index: usize) -> Result<T> {
        let capture = &self.rule.route().captures[index];
        let text = match (self.rule.position(index), capture.default) {
            (Some(position), _) => decode(self.spans.text(self.path, position)),
            (None, Some(default)) => Some(Cow::Owned(default())),
            (None, None) => None,
        };
        // The entry asked `accepts` before it chose this route, so that a failure here is a type
        // whose `parse` does not give the same answer twice.
        text.and_then(|text| T::parse(&text)).ok_or_else(|| {
            Error::not_found(format!("`{}` is no {}", capture.name, capture.type_name))
        })
    }

    /// Every capture of the path with its text, those of mount prefixes first.
    pub(crate) fn all(&self) -> Vec<(String, String)> {
        let names = self.rule.pattern().names().map(str::to_owned);
        let texts =
            (0..).map(|i| decode(self.spans.text(self.path, i)).unwrap_or_default().into_owned());
        names.zip(texts).collect()
    }
}
