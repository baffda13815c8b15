//! A path with captures, and how a request's path is held against it.

use std::fmt;

use percent_encoding::{AsciiSet, CONTROLS, percent_decode_str, utf8_percent_encode};

use crate::error::{Error, Result};

/// At most so many captures in one path, so that matching needs no allocation.
pub(crate) const MAX_CAPTURES: usize = 16;

/// What is written as `%XX` in a segment (RFC 3986: anything that is no `pchar`).
const SEGMENT: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'#')
    .add(b'<')
    .add(b'>')
    .add(b'?')
    .add(b'`')
    .add(b'{')
    .add(b'}')
    .add(b'/')
    .add(b'%')
    .add(b'\\')
    .add(b'^')
    .add(b'|')
    .add(b'[')
    .add(b']');

/// `/users/{id}/files/{*path}`: literal text and captures, each of one segment.
///
/// A capture may have text beside it in its segment (`/{name}.json`); `{*path}` takes the rest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pattern {
    text: String,
    parts: Vec<Part>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Part {
    /// Percent-encoded, as it stands in a request.
    Literal(String),
    Capture {
        name: String,
        before: String,
        after: String,
    },
    Rest {
        name: String,
    },
}

/// Where the captures stand in the path that matched, in bytes. An address of more than 65,534
/// bytes is none for the `http` crate.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Spans {
    list: [(u16, u16); MAX_CAPTURES],
    count: u8,
}

impl Pattern {
    /// Reads a pattern; the error says what is wrong with it.
    pub fn parse(text: &str) -> Result<Self> {
        let wrong = |why: &str| Err(Error::setup(format!("the path `{text}` {why}")));
        let Some(rest) = text.strip_prefix('/') else {
            return wrong("does not begin with `/`");
        };
        let mut parts: Vec<Part> = Vec::new();
        for piece in rest.split('/') {
            if matches!(parts.last(), Some(Part::Rest { .. })) {
                return wrong("has something after the rest of the path");
            }
            match Part::parse(piece) {
                Some(part) => parts.push(part),
                None => return wrong("has a segment that is neither text nor one `{capture}`"),
            }
        }
        let pattern = Self { text: text.to_owned(), parts };
        let names: Vec<_> = pattern.names().collect();
        if names.len() > MAX_CAPTURES {
            return wrong("has more than 16 captures");
        }
        if let Some(twice) = names.iter().enumerate().find(|(i, name)| names[..*i].contains(name)) {
            return wrong(&format!("captures `{}` twice", twice.1));
        }
        Ok(pattern)
    }

    /// The pattern of `inner` mounted below this prefix (`/blog` + `/{id}`).
    pub fn join(&self, inner: &Self) -> Result<Self> {
        let prefix = self.text.trim_end_matches('/');
        Self::parse(&format!("{prefix}{}", inner.text))
    }

