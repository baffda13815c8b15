//! What is read out of SQL that somebody wrote: its parameters, and what it does to a connection.

use std::borrow::Cow;

use carafe_core::{Error, Result};

/// The text of one statement as PostgreSQL wants it: `?` and `?1` become `$1`, unless there is a `$1`
/// already or nothing to put there. `??` is the operator `?`.
///
/// An error where it would end or begin a transaction, or take the connection for something else.
pub(super) fn statement(sql: &str, has_values: bool) -> Result<Cow<'_, str>> {
    let (word, rest) = words(sql).next().unwrap_or_default();
    let begins = is(word, &["begin", "start", "savepoint", "release", "rollback"]);
    // `PREPARE TRANSACTION` ends one; `PREPARE name AS` does not.
    let prepares = is(word, &["prepare"]) && is(first_word(rest), &["transaction"]);
    if begins || prepares || ends_transaction(word, rest) {
        return Err(by_hand());
    }
    if is(word, &["copy"]) && (has_word(sql, "stdin") || has_word(sql, "stdout")) {
        return Err(Error::internal(
            "COPY of rows through the connection is no statement of a `Db`",
        )
        .hint("insert many rows by one INSERT, or COPY from a file of the server"));
    }
    Ok(if has_values { numbered(sql) } else { Cow::Borrowed(sql) })
}

/// Whether it is one that gives rows, as far as its first word tells: a WITH may write all the same.
pub(super) fn is_query(sql: &str) -> bool {
    let (word, rest) = words(sql).next().unwrap_or_default();
    is(word, &["select", "values", "with", "table"]) || (word.is_empty() && rest.starts_with('('))
}

/// Whether it is one that tells how many rows it changed, even where it gives rows back.
pub(super) fn changes_rows(sql: &str) -> bool {
    let (word, _) = words(sql).next().unwrap_or_default();
    is(word, &["insert", "update", "delete", "merge"])
}

/// Whether a statement leaves something on its connection that the next one who uses it must not meet.
pub(super) fn marks_connection(sql: &str) -> bool {
    words(sql).any(|(word, rest)| {
        let second = |others: &[&str]| is(first_word(rest), others);
        let set = is(word, &["set"]) && !second(&["local", "constraints", "transaction"]);
        let temporary = is(word, &["create"]) && second(&["temp", "temporary"]);
        let kept = ["reset", "listen", "unlisten", "prepare", "deallocate", "discard", "load"];
        set || temporary || is(word, &kept)
    })
}

/// Whether a script begins a transaction that it does not end.
pub(super) fn leaves_open(sql: &str) -> bool {
    words(sql).fold(false, |open, (word, rest)| {
        if is(word, &["begin", "start"]) {
            true
        } else {
            open && !(is(word, &["end"]) || ends_transaction(word, rest))
        }
    })
}

/// An error where a script inside of a transaction would end it.
pub(super) fn check_inside(sql: &str) -> Result<()> {
    let ends = words(sql).any(|(word, rest)| ends_transaction(word, rest));
    if ends { Err(by_hand()) } else { Ok(()) }
}

fn by_hand() -> Error {
    Error::internal("a transaction is begun and ended by its closure")
        .hint("use `db.atomic(async |tx| …)`, and no BEGIN, COMMIT, ROLLBACK or SAVEPOINT by hand")
}

/// `END` is none of them: a function's body in SQL may end so.
fn ends_transaction(word: &str, rest: &str) -> bool {
    is(word, &["commit", "abort"]) || (is(word, &["rollback"]) && !is(first_word(rest), &["to"]))
}

fn is(word: &str, words: &[&str]) -> bool {
    words.iter().any(|other| word.eq_ignore_ascii_case(other))
}

fn has_word(sql: &str, word: &str) -> bool {
    sql.split(|c: char| !c.is_ascii_alphanumeric() && c != '_').any(|one| is(one, &[word]))
}

fn first_word(sql: &str) -> &str {
    let end = sql.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(sql.len());
    &sql[..end]
}

/// The first word of each statement, and what comes after it.
fn words(sql: &str) -> impl Iterator<Item = (&str, &str)> {
    let (mut at, mut inside) = (0, false);
    std::iter::from_fn(move || {
        // The rest of the statement before: who wants to know the first word alone need not wait for it.
        while inside && at < sql.len() && !sql[at..].starts_with(';') {
            at += piece(sql, at);
        }
        inside = true;
        // White space, comments and empty statements.
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
        let word = first_word(&sql[at..]);
        let rest = sql[at + word.len()..].trim_start();
        Some((word, rest))
    })
}

fn numbered(sql: &str) -> Cow<'_, str> {
    let mut text = String::with_capacity(sql.len() + 8);
    let (mut at, mut count) = (0, 0);
    while at < sql.len() {
        let length = piece(sql, at);
        let rest = &sql[at..];
        let digit = |text: &str| text.starts_with(|c: char| c.is_ascii_digit());
        if length == 1 && rest.starts_with('$') && digit(&rest[1..]) {
            return Cow::Borrowed(sql);
        }
        if length == 1 && rest.starts_with('?') {
            if rest.starts_with("??") {
                text.push('?');
                at += 2;
                continue;
            }
            text.push('$');
            if !digit(&rest[1..]) {
                count += 1;
                text.push_str(&count.to_string());
            }
        } else {
            text.push_str(&rest[..length]);
        }
        at += length;
    }
    Cow::Owned(text)
}

