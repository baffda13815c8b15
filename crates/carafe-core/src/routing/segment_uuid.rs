//! UUIDs in paths.

use std::borrow::Cow;

use uuid::Uuid;

use super::{PathSegment, SegmentKind};

/// Written with hyphens, in small letters; read in either case.
impl PathSegment for Uuid {
    const KIND: SegmentKind = SegmentKind::Formatted;

    fn parse(text: &str) -> Option<Self> {
        // The other forms that the parser takes would be second addresses of the same thing.
        (text.len() == 36).then(|| text.parse().ok())?
    }

    fn to_text(&self) -> Cow<'_, str> {
        self.to_string().into()
    }
}
