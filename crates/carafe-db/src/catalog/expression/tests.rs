//! What databases show, and what is read of it.

use carafe_model::schema::Kind;

use super::{Quoting, Seen, Sql, read};

const POSTGRES: Sql = Sql {
    quoting: Quoting { backslash: false, escaped_quotes: false },
    length: &["length", "char_length"],
    quoted_texts: false,
};
const SQLITE: Sql = Sql { quoted_texts: true, ..POSTGRES };
const MYSQL: Sql = Sql {
    quoting: Quoting { backslash: true, escaped_quotes: true },
    length: &["char_length"],
    quoted_texts: false,
};

fn said(sql: &str, how: Sql) -> String {
    let column = |name: &str| {
        let kind = match name {
            "title" | "a b" => Kind::Text,
            "paid" => Kind::Bool,
            "pages" | "n" => Kind::Integer,
            _ => return None,
        };
        Some(Seen { field: name.replace(' ', "_"), kind: Some(kind) })
    };
    read(sql, how, &column).map_or_else(|| "?".to_owned(), |read| read.to_string())
}

#[track_caller]
fn check(how: Sql, lines: &[(&str, &str)]) {
    for (sql, expected) in lines {
        assert_eq!(said(sql, how), *expected, "{sql}");
    }
}

#[test]
fn postgres_is_read() {
    check(
        POSTGRES,
        &[
            ("((pages > 0))", "pages > 0"),
            ("lower((title)::text)", "lower(title)"),
            (
                "(((title)::text <> ''::text) AND ((title)::text <> 'it''s\\'::text))",
                r#"(title != "") && (title != "it's\\")"#,
            ),
            ("(paid AND (NOT paid) AND (n IS NULL))", "(paid && !paid) && n.is_null()"),
            (
                "((title)::text = ANY ((ARRAY['a'::character varying, 'b'::character varying])::text[]))",
                r#"title.is_in(["a", "b"])"#,
            ),
            ("(n <> ALL (ARRAY[1, '-2'::integer]))", "!n.is_in([1, -2])"),
            ("statement_timestamp()", "now()"),
            ("((4 - 7))::smallint", "?"),
            ("(upper(title) || '!'::text)", r#"upper(title) + "!""#),
            ("\"a b\" = E'x\\ny'", r#"a_b == "x\ny""#),
            ("(n)::text = '1'::text", "?"),
            ("nextval('a_id_seq'::regclass)", "?"),
            ("(title ~~ 'a%'::text)", "?"),
            ("(title + 1)", "?"),
            ("((pages)::bigint * 2) > 5000000000", "(pages * 2) > 5000000000"),
            ("to_tsvector('english'::regconfig, title)", r#"to_tsvector("english", title)"#),
            ("(n > '2020-01-01'::date)", r#"n > "2020-01-01""#),
            ("pages > 0; drop table post", "?"),
            ("missing > 0", "?"),
            ("pages >", "?"),
        ],
    );
}

#[test]
fn sqlite_is_read() {
    check(
        SQLITE,
        &[
            ("\"pages\" > 0", "pages > 0"),
            ("[pages]>-1 /* at least */ and `n`<>\"text\"", r#"(pages > -1) && (n != "text")"#),
            ("paid = 0 -- not paid\n", "paid == false"),
            ("n BETWEEN 1 AND 3 OR paid", "((n >= 1) && (n <= 3)) || paid"),
            ("title IN ('a', 'b') IS NOT NULL", "?"),
            ("title NOT IN ('a') AND n NOTNULL", r#"!title.is_in(["a"]) && !n.is_null()"#),
            ("STRFTIME('%Y-%m-%d %H:%M:%f', 'now')", "now()"),
            ("CURRENT_TIMESTAMP", "now()"),
            ("(n >= CURRENT_DATE)", "?"),
            ("1 - 2 - 3 * n", "(1 - 2) - (3 * n)"),
            ("'it''s'", r#""it's""#),
            ("(select 1)", "?"),
            ("x'00ff'", "?"),
        ],
    );
    assert_eq!(said(&"(".repeat(10_000), SQLITE), "?");
    assert_eq!(said(&"not ".repeat(10_000), SQLITE), "?");
    assert_eq!(said(&"- ".repeat(100_000), SQLITE), "?");
}

#[test]
fn mysql_is_read() {
    check(
        MYSQL,
        &[
            ("`pages` > 0", "pages > 0"),
            ("lcase(`title`)", "lower(title)"),
            ("(`title` <> _utf8mb4\\'none\\')", r#"title != "none""#),
            ("`title` <> 'it\\'s'", r#"title != "it's""#),
            ("char_length(`title`)", "length(title)"),
            ("length(`title`)", "?"),
            ("concat(ucase(`title`),'!')", r#"upper(title) + "!""#),
            ("`n` MOD 2 = 0 and !`paid`", "((n % 2) == 0) && !paid"),
            ("current_timestamp(6)", "now()"),
            ("`n` is not null", "!n.is_null()"),
        ],
    );
}
