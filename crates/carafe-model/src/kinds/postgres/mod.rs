//! Kinds that PostgreSQL has and others have not. Making their table elsewhere is an error that says
//! so ([`Kind::is_portable`](crate::schema::Kind::is_portable)).

mod array;
mod hstore;
mod range;
mod search;
mod vector;

pub use array::{Array, Element};
pub use hstore::HStore;
pub use range::{PgRange, RangeBound};
pub use search::SearchVector;
pub use vector::Vector;

/// Reads what may stand in quotes, as PostgreSQL's text forms have it; a backslash or a doubled quote
/// escapes. Where it ends is the caller's to say.
struct Quoted<'t> {
    rest: &'t str,
}

impl Quoted<'_> {
    /// The next piece, up to one of these characters; and whether it was quoted.
    fn piece(&mut self, ends: &[char]) -> Option<(String, bool)> {
        let (mut text, mut quoted, mut inside) = (String::new(), false, false);
        let mut characters = self.rest.char_indices().peekable();
        while let Some((at, c)) = characters.next() {
            match c {
                '"' if inside && characters.next_if(|(_, next)| *next == '"').is_some() => {
                    text.push('"');
                }
                '"' => (inside, quoted) = (!inside, true),
                '\\' => text.push(characters.next()?.1),
                c if !inside && ends.contains(&c) => {
                    self.rest = &self.rest[at..];
                    return Some((text, quoted));
                }
                c => text.push(c),
            }
        }
        self.rest = "";
        (!inside).then_some((text, quoted))
    }

    fn take(&mut self, start: &str) -> bool {
        let rest = self.rest.strip_prefix(start);
        self.rest = rest.unwrap_or(self.rest);
        rest.is_some()
    }
}

fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}
