//! What only the statement tells by which a table of SQLite was made: its checks, and what columns are
//! computed from.

use std::collections::HashMap;

use super::QUOTING;
use crate::catalog::tokens::{Token, tokens};

/// What a `CREATE TABLE` says.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Definition {
    /// Checks with their names, where they have one.
    pub(super) checks: Vec<(Option<String>, String)>,
    /// From what columns are computed, by their names in small letters.
    pub(super) generated: HashMap<String, String>,
    /// The types of columns as they were written, by their names in small letters. Of some the pragma
    /// tells another spelling.
    pub(super) types: HashMap<String, String>,
    /// `AUTOINCREMENT`.
    pub(super) counted: bool,
    /// `WITHOUT ROWID`.
    pub(super) without_rowid: bool,
}

type Piece = (usize, Token);

impl Definition {
    /// Reads the statement; `None` where it is none, as that of a view.
    pub(super) fn read(sql: &str) -> Option<Self> {
        let tokens = tokens(sql, QUOTING)?;
        let open = tokens.iter().position(|(_, token)| token.is_symbol("("))?;
        let close = closing(&tokens, open)?;
        let mut definition = Self::default();
        for part in split(&tokens[open + 1..close]) {
            let Some((_, first)) = part.first() else { continue };
            let of_table = ["constraint", "check", "unique", "primary", "foreign"];
            let column = match first {
                Token::Word(word) if of_table.contains(&word.to_ascii_lowercase().as_str()) => None,
                Token::Text(name) => Some(name.as_str()),
                token => token.name(),
            };
            if let Some(column) = column {
                let last = part.last().map_or(0, |(at, _)| *at);
                let ty = type_of(sql, part, after(&tokens, last, sql))?;
                definition.types.insert(column.to_lowercase(), ty);
            }
            definition.part(sql, part, column)?;
        }
        definition.without_rowid =
            tokens[close..].windows(2).any(|pair| pair[0].1.is("without") && pair[1].1.is("rowid"));
        Some(definition)
    }

    /// A column, or a constraint of the table.
    fn part(&mut self, sql: &str, part: &[Piece], column: Option<&str>) -> Option<()> {
        let mut name = None;
        let mut at = usize::from(column.is_some());
        while let Some((_, token)) = part.get(at) {
            let opens = part.get(at + 1).is_some_and(|(_, next)| next.is_symbol("("));
            if token.is("constraint") {
                name = part.get(at + 1).and_then(|(_, next)| next.name()).map(str::to_owned);
                at += 2;
                continue;
            }
            if opens && token.is("check") {
                let inside = inside(sql, part, at + 1)?;
                self.checks.push((name.take(), inside.to_owned()));
            } else if opens && token.is("as") {
                let inside = inside(sql, part, at + 1)?.to_owned();
                self.generated.insert(column?.to_lowercase(), inside);
            } else if token.is("autoincrement") {
                self.counted = true;
            }
            at = if token.is_symbol("(") { closing(part, at)? + 1 } else { at + 1 };
        }
        Some(())
    }
}

/// The type of a column, with what stands in its parentheses; the column ends at that place.
fn type_of(sql: &str, part: &[Piece], ends: usize) -> Option<String> {
    const ENDS: [&str; 10] = [
        "constraint",
        "primary",
        "not",
        "null",
        "unique",
        "check",
        "default",
        "collate",
        "references",
        "generated",
    ];
    let is_type = |token: &Token| {
        token.name().is_some() && !ENDS.iter().any(|end| token.is(end)) && !token.is("as")
    };
    let words = part.iter().skip(1).take_while(|(_, token)| is_type(token)).count();
    let Some((begin, _)) = part.get(1).filter(|_| words > 0) else { return Some(String::new()) };
    let end = match part.get(words + 1) {
        Some((_, token)) if token.is_symbol("(") => part[closing(part, words + 1)?].0 + 1,
        Some((end, _)) => *end,
        // Nothing stands behind it but a comma, or the end of the table.
        None => ends,
    };
    sql.get(*begin..end).map(|text| text.trim().to_owned())
}

