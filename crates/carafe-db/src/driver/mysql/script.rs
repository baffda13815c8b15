//! What is read out of SQL that somebody wrote: what it does to a connection, and to which table.

use carafe_core::{Error, Result};

use crate::ddl::statements::{first_word, is, piece, places};

/// An error where one statement would end or begin a transaction.
pub(super) fn check(sql: &str) -> Result<()> {
    let (word, rest) = words(sql).next().unwrap_or_default();
    if begins(word, rest) || is(word, &["savepoint", "release", "xa"]) || ends(word, rest) {
        return Err(by_hand());
    }
    Ok(())
}

/// Whether it is one that tells how many rows it changed, even where it gives rows back.
pub(super) fn changes_rows(sql: &str) -> bool {
    let (word, _) = words(sql).next().unwrap_or_default();
    is(word, &["insert", "update", "delete", "replace"])
}

/// Whether it is a query, which gives rows and does nothing else.
pub(super) fn is_query(sql: &str) -> bool {
    let (word, _) = words(sql).next().unwrap_or_default();
    // What follows the tables of WITH may change rows.
    is(word, &["select", "values", "table"])
        || (is(word, &["with"]) && !has_main_word(sql, &["update", "delete"]))
        || (word.is_empty() && sql.contains('('))
}

/// Whether one of these words stands in a statement, outside of parentheses, comments and what is quoted;
/// that of `FOR UPDATE` does not count.
fn has_main_word(sql: &str, wanted: &[&str]) -> bool {
    let (mut at, mut depth, mut before) = (0, 0_usize, "");
    while at < sql.len() {
        let word = first_word(&sql[at..]);
        if depth == 0 && is(word, wanted) && !is(before, &["for"]) {
            return true;
        }
        match sql.as_bytes()[at] {
            b'(' => depth += 1,
            b')' => depth = depth.saturating_sub(1),
            _ => {}
        }
        if word.is_empty() {
            at += piece(sql, at);
        } else {
            before = word;
            at += word.len();
        }
    }
    false
}

/// Whether a statement leaves something on its connection that the next one who uses it must not meet.
pub(super) fn marks_connection(sql: &str) -> bool {
    const KEPT: &[&str] =
        &["set", "use", "lock", "unlock", "handler", "prepare", "execute", "deallocate", "xa"];
    words(sql).any(|(word, rest)| {
        let temporary = is(word, &["create"]) && has_word(rest, "temporary");
        let locks = is(word, &["flush"]) && has_word(rest, "lock");
        temporary || locks || is(word, KEPT)
    }) || has_word(sql, "get_lock")
        || sql.contains(":=")
}

/// Whether a script begins a transaction that it does not end.
pub(super) fn leaves_open(sql: &str) -> bool {
    let mut open = false;
    for (word, rest) in words(sql) {
        // Its body has statements of its own, and they are not told from those of the script.
        if is(word, &["create"]) && has_body(rest) {
            return open;
        }
        open = begins(word, rest) || (open && !ends(word, rest));
    }
    open
}

/// Whether a script begins a transaction at all.
pub(super) fn begins_any(sql: &str) -> bool {
    words(sql).any(|(word, rest)| begins(word, rest))
}

/// Whether it is one statement, and not several.
pub(super) fn is_one(sql: &str) -> bool {
    words(sql).count() == 1
}

/// An error where a script inside of a transaction would end it.
pub(super) fn check_inside(sql: &str) -> Result<()> {
    for (word, rest) in words(sql) {
        if is(word, &["create"]) && has_body(rest) {
            return Ok(());
        }
        if begins(word, rest) || ends(word, rest) {
            return Err(by_hand());
        }
    }
    Ok(())
}

/// The table that a statement inserts into, changes or deletes from.
pub(super) fn table(sql: &str) -> Option<String> {
    const BEFORE: &[&str] =
        &["low_priority", "delayed", "high_priority", "quick", "ignore", "into", "from"];
    let (word, mut rest) = words(sql).next()?;
    if !is(word, &["insert", "update", "delete", "replace"]) {
        return None;
    }
    while is(first_word(rest), BEFORE) {
        rest = rest[first_word(rest).len()..].trim_start();
    }
    let mut name = identifier(rest)?;
    // The name of a database may stand before it.
    while let Some(behind) = rest[name.len()..].strip_prefix('.') {
        rest = behind;
        name = identifier(rest)?;
    }
    Some(unquoted(name))
}

/// The names in backticks of a condition, each once.
pub(super) fn quoted_names(sql: &str) -> Vec<String> {
    let mut names = Vec::new();
    let mut at = 0;
    while at < sql.len() {
        let length = piece(sql, at);
        if sql[at..].starts_with('`') {
            let name = unquoted(&sql[at..at + length]);
            if !names.contains(&name) {
                names.push(name);
            }
        }
        at += length;
    }
    names
}

fn by_hand() -> Error {
    Error::internal("a transaction is begun and ended by its closure")
        .hint("use `db.atomic(async |tx| …)`, and no BEGIN, COMMIT, ROLLBACK or SAVEPOINT by hand")
}

