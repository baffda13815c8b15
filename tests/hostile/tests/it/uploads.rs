//! Forms with files.

use hostile_tests::{Row, Step, post, row};

use crate::check;

const KIND: &str = "multipart/form-data; boundary=B";

fn form(name: &str, body: impl AsRef<[u8]>, status: u16) -> Row {
    row(name, post("/upload", KIND, body), &[status])
}

fn part(headers: &str, content: &str) -> String {
    format!("--B\r\n{headers}\r\n\r\n{content}\r\n")
}

fn text(name: &str, content: &str) -> String {
    part(&format!("content-disposition: form-data; name=\"{name}\""), content)
}

fn file(name: &str, content: &str) -> String {
    part(&format!("content-disposition: form-data; name=\"f\"; filename=\"{name}\""), content)
}

fn whole(parts: &str) -> String {
    format!("{parts}--B--\r\n")
}

#[test]
fn parts() {
    let disposition = "content-disposition: form-data; name=\"a\"";
    check([
        form("good", whole(&(text("a", "b") + &file("x.txt", "y"))), 200)
            .has("1 texts, 1 files")
            .serves(),
        form("no parts", "--B--\r\n", 200).has("0 texts, 0 files"),
        form("an empty body", "", 400),
        form("no last boundary", text("a", "b"), 400),
        form("garbage", "x".repeat(1 << 20), 413),
        form("1,000 parts", whole(&text("a", "b").repeat(1_000)), 200).has("1000 texts").serves(),
        form("1,001 parts", whole(&text("a", "b").repeat(1_001)), 413),
        form("20,000 parts", whole(&text("a", "b").repeat(20_000)), 413),
        form("20,000 files", whole(&file("a", "b").repeat(20_000)), 413),
        form("20,000 boundaries", "--B\r\n".repeat(20_000), 413),
        form("a part without headers", whole("--B\r\n\r\nx\r\n"), 400),
        form("a part without a name", whole(&part("content-disposition: form-data", "x")), 400),
        form("a part with a broken header", whole(&part("nonsense", "x")), 400),
        form(
            "a part with NULs in its header",
            whole(&part("content-disposition: form-data; name=\"\0\"", "x")),
            400,
        ),
        form(
            "100 headers of a part",
            whole(&part(&format!("{disposition}{}", "\r\nx: y".repeat(100)), "x")),
            400,
        ),
        form(
            "10,000 headers of a part",
            whole(&part(&format!("{disposition}{}", "\r\nx: y".repeat(10_000)), "x")),
            400,
        ),
        form(
            "a header of 1 MiB",
            whole(&part(&format!("{disposition}\r\nx: {}", "y".repeat(1 << 20)), "x")),
            413,
        ),
        form("a name of 1 MiB", whole(&text(&"n".repeat(1 << 20), "x")), 413),
        form("an open quote", whole(&part("content-disposition: form-data; name=\"a", "x")), 400),
        form(
            "names with CR LF",
            whole(&part("content-disposition: form-data; name=\"a\r\nevil: x\"", "x")),
            400,
        ),
        form("a field of 1 MiB", whole(&text("a", &"x".repeat(1 << 20))), 413),
        form("a file of 1 MiB", whole(&file("a", &"x".repeat(1 << 20))), 200)
            .has("1 files")
            .serves(),
        form("a boundary in the data", whole(&text("a", "x--B--x\r\n-- B--\r\n-B")), 200)
            .has("1 texts")
            .serves(),
        form("names of files that climb", whole(&file("../../../etc/passwd", "x")), 200)
            .has("1 files"),
        form("names of files with NULs", whole(&file("a%00.txt", "x")), 200),
        form("after the last boundary", whole(&text("a", "b")) + &"x".repeat(1 << 20), 200)
            .has("1 texts"),
        form("before the first boundary", "x\r\n".repeat(1 << 18) + &whole(&text("a", "b")), 413),
        form("larger than a body may be", whole(&file("a", &"x".repeat(3 << 20))), 413).closes(),
        form(
            "text that is no UTF-8",
            [b"--B\r\ncontent-disposition: form-data; name=\"a\"\r\n\r\n\xff\xfe\r\n--B--\r\n"
                .as_slice()]
            .concat(),
            200,
        ),
    ]);
}

#[test]
fn boundaries() {
    let kind = |kind: &str, status: u16| {
        row(format!("{kind:.60}"), post("/upload", kind, whole(&text("a", "b"))), &[status])
    };
    check([
        kind("multipart/form-data", 400),
        kind("multipart/form-data; boundary=", 400),
        kind("multipart/form-data; boundary=\"\"", 400),
        kind("multipart/form-data; boundary=other", 400),
        kind(&format!("multipart/form-data; boundary={}", "B".repeat(10_000)), 400),
        kind("multipart/form-data; boundary=\"B", 400),
        kind("multipart/mixed; boundary=B", 415),
        kind("application/json", 415),
        kind("", 415),
        kind("multipart/form-data; boundary=B; boundary=C", 200),
    ]);
}

#[test]
fn forms_without_end() {
    let head = |more: &str| {
        format!("POST /upload HTTP/1.1\r\nhost: test\r\ncontent-type: {KIND}\r\n{more}\r\n")
    };
    let chunked = |name: &str, chunk: String| {
        let chunk = format!("{:x}\r\n{chunk}\r\n", chunk.len());
        row(name, head("transfer-encoding: chunked\r\n"), &[413])
            .then(Step::Repeat(chunk.into(), 1 << 20))
            .closes()
    };
    check([
        chunked("parts", text("a", "b").repeat(100)),
        chunked("files", file("a", "b").repeat(100)),
        chunked("a preamble", "x".repeat(1 << 16)),
        row("a file", head("transfer-encoding: chunked\r\n"), &[413])
            .then(Step::Say({
                let start = file("a", "");
                format!("{:x}\r\n{start}\r\n", start.len()).into()
            }))
            .then(Step::Repeat(format!("10000\r\n{}\r\n", "x".repeat(1 << 16)).into(), 1 << 14))
            .closes(),
        row("a length that lies", head("content-length: 1000\r\n") + &text("a", "b"), &[400])
            .then(Step::HalfClose)
            .closes(),
        row("a length beyond all", head("content-length: 99999999999\r\n"), &[413]).closes(),
        row("leaves in the middle", head("content-length: 1000\r\n") + &text("a", "b"), &[])
            .then(Step::Leave),
    ]);
}