/// The length of what begins here: a comment, a string, a quoted name, or else one character.
fn piece(sql: &str, at: usize) -> usize {
    let rest = &sql[at..];
    let comment = comment(rest);
    if comment > 0 {
        return comment;
    }
    match rest.as_bytes()[0] {
        b'\'' => quoted(rest, '\'', is_escaped(&sql[..at])),
        b'"' => quoted(rest, '"', false),
        b'$' if !sql[..at].ends_with(is_name) => dollar_quoted(rest).unwrap_or(1),
        _ => rest.chars().next().map_or(1, char::len_utf8),
    }
}

fn comment(text: &str) -> usize {
    if text.starts_with("--") {
        return text.find('\n').unwrap_or(text.len());
    }
    if !text.starts_with("/*") {
        return 0;
    }
    let (mut depth, mut at) = (0_usize, 0);
    while at < text.len() {
        let rest = &text.as_bytes()[at..];
        if rest.starts_with(b"/*") {
            (depth, at) = (depth + 1, at + 2);
        } else if rest.starts_with(b"*/") {
            (depth, at) = (depth - 1, at + 2);
            if depth == 0 {
                return at;
            }
        } else {
            at += 1;
        }
    }
    text.len()
}

/// Whether a backslash escapes in the string that follows: `E'…'`.
fn is_escaped(before: &str) -> bool {
    before.strip_suffix(['e', 'E']).is_some_and(|before| !before.ends_with(is_name))
}

fn is_name(c: char) -> bool {
    c.is_alphanumeric() || c == '_' || c == '$'
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

fn dollar_quoted(text: &str) -> Option<usize> {
    let tag = text[1..].find('$')? + 2;
    let name = &text[1..tag - 1];
    if name.starts_with(|c: char| c.is_ascii_digit()) || !name.chars().all(is_name) {
        return None;
    }
    Some(text[tag..].find(&text[..tag]).map_or(text.len(), |end| end + 2 * tag))
}

#[cfg(test)]
mod tests {
    use super::{leaves_open, marks_connection, numbered, statement, words};

    #[test]
    fn parameters_are_numbered_outside_of_strings_and_comments() {
        for (sql, expected) in [
            ("select ?", "select $1"),
            ("a = ? and b = ?", "a = $1 and b = $2"),
            ("?2 ?1 ?12", "$2 $1 $12"),
            ("a = $1 and data ? 'x'", "a = $1 and data ? 'x'"),
            ("data ?? 'x' and a = ?", "data ? 'x' and a = $1"),
            ("'?' \"?\" -- ?\n ? /* ? /* ? */ ? */ ?", "'?' \"?\" -- ?\n $1 /* ? /* ? */ ? */ $2"),
            ("'it''s ?' ?", "'it''s ?' $1"),
            ("E'\\'?' ? e'\\\\' ?", "E'\\'?' $1 e'\\\\' $2"),
            ("name'\\' ?", "name'\\' $1"),
            ("$$ ? $1 $$ ? $a$ ? $$ ? $a$ ?", "$$ ? $1 $$ $1 $a$ ? $$ ? $a$ $2"),
            ("é ? 'é", "é $1 'é"),
            ("?", "$1"),
            ("'", "'"),
            ("/*", "/*"),
            ("$", "$"),
            ("", ""),
        ] {
            assert_eq!(numbered(sql), expected);
        }
    }

    #[test]
    fn statements_are_told_by_their_first_words() {
        let all = |sql| words(sql).map(|(word, _)| word).collect::<Vec<_>>().join(" ");
        assert_eq!(
            all("select 1; insert into a values (';'); ; -- x\n/* y */ Update a"),
            "select insert Update"
        );
        assert_eq!(all("do $$ begin; commit; end $$; commit"), "do commit");
        assert_eq!(
            (all(""), all(" ;; "), all("--")),
            (String::new(), String::new(), String::new())
        );
        assert_eq!(all("(select 1)"), "");
    }

    #[test]
    fn transactions_by_hand_are_seen() {
        for sql in [
            "commit",
            " /* x */ ROLLBACK",
            "begin",
            "start transaction",
            "savepoint a",
            "abort",
            "rollback to a",
        ] {
            assert!(statement(sql, false).is_err(), "{sql}");
        }
        for sql in ["select 1", "", "insert into commit values (1)", "prepare a as select 1"] {
            assert!(statement(sql, false).is_ok(), "{sql}");
        }
        assert!(leaves_open("begin; select 1"));
        assert!(!leaves_open("begin; select 1; commit"));
        assert!(!leaves_open(
            "create function a() returns int begin atomic select 1; end; select 1"
        ));
    }

    #[test]
    fn what_stays_on_a_connection_is_seen() {
        for sql in
            ["set a = 1", "select 1; LISTEN a", "create temp table a ()", "set session a = 1"]
        {
            assert!(marks_connection(sql), "{sql}");
        }
        for sql in ["set local a = 1", "create table a ()", "update a set b = 1", "select 'set'"] {
            assert!(!marks_connection(sql), "{sql}");
        }
    }
}