/// `BEGIN NOT ATOMIC` is a block of statements.
fn begins(word: &str, rest: &str) -> bool {
    (is(word, &["begin"]) && !is(first_word(rest), &["not"]))
        || (is(word, &["start"]) && is(first_word(rest), &["transaction"]))
}

fn ends(word: &str, rest: &str) -> bool {
    is(word, &["commit"]) || (is(word, &["rollback"]) && !is(first_word(rest), &["to"]))
}

fn has_body(rest: &str) -> bool {
    ["procedure", "function", "trigger", "event", "package"].iter().any(|kind| has_word(rest, kind))
}

fn has_word(sql: &str, word: &str) -> bool {
    sql.split(|c: char| !c.is_ascii_alphanumeric() && c != '_').any(|one| is(one, &[word]))
}

/// A name at the start of a text, with its quotes.
fn identifier(sql: &str) -> Option<&str> {
    let length = if sql.starts_with('`') {
        piece(sql, 0)
    } else {
        sql.find(|c: char| !c.is_alphanumeric() && c != '_' && c != '$').unwrap_or(sql.len())
    };
    Some(&sql[..length]).filter(|name| !name.is_empty())
}

fn unquoted(name: &str) -> String {
    match name.strip_prefix('`').and_then(|name| name.strip_suffix('`')) {
        Some(name) => name.replace("``", "`"),
        None => name.to_owned(),
    }
}

/// The first word of each statement, and what comes after it.
fn words(sql: &str) -> impl Iterator<Item = (&str, &str)> {
    places(sql).map(|place| {
        let word = first_word(&sql[place.start..]);
        (word, sql[place.start + word.len()..].trim_start())
    })
}

#[cfg(test)]
mod tests {
    use super::{check, is_query, leaves_open, marks_connection, quoted_names, table, words};

    #[test]
    fn statements_are_told_by_their_first_words() {
        let all = |sql| words(sql).map(|(word, _)| word).collect::<Vec<_>>().join(" ");
        assert_eq!(
            all("select 1; insert into a values (';'); ; -- x\n/* y */ Update a # ; z"),
            "select insert Update"
        );
        assert_eq!(all("select 'it\\'s;' ; delete"), "select delete");
        assert_eq!(all("select `a;``b` ; delete"), "select delete");
        assert_eq!(all("select \"a;\" --1; \n; delete"), "select   delete".replace("   ", " "));
        for (sql, first) in [("", ""), (" ;; ", ""), ("--", ""), ("(select 1)", ""), ("é", "")] {
            assert_eq!(all(sql), first, "{sql}");
        }
        for broken in ["'", "`", "\"\\", "/*", "#", "/*!"] {
            assert!(words(broken).count() <= 1, "{broken}");
        }
    }

    #[test]
    fn transactions_by_hand_are_seen() {
        for sql in [
            "commit",
            " /* x */ ROLLBACK",
            "begin",
            "start transaction",
            "savepoint a",
            "xa begin 'a'",
        ] {
            assert!(check(sql).is_err(), "{sql}");
        }
        for sql in ["select 1", "", "insert into commit values (1)", "start slave"] {
            assert!(check(sql).is_ok(), "{sql}");
        }
        assert!(leaves_open("begin; select 1"));
        assert!(!leaves_open("begin; select 1; commit"));
        assert!(!leaves_open("create procedure a() begin select 1; begin select 2; end; end"));
    }

    #[test]
    fn queries_are_told_from_what_changes_rows() {
        for sql in [
            "select 1",
            "(select 1) union (select 2)",
            "with a as (select 'update') select * from a",
            "with a as (select `delete` from b) select update_x from a for update",
            "values (1)",
        ] {
            assert!(is_query(sql), "{sql}");
        }
        for sql in [
            "insert into a values (1) returning b",
            "with a as (select 1) update b set c = 1",
            "with a as (select 'é')delete from b",
            "call p()",
        ] {
            assert!(!is_query(sql), "{sql}");
        }
    }

    #[test]
    fn what_stays_on_a_connection_is_seen() {
        for sql in [
            "set a = 1",
            "select 1; USE a",
            "create temporary table a (a int)",
            "lock tables a read",
            "select Get_Lock('a', 1)",
            "select @a := 1",
        ] {
            assert!(marks_connection(sql), "{sql}");
        }
        for sql in ["create table a (a int)", "update a set b = 1", "select 'set'"] {
            assert!(!marks_connection(sql), "{sql}");
        }
    }

    #[test]
    fn the_table_of_a_statement_is_found() {
        for (sql, expected) in [
            ("insert into sale (a) values (1)", Some("sale")),
            ("INSERT IGNORE INTO `my ``sale`(a) values (1)", Some("my `sale")),
            ("update shop.sale set a = 1", Some("sale")),
            ("update `shop`.`sale` set a = 1", Some("sale")),
            ("delete from sale where a = 1", Some("sale")),
            ("replace sale values (1)", Some("sale")),
            ("select 1", None),
            ("insert into", None),
        ] {
            assert_eq!(table(sql).as_deref(), expected, "{sql}");
        }
        assert_eq!(quoted_names("`a` > 1 and `b``c` < '`d`' or `a`"), ["a", "b`c"]);
    }
}