    /// The names of the captures, in order.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.parts.iter().filter_map(|part| match part {
            Part::Literal(_) => None,
            Part::Capture { name, .. } | Part::Rest { name } => Some(name.as_str()),
        })
    }

    /// True for a branch (`/users/`), false for a leaf (`/about`).
    pub fn is_branch(&self) -> bool {
        self.text.ends_with('/')
    }

    /// The text as it was written.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The same path for axum's router and ours: a capture fills its segment.
    pub(crate) fn router_path(&self) -> String {
        self.parts.iter().fold(String::new(), |path, part| match part {
            Part::Literal(text) => path + "/" + text,
            Part::Capture { name, .. } => path + "/{" + name + "}",
            Part::Rest { name } => path + "/{*" + name + "}",
        })
    }

    /// The path with all names taken off: two patterns of one shape share an entry of the router.
    pub(crate) fn shape(&self) -> String {
        self.parts.iter().fold(String::new(), |path, part| match part {
            Part::Literal(text) => path + "/" + text,
            Part::Capture { .. } => path + "/{}",
            Part::Rest { .. } => path + "/{*}",
        })
    }

    /// How much text stands beside captures: `/{name}.json` is tried before `/{name}`.
    pub(crate) fn literal_weight(&self) -> usize {
        self.parts.iter().fold(0, |sum, part| match part {
            Part::Capture { before, after, .. } => sum + before.len() + after.len(),
            _ => sum,
        })
    }

    /// How many segments of text a path begins with that stand here too; captures may lie between.
    pub(crate) fn shared_with(&self, path: &str) -> usize {
        let segments = path.strip_prefix('/').unwrap_or(path).split('/');
        let alike = self.parts.iter().zip(segments).map_while(|(part, segment)| match part {
            Part::Literal(text) => (text == segment && !text.is_empty()).then_some(1),
            Part::Capture { .. } => Some(0),
            Part::Rest { .. } => None,
        });
        alike.sum()
    }

    /// Whether some path could be one of both patterns.
    pub(crate) fn overlaps(&self, other: &Self) -> bool {
        let mut theirs = other.parts.iter();
        for part in &self.parts {
            match (part, theirs.next()) {
                (Part::Rest { .. }, Some(_)) | (_, Some(Part::Rest { .. })) => return true,
                (Part::Capture { .. }, Some(Part::Capture { .. })) => {}
                (Part::Capture { before, after, .. }, Some(Part::Literal(text)))
                | (Part::Literal(text), Some(Part::Capture { before, after, .. }))
                    if text.len() > before.len() + after.len()
                        && text.starts_with(before.as_str())
                        && text.ends_with(after.as_str()) => {}
                (Part::Literal(ours), Some(Part::Literal(text))) if ours == text => {}
                _ => return false,
            }
        }
        theirs.next().is_none()
    }

    /// How narrow each part is, from the left: text before captures, captures before the rest.
    pub(crate) fn rank(&self) -> Vec<u8> {
        let rank = |part: &Part| match part {
            Part::Literal(_) => 2,
            Part::Capture { .. } => 1,
            Part::Rest { .. } => 0,
        };
        self.parts.iter().map(rank).collect()
    }

    /// True where the pattern ends in the rest of the path.
    pub(crate) fn takes_rest(&self) -> bool {
        matches!(self.parts.last(), Some(Part::Rest { .. }))
    }

    /// Holds a request's raw path against the pattern.
    pub(crate) fn matches(&self, path: &str) -> Option<Spans> {
        let mut spans = Spans::default();
        let mut at = 1;
        let mut parts = self.parts.iter().peekable();
        if !path.starts_with('/') {
            return None;
        }
        while let Some(part) = parts.next() {
            let rest = path.get(at..)?;
            let end = rest.find('/').map_or(path.len(), |slash| at + slash);
            let piece = &path[at..end];
            match part {
                Part::Rest { .. } => {
                    spans.push(at, path.len());
                    return (!rest.is_empty()).then_some(spans);
                }
                Part::Literal(text) if text == piece => {}
                Part::Capture { before, after, .. }
                    if piece.len() > before.len() + after.len()
                        && piece.starts_with(before.as_str())
                        && piece.ends_with(after.as_str()) =>
                {
                    spans.push(at + before.len(), end - after.len());
                }
                _ => return None,
            }
            if parts.peek().is_none() {
                return (end == path.len()).then_some(spans);
            }
            if end == path.len() {
                return None;
            }
            at = end + 1;
        }
        None
    }

    /// Writes a path: `value` gives the text of each capture by its name.
    pub(crate) fn write<'v>(
        &self,
        out: &mut String,
        value: impl Fn(&str) -> Option<&'v str>,
    ) -> Result<()> {
        let missing = |name: &str| {
            Error::internal(format!("the path `{}` needs a value for `{name}`", self.text))
        };
        for part in &self.parts {
            out.push('/');
            match part {
                Part::Literal(text) => out.push_str(text),
                Part::Capture { name, before, after } => {
                    out.push_str(before);
                    out.extend(encode_segment(value(name).ok_or_else(|| missing(name))?));
                    out.push_str(after);
                }
                Part::Rest { name } => {
                    let text = value(name).ok_or_else(|| missing(name))?;
                    for (i, piece) in text.split('/').enumerate() {
                        if i > 0 {
                            out.push('/');
                        }
                        out.extend(encode_segment(piece));
                    }
                }
            }
        }
        Ok(())
    }
}

impl Part {
    fn parse(piece: &str) -> Option<Self> {
        let Some(open) = piece.find('{') else {
            return (!piece.contains('}')).then(|| Self::Literal(encode_literal(piece)));
        };
        let close = piece.rfind('}').filter(|close| *close > open)?;
        let (before, name, after) = (&piece[..open], &piece[open + 1..close], &piece[close + 1..]);
        let is_name =
            |name: &str| !name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || c == '_');
        match name.strip_prefix('*') {
            Some(name) if is_name(name) && before.is_empty() && after.is_empty() => {
                Some(Self::Rest { name: name.to_owned() })
            }
            None if is_name(name) => Some(Self::Capture {
                name: name.to_owned(),
                before: encode_literal(before),
                after: encode_literal(after),
            }),
            _ => None,
        }
    }
}

