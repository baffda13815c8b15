//! What a template refers to, as far as its text says it: other templates and endpoints.
//!
//! It reads the text by itself, since MiniJinja shows its parser under no promise. What it cannot
//! be sure of it calls dynamic and leaves alone: it never takes for an error what is none.

/// One thing that a template refers to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Reference {
    pub(crate) line: usize,
    pub(crate) to: To,
}

/// What is referred to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum To {
    /// The first of these templates that exists.
    Templates { names: Vec<String>, required: bool },
    /// A template whose name is known only while the page is rendered.
    Dynamic,
    /// `url_for("blog.show")`.
    Endpoint(String),
}

/// All that a template refers to, in the order of its text.
pub(crate) fn references(source: &str) -> Vec<Reference> {
    let mut found = Vec::new();
    let mut rest = Cursor { text: source, line: 1 };
    while let Some(at) = rest.text.find('{') {
        rest.skip(at);
        match rest.text.as_bytes().get(1) {
            Some(b'#') => rest.skip_past("#}"),
            Some(b'%') => {
                rest.skip(2);
                let tag = read_tag(&mut rest, "%}");
                if matches!(tag.first(), Some((_, Token::Word("raw")))) {
                    skip_raw(&mut rest);
                } else {
                    found.extend(template(&tag));
                    endpoints(&tag, &mut found);
                }
            }
            Some(b'{') => {
                rest.skip(2);
                let tag = read_tag(&mut rest, "}}");
                endpoints(&tag, &mut found);
            }
            _ => rest.skip(1),
        }
    }
    found
}

#[derive(Debug, PartialEq)]
enum Token<'s> {
    Word(&'s str),
    Text(String),
    Sign(char),
}

type Tag<'s> = Vec<(usize, Token<'s>)>;

/// What `{% extends … %}` and its like refer to.
fn template(tag: &Tag<'_>) -> Vec<Reference> {
    let Some((line, Token::Word("extends" | "include" | "import" | "from"))) = tag.first() else {
        return Vec::new();
    };
    let words: Vec<_> = tag.iter().map(|(_, token)| token).collect();
    let ignores = [Token::Word("ignore"), Token::Word("missing")];
    let required = !words.windows(2).any(|pair| [pair[0], pair[1]] == [&ignores[0], &ignores[1]]);
    let reference = |to| Reference { line: *line, to };
    let of = |names: Vec<String>| reference(To::Templates { names, required });
    match &words[1..] {
        [Token::Text(name)] => vec![of(vec![name.clone()])],
        [Token::Text(name), Token::Word("ignore" | "with" | "without" | "import" | "as"), ..] => {
            vec![of(vec![name.clone()])]
        }
        [Token::Text(one), Token::Word("if"), .., Token::Word("else"), Token::Text(other)] => {
            vec![of(vec![one.clone()]), of(vec![other.clone()])]
        }
        [Token::Sign('[' | '('), rest @ ..] => {
            let end = rest.iter().position(|token| matches!(token, Token::Sign(']' | ')')));
            let items = end.map(|end| list(&rest[..end]));
            vec![items.flatten().map_or(reference(To::Dynamic), of)]
        }
        _ => vec![reference(To::Dynamic)],
    }
}

/// The texts of a list of nothing but texts.
fn list(items: &[&Token<'_>]) -> Option<Vec<String>> {
    items
        .iter()
        .filter(|token| !matches!(token, Token::Sign(',')))
        .map(|token| match token {
            Token::Text(name) => Some(name.clone()),
            _ => None,
        })
        .collect()
}

fn endpoints(tag: &Tag<'_>, to: &mut Vec<Reference>) {
    for (at, window) in tag.windows(4).enumerate() {
        let [
            (line, Token::Word("url_for")),
            (_, Token::Sign('(')),
            (_, Token::Text(name)),
            (_, Token::Sign(',' | ')')),
        ] = window
        else {
            continue;
        };
        let is_attribute = at > 0 && tag[at - 1].1 == Token::Sign('.');
        if !is_attribute {
            to.push(Reference { line: *line, to: To::Endpoint(name.clone()) });
        }
    }
}

/// The tokens up to the end of a tag; the sign of whitespace control is none.
fn read_tag<'s>(rest: &mut Cursor<'s>, end: &str) -> Tag<'s> {
    let mut tag = Vec::new();
    let mut braces = 0_usize;
    if rest.text.starts_with(['-', '+']) {
        rest.skip(1);
    }
    while let Some(first) = rest.text.chars().next() {
        let (line, text) = (rest.line, rest.text);
        if braces == 0 && text.starts_with(end) {
            rest.skip(end.len());
            return tag;
        }
        match first {
            '-' | '+' if braces == 0 && text[1..].starts_with(end) => rest.skip(1),
            '"' | '\'' => tag.push((line, Token::Text(read_text(rest, first)))),
            _ if first.is_alphanumeric() || first == '_' => {
                let after = |c: char| !(c.is_alphanumeric() || c == '_');
                let length = text.find(after).unwrap_or(text.len());
                tag.push((line, Token::Word(&text[..length])));
                rest.skip(length);
            }
            _ => {
                match first {
                    '{' => braces += 1,
                    '}' => braces = braces.saturating_sub(1),
                    _ => {}
                }
                if !first.is_whitespace() {
                    tag.push((line, Token::Sign(first)));
                }
                rest.skip(first.len_utf8());
            }
        }
    }
    tag
}

fn read_text(rest: &mut Cursor<'_>, quote: char) -> String {
    let mut text = String::new();
    rest.skip(1);
    while let Some(c) = rest.text.chars().next() {
        rest.skip(c.len_utf8());
        match c {
            '\\' => {
                if let Some(escaped) = rest.text.chars().next() {
                    text.push(escaped);
                    rest.skip(escaped.len_utf8());
                }
            }
            _ if c == quote => break,
            _ => text.push(c),
        }
    }
    text
}

/// Goes past `{% endraw %}`.
fn skip_raw(rest: &mut Cursor<'_>) {
    while let Some(at) = rest.text.find("{%") {
        rest.skip(at + 2);
        let inside = rest.text.trim_start_matches(['-', '+']).trim_start();
        if inside.starts_with("endraw") {
            rest.skip_past("%}");
            return;
        }
    }
    rest.skip(rest.text.len());
}

/// What is left of the text, and the line that it begins on.
struct Cursor<'s> {
    text: &'s str,
    line: usize,
}

impl Cursor<'_> {
    fn skip(&mut self, bytes: usize) {
        let (done, rest) = self.text.split_at(bytes);
        self.line += done.bytes().filter(|byte| *byte == b'\n').count();
        self.text = rest;
    }

    fn skip_past(&mut self, end: &str) {
        let length = self.text.find(end).map_or(self.text.len(), |at| at + end.len());
        self.skip(length);
    }
}

#[cfg(test)]
mod tests;
