//! Where one request ends and the next begins: smuggling, chunks, pipelines.

use hostile_tests::{Row, Step, get, post, row};

use crate::{check, secs};

/// A `POST /text` with these headers and this, byte for byte, after the head.
fn body(name: &str, headers: &str, body: impl AsRef<[u8]>, statuses: &[u16]) -> Row {
    let mut bytes = format!("POST /text HTTP/1.1\r\nhost: test\r\n{headers}\r\n").into_bytes();
    bytes.extend_from_slice(body.as_ref());
    row(name, bytes, statuses)
}

fn chunked(name: &str, text: impl AsRef<[u8]>, statuses: &[u16]) -> Row {
    body(name, "transfer-encoding: chunked\r\n", text, statuses)
}

/// What a smuggler would have a server take for a request of its own.
const SMUGGLED: &str = "GET /echo/smuggled HTTP/1.1\r\nhost: test\r\n\r\n";

#[test]
fn two_lengths() {
    // Where there are both, the chunks count, and nothing after them does (RFC 9112, 6.1).
    let both = "content-length: 5\r\ntransfer-encoding: chunked\r\n";
    let length = |value: &str| format!("content-length: {value}\r\n");
    let coding = |value: &str| format!("transfer-encoding: {value}\r\n");
    check(
        [
            body("length and chunks", both, format!("0\r\n\r\n{SMUGGLED}"), &[200]).closes(),
            body(
                "chunks and length",
                "transfer-encoding: chunked\r\ncontent-length: 5\r\n",
                format!("0\r\n\r\n{SMUGGLED}"),
                &[200],
            )
            .closes(),
            body("two lengths", "content-length: 5\r\ncontent-length: 6\r\n", "hello!", &[400])
                .closes(),
            body(
                "the same length twice",
                "content-length: 5\r\ncontent-length: 5\r\n",
                "hello",
                &[200],
            )
            .serves(),
            body("a list of lengths", &length("5, 6"), "hello!", &[400]).closes(),
            body("signed", &length("+5"), "hello", &[400]).closes(),
            body("negative", &length("-1"), "", &[400]).closes(),
            body("hexadecimal", &length("0x5"), "hello", &[400]).closes(),
            body("no number", &length("five"), "hello", &[400]).closes(),
            body("empty", &length(""), "hello", &[400]).closes(),
            body("2^64", &length("18446744073709551616"), "hello", &[400]).closes(),
            body("2^64 - 1", &length("18446744073709551615"), "hello", &[431]).closes(),
            body("identity", &coding("identity"), SMUGGLED, &[400]).closes(),
            body("chunked twice", &coding("chunked, chunked"), "0\r\n\r\n", &[501]),
            body("gzip, then chunked", &coding("gzip, chunked"), "0\r\n\r\n", &[501]),
            body("chunked first", &coding("chunked, gzip"), "0\r\n\r\n", &[400]).closes(),
            body("gzip", &coding("gzip"), "0\r\n\r\n", &[400]).closes(),
            body("quoted", &coding("\"chunked\""), "0\r\n\r\n", &[400]).closes(),
            body("vertical tab", &coding("\x0bchunked"), "0\r\n\r\n", &[400]).closes(),
            body("xchunked", &coding("xchunked"), "0\r\n\r\n", &[400]).closes(),
            body(
                "two codings",
                "transfer-encoding: chunked\r\ntransfer-encoding: identity\r\n",
                "0\r\n\r\n",
                &[400],
            )
            .closes(),
            body("space before the colon", "transfer-encoding : chunked\r\n", "0\r\n\r\n", &[400])
                .closes(),
            body("capitals", &coding("CHUNKED"), "5\r\nhello\r\n0\r\n\r\n", &[200]).serves(),
        ]
        .into_iter()
        .map(|row| row.lacks("smuggled")),
    );
}

#[test]
fn bodies_where_none_belongs() {
    let get_with =
        |headers: &str, body: &str| format!("GET / HTTP/1.1\r\nhost: test\r\n{headers}\r\n{body}");
    check([
        row("GET with a length", get_with("content-length: 5\r\n", "hello"), &[200]).serves(),
        row(
            "GET with chunks",
            get_with("transfer-encoding: chunked\r\n", "5\r\nhello\r\n0\r\n\r\n"),
            &[200],
        )
        .serves(),
        row(
            "GET with a request as body",
            get_with(&format!("content-length: {}\r\n", SMUGGLED.len()), SMUGGLED),
            &[200],
        )
        .lacks("smuggled")
        .serves(),
    ]);
}

