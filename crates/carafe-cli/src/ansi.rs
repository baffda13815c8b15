//! The colours of a terminal, as HTML and as nothing.
//!
//! The text is of the compiler and of the running program, so it may hold anything: what is not a
//! letter, a line end or a colour is dropped, and letters that mean something in HTML are escaped.

use std::fmt::Write;

/// The text without colours.
pub(crate) fn plain(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    for piece in Pieces(text) {
        if let Piece::Letter(letter) = piece {
            plain.push(letter);
        }
    }
    plain
}

/// The text as HTML, for the inside of a `<pre>`: colours are classes and styles of spans, and no
/// span stands in another one.
pub(super) fn html(text: &str) -> String {
    let mut html = String::with_capacity(text.len() * 2);
    let mut style = Style::default();
    let mut open = None;
    for piece in Pieces(text) {
        match piece {
            Piece::Style(codes) => style.apply(codes),
            Piece::Letter(letter) => {
                if open != Some(style) {
                    if open.is_some_and(|open| open != Style::default()) {
                        html.push_str("</span>");
                    }
                    style.open(&mut html);
                    open = Some(style);
                }
                match letter {
                    '&' => html.push_str("&amp;"),
                    '<' => html.push_str("&lt;"),
                    '>' => html.push_str("&gt;"),
                    '"' => html.push_str("&quot;"),
                    '\'' => html.push_str("&#39;"),
                    letter => html.push(letter),
                }
            }
        }
    }
    if open.is_some_and(|open| open != Style::default()) {
        html.push_str("</span>");
    }
    html
}

#[derive(Clone, Copy, PartialEq, Default)]
#[expect(clippy::struct_excessive_bools, reason = "each is switched by codes of its own")]
struct Style {
    bold: bool,
    dim: bool,
    italic: bool,
    underline: bool,
    colour: Option<Colour>,
}

#[derive(Clone, Copy, PartialEq)]
enum Colour {
    /// One of the sixteen whose looks are the terminal's own choice, and so the page's.
    Named(u8),
    Exact(u8, u8, u8),
}

impl Style {
    /// Follows one `ESC [ … m`; codes that it doesn't know, backgrounds among them, do nothing.
    fn apply(&mut self, codes: &str) {
        let mut codes = codes.split([';', ':']).map(|code| match code {
            "" => 0,
            code => code.parse::<u16>().unwrap_or(u16::MAX),
        });
        while let Some(code) = codes.next() {
            match code {
                0 => *self = Self::default(),
                1 => self.bold = true,
                2 => self.dim = true,
                3 => self.italic = true,
                4 => self.underline = true,
                22 => (self.bold, self.dim) = (false, false),
                23 => self.italic = false,
                24 => self.underline = false,
                30..=37 => self.colour = Some(Colour::Named(low(code - 30))),
                90..=97 => self.colour = Some(Colour::Named(low(code - 82))),
                39 => self.colour = None,
                38 => self.colour = extended(&mut codes).or(self.colour),
                48 => drop(extended(&mut codes)),
                _ => {}
            }
        }
    }

    fn open(self, html: &mut String) {
        if self == Self::default() {
            return;
        }
        let mut classes = Vec::new();
        for (on, class) in
            [(self.bold, "b"), (self.dim, "d"), (self.italic, "i"), (self.underline, "u")]
        {
            if on {
                classes.push(class.to_owned());
            }
        }
        if let Some(Colour::Named(number)) = self.colour {
            classes.push(format!("c{number}"));
        }
        html.push_str("<span");
        if !classes.is_empty() {
            let _ = write!(html, " class=\"{}\"", classes.join(" "));
        }
        if let Some(Colour::Exact(red, green, blue)) = self.colour {
            let _ = write!(html, " style=\"color:#{red:02x}{green:02x}{blue:02x}\"");
        }
        html.push('>');
    }
}

/// What follows a 38: `5;n` out of 256 colours, or `2;r;g;b`.
fn extended(codes: &mut impl Iterator<Item = u16>) -> Option<Colour> {
    match codes.next()? {
        5 => match codes.next()? {
            number @ 0..=15 => Some(Colour::Named(low(number))),
            number @ 16..=231 => {
                let step = |place: u16| match (number - 16) / place % 6 {
                    0 => 0,
                    step => low(55 + step * 40),
                };
                Some(Colour::Exact(step(36), step(6), step(1)))
            }
            number @ 232..=255 => {
                let grey = low(8 + (number - 232) * 10);
                Some(Colour::Exact(grey, grey, grey))
            }
            _ => None,
        },
        2 => {
            let mut part = || codes.next().map(low);
            Some(Colour::Exact(part()?, part()?, part()?))
        }
        _ => None,
    }
}

fn low(code: u16) -> u8 {
    u8::try_from(code).unwrap_or(u8::MAX)
}

enum Piece<'a> {
    Letter(char),
    /// The codes between `ESC [` and `m`.
    Style(&'a str),
}

/// The text, cut into letters and changes of style; everything else that a terminal obeys is left
/// out.
struct Pieces<'a>(&'a str);

impl<'a> Iterator for Pieces<'a> {
    type Item = Piece<'a>;

    fn next(&mut self) -> Option<Piece<'a>> {
        loop {
            let letter = self.0.chars().next()?;
            self.0 = &self.0[letter.len_utf8()..];
            match letter {
                '\u{1b}' => {
                    if let Some(codes) = self.escape() {
                        return Some(Piece::Style(codes));
                    }
                }
                '\n' | '\t' => return Some(Piece::Letter(letter)),
                // What turns the direction of writing could show other code than there is.
                '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => {}
                letter if letter.is_control() => {}
                letter => return Some(Piece::Letter(letter)),
            }
        }
    }
}

impl<'a> Pieces<'a> {
    /// Takes what belongs to an escape; it is a style if it is `[ … m`.
    fn escape(&mut self) -> Option<&'a str> {
        match self.0.as_bytes().first()? {
            b'[' => {
                let inside = &self.0[1..];
                let length = inside.bytes().take_while(|byte| (0x20..0x40).contains(byte)).count();
                let (codes, rest) = inside.split_at(length);
                let last = rest.bytes().next();
                let ended = last.is_some_and(|byte| (0x40..0x7f).contains(&byte));
                self.0 = if ended { &rest[1..] } else { rest };
                (last == Some(b'm')).then_some(codes)
            }
            // A link or a title: up to a bell or `ESC \`, and never over the end of the line, so
            // that one that is not ended doesn't swallow the text.
            b']' => {
                let line = self.0.find('\n').unwrap_or(self.0.len());
                let bell = self.0[..line].find('\u{7}').map(|at| (at, 1));
                let string = self.0[..line].find("\u{1b}\\").map(|at| (at, 2));
                let end = bell.into_iter().chain(string).min();
                self.0 = end.map_or(&self.0[1..], |(at, length)| &self.0[at + length..]);
                None
            }
            // `ESC ( B` and the like choose an alphabet.
            b'(' | b')' => {
                self.0 = &self.0[1..];
                let next = self.0.chars().next()?;
                self.0 = &self.0[next.len_utf8()..];
                None
            }
            byte if byte.is_ascii_graphic() => {
                self.0 = &self.0[1..];
                None
            }
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests;
