//! Forms, queries and JSON.

use hostile_tests::{Row, get, post, row};

use crate::check;

const FORM: &str = "application/x-www-form-urlencoded";
const JSON: &str = "application/json";

fn sent(path: &str, kind: &str, body: impl AsRef<[u8]>, status: u16) -> Row {
    let body = body.as_ref();
    let name = format!("{path} {}", String::from_utf8_lossy(&body[..body.len().min(50)]));
    row(name, post(path, kind, body), &[status]).serves()
}

fn form(path: &str, body: impl AsRef<[u8]>, status: u16) -> Row {
    sent(path, FORM, body, status)
}

fn json(body: impl AsRef<[u8]>, status: u16) -> Row {
    sent("/json", JSON, body, status)
}

fn keys(count: usize) -> String {
    (0..count).map(|n| format!("key{n}={n}&")).collect()
}

/// Keys whose hashes collide under the hash of old PHPs and Javas: `Aa` and `BB`, in all orders.
fn colliding(bits: u32) -> String {
    let key = |n: u32| {
        (0..bits).map(|bit| if n >> bit & 1 == 0 { "Aa" } else { "BB" }).collect::<String>()
    };
    (0..1 << bits).map(|n| format!("{}=1&", key(n))).collect()
}

#[test]
fn queries() {
    let query = |path: &str, query: &str, status: u16| {
        row(format!("{path}?{query:.50}"), get(format!("{path}?{query}"), ""), &[status])
    };
    check([
        query("/query", &"&".repeat(8_000), 200).has("0 pairs"),
        query("/query", &"a&".repeat(4_000), 200).has("4000 pairs"),
        query("/query", &"=".repeat(8_000), 200),
        query("/query", &"a=b&".repeat(2_000), 200).has("2000 pairs"),
        query("/query", &keys(10_000), 431),
        query("/query", &keys(1_000)[..8_000], 200),
        query("/query", "", 200).has("0 pairs"),
        query("/query", "?????", 200),
        query("/query", "a[b][c][d]=e", 200).has("1 pairs"),
        query("/search", "name=x&name=y", 400),
        query("/search", "", 400),
        query("/search", "name", 200),
        query("/search", "name=%FF&tags=%00", 200),
        query("/search", &format!("name=x&{}", "tags=y&".repeat(1_000)), 200).has("x 1000"),
        query("/search", &format!("name={}", "[".repeat(7_000)), 200),
        query("/search", "name=x&__proto__=y&constructor=z", 200),
    ]);
}

#[test]
fn forms() {
    check([
        form("/form", "&".repeat(1 << 20), 200).has("0 pairs"),
        form("/form", keys(10_000), 200).has("10000 pairs"),
        form("/form", "=&".repeat(1 << 19), 200),
        form("/form", "%".repeat(1 << 20), 200),
        form("/form", "%FF".repeat(1 << 18), 200),
        form("/form", "+".repeat(1 << 20), 200),
        form("/form", colliding(13), 200).has("8192 pairs"),
        form("/form", "a".repeat((2 << 20) + 1), 413),
        form("/form", "a".repeat(2 << 20), 200),
        form("/form", [0xffu8; 1_000], 200),
        form("/form", [0u8; 1_000], 200),
        form("/form", "", 200).has("0 pairs"),
        form("/login", "", 400),
        form("/login", format!("name{}=x", "[a]".repeat(100_000)), 400),
        form("/login", format!("name=x&{}", "tags=y&".repeat(100_000)), 200).has("x 100000"),
        form("/login", format!("name=x&{}", keys(100_000)), 200),
        form("/login", format!("name=x{}", "&name=y".repeat(100_000)), 400),
        form("/login", "name=x;tags=y", 200).has("x;tags=y 0"),
        sent("/form", "", "a=b", 415),
        sent("/form", "text/plain", "a=b", 415),
        sent("/form", "application/x-www-form-urlencodedX", "a=b", 415),
        sent("/form", "application/x-www-form-urlencoded; charset=utf-7", "a=b", 200),
        sent("/form", &format!("{FORM}; {}", "x=y; ".repeat(5_000)), "a=b", 200),
        sent("/form", "multipart/form-data; boundary=x", "a=b", 415),
    ]);
}

#[test]
fn json_bombs() {
    check([
        json("[".repeat(100_000), 400),
        json(format!("{}{}", "[".repeat(100_000), "]".repeat(100_000)), 400),
        json("{\"a\":".repeat(100_000), 400),
        json("[{\"a\":".repeat(100_000), 400),
        json(format!("[{}1]", "1,".repeat(1 << 19)), 200).has("524289 items"),
        json("9".repeat(1_000), 400),
        json("9".repeat(1 << 20), 400),
        json("1e999999999", 400),
        json("-1e-999999999", 200),
        json(format!("0.{}1", "0".repeat(1 << 20)), 200),
        json(format!("\"{}\"", "\\u0000".repeat(100_000)), 200),
        json(format!("{{{}\"a\":1}}", "\"a\":1,".repeat(100_000)), 200).has("1 keys"),
        json("{\"a\":1,\"a\":2}", 200).has("1 keys"),
        json("\"\\ud800\"", 400),
        json(b"\"\xff\"", 400),
        json(b"\xef\xbb\xbf{}", 400),
        json(b"\xff\xfe{\0}\0", 400),
        json("NaN", 400),
        json("{'a': 1}", 400),
        json("{} {}", 400),
        json("{}\0", 400),
        json("", 400),
        json(" ".repeat(1 << 20), 400),
        json("\"".to_owned() + &"x".repeat(2 << 20), 413),
        sent("/point", JSON, "{\"x\": 9223372036854775808}", 422),
        sent("/point", JSON, "{\"x\": 1, \"x\": 2}", 422),
        sent("/point", JSON, "{\"x\": \"1\"}", 422),
        sent("/point", JSON, "[]", 422),
        sent(
            "/point",
            JSON,
            format!("{{\"y\": {}1{}, \"x\": 1}}", "[".repeat(100_000), "]".repeat(100_000)),
            200,
        ),
        sent("/point", JSON, "{\"__proto__\": {\"x\": 2}, \"x\": 1}", 200),
        sent("/json", "", "{}", 415),
        sent("/json", "text/json", "{}", 415),
        sent("/json", "text/plain", "{}", 415),
        sent("/json", "application/x-www-form-urlencoded", "{}", 415),
        sent("/json", "application/jsonx", "{}", 415),
        sent("/json", "application/json; charset=utf-16", "{}", 200),
        sent("/json", &format!("application/json;{}", " ".repeat(10_000)), "{}", 200),
    ]);
}

#[test]
fn bodies_that_are_coded() {
    let coded = |coding: &str| {
        let head = format!(
            "POST /json HTTP/1.1\r\nhost: test\r\ncontent-type: {JSON}\r\ncontent-encoding: {coding}\r\ncontent-length: 20\r\n\r\n"
        );
        let mut bytes = head.into_bytes();
        bytes
            .extend_from_slice(b"\x1f\x8b\x08\0\0\0\0\0\0\x03\xab\xae\x05\0\x43\xbf\xa6\xa3\x02\0");
        row(coding, bytes, &[400]).serves()
    };
    // Bodies are not decoded, so that there is no bomb to be sent.
    check([coded("gzip"), coded("br"), coded("gzip, gzip, gzip"), coded("nonsense")]);
}