#[test]
fn chunks() {
    check([
        chunked("good", "5\r\nhello\r\n0\r\n\r\n", &[200]).has("5").serves(),
        chunked("trailers", "5\r\nhello\r\n0\r\nx: y\r\n\r\n", &[200]).serves(),
        chunked("an extension", "5;a=b\r\nhello\r\n0\r\n\r\n", &[200]).serves(),
        chunked("no hex", "zz\r\nhello\r\n0\r\n\r\n", &[400]).closes(),
        chunked("no size", "\r\nhello\r\n0\r\n\r\n", &[400]).closes(),
        chunked("negative", "-1\r\nhello\r\n0\r\n\r\n", &[400]).closes(),
        chunked("signed", "+5\r\nhello\r\n0\r\n\r\n", &[400]).closes(),
        chunked("0x", "0x5\r\nhello\r\n0\r\n\r\n", &[400]).closes(),
        chunked("overflow", "FFFFFFFFFFFFFFFFF\r\nhello\r\n0\r\n\r\n", &[400]).closes(),
        chunked("the largest", "FFFFFFFFFFFFFFFF\r\nhello", &[400]).then(Step::HalfClose).closes(),
        chunked("no CR LF after a chunk", "5\r\nhelloX0\r\n\r\n", &[400]).closes(),
        chunked("bare LF", "5\nhello\n0\n\n", &[400]).closes(),
        chunked("truncated size", "5", &[400]).then(Step::HalfClose).closes(),
        chunked("truncated chunk", "5\r\nhe", &[400]).then(Step::HalfClose).closes(),
        chunked("no last chunk", "5\r\nhello\r\n", &[400]).then(Step::HalfClose).closes(),
        chunked(
            "a huge extension",
            format!("5;{}\r\nhello\r\n0\r\n\r\n", "x".repeat(1 << 20)),
            &[400],
        )
        .closes(),
        chunked("many extensions", "1;abcdefgh=ijklmnop\r\nx\r\n".repeat(100_000), &[400]).closes(),
        chunked("huge trailers", format!("0\r\nx: {}\r\n\r\n", "y".repeat(1 << 20)), &[400])
            .closes(),
        chunked("many trailers", format!("0\r\n{}\r\n", "x: y\r\n".repeat(10_000)), &[400])
            .closes(),
        chunked("more than a body may have", "", &[413])
            .then(Step::Repeat(format!("10000\r\n{}\r\n", "x".repeat(1 << 16)).into(), 1 << 12))
            .closes(),
        chunked("a million chunks of one byte", "", &[200])
            .then(Step::Repeat("1\r\nx\r\n".repeat(1_000).into(), 1_000))
            .then(Step::Say(b"0\r\n\r\n".to_vec()))
            .has("1000000")
            .serves(),
    ]);
}

#[test]
fn lengths_that_lie() {
    check([
        body("too short", "content-length: 10\r\n", "hello", &[400]).then(Step::HalfClose).closes(),
        body("nothing at all", "content-length: 10\r\n", "", &[400]).then(Step::HalfClose).closes(),
        body("leaves", "content-length: 10\r\n", "hello", &[]).then(Step::Leave),
        body("a gigabyte, and sends it", "content-length: 1073741824\r\n", "", &[413])
            .then(Step::Repeat(vec![b'x'; 1 << 16], 1 << 14))
            .closes(),
        row(
            "an unread gigabyte",
            "POST /nowhere/x HTTP/1.1\r\nhost: test\r\ncontent-length: 1073741824\r\n\r\n",
            &[404],
        )
        .then(Step::Repeat(vec![b'x'; 1 << 16], 1 << 14))
        .closes(),
    ]);
}

#[test]
fn expectations() {
    let expect =
        |value: &str, length: usize| format!("expect: {value}\r\ncontent-length: {length}\r\n");
    check([
        body("100-continue", &expect("100-continue", 5), "", &[100, 200])
            .then(Step::Pause(secs(0.2)))
            .then(Step::Say(b"hello".to_vec()))
            .serves(),
        body("100-continue of too much", &expect("100-continue", 1 << 30), "", &[100, 413])
            .then(Step::Repeat(vec![b'x'; 1 << 16], 1 << 14))
            .closes(),
        body("a nonsense expectation", &expect("200-maybe", 5), "hello", &[200]).serves(),
        row("100-continue unread", "POST /nowhere/x HTTP/1.1\r\nhost: test\r\nexpect: 100-continue\r\ncontent-length: 5\r\n\r\n", &[404])
            .closes(),
    ]);
}

#[test]
fn pipelines() {
    let many = |request: Vec<u8>, times: usize| request.repeat(times);
    let ok = vec![200; 10_000];
    check([
        row("10,000 requests", many(get("/echo/x", ""), 10_000), &ok).serves(),
        row("10,000 requests, then closed", many(get("/", ""), 10_000), &[])
            .then(Step::HalfClose)
            .then(Step::Leave),
        row("10,000 requests, and leaves", many(get("/wide", ""), 10_000), &[]).then(Step::Leave),
        row("10,000 requests, and listens late", many(get("/echo/x", ""), 10_000), &ok)
            .listens_after(secs(1.0))
            .serves(),
        row("300 answers of 50 kB, and listens late", many(get("/wide", ""), 300), &[200; 300])
            .listens_after(secs(0.5)),
        row("10,000 posts", many(post("/text", "", "hello"), 10_000), &ok).serves(),
        row("10,000 that are not found", many(get("/nowhere/x", ""), 10_000), &vec![404; 10_000])
            .serves(),
        row("nothing", "", &[]).then(Step::HalfClose),
        row("half a request", "GET / HTTP/1.1\r\nho", &[]).then(Step::HalfClose).closes(),
        // A client that closes its side has left: its handlers are dropped.
        row("a request, then half closed", get("/", ""), &[])
            .then(Step::HalfClose)
            .then(Step::Leave),
        row("leaves at once", "", &[]).then(Step::Leave),
    ]);
}
