//! Which requests pass, which are refused, and which need a token.

use carafe_core::csrf::{self, Csrf, FORM_PREFIX, Refusal, Site, Token, Verdict};
use carafe_core::session::{Session, SessionConfig, Sessions};
use carafe_core::signing::SecretKeys;
use http::{HeaderMap, HeaderName, HeaderValue, Method};

/// `request` is `METHOD name: value | name: value`; the site is `https://example.com`.
#[track_caller]
fn check(request: &str, expected: &str) {
    checked_at("https://example.com", request, expected);
}

#[track_caller]
fn checked_at(site: &str, request: &str, expected: &str) {
    let (method, rest) = request.split_once(' ').unwrap_or((request, ""));
    let (scheme, host) = site.split_once("://").unwrap();
    let csrf = Csrf::new()
        .trust("https://admin.example.org")
        .unwrap()
        .trust("https://*.trusted.test:8443")
        .unwrap();
    let site = Site { host, https: scheme == "https" };
    let verdict = match csrf.check(&method.parse().unwrap(), &headers(rest), site) {
        Verdict::Passes => "passes".to_owned(),
        Verdict::Refused(refusal) => format!("{refusal:?}"),
        Verdict::Needs(Token::InForm) => "form".to_owned(),
        Verdict::Needs(Token::InHeader(token)) => format!("header {token}"),
    };
    assert_eq!(verdict, expected, "{request}");
}

fn headers(text: &str) -> HeaderMap {
    let mut headers = HeaderMap::new();
    for line in text.split(" | ").filter(|line| !line.is_empty()) {
        let (name, value) = line.split_once(": ").unwrap();
        headers.append(
            name.parse::<HeaderName>().unwrap(),
            HeaderValue::from_bytes(value.as_bytes()).unwrap(),
        );
    }
    headers
}

const FORM: &str = "content-type: application/x-www-form-urlencoded";

#[test]
fn safe_methods_pass() {
    for method in ["GET", "HEAD", "OPTIONS", "TRACE"] {
        check(
            &format!(
                "{method} cookie: a=1 | sec-fetch-site: cross-site | origin: https://evil.test"
            ),
            "passes",
        );
    }
    for method in ["POST", "PUT", "PATCH", "DELETE", "CONNECT", "PURGE", "get"] {
        check(&format!("{method} cookie: a=1 | sec-fetch-site: cross-site"), "OtherSite");
    }
}

#[test]
fn the_browser_says_who_sent_it() {
    check("POST cookie: a=1 | sec-fetch-site: same-origin", "passes");
    check("POST cookie: a=1 | sec-fetch-site: none", "passes");
    check("POST cookie: a=1 | sec-fetch-site: same-site", "OtherSite");
    check("POST cookie: a=1 | sec-fetch-site: cross-site", "OtherSite");
    check("POST cookie: a=1 | sec-fetch-site: ", "OtherSite");
    check("POST cookie: a=1 | sec-fetch-site: SAME-ORIGIN", "OtherSite");
    check("POST cookie: a=1 | sec-fetch-site: future-word", "OtherSite");
    check(
        "POST cookie: a=1 | sec-fetch-site: same-origin | sec-fetch-site: cross-site",
        "OtherSite",
    );
    check("POST cookie: a=1 | sec-fetch-site: same-origin | origin: null", "passes");
    // A token does not save what another site sent: it may have leaked.
    check("POST cookie: a=1 | sec-fetch-site: cross-site | x-csrf-token: abc", "OtherSite");
}

