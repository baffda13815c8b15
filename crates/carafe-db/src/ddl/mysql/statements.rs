//! The statements of a script of MySQL and MariaDB.

use std::ops::Range;

/// The statements of a script. One with a body, whose own statements are not told from those of the
/// script, is all that is left of it.
pub(crate) fn all(script: &str) -> Vec<&str> {
    let mut found = Vec::new();
    for Range { start, end } in places(script) {
        let statement = &script[start..end];
        if is(first_word(statement), &["create"]) && makes_body(statement) {
            found.push(script[start..].trim_end());
            break;
        }
        found.push(statement.trim_end());
    }
    found
}

/// Whether it makes something with statements inside, and no table of such a name.
fn makes_body(statement: &str) -> bool {
    const PLAIN: &[&str] = &["table", "index", "view", "database", "schema", "sequence", "user"];
    const BODIES: &[&str] = &["procedure", "function", "trigger", "event", "package"];
    let mut words = statement.split(|c: char| !c.is_ascii_alphanumeric() && c != '_');
    let told = words.find(|word| is(word, PLAIN) || is(word, BODIES));
    told.is_some_and(|word| is(word, BODIES))
}

/// Where each statement stands, without its semicolon and what is blank before it.
pub(crate) fn places(sql: &str) -> impl Iterator<Item = Range<usize>> {
    let mut at = 0;
    std::iter::from_fn(move || {
        // White space, comments, parentheses and empty statements.
        loop {
            let rest = &sql[at..];
            let blank =
                rest.len() - rest.trim_start_matches(|c: char| c.is_whitespace() || c == ';').len();
            let comment = comment(&rest[blank..]);
            at += blank + comment;
            if blank + comment == 0 {
                break;
            }
        }
        if at == sql.len() {
            return None;
        }
        let start = at;
        while at < sql.len() && !sql[at..].starts_with(';') {
            at += piece(sql, at);
        }
        Some(start..at)
    })
}

/// The length of what begins here: a comment, a string, a quoted name, or else one character.
pub(crate) fn piece(sql: &str, at: usize) -> usize {
    let rest = &sql[at..];
    let comment = comment(rest);
    if comment > 0 {
        return comment;
    }
    match rest.as_bytes()[0] {
        b'\'' => quoted(rest, '\'', true),
        b'"' => quoted(rest, '"', true),
        b'`' => name(rest),
        _ => rest.chars().next().map_or(1, char::len_utf8),
    }
}

/// What `/*!` begins is run, and no comment.
fn comment(text: &str) -> usize {
    let dashes = text.strip_prefix("--").is_some_and(|rest| {
        rest.is_empty() || rest.starts_with(|c: char| c.is_whitespace() || c.is_control())
    });
    if dashes || text.starts_with('#') {
        return text.find('\n').unwrap_or(text.len());
    }
    if !text.starts_with("/*") || text.starts_with("/*!") || text.starts_with("/*M!") {
        return 0;
    }
    text.find("*/").map_or(text.len(), |end| end + 2)
}

/// A doubled quote needs no care: it ends one string and begins the next.
fn quoted(text: &str, quote: char, escaped: bool) -> usize {
    let mut characters = text.char_indices().skip(1);
    while let Some((at, c)) = characters.next() {
        if c == '\\' && escaped {
            characters.next();
        } else if c == quote {
            return at + 1;
        }
    }
    text.len()
}

/// A name in backticks, those that are doubled inside included.
fn name(text: &str) -> usize {
    let mut at = 1;
    while let Some(end) = text[at..].find('`') {
        at += end + 1;
        if !text[at..].starts_with('`') {
            return at;
        }
        at += 1;
    }
    text.len()
}

/// Whether a word is one of these, whatever its case.
pub(crate) fn is(word: &str, words: &[&str]) -> bool {
    words.iter().any(|other| word.eq_ignore_ascii_case(other))
}

/// The word that a text begins with.
pub(crate) fn first_word(sql: &str) -> &str {
    let end = sql.find(|c: char| !c.is_ascii_alphabetic() && c != '_').unwrap_or(sql.len());
    &sql[..end]
}

#[cfg(test)]
mod tests {
    use super::all;

    #[test]
    fn a_script_is_split_between_its_statements() {
        for (script, expected) in [
            ("", &[][..]),
            ("-- nothing\n;", &[]),
            ("update a set b = 1", &["update a set b = 1"]),
            (
                " update a set b = ';' ;\n-- and\ninsert into `a;b` values (1) -- last;\n;",
                &["update a set b = ';'", "insert into `a;b` values (1) -- last;"],
            ),
            (
                "create table event (a int); drop table b",
                &["create table event (a int)", "drop table b"],
            ),
            (
                "drop table b; create trigger t before insert on a for each row begin set @a = 1; end;",
                &[
                    "drop table b",
                    "create trigger t before insert on a for each row begin set @a = 1; end;",
                ],
            ),
        ] {
            assert_eq!(all(script), expected, "{script}");
        }
    }
}
