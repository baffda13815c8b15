//! The name of one version of a resource.

use std::fmt;

use http::HeaderValue;

/// The name of one version of a resource (RFC 9110, 8.8.3): `"v7"`, or weak, `W/"v7"`.
///
/// ```
/// use carafe_core::respond::EntityTag;
///
/// assert_eq!(EntityTag::strong("v7").to_string(), "\"v7\"");
/// assert_eq!(EntityTag::weak("v7").to_string(), "W/\"v7\"");
/// assert_eq!(EntityTag::strong("quo\"te").to_string(), "\"quote\"");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EntityTag {
    weak: bool,
    text: String,
}

impl EntityTag {
    /// A tag that changes with every byte of the resource.
    pub fn strong(text: impl AsRef<str>) -> Self {
        Self { weak: false, text: clean(text.as_ref()) }
    }

    /// A tag that changes with the meaning of the resource; it never allows parts of it.
    pub fn weak(text: impl AsRef<str>) -> Self {
        Self { weak: true, text: clean(text.as_ref()) }
    }

    /// Reads one tag as it stands in a header; `None` if it is none.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let (weak, quoted) = match text.strip_prefix("W/") {
            Some(rest) => (true, rest),
            None => (false, text),
        };
        let inner = quoted.strip_prefix('"')?.strip_suffix('"')?;
        (!inner.contains('"')).then(|| Self { weak, text: inner.to_owned() })
    }
}

impl EntityTag {
    /// True where both are strong and alike (for ranges and writes).
    pub fn matches_strongly(&self, other: &Self) -> bool {
        !self.weak && !other.weak && self.text == other.text
    }

    /// True where both name one version, weak or not (for reads).
    pub fn matches_weakly(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

/// A strong tag of that text.
impl From<&str> for EntityTag {
    fn from(text: &str) -> Self {
        Self::strong(text)
    }
}

/// A strong tag of that text.
impl From<String> for EntityTag {
    fn from(text: String) -> Self {
        Self::strong(text)
    }
}

impl fmt::Display for EntityTag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}\"{}\"", if self.weak { "W/" } else { "" }, self.text)
    }
}

impl EntityTag {
    /// The tag as a header; it cannot fail, since a tag holds visible characters only.
    pub(crate) fn header(&self) -> Option<HeaderValue> {
        HeaderValue::try_from(self.to_string()).ok()
    }
}

/// The tags of a list as `If-None-Match` has one; tags may hold commas, so it is not split there.
pub(super) fn list(text: &str) -> impl Iterator<Item = EntityTag> + '_ {
    let mut rest = text;
    std::iter::from_fn(move || {
        loop {
            rest = rest.trim_start_matches([',', ' ', '\t']);
            if rest.is_empty() {
                return None;
            }
            let (weak, quoted) = match rest.strip_prefix("W/") {
                Some(tail) => (true, tail),
                None => (false, rest),
            };
            let tag = quoted.strip_prefix('"').and_then(|tail| tail.split_once('"'));
            if let Some((inner, tail)) = tag {
                rest = tail;
                return Some(EntityTag { weak, text: inner.to_owned() });
            }
            // Not a tag: clients that forget the quotes are passed over up to the next comma.
            rest = rest.split_once(',').map_or("", |(_, tail)| tail);
        }
    })
}

/// What may stand in a tag: visible ASCII without quotes. Anything else would split the header.
fn clean(text: &str) -> String {
    text.chars().filter(|c| c.is_ascii_graphic() && *c != '"').collect()
}