#[test]
fn the_origin_has_to_be_ours() {
    check("POST cookie: a=1 | origin: https://example.com", "passes");
    check("POST cookie: a=1 | origin: https://example.com:443", "passes");
    check("POST cookie: a=1 | origin: HTTPS://EXAMPLE.com", "passes");
    check("POST cookie: a=1 | origin: https://example.com:8443", "OtherSite");
    check("POST cookie: a=1 | origin: http://example.com", "OtherSite");
    check("POST cookie: a=1 | origin: https://www.example.com", "OtherSite");
    check("POST cookie: a=1 | origin: https://example.com.evil.test", "OtherSite");
    check("POST cookie: a=1 | origin: https://evil.test/https://example.com", "OtherSite");
    check("POST cookie: a=1 | origin: https://example.com@evil.test", "OtherSite");
    check("POST cookie: a=1 | origin: https://", "OtherSite");
    check("POST cookie: a=1 | origin: ", "OtherSite");
    check("POST cookie: a=1 | origin: example.com", "OtherSite");
    check("POST cookie: a=1 | origin: chrome-extension://example.com", "OtherSite");
    check(
        "POST cookie: a=1 | origin: https://example.com | origin: https://evil.test",
        "OtherSite",
    );
    check("POST cookie: a=1 | origin: https://exämple.com", "OtherSite");
    checked_at(
        "http://localhost:8000",
        "POST cookie: a=1 | origin: http://localhost:8000",
        "passes",
    );
    checked_at(
        "http://localhost:8000",
        "POST cookie: a=1 | origin: http://localhost:8001",
        "OtherSite",
    );
    checked_at("http://localhost:8000", "POST cookie: a=1 | origin: http://localhost", "OtherSite");
    checked_at("http://[::1]:8000", "POST cookie: a=1 | origin: http://[::1]:8000", "passes");
    checked_at("http://example.com", "POST cookie: a=1 | origin: http://example.com:80", "passes");
    // A proxy in front ended the TLS and did not say so.
    checked_at("http://example.com", "POST cookie: a=1 | origin: https://example.com", "passes");
}

#[test]
fn trusted_origins_pass() {
    check(
        "POST cookie: a=1 | sec-fetch-site: cross-site | origin: https://admin.example.org",
        "passes",
    );
    check(
        "POST cookie: a=1 | sec-fetch-site: same-site | origin: https://ADMIN.example.org",
        "passes",
    );
    check("POST cookie: a=1 | origin: http://admin.example.org", "OtherSite");
    check("POST cookie: a=1 | origin: https://x.admin.example.org", "OtherSite");
    check("POST cookie: a=1 | origin: https://a.trusted.test:8443", "passes");
    check("POST cookie: a=1 | origin: https://a.b.trusted.test:8443", "passes");
    check("POST cookie: a=1 | origin: https://trusted.test:8443", "OtherSite");
    check("POST cookie: a=1 | origin: https://a.trusted.test", "OtherSite");
    check("POST cookie: a=1 | origin: https://eviltrusted.test:8443", "OtherSite");
    for odd in [
        "",
        "example.com",
        "https://example.com/path",
        "ftp://example.com",
        "https://",
        "https://exämple.com",
        "https://a.*.com",
        "*",
    ] {
        let error = Csrf::new().trust(odd).unwrap_err();
        assert!(error.message().contains(odd), "{error}");
    }
}

#[test]
fn who_says_nothing_needs_a_token() {
    check("POST cookie: a=1", "form");
    check(&format!("POST cookie: a=1 | {FORM}"), "form");
    check("POST cookie: a=1 | content-type: Multipart/Form-Data; boundary=x", "form");
    check("POST cookie: a=1 | content-type: application/json", "NoToken");
    check("POST cookie: a=1 | x-csrf-token: abc", "header abc");
    check("POST cookie: a=1 | X-CSRFToken: abc | content-type: application/json", "header abc");
    check("POST cookie: a=1 | x-csrf-token: \u{ff}", "WrongToken");
    check("POST cookie: a=1 | origin: null", "form");
}

#[test]
fn without_cookies_there_is_little_to_ride_on() {
    check("POST", "passes");
    check(&format!("POST {FORM}"), "passes");
    check("POST content-type: application/json", "passes");
    check("POST authorization: Basic YTpi", "passes");
    // A client of an API in a page of elsewhere.
    check("POST sec-fetch-site: cross-site | content-type: application/json", "passes");
    check(&format!("POST sec-fetch-site: cross-site | authorization: Bearer x | {FORM}"), "passes");
    check("DELETE origin: https://elsewhere.test | authorization: Bearer x", "passes");
    // A login form of elsewhere, whose cookies SameSite held back.
    check(&format!("POST sec-fetch-site: cross-site | {FORM}"), "OtherSite");
    check("POST origin: https://evil.test | content-type: text/plain", "OtherSite");
    check("POST origin: https://evil.test", "OtherSite");
    // A password that the browser adds by itself.
    check(
        "POST sec-fetch-site: cross-site | authorization: Basic YTpi | content-type: application/json",
        "OtherSite",
    );
    check("DELETE sec-fetch-site: cross-site | authorization: Negotiate abc", "OtherSite");
}