/// The parts of a `CREATE INDEX`, and its condition.
pub(super) fn index_parts(sql: &str) -> Option<(Vec<String>, Option<String>)> {
    let tokens = tokens(sql, QUOTING)?;
    let on = tokens.iter().position(|(_, token)| token.is("on"))?;
    let open = on + tokens[on..].iter().position(|(_, token)| token.is_symbol("("))?;
    let close = closing(&tokens, open)?;
    let parts = split(&tokens[open + 1..close]).into_iter().map(|part| {
        let direction = part.last().filter(|(_, token)| token.is("asc") || token.is("desc"));
        let begins = part.first().map_or(0, |(at, _)| *at);
        let last = part.last().map_or(begins, |(at, _)| *at);
        let ends = match direction {
            Some(_) => last,
            None => after(&tokens, last, sql),
        };
        sql[begins..ends].trim().to_owned()
    });
    let parts = parts.collect();
    let condition = tokens.get(close + 1).filter(|(_, token)| token.is("where"));
    let condition = condition.map(|(at, _)| sql[at + "where".len()..].trim().to_owned());
    Some((parts, condition))
}

/// Where the piece that begins at a place ends: where the next one begins.
fn after(tokens: &[Piece], at: usize, sql: &str) -> usize {
    tokens.iter().map(|(place, _)| *place).find(|place| *place > at).unwrap_or(sql.len())
}

/// What stands between a parenthesis and the one that closes it.
fn inside<'s>(sql: &'s str, tokens: &[Piece], open: usize) -> Option<&'s str> {
    let close = closing(tokens, open)?;
    Some(sql[tokens[open].0 + 1..tokens[close].0].trim())
}

/// The place of the parenthesis that closes the one at a place.
fn closing(tokens: &[Piece], open: usize) -> Option<usize> {
    let mut depth = 0_usize;
    for (index, (_, token)) in tokens.iter().enumerate().skip(open) {
        if token.is_symbol("(") {
            depth += 1;
        } else if token.is_symbol(")") {
            depth = depth.checked_sub(1)?;
            if depth == 0 {
                return Some(index);
            }
        }
    }
    None
}

/// The parts between commas that stand in no parentheses.
fn split(tokens: &[Piece]) -> Vec<&[Piece]> {
    let (mut depth, mut begin) = (0_usize, 0);
    let mut parts = Vec::new();
    for (index, (_, token)) in tokens.iter().enumerate() {
        match token {
            Token::Symbol("(") => depth += 1,
            Token::Symbol(")") => depth = depth.saturating_sub(1),
            Token::Symbol(",") if depth == 0 => {
                parts.push(&tokens[begin..index]);
                begin = index + 1;
            }
            _ => {}
        }
    }
    parts.push(&tokens[begin..]);
    parts
}

#[cfg(test)]
mod tests {
    use super::{Definition, index_parts};

    #[test]
    fn a_table_is_read() {
        let made = Definition::read(
            "CREATE TABLE \"a, (b\" (id integer primary key autoincrement, -- check (no)
                \"check\" text default 'check (1)' CONSTRAINT c1 CHECK (\"check\" <> ')'),
                [n] int check (n > (1)) generated always as (id + 1) virtual,
                constraint \"it's\" check (id < 9), check(1), unique (id, n), foreign key (n) references x (y)) WITHOUT ROWID",
        );
        let made = made.unwrap();
        let checks: Vec<_> =
            made.checks.iter().map(|(name, text)| (name.as_deref(), text.as_str())).collect();
        assert_eq!(
            checks,
            [
                (Some("c1"), "\"check\" <> ')'"),
                (None, "n > (1)"),
                (Some("it's"), "id < 9"),
                (None, "1")
            ]
        );
        assert_eq!(made.generated["n"], "id + 1");
        let types = ["id", "check", "n"].map(|name| made.types[name].as_str());
        assert_eq!(types, ["integer", "text", "int"]);
        assert!(made.counted && made.without_rowid);
        let made = Definition::read(
            "create table t (a, b varchar (20) null, c \"my type\", d Double  Precision)",
        );
        let types = made.unwrap().types;
        let types = ["a", "b", "c", "d"].map(|name| types[name].as_str());
        assert_eq!(types, ["", "varchar (20)", "\"my type\"", "Double  Precision"]);
        assert_eq!(Definition::read("create view v as select 1"), None);
        assert_eq!(Definition::read("create table t (a"), None);
    }

    #[test]
    fn an_index_is_read() {
        let (parts, condition) = index_parts(
            "CREATE INDEX \"x on (y\" ON t (lower(a) , b DESC,  (c || ',') asc) where a > 0",
        )
        .unwrap();
        assert_eq!(parts, ["lower(a)", "b", "(c || ',')"]);
        assert_eq!(condition.as_deref(), Some("a > 0"));
        assert_eq!(index_parts("create index i on t (a)").unwrap(), (vec!["a".to_owned()], None));
    }
}
