//! Filters on plain text.

use minijinja::value::{Kwargs, Rest, from_args};
use minijinja::{Error, Value};

/// The text in the middle of a field of so many letters.
pub(super) fn center(text: &str, width: Option<usize>) -> String {
    // As much as no page needs, and a server can bear.
    const WIDEST: usize = 10_000;
    let missing = width.unwrap_or(80).min(WIDEST).saturating_sub(text.chars().count());
    // Where it does not come out even, Python puts more to the left of a text of odd length.
    let left = missing / 2 + (missing & width.unwrap_or(80) & 1);
    format!("{}{text}{}", " ".repeat(left), " ".repeat(missing - left))
}

/// As many letters as fit, with `...` where some are left out; a word is broken only if asked. Up to
/// `leeway` letters more than the length are let through.
pub(super) fn truncate(
    text: &str,
    positional: Rest<Value>,
    named: Kwargs,
) -> Result<String, Error> {
    let (length, killwords, end, leeway): (
        Option<usize>,
        Option<bool>,
        Option<&str>,
        Option<usize>,
    ) = from_args(&positional.0)?;
    let length = named.get::<Option<usize>>("length")?.or(length).unwrap_or(255);
    let killwords = named.get::<Option<bool>>("killwords")?.or(killwords).unwrap_or(false);
    let end = named.get::<Option<&str>>("end")?.or(end).unwrap_or("...");
    let leeway = named.get::<Option<usize>>("leeway")?.or(leeway).unwrap_or(5);
    named.assert_all_used()?;
    if text.chars().count() <= length.saturating_add(leeway) {
        return Ok(text.to_owned());
    }
    let room = length.saturating_sub(end.chars().count());
    let cut = text.char_indices().nth(room).map_or(text, |(at, _)| &text[..at]);
    let kept = match cut.rsplit_once(' ') {
        Some((words, _)) if !killwords => words,
        _ => cut,
    };
    Ok(format!("{kept}{end}"))
}

/// How many words there are: runs of letters and digits.
pub(super) fn wordcount(text: &str) -> usize {
    text.split(|c: char| !(c.is_alphanumeric() || c == '_')).filter(|word| !word.is_empty()).count()
}

/// Breaks each line into such of at most `width` letters, at blanks and after hyphens.
pub(super) fn wordwrap(text: &str, width: Option<usize>, named: Kwargs) -> Result<Value, Error> {
    let width = named.get::<Option<usize>>("width")?.or(width).unwrap_or(79).max(1);
    let breaks_words = named.get::<Option<bool>>("break_long_words")?.unwrap_or(true);
    let breaks_hyphens = named.get::<Option<bool>>("break_on_hyphens")?.unwrap_or(true);
    let newline: String = named.get::<Option<String>>("wrapstring")?.unwrap_or_else(|| "\n".into());
    named.assert_all_used()?;
    let lines = text.lines().map(|line| wrap(line, width, breaks_words, breaks_hyphens));
    let wrapped: Vec<String> = lines.map(|lines| lines.join(&newline)).collect();
    Ok(wrapped.join(&newline).into())
}

#[allow(clippy::fn_params_excessive_bools, reason = "they are the filter's own arguments")]
fn wrap(line: &str, width: usize, breaks_words: bool, breaks_hyphens: bool) -> Vec<String> {
    let mut lines = Vec::new();
    let mut current = String::new();
    let mut length = 0;
    for piece in pieces(line, breaks_hyphens) {
        let mut piece = piece;
        let count = piece.trim_end().chars().count();
        if length + count > width && length > 0 {
            lines.push(current.trim_end().to_owned());
            (current, length) = (String::new(), 0);
        }
        if breaks_words {
            while piece.trim_end().chars().count() > width {
                let at = piece.char_indices().nth(width).map_or(piece.len(), |(at, _)| at);
                lines.push(piece[..at].to_owned());
                piece = &piece[at..];
            }
        }
        current.push_str(piece);
        length += piece.chars().count();
    }
    if !current.trim_end().is_empty() || lines.is_empty() {
        lines.push(current.trim_end().to_owned());
    }
    lines
}

/// Words with the blanks behind them.
fn pieces(line: &str, breaks_hyphens: bool) -> Vec<&str> {
    let mut pieces = Vec::new();
    let mut start = 0;
    let mut before = ' ';
    for (at, c) in line.char_indices() {
        let after_blank = before.is_whitespace() && !c.is_whitespace();
        let after_hyphen = breaks_hyphens && before == '-' && c.is_alphabetic();
        if at > start && (after_blank || after_hyphen) {
            pieces.push(&line[start..at]);
            start = at;
        }
        before = c;
    }
    pieces.push(&line[start..]);
    pieces
}