#[test]
fn a_refusal_says_what_to_do() {
    for refusal in [Refusal::OtherSite, Refusal::NoToken, Refusal::WrongToken] {
        let error = carafe_core::Error::from(refusal);
        assert_eq!(error.status(), 403);
        assert!(error.advice().is_some());
    }
}

async fn session() -> Session {
    let keys = SecretKeys::new("dev-key").unwrap();
    Sessions::signed(SessionConfig::default(), &keys).begin(&HeaderMap::new()).await.unwrap()
}

#[tokio::test]
async fn a_token_belongs_to_its_session() {
    let (one, two) = (session().await, session().await);
    assert_eq!(
        csrf::verify(&one, &"A".repeat(86)),
        Err(Refusal::WrongToken),
        "no secret, no token"
    );
    let token = csrf::token(&one).unwrap();
    csrf::token(&two).unwrap();
    assert_eq!(token.len(), 86);
    assert_eq!(csrf::verify(&one, &token), Ok(()));
    assert_eq!(csrf::verify(&two, &token), Err(Refusal::WrongToken));
    for place in 0..token.len() {
        let mut bytes = token.clone().into_bytes();
        bytes[place] = if bytes[place] == b'A' { b'B' } else { b'A' };
        assert!(csrf::verify(&one, &String::from_utf8(bytes).unwrap()).is_err());
    }
    for odd in [
        "",
        "A",
        &token[..85],
        &format!("{token}AA"),
        &"A".repeat(86),
        &"A".repeat(100_000),
        "\0",
        "ü",
    ] {
        assert_eq!(csrf::verify(&one, odd), Err(Refusal::WrongToken), "{odd:.40}");
    }
    one.cycle();
    assert_eq!(csrf::verify(&one, &token), Err(Refusal::WrongToken), "a login changes the token");
}

#[tokio::test]
async fn tokens_never_look_alike() {
    let session = session().await;
    let tokens: std::collections::HashSet<String> =
        (0..1000).map(|_| csrf::token(&session).unwrap()).collect();
    assert_eq!(tokens.len(), 1000);
    let halves: std::collections::HashSet<&str> = tokens.iter().map(|token| &token[43..]).collect();
    assert_eq!(halves.len(), 1000, "nothing of the secret stays the same");
}

#[track_caller]
fn form(kind: &str, body: &[u8], expected: Option<&str>) {
    assert_eq!(
        csrf::form_token(&headers(&format!("content-type: {kind}")), body).as_deref(),
        expected
    );
}

#[test]
fn a_form_has_its_token_in_a_field() {
    let urlencoded = "application/x-www-form-urlencoded; charset=utf-8";
    form(urlencoded, b"a=1&csrf_token=x%2By+z&csrf_token=second", Some("x+y z"));
    form(urlencoded, b"a=1", None);
    form(urlencoded, b"", None);
    form(urlencoded, b"\xff\xfe=%zz&&&csrf_token", Some(""));
    form("application/json", b"csrf_token=x", None);
    form("text/plain", b"csrf_token=x", None);

    let multipart = "multipart/form-data; boundary=\"B\"";
    let part = "--B\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\ncsrf_token\r\n";
    let token = "--B\r\ncontent-type: text/plain\r\ncontent-disposition: form-data; name=\"csrf_token\"\r\n\r\nabc\r\n--B--\r\n";
    form(multipart, format!("{part}{token}").as_bytes(), Some("abc"));
    form(multipart, format!("preamble\r\n{token}").as_bytes(), Some("abc"));
    form(multipart, part.as_bytes(), None);
    form(multipart, &token.as_bytes()[..token.len() - 8], None);
    form(multipart, b"", None);
    form(multipart, b"--B\r\n\r\n--B--", None);
    form("multipart/form-data", token.as_bytes(), None);
    form("multipart/form-data; boundary=", token.as_bytes(), None);
    form("multipart/form-data; boundary=C", token.as_bytes(), None);
    let far = format!(
        "{}{token}",
        part.replace("csrf_token\r\n", &format!("{}\r\n", "x".repeat(FORM_PREFIX)))
    );
    form(multipart, far.as_bytes(), None);
}

#[tokio::test]
async fn methods_are_case_sensitive() {
    let verdict = Csrf::new().check(
        &Method::from_bytes(b"Get").unwrap(),
        &headers("cookie: a=1"),
        Site { host: "a", https: true },
    );
    assert_eq!(verdict, Verdict::Needs(Token::InForm));
}
