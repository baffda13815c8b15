//! Answers that hold what the client said: splitting, redirects, negotiation, ranges.

use hostile_tests::{Row, get, row};

use crate::check;

fn given(path: &str, value: &str, status: u16) -> Row {
    row(format!("{path} {value:.60}"), get(format!("{path}?value={value}"), ""), &[status])
        .lacks("\r\nset-cookie: evil")
        .lacks("\r\nSet-Cookie: evil")
        .lacks("\nevil")
        .serves()
}

fn with(path: &str, header: &str, status: u16) -> Row {
    row(format!("{path} {header:.60}"), get(path, &format!("{header}\r\n")), &[status])
}

#[test]
fn splitting() {
    check([
        given("/go", "/x%0d%0aSet-Cookie:%20evil=1", 303)
            .has("location: /x%0D%0ASet-Cookie:%20evil=1"),
        given("/go", "/x%0aSet-Cookie:%20evil=1", 303),
        given("/go", "/x%0d%0a%0d%0a%3Cscript%3E", 303).lacks("<script>"),
        given("/go", "/x%E5%98%8A%E5%98%8DSet-Cookie:%20evil", 303),
        given("/go", "/x%00", 303),
        given("/go", "javascript:alert(1)", 303),
        given("/go", "%22%3E%3Cscript%3Ealert(1)%3C/script%3E", 303).lacks("<script>"),
        given("/go", "", 303),
        given("/header", "fine", 200).has("x-given: fine"),
        given("/header", "x%0d%0aevil:%20y", 500),
        given("/header", "x%0aevil:%20y", 500),
        given("/header", "x%00y", 500),
        given("/cookie", "fine", 200).has("set-cookie: given=fine"),
        given("/cookie", "x%0d%0aevil:%20y", 200),
        given("/cookie", "x;%20Domain=evil.com", 200).lacks("; Domain=evil.com"),
        given("/cookie", "%FF%00%22%5c", 200),
        given("/cookie", &"x".repeat(8_000), 500),
        given("/download", "x%0d%0aevil:%20y", 200),
        given("/download", "x%22;%20filename=%22evil.exe", 200).lacks("filename=\"evil.exe\""),
        given("/download", "../../etc/passwd", 200),
        given("/download", "%00", 200),
        given("/download", &"%C3%BC".repeat(1_000), 200),
        given("/echo/%3Cscript%3E", "", 200).has("content-type: text/plain").has("nosniff"),
    ]);
}

#[test]
fn pages_of_errors() {
    check([
        row(
            "a script in the path",
            get("/nowhere/%3Cscript%3E/x", "accept: text/html\r\n"),
            &[404],
        )
        .lacks("<script>"),
        row("a script in the query", get("/nowhere/x?<script>", "accept: text/html\r\n"), &[400]),
        row(
            "a script in the form",
            get("/search?%3Cscript%3E=%3Cscript%3E", "accept: text/html\r\n"),
            &[400],
        )
        .lacks("<script>"),
        row("nothing of the inside", get("/header?value=%00", "accept: text/html\r\n"), &[500])
            .lacks("rs:")
            .lacks("panicked"),
    ]);
}

#[test]
fn negotiation() {
    let entries = |entry: &str, bytes: usize| entry.repeat(bytes / entry.len());
    check([
        with("/nowhere/x", &format!("accept: {}", entries("text/html;q=0.5,", 60_000)), 404)
            .serves(),
        with("/nowhere/x", &format!("accept: {}", entries(",", 60_000)), 404).serves(),
        with("/nowhere/x", &format!("accept: {}", "text/html,".repeat(100_000)), 431).closes(),
        with("/nowhere/x", "accept: text/html;q=99999999999999999999999999", 404).serves(),
        with("/nowhere/x", "accept: ;;;q=NaN,*/*;q=-1,/", 404).serves(),
        with("/wide", &format!("accept-encoding: {}", entries("gzip;q=0.1,", 60_000)), 200)
            .serves(),
        with("/wide", &format!("accept-encoding: {}", entries("x,", 60_000)), 200).serves(),
        with("/wide", "accept-encoding: gzip;q=nan, br;q=inf, *;q=1e400", 200).serves(),
        with("/wide", "accept-encoding: identity;q=0, *;q=0", 406).serves(),
        with("/static/a.txt", &format!("accept-encoding: {}", entries("br,gzip,", 60_000)), 200)
            .serves(),
        row("50 lines of encodings", get("/wide", &"accept-encoding: gzip\r\n".repeat(50)), &[200])
            .serves(),
    ]);
}

#[test]
fn ranges() {
    let many = |count: usize| (0..count).map(|_| "0-,").collect::<String>();
    let file = |header: &str, status: u16| with("/static/a.txt", header, status).serves();
    check([
        file("range: bytes=0-0", 206).has("\r\n\r\na"),
        file("range: bytes=-3", 206).has("\r\n\r\nhij"),
        file(&format!("range: bytes={}0-", many(15_000)), 200),
        file(&format!("range: bytes={}0-0", "5-0,".repeat(10_000)), 200),
        file(&format!("range: bytes={}", "-".repeat(50_000)), 416),
        file("range: bytes=9999999999999999999999999-", 416),
        file("range: bytes=0-99999999999999999999999999", 206),
        file("range: bytes=-99999999999999999999999999", 206),
        file("range: bytes=-0", 416),
        file("range: bytes=5-2", 416),
        file("range: bytes=a-b", 416),
        file("range: lines=1-2", 200),
        file("range: bytes=", 416),
        file("range: bytes=10-", 416),
        file("if-range: \"x\"\r\nrange: bytes=0-0", 200),
        row("50 ranges in lines", get("/static/a.txt", &"range: bytes=0-0\r\n".repeat(50)), &[206])
            .serves(),
        row("a range of a page", get("/download?value=x", "range: bytes=0-1\r\n"), &[206])
            .has("\r\n\r\n01")
            .serves(),
    ]);
}

#[test]
fn conditions() {
    let file = |header: String, status: u16| with("/static/a.txt", &header, status).serves();
    check([
        file(format!("if-none-match: {}", "\"x\",".repeat(12_000)), 200),
        file(format!("if-none-match: {}", ",".repeat(60_000)), 200),
        file(format!("if-none-match: {}", "W/".repeat(30_000)), 200),
        file(format!("if-none-match: \"{}", "x".repeat(60_000)), 200),
        file(format!("if-none-match: {}*", "\"x\",".repeat(10)), 200),
        file("if-none-match: *".into(), 304),
        file("if-match: \"x\"".into(), 412),
        file(format!("if-match: {}", "\"x\", ".repeat(12_000)), 412),
        file("if-modified-since: Thu, 01 Jan 9999 99:99:99 GMT".into(), 200),
        file("if-modified-since: Fri, 31 Dec 9999 23:59:59 GMT".into(), 304),
        file("if-modified-since: nonsense".into(), 200),
        file(format!("if-modified-since: {}", "9".repeat(60_000)), 200),
        file("if-unmodified-since: Thu, 01 Jan 1970 00:00:00 GMT".into(), 412),
    ]);
}
