//! Request lines and headers.

use hostile_tests::{Row, get, row};

use crate::check;

/// A `GET` of the path, which keeps the connection.
fn path(path: impl AsRef<[u8]>, status: u16) -> Row {
    let path = path.as_ref();
    let name = String::from_utf8_lossy(&path[..path.len().min(60)]).into_owned();
    row(name, get(path, ""), &[status])
}

/// A `GET` with this header, which is malformed.
fn header(header: impl AsRef<[u8]>, status: u16) -> Row {
    let header = header.as_ref();
    let name = String::from_utf8_lossy(&header[..header.len().min(60)]).into_owned();
    let mut bytes = b"GET / HTTP/1.1\r\nhost: test\r\n".to_vec();
    bytes.extend_from_slice(header);
    bytes.extend_from_slice(b"\r\n\r\n");
    row(name, bytes, &[status])
}

#[test]
fn percent_encoding() {
    check([
        path("/echo/%zz", 200).has("%zz").serves(),
        path("/echo/%", 200).has("%").serves(),
        path("/echo/%4", 200).serves(),
        path("/echo/%C0%AF", 404).serves(),
        path("/echo/%FF", 404).serves(),
        path("/echo/%ED%A0%80", 404).serves(),
        path("/rest/%FF/x", 404).serves(),
        path("/number/%FF", 404).serves(),
        path("/number/%37", 200).has("7").serves(),
        path("/number/99999999999999999999999", 404).serves(),
        path("/number/-9223372036854775809", 404).serves(),
        path("/number/+7", 404).serves(),
        path("/number/%C2%A07", 404).serves(),
        path("/echo/a%2Fb", 200).has("a/b").serves(),
        path("/echo/%252e", 200).has("%2e").serves(),
        path("/%FF", 404).serves(),
        path("/%FF/", 404).serves(),
        path("/%65cho/x", 200).has("x").serves(),
        path("/query?%zz=%", 200).has("1 pairs").serves(),
        path("/query?%FF=%C0%AF", 200).has("1 pairs").serves(),
    ]);
}

#[test]
fn nul_bytes() {
    check([
        path("/echo/%00", 404).serves(),
        path("/static/a.txt%00", 404).serves(),
        path("/static/%00", 404).serves(),
        path("/static/a.txt%00.css", 404).serves(),
        path(b"/echo/\0", 400).closes(),
        path(b"/\0", 400).closes(),
        path("/query?a=%00", 200).serves(),
        header("x: a\0b", 400).closes(),
        header("x\0: a", 400).closes(),
        row("a head of NULs", vec![0; 100], &[400]).closes(),
        row("a megabyte of NULs", vec![0; 1 << 20], &[400]).closes(),
    ]);
}

#[test]
fn bytes_in_paths() {
    check([
        path(b"/echo/a\tb", 400).closes(),
        path(b"/echo/a\x7fb", 400).closes(),
        path(b"/echo/a\x01b", 400).closes(),
        path("/echo/a#b", 200).lacks("#").serves(),
        path("/echo/a b", 400).closes(),
        path("/echo/\"<script>", 400).closes(),
        path("/echo/ü", 200).serves(),
        path(b"/echo/\xff", 400).closes(),
        path("x", 400).serves(),
        path("", 400).closes(),
        path("?", 400).closes(),
        path("//", 308).serves(),
        path("/echo/..", 200).serves(),
        path("/{name}/", 200).serves(),
        path("/{*path}", 308).serves(),
    ]);
}

#[test]
fn long_uris() {
    check([
        path(format!("/echo/{}", "a".repeat(8_000)), 200).serves(),
        path(format!("/echo/{}", "a".repeat(9_000)), 414).serves(),
        path(format!("/query?{}", "a".repeat(20_000)), 414).serves(),
        path(format!("/query?{}", "a".repeat(70_000)), 431).closes(),
        path(format!("/{}", "a".repeat(1 << 20)), 431).closes(),
        path(format!("/{}", "a/".repeat(4_000)), 404),
        path("/".repeat(8_000), 308).has("location: /\r\n"),
        path(format!("/static/{}", "../".repeat(2_600)), 404),
        path(format!("/rest/{}", "%25".repeat(2_600)), 200),
    ]);
}

#[test]
fn many_and_long_headers() {
    let many = |count: usize| (0..count).map(|n| format!("x-{n}: y\r\n")).collect::<String>();
    let same = |count: usize| "x: y\r\n".repeat(count);
    check([
        row("99 headers", get("/", &many(99)), &[200]).serves(),
        row("101 headers", get("/", &many(101)), &[431]).closes(),
        row("10,000 headers", get("/", &many(10_000)), &[431]).closes(),
        row("10,000 of one name", get("/", &same(10_000)), &[431]).closes(),
        row("a million headers", get("/", &same(1_000_000)), &[431]).closes(),
        row("a long value", get("/", &format!("x: {}\r\n", "y".repeat(60_000))), &[200]).serves(),
        row("a longer value", get("/", &format!("x: {}\r\n", "y".repeat(70_000))), &[431]).closes(),
        row("a huge value", get("/", &format!("x: {}\r\n", "y".repeat(16 << 20))), &[431]).closes(),
        row("a long name", get("/", &format!("{}: y\r\n", "x".repeat(60_000))), &[200]).serves(),
        row("a name of 65,536", get("/", &format!("{}: y\r\n", "x".repeat(65_536))), &[431])
            .closes(),
        row("a head without end", "GET / HTTP/1.1\r\n", &[431])
            .then(hostile_tests::Step::Repeat(b"x: y\r\n".to_vec(), 1 << 20))
            .closes(),
        row("a line without end", "GET /", &[431])
            .then(hostile_tests::Step::Repeat(vec![b'a'; 1 << 16], 1 << 10))
            .closes(),
        row("empty lines without end", "", &[431])
            .then(hostile_tests::Step::Repeat(b"\r\n".repeat(1 << 12), 1 << 10))
            .closes(),
    ]);
}

#[test]
fn malformed_headers() {
    check([
        header("no colon", 400).closes(),
        header(": no name", 400).closes(),
        header("space before : x", 400).closes(),
        header(" leading: x", 400).closes(),
        header("x: a\r\n folded", 400).closes(),
        header("x: a\r\n\tfolded", 400).closes(),
        header("x: a\rb", 400).closes(),
        header("x\r: a", 400).closes(),
        header("x: \x01", 400).closes(),
        header("x(y): a", 400).closes(),
        header(b"x: \xff\xfe", 200).serves(),
        header(b"\xff: x", 400).closes(),
        header("x:", 200).serves(),
        header("x:\t\ty\t", 200).serves(),
        row("bare LF", "GET / HTTP/1.1\nhost: test\n\n", &[200]).serves(),
        row("CR only", "GET / HTTP/1.1\rhost: test\r\r", &[400]).closes(),
        row("no version", "GET /\r\n\r\n", &[400]).closes(),
        row("no path", "GET HTTP/1.1\r\n\r\n", &[400]).closes(),
        row("two spaces", "GET  / HTTP/1.1\r\nhost: a\r\n\r\n", &[400]).closes(),
        row("space at the end", "GET / HTTP/1.1 \r\nhost: a\r\n\r\n", &[400]).closes(),
        row("only spaces", "    \r\n\r\n", &[400]).closes(),
        row("random", (0..=255u8).cycle().skip(77).take(9_999).collect::<Vec<_>>(), &[400])
            .closes(),
    ]);
}
