//! Dates in paths: `/archive/2026-11-22`.

use std::borrow::Cow;

use jiff::civil::Date;

use super::{PathSegment, SegmentKind};

/// As `2026-11-22` (RFC 3339's full-date).
impl PathSegment for Date {
    const KIND: SegmentKind = SegmentKind::Formatted;

    fn parse(text: &str) -> Option<Self> {
        (text.len() == 10).then(|| text.parse().ok())?
    }

    fn to_text(&self) -> Cow<'_, str> {
        self.to_string().into()
    }
}
