//! Reads a `.env` file. It never touches the environment of the process.
//!
//! A reader of our own, since a setting must be told by its line, an error must not quote the line
//! (it may hold a password), and `$` must stay what it is in a password.

use std::sync::Arc;

use super::fault::Fault;
use super::origin::Origin;
use super::variables::Variable;

/// The variables of the text, in its order; a line that makes no sense becomes a fault.
pub(super) fn parse(text: &str, faults: &mut Vec<Fault>) -> Vec<Variable> {
    let mut reader = Reader { rest: text.strip_prefix('\u{feff}').unwrap_or(text), line: 1 };
    let mut found: Vec<Variable> = Vec::new();
    while !reader.rest.is_empty() {
        let line = reader.line;
        match reader.entry() {
            Ok(None) => {}
            Ok(Some((name, value))) => {
                let name: Arc<str> = name.into();
                let origin = Origin::DotEnv { line, name: Arc::clone(&name) };
                match found.iter().find(|other| other.name == name) {
                    Some(first) => faults.push(Fault::at(
                        origin,
                        format!("it is given twice, first at {}", first.origin),
                    )),
                    None => found.push(Variable { name, value, origin }),
                }
            }
            Err(sentence) => {
                let origin = Origin::File { file: ".env".into(), line };
                faults.push(Fault::at(origin, sentence));
                reader.skip_line();
            }
        }
    }
    found
}

struct Reader<'a> {
    rest: &'a str,
    line: usize,
}

impl<'a> Reader<'a> {
    fn entry(&mut self) -> Result<Option<(&'a str, String)>, &'static str> {
        self.skip_blanks();
        if self.rest.is_empty() || self.rest.starts_with(['#', '\n', '\r']) {
            self.skip_line();
            return Ok(None);
        }
        if let Some(rest) =
            self.rest.strip_prefix("export").filter(|rest| rest.starts_with([' ', '\t']))
        {
            self.rest = rest;
            self.skip_blanks();
        }
        let name = self.name()?;
        self.skip_blanks();
        self.rest = self.rest.strip_prefix('=').ok_or("a line is `NAME=value`")?;
        self.skip_blanks();
        let value = match self.rest.chars().next() {
            Some(quote @ ('"' | '\'')) => self.quoted(quote)?,
            _ => self.bare(),
        };
        if value.contains('\0') {
            return Err("the value contains a NUL character");
        }
        Ok(Some((name, value)))
    }

    fn name(&mut self) -> Result<&'a str, &'static str> {
        let end = self
            .rest
            .find(|c: char| !c.is_ascii_alphanumeric() && c != '_')
            .unwrap_or(self.rest.len());
        let (name, rest) = self.rest.split_at(end);
        if name.is_empty() || name.starts_with(|c: char| c.is_ascii_digit()) {
            return Err("a line is `NAME=value`, and a name is made of letters, digits and `_`");
        }
        self.rest = rest;
        Ok(name)
    }

    /// Up to the end of the line, or to a `#` after a blank.
    fn bare(&mut self) -> String {
        let line = self.rest.split('\n').next().unwrap_or_default();
        let comment = if line.starts_with('#') {
            Some(0)
        } else {
            line.find(" #").or_else(|| line.find("\t#"))
        };
        let value = line[..comment.unwrap_or(line.len())].trim().to_owned();
        self.skip_line();
        value
    }

    /// Between quotes, over several lines if need be; only double quotes know escapes.
    fn quoted(&mut self, quote: char) -> Result<String, &'static str> {
        let mut value = String::new();
        let mut chars = self.rest.char_indices().skip(1);
        let mut lines = 0;
        while let Some((place, c)) = chars.next() {
            lines += usize::from(c == '\n');
            match c {
                c if c == quote => {
                    let after =
                        self.rest[place + 1..].split('\n').next().unwrap_or_default().trim();
                    if !after.is_empty() && !after.starts_with('#') {
                        return Err("something stands behind the closing quote");
                    }
                    self.rest = &self.rest[place + 1..];
                    self.line += lines;
                    self.skip_line();
                    return Ok(value);
                }
                '\\' if quote == '"' => value.push(match chars.next() {
                    Some((_, 'n')) => '\n',
                    Some((_, 'r')) => '\r',
                    Some((_, 't')) => '\t',
                    Some((_, c @ ('\\' | '"' | '$' | '\''))) => c,
                    _ => {
                        return Err(
                            "inside double quotes, `\\` stands before one of n r t \\ \" ' $",
                        );
                    }
                }),
                c => value.push(c),
            }
        }
        Err("the quote is never closed")
    }

    fn skip_blanks(&mut self) {
        self.rest = self.rest.trim_start_matches([' ', '\t']);
    }

    fn skip_line(&mut self) {
        self.rest = self.rest.split_once('\n').map_or("", |(_, rest)| rest);
        self.line += 1;
    }
}
