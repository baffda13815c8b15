//! Forged hosts.

use carafe::App;
use carafe::middleware::TrustedHosts;
use carafe::serve::Limits;
use hostile_tests::{Live, Row, row, site};

use crate::check;

fn request(target: &str, headers: &str) -> String {
    format!("GET {target} HTTP/1.1\r\n{headers}\r\n")
}

fn host(host: &str, status: u16) -> Row {
    row(format!("host: {host:.60}"), request("/", &format!("host: {host}\r\n")), &[status])
}

#[test]
fn hosts_that_are_not_trusted() {
    let folder = tempfile::tempdir().unwrap();
    let hosts = TrustedHosts::of(["example.com", ".example.org"]);
    let app: App = site(folder.path()).middleware(hosts);
    Live::start(app, Limits::default()).named("example.com").check([
        host("example.com", 200),
        host("EXAMPLE.COM:80", 200),
        host("a.example.org", 200),
        host("evil.com", 400),
        host("example.com.evil.com", 400),
        host("evil-example.com", 400),
        host("evilexample.org", 400),
        host("example.com@evil.com", 400),
        host("evil.com@example.com", 400),
        host("user:password@example.com", 400),
        host("example.com:80@evil.com", 400),
        host("evil.com:example.com", 400),
        host("evil.com#.example.org", 400),
        host("evil.com/.example.org", 400),
        host("evil.com?.example.org", 400),
        host("evil.com\\.example.org", 400),
        host("evil.com .example.org", 400),
        host("evil.com,a.example.org", 400),
        host("\".example.org", 400),
        host("<script>.example.org", 400),
        host("example.com:evil", 400),
        host("example.com:-1", 400),
        host("example.com:99999999999", 400),
        host("example.com evil.com", 400),
        host("еxample.com", 400),
        host("example.com.", 400),
        host("", 400),
        host("*", 400),
        host(".example.org", 400),
        host("[::1", 400),
        host(&format!("{}.example.org", "a".repeat(50_000)), 400),
        row("no host", request("/", ""), &[400]),
        row("two hosts", request("/", "host: example.com\r\nhost: evil.com\r\n"), &[400]),
        row("two hosts, evil first", request("/", "host: evil.com\r\nhost: example.com\r\n"), &[400]),
        row("the same host twice", request("/", "host: example.com\r\nhost: example.com\r\n"), &[400]),
        row("another in the URI", request("http://evil.com/", "host: example.com\r\n"), &[400]),
        row("the right one in the URI", request("http://example.com/", "host: example.com\r\n"), &[200]),
        row("a user in the URI", request("http://evil.com@example.com/", "host: example.com\r\n"), &[400]),
        row("forwarded", request("/", "host: example.com\r\nx-forwarded-host: evil.com\r\nforwarded: host=evil.com\r\n"), &[200]),
        row("not found on a wrong host", request("/nowhere", "host: evil.com\r\n"), &[400]),
        row("a static file on a wrong host", request("/static/a.txt", "host: evil.com\r\n"), &[400]),
        row("HTTP/1.0 without host", "GET / HTTP/1.0\r\n\r\n", &[400]).closes(),
    ].into_iter().map(|row| row.lacks("location:")));
}

#[test]
fn hosts_where_any_is_trusted() {
    check([
        row("no host", request("/", ""), &[400]),
        row("two hosts", request("/", "host: a\r\nhost: b\r\n"), &[400]),
        row("HTTP/1.0 without host", "GET / HTTP/1.0\r\n\r\n", &[200]).closes(),
        row("links", request("/absolute", "host: a.example:81\r\n"), &[200]).has("http://a.example:81/"),
        row("another in the URI", request("http://b/absolute", "host: a\r\n"), &[200]).has("http://b/"),
        row("a script", request("/absolute", "host: a\"><script>\r\n"), &[400]).lacks("<script>"),
        row("a path", request("/absolute", "host: a/b\r\n"), &[400]),
        row("a user", request("/absolute", "host: a@b\r\n"), &[400]),
        row("a space", request("/absolute", "host: a b\r\n"), &[400]),
        row("believed of nobody", request("/absolute", "host: a\r\nx-forwarded-host: evil.com\r\nx-forwarded-proto: https\r\nforwarded: host=evil.com\r\n"), &[200])
            .lacks("evil.com")
            .has("http://a/"),
    ]);
}
