//! Whether a statement only reads: then a connection that reads may take it.

use crate::statement::{Access, Statement};

/// Whether it surely only reads. What is not sure of it goes to the writer, where it is right too,
/// only not beside others.
pub(super) fn only_reads(statement: &Statement) -> bool {
    match statement.access() {
        Access::Read => true,
        Access::Write => false,
        Access::Raw => raw_only_reads(statement.sql()),
    }
}

fn raw_only_reads(sql: &str) -> bool {
    let sql = without_comments(sql);
    let word = sql.split(|c: char| !c.is_ascii_alphabetic()).next().unwrap_or_default();
    if word.eq_ignore_ascii_case("select") || word.eq_ignore_ascii_case("values") {
        return true;
    }
    let writes = |word: &str| {
        ["insert", "update", "delete", "replace"].iter().any(|verb| word.eq_ignore_ascii_case(verb))
    };
    // `WITH` begins a query as well as an INSERT; a column named so costs no more than the queue.
    word.eq_ignore_ascii_case("with")
        && !sql.split(|c: char| !c.is_ascii_alphanumeric() && c != '_').any(writes)
}

/// The text after the white space and comments that it begins with.
fn without_comments(mut sql: &str) -> &str {
    loop {
        sql = sql.trim_start();
        if let Some(rest) = sql.strip_prefix("--") {
            sql = rest.split_once('\n').map_or("", |(_, rest)| rest);
        } else if let Some(rest) = sql.strip_prefix("/*") {
            sql = rest.split_once("*/").map_or("", |(_, rest)| rest);
        } else {
            return sql;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::raw_only_reads;

    #[test]
    fn queries_are_told_from_writes() {
        for sql in [
            "select 1",
            " \n SELECT 1",
            "values (1)",
            "-- a\n/* b */ select 1",
            "with a as (select 1) select * from a",
            "select(1)",
        ] {
            assert!(raw_only_reads(sql), "{sql}");
        }
        for sql in [
            "",
            "--",
            "/*",
            "insert into t values (1)",
            "pragma user_version",
            "with a as (select 1) insert into t select * from a",
            "with a as (select 1) DELETE from t",
            "selecting",
            "create table t (a)",
            "-- select\ndelete from t",
            "é",
        ] {
            assert!(!raw_only_reads(sql), "{sql}");
        }
    }
}