impl Spans {
    fn push(&mut self, start: usize, end: usize) {
        if let (Ok(start), Ok(end)) = (u16::try_from(start), u16::try_from(end)) {
            self.list[usize::from(self.count)] = (start, end);
            self.count += 1;
        }
    }

    /// The raw text of the capture at `index`.
    pub(crate) fn text<'p>(&self, path: &'p str, index: usize) -> &'p str {
        let (start, end) = self.list[index];
        path.get(usize::from(start)..usize::from(end)).unwrap_or_default()
    }
}

impl fmt::Display for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// Percent-decodes one segment; text that is no UTF-8 is no value of any type.
pub(crate) fn decode(raw: &str) -> Option<std::borrow::Cow<'_, str>> {
    if raw.contains('%') { percent_decode_str(raw).decode_utf8().ok() } else { Some(raw.into()) }
}

/// Percent-encodes one segment.
fn encode_segment(text: &str) -> impl Iterator<Item = &str> {
    utf8_percent_encode(text, SEGMENT)
}

/// A segment of a request as our own URLs would write it.
pub(crate) fn encode_again(segment: &str) -> String {
    encode_literal(segment)
}

/// A literal may be written in either form in a pattern; a request has it encoded.
fn encode_literal(text: &str) -> String {
    decode(text).map_or_else(|| text.to_owned(), |text| encode_segment(&text).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(pattern: &str, path: &str, captures: Option<&[&str]>) {
        let pattern = Pattern::parse(pattern).expect("a pattern");
        let found = pattern.matches(path).map(|spans| {
            (0..pattern.names().count()).map(|i| spans.text(path, i).to_owned()).collect::<Vec<_>>()
        });
        assert_eq!(
            found.as_deref(),
            captures
                .map(|list| list.iter().map(|s| (*s).to_owned()).collect::<Vec<_>>())
                .as_deref()
        );
    }

    #[test]
    fn paths() {
        check("/", "/", Some(&[]));
        check("/", "//", None);
        check("/about", "/about", Some(&[]));
        check("/about", "/about/", None);
        check("/users/", "/users/", Some(&[]));
        check("/users/", "/users", None);
        check("/users/{id}", "/users/7", Some(&["7"]));
        check("/users/{id}", "/users/", None);
        check("/users/{id}", "/users/7/x", None);
        check("/{a}/x/{b}", "/1/x/2", Some(&["1", "2"]));
        check("/{name}.json", "/a.json", Some(&["a"]));
        check("/{name}.json", "/.json", None);
        check("/{name}.json", "/a.xml", None);
        check("/files/{*path}", "/files/a/b c", Some(&["a/b c"]));
        check("/files/{*path}", "/files/", None);
        check("/files/{*path}", "/files", None);
        check("/café", "/caf%C3%A9", Some(&[]));
        check("/{a}", "", None);
        check("/{a}", "*", None);
    }

    #[test]
    fn what_is_no_pattern_says_why() {
        for (text, why) in [
            ("", "does not begin with `/`"),
            ("x", "does not begin with `/`"),
            ("/{}", "neither text nor one"),
            ("/{a}{b}", "neither text nor one"),
            ("/{*rest}/x", "after the rest"),
            ("/{a}/{a}", "captures `a` twice"),
            ("/{a", "neither text nor one"),
        ] {
            let error = Pattern::parse(text).expect_err(text).to_string();
            assert!(error.contains(why), "{text}: {error}");
        }
    }

    #[test]
    fn written_paths_are_encoded() {
        let write = |pattern: &str, value: &'static str| {
            let mut out = String::new();
            Pattern::parse(pattern)
                .and_then(|p| p.write(&mut out, |_| Some(value)))
                .expect("written");
            out
        };
        assert_eq!(write("/p/{*rest}", "a/b c"), "/p/a/b%20c");
        assert_eq!(write("/p/{one}", "a/b?#%ü"), "/p/a%2Fb%3F%23%25%C3%BC");
        assert_eq!(write("/{name}.json", "x"), "/x.json");
    }

    #[test]
    fn patterns_that_share_a_path_overlap() {
        let overlap = |one: &str, other: &str| {
            let (one, other) =
                (Pattern::parse(one).expect(one), Pattern::parse(other).expect(other));
            assert_eq!(one.overlaps(&other), other.overlaps(&one));
            one.overlaps(&other)
        };
        assert!(overlap("/x/{a}", "/x/new"));
        assert!(overlap("/{*rest}", "/x/new"));
        assert!(overlap("/x/{a}", "/{b}/new"));
        assert!(!overlap("/x/{a}", "/x/new/y"));
        assert!(!overlap("/x/{a}", "/x/"));
        assert!(!overlap("/{name}.json", "/a.xml"));
    }
}
