//! Requests that another site has a visitor's browser send.

use hostile_tests::{Row, row};

use crate::check;

/// A form posted to `/change` with a visitor's cookie and these headers.
fn forged(headers: &str, body: &str, status: u16) -> Row {
    let length = body.len();
    let kind = "content-type: application/x-www-form-urlencoded\r\n";
    let bytes = format!(
        "POST /change HTTP/1.1\r\nhost: test\r\ncookie: session=x\r\n{kind}content-length: {length}\r\n{headers}\r\n{body}"
    );
    row(format!("{headers:?} {body:.40}"), bytes, &[status])
}

#[test]
fn forged_requests() {
    check([
        forged("sec-fetch-site: same-origin\r\n", "", 200).has("changed").serves(),
        forged("sec-fetch-site: cross-site\r\n", "", 403),
        forged("sec-fetch-site: same-site\r\n", "", 403),
        forged("sec-fetch-site: nonsense\r\n", "", 403),
        forged("sec-fetch-site:\r\n", "", 403),
        forged("sec-fetch-site: cross-site\r\nsec-fetch-site: same-origin\r\n", "", 403),
        forged("sec-fetch-site: same-origin\r\nsec-fetch-site: cross-site\r\n", "", 403),
        forged("origin: http://evil.com\r\n", "", 403),
        forged("origin: http://test.evil.com\r\n", "", 403),
        forged("origin: http://test@evil.com\r\n", "", 403),
        forged("origin: http://evil.com#test\r\n", "", 403),
        forged("origin: http://test:81\r\n", "", 403),
        forged("origin: null\r\n", "", 403),
        forged("origin:\r\n", "", 403),
        forged("origin: http://test\r\norigin: http://evil.com\r\n", "", 403),
        forged("origin: http://evil.com\r\nx-csrf-token: x\r\n", "", 403),
        forged("origin: http://evil.com\r\nx-forwarded-host: evil.com\r\n", "", 403),
        forged("referer: http://test/\r\n", "", 403),
        forged("", "", 403),
        forged("", "csrf_token=", 403),
        forged("", "csrf_token=AAAA", 403),
        forged("", &format!("csrf_token={}", "A".repeat(100_000)), 403),
        forged("", &"csrf_token=x&".repeat(10_000), 403),
        forged("", &"&".repeat(1 << 20), 403),
        forged("x-csrf-token: \r\n", "", 403),
        forged("x-csrf-token: AAAA\r\n", "", 403),
        forged(&format!("x-csrf-token: {}\r\n", "A".repeat(60_000)), "", 403),
        forged("x-http-method-override: GET\r\n", "", 403),
        forged("x-requested-with: XMLHttpRequest\r\n", "", 403),
    ]);
}
