//! Reading and setting cookies.

use std::time::{Duration, SystemTime};

use carafe_core::cookies::{Cookies, MAX_SIZE, SameSite, SetCookie};
use http::{HeaderMap, HeaderValue, header::COOKIE};

#[track_caller]
fn read(header: &[u8], expected: &[(&str, &str)]) {
    let mut headers = HeaderMap::new();
    headers.append(COOKIE, HeaderValue::from_bytes(header).unwrap());
    let cookies = Cookies::from_headers(&headers);
    let found: Vec<(String, String)> = cookies.iter().map(|(n, v)| (n.into(), v.into())).collect();
    let found: Vec<(&str, &str)> = found.iter().map(|(n, v)| (&**n, &**v)).collect();
    assert_eq!(found, expected);
}

#[test]
fn a_request_brings() {
    read(b"", &[]);
    read(b"; ;;  ;", &[]);
    read(b"a=1", &[("a", "1")]);
    read(b"a=1; b=2", &[("a", "1"), ("b", "2")]);
    read(b"a=1;b=2 ;  c = 3 ", &[("a", "1"), ("b", "2"), ("c", "3")]);
    read(b"a=1; a=2", &[("a", "1"), ("a", "2")]);
    read(b"a=b=c==", &[("a", "b=c==")]);
    read(b"a=", &[("a", "")]);
    read(b"nameless; =value; a=1", &[("a", "1")]);
    read(b"=__Host-a=1; a=2", &[("a", "2")]);
    read(br#"a="b c"; d=""; e=""""#, &[("a", "b c"), ("d", ""), ("e", "\"")]);
    read(br#"a="x\054y\073\"\\"; b=2"#, &[("a", "x,y;\"\\"), ("b", "2")]);
    read(br#"a="\303\274""#, &[("a", "ü")]);
    read(br#"a="half; b=2"#, &[("a", "\"half"), ("b", "2")]);
    read(br#"a="\9\12\400\""#, &[("a", "912400\\")]);
    read(b"a=\"", &[("a", "\"")]);
    read(b"a=\xff\xfe; b=2", &[("a", "\u{fffd}\u{fffd}"), ("b", "2")]);
    read(b"\xff=1", &[("\u{fffd}", "1")]);
    read("a=ü".as_bytes(), &[("a", "ü")]);
    read(b"a=%20+", &[("a", "%20+")]);
    read(b"A=1; a=2", &[("A", "1"), ("a", "2")]);
}

#[test]
fn several_lines_count_as_one() {
    let mut headers = HeaderMap::new();
    for line in ["a=1; b=2", "c=3", "a=4"] {
        headers.append(COOKIE, HeaderValue::from_static(line));
    }
    let cookies = Cookies::from_headers(&headers);
    assert_eq!(cookies.get_all("a").collect::<Vec<_>>(), ["1", "4"]);
    assert_eq!(cookies.get("c").as_deref(), Some("3"));
    assert!(Cookies::from_headers(&HeaderMap::new()).is_empty());
}

#[test]
fn ten_thousand_cookies_are_read() {
    let text: Vec<String> = (0..10_000).map(|i| format!("k{i}={i}")).collect();
    let cookies = Cookies::parse(&text.join(";"));
    assert_eq!(cookies.iter().count(), 10_000);
    assert_eq!(cookies.get("k9999").as_deref(), Some("9999"));
}

#[test]
fn a_dump_hides_values() {
    assert_eq!(format!("{:?}", Cookies::parse("session=secret")), "[\"session\"]");
}

#[track_caller]
fn set(cookie: SetCookie, expected: &str) {
    assert_eq!(cookie.header().unwrap().to_str().unwrap(), expected);
}

#[test]
fn an_answer_sets() {
    let hour = Duration::from_hours(1);
    let day = SystemTime::UNIX_EPOCH + Duration::from_secs(1_700_000_000);
    set(SetCookie::new("a", "1"), "a=1; Path=/");
    set(
        SetCookie::new("a", "1").path("/x").domain(".example.com"),
        "a=1; Domain=example.com; Path=/x",
    );
    set(
        SetCookie::new("a", "1").max_age(hour).expires(day),
        "a=1; Expires=Tue, 14 Nov 2023 22:13:20 GMT; Max-Age=3600; Path=/",
    );
    set(
        SetCookie::new("a", "1").secure().http_only().same_site(SameSite::Strict),
        "a=1; Secure; HttpOnly; Path=/; SameSite=Strict",
    );
    set(
        SetCookie::new("a", "1").http_only().same_site(SameSite::Lax).partitioned(),
        "a=1; Secure; HttpOnly; Path=/; SameSite=Lax; Partitioned",
    );
    set(SetCookie::new("a", "1").same_site(SameSite::None), "a=1; Secure; Path=/; SameSite=None");
    set(
        SetCookie::delete("a").path("/x"),
        "a=; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Max-Age=0; Path=/x",
    );
    set(SetCookie::new("a", "x, y; \"ü\\"), r#"a="x\054 y\073 \"\303\274\\"; Path=/"#);
    set(SetCookie::new("a", "1\r\nSet-Cookie: b=2"), r#"a="1\015\012Set-Cookie: b=2"; Path=/"#);
    set(SetCookie::new("__Host-a", "1").secure(), "__Host-a=1; Secure; Path=/");
    set(
        SetCookie::new("__Secure-a", "1").partitioned().domain("a.b"),
        "__Secure-a=1; Domain=a.b; Secure; Path=/; Partitioned",
    );
    set(
        SetCookie::new("a", "1").expires(day + Duration::from_secs(1 << 60)),
        "a=1; Expires=Fri, 31 Dec 9999 23:59:59 GMT; Path=/",
    );
}

#[track_caller]
fn refused(cookie: SetCookie, part: &str) {
    let error = cookie.header().unwrap_err().to_string();
    assert!(error.contains(part), "{error}");
}

#[test]
fn what_no_browser_keeps_is_refused() {
    refused(SetCookie::new("", "1"), "name");
    refused(SetCookie::new("a b", "1"), "`a b`");
    refused(SetCookie::new("a=b", "1"), "name");
    refused(SetCookie::new("a\n", "1"), "`a\\n`");
    refused(SetCookie::new("ü", "1"), "name");
    refused(SetCookie::new("a", "1").path("x"), "path");
    refused(SetCookie::new("a", "1").path("/x; Domain=evil"), "path");
    refused(SetCookie::new("a", "1").domain("a;b"), "domain");
    refused(SetCookie::new("a", "1").domain(""), "domain");
    refused(SetCookie::new("__Secure-a", "1"), "secure");
    refused(SetCookie::new("__Host-a", "1"), "secure");
    refused(SetCookie::new("__host-a", "1").secure().path("/x"), "path /");
    refused(SetCookie::new("__Host-a", "1").secure().domain("a.b"), "without a domain");
    refused(SetCookie::new("a", "x".repeat(MAX_SIZE)), "too large: 4103 bytes");
}

#[test]
fn every_value_comes_back() {
    let every: String = (1..0x250).filter_map(char::from_u32).collect();
    for value in ["", "a", "\"", "\"a\"", "\\", "\\\"", "\\101", " a ", "ü€😀", &every] {
        let line = SetCookie::new("a", value.to_owned()).header().unwrap();
        let cookie = line.to_str().unwrap().split(';').next().unwrap().to_owned();
        assert_eq!(Cookies::parse(&cookie).get("a").as_deref(), Some(value), "{cookie}");
    }
}
