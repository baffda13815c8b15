use super::parse;

#[track_caller]
fn check(answer: &str, status: u16, body: &str, cookies: &str) {
    let answer = parse(answer.as_bytes()).expect("an answer");
    assert_eq!((answer.status, answer.cookies.as_str()), (status, cookies));
    assert_eq!(String::from_utf8_lossy(&answer.body), body);
}

#[test]
fn answers() {
    check("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok", 200, "ok", "");
    check(
        "HTTP/1.1 200 OK\r\nset-cookie: a=1; Path=/\r\nSet-Cookie: b=2\r\n\r\nok",
        200,
        "ok",
        "a=1; b=2",
    );
    let chunked = "HTTP/1.1 500 No\r\nTransfer-Encoding: chunked\r\n\r\n";
    check(&format!("{chunked}3\r\nHel\r\n2\r\nlo\r\n0\r\n\r\n"), 500, "Hello", "");
}

#[test]
fn what_is_no_answer() {
    for text in ["", "HTTP/1.1 200 OK\r\n", "HTTP/1.1\r\n\r\n"] {
        assert!(parse(text.as_bytes()).is_none(), "{text:?}");
    }
    let cut = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nHel";
    assert!(parse(cut.as_bytes()).is_none());
}
