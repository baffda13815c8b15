//! Cookies and sessions that nobody gave out.

use hostile_tests::{Row, get, row};

use crate::check;

/// Whatever it is, it is an empty session.
fn session(name: &str, cookie: &str) -> Row {
    row(name, get("/count", &format!("cookie: session={cookie}\r\n")), &[200])
        .has("count 1")
        .serves()
}

fn cookies(name: &str, header: &str, count: usize) -> Row {
    row(name, get("/cookies", &format!("cookie: {header}\r\n")), &[200])
        .has(format!("\r\n\r\n{count} cookies"))
        .serves()
}

#[test]
fn sessions_that_are_forged() {
    check([
        session("empty", ""),
        session("a word", "x"),
        session("dots", "......"),
        session("itsdangerous without a key", "eyJjb3VudCI6NX0.ZVPxAA.AAAAAAAAAAAAAAAAAAAAAAAAAAA"),
        session("no signature", "eyJjb3VudCI6NX0"),
        session("an empty signature", "eyJjb3VudCI6NX0..."),
        session(
            "a bomb of zeros, compressed",
            ".eJztwTEBAAAAwqD1T20JT6AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA.ZVPxAA.x",
        ),
        session(
            "a time of the far future",
            "eyJjb3VudCI6NX0.__________8.AAAAAAAAAAAAAAAAAAAAAAAAAAA",
        ),
        session("60 kB", &"x".repeat(60_000)),
        session("60 kB of dots", &".".repeat(60_000)),
        session("quotes", "\"\\377\\000\\\"\""),
        session("an open quote", "\"abc"),
        session("JSON", "{\"count\":5}"),
        session("JWT without algorithm", "eyJhbGciOiJub25lIn0.eyJjb3VudCI6NX0."),
        session("percent signs", "%00%ff%zz"),
        session("another path", "../../../../etc/passwd"),
    ]);
}

#[test]
fn sessions_by_the_thousand() {
    let many = (0..4_000).map(|n| format!("session=x{n}; ")).collect::<String>();
    check([
        row("4,000 sessions", get("/count", &format!("cookie: {many}\r\n")), &[200])
            .has("count 1")
            .serves(),
        row("50 lines", get("/count", &"cookie: session=x\r\n".repeat(50)), &[200])
            .has("count 1")
            .serves(),
    ]);
}

#[test]
fn headers_that_are_no_cookies() {
    check([
        cookies("nothing", "", 0),
        cookies("separators", ";;;;; ; ; ;", 0),
        cookies("30,000 separators", &";".repeat(60_000), 0),
        cookies("no names", "=a; =b; =", 0),
        cookies("no values", "a=; b=", 2),
        cookies("no pairs", "a; b; c", 0),
        cookies("10,000 cookies", &"a=b; ".repeat(10_000), 10_000),
        cookies(
            "one name, 8,000 values",
            &(0..6_000).map(|n| format!("a={n}; ")).collect::<String>(),
            6_000,
        ),
        cookies("quotes", "a=\"b; c=d\"", 2),
        cookies("escapes at the end", "a=\"\\\"; b=\"\\3\"; c=\"\\", 3),
        cookies("prefixes", "__Host-a=b; __Secure-a=b; $Version=1", 3),
        row(
            "bytes",
            [b"GET /cookies HTTP/1.1\r\nhost: test\r\ncookie: \xff\xfe=\xfd; a=\xc0\x80\r\n\r\n"
                .as_slice()]
            .concat(),
            &[200],
        )
        .has("2 cookies")
        .serves(),
        row(
            "more than a head may have",
            get("/cookies", &format!("cookie: {}\r\n", "a=b; ".repeat(20_000))),
            &[431],
        )
        .closes(),
    ]);
}
