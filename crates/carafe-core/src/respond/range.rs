//! Which parts of a file a request asks for (RFC 9110, 14).

use std::ops::Range;

/// More ranges than this in one header are a way to keep a server busy; the whole is sent then.
pub(super) const MOST_RANGES: usize = 16;

/// What a `Range` header comes to for a body of a known length.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Ranges {
    /// Send everything: no bytes are meant, or far too many pieces.
    Whole,
    /// Send these parts; never empty, each within the body and none empty.
    Parts(Vec<Range<u64>>),
    /// Nothing of it can be sent: 416.
    Unsatisfiable,
}

impl Ranges {
    /// Reads the header. A unit other than bytes is ignored as the RFC demands; bytes that make no
    /// sense are refused, as Werkzeug and nginx do.
    pub(super) fn parse(header: &str, length: u64) -> Self {
        let Some((unit, specs)) = header.split_once('=') else {
            return Self::Whole;
        };
        if !unit.trim().eq_ignore_ascii_case("bytes") {
            return Self::Whole;
        }
        if specs.split(',').count() > MOST_RANGES {
            return Self::Whole;
        }
        let mut parts = Vec::new();
        for spec in specs.split(',').map(str::trim).filter(|spec| !spec.is_empty()) {
            match one(spec, length) {
                Ok(Some(part)) => parts.push(part),
                Ok(None) => {}
                Err(Malformed) => return Self::Unsatisfiable,
            }
        }
        if parts.is_empty() { Self::Unsatisfiable } else { Self::Parts(merged(parts)) }
    }
}

struct Malformed;

/// One of `2-4`, `2-`, `-3`; `None` where it lies past the end.
fn one(spec: &str, length: u64) -> Result<Option<Range<u64>>, Malformed> {
    let (first, last) = spec.split_once('-').ok_or(Malformed)?;
    let range = match (number(first)?, number(last)?) {
        (None, None) => return Err(Malformed),
        (None, Some(suffix)) => length.saturating_sub(suffix)..length,
        (Some(first), None) => first..length,
        (Some(first), Some(last)) if last < first => return Err(Malformed),
        (Some(first), Some(last)) => first..length.min(last.saturating_add(1)),
    };
    Ok((range.start < range.end).then_some(range))
}

/// Digits only (`u64::from_str` takes a `+`); a number too large for any file is past its end.
fn number(text: &str) -> Result<Option<u64>, Malformed> {
    let text = text.trim();
    if text.is_empty() {
        return Ok(None);
    }
    if !text.bytes().all(|b| b.is_ascii_digit()) {
        return Err(Malformed);
    }
    Ok(Some(text.parse().unwrap_or(u64::MAX)))
}

/// Parts that overlap become one, so that no byte is sent twice; otherwise the client's order
/// stays.
fn merged(parts: Vec<Range<u64>>) -> Vec<Range<u64>> {
    let mut sorted = parts.clone();
    sorted.sort_by_key(|part| part.start);
    if sorted.windows(2).all(|pair| pair[0].end <= pair[1].start) {
        return parts;
    }
    let mut merged: Vec<Range<u64>> = Vec::with_capacity(sorted.len());
    for part in sorted {
        match merged.last_mut() {
            Some(last) if part.start <= last.end => last.end = last.end.max(part.end),
            _ => merged.push(part),
        }
    }
    merged
}
