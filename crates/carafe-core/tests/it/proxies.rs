//! What proxies say is believed where they are trusted, and nowhere else.

use std::sync::Arc;

use axum::body::Body;
use carafe_core::extract::{ClientAddr, RequestInfo};
use carafe_core::serve::Connection;
use carafe_core::{App, Error, Site, routes};
use carafe_macros::get;
use http::Request;

#[get("/x")]
async fn tell(request: RequestInfo, client: Option<ClientAddr>) -> String {
    let client = client.map_or("unknown".to_owned(), |client| client.to_string());
    format!("{client} {} {}", request.url(), tell::url())
}

/// A site that trusts `10.0.0.0/8`, `fd00::/8` and Unix sockets.
async fn site(headers: &[&str]) -> Arc<Site> {
    build(&["10.0.0.0/8", "fd00::/8", "unix"], headers).await.unwrap()
}

async fn build(proxies: &[&str], headers: &[&str]) -> Result<Arc<Site>, Error> {
    let list = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>();
    App::new("site")
        .routes(routes![tell])
        .set("security.trusted_proxies", list(proxies))
        .set("security.forwarded_headers", list(headers))
        .build()
}

/// Where a request comes from: `-` is a Unix socket, `tls` at the end that we took off TLS.
fn connection(from: &str) -> Connection {
    let (address, tls) = match from.strip_suffix(" tls") {
        Some(address) => (address, true),
        None => (from, false),
    };
    let remote = (address != "-").then(|| (address.parse::<std::net::IpAddr>().unwrap(), 5).into());
    Connection { remote, local: None, tls }
}

/// Asks from an address with some header lines (`name: value`), and compares what the site sees.
async fn check(site: &Arc<Site>, from: &str, lines: &[&str], expected: &str) {
    let mut request = Request::get("/x").header("host", "own.example");
    for line in lines {
        let (name, value) = line.split_once(": ").unwrap_or((line.trim_end_matches(':'), ""));
        request = request.header(name, value);
    }
    let mut request = request.body(Body::empty()).unwrap();
    request.extensions_mut().insert(connection(from));
    let body = site.handle(request).await.into_body();
    let body = axum::body::to_bytes(body, 1 << 20).await.unwrap();
    assert_eq!(std::str::from_utf8(&body).unwrap(), expected, "{from} {lines:?}");
}

const OWN: &str = "http://own.example/x /x";

#[tokio::test]
async fn untrusted_peers_are_not_heard() {
    let all = [
        "x-forwarded-for: 1.1.1.1",
        "x-forwarded-proto: https",
        "x-forwarded-host: evil.example",
        "x-forwarded-port: 81",
        "x-forwarded-prefix: /evil",
        "forwarded: for=1.1.1.1;proto=https;host=evil.example",
    ];
    for site in [
        build(&[], &[]).await.unwrap(),
        build(&["10.0.0.0/8"], &["host", "port", "prefix"]).await.unwrap(),
        build(&["10.0.0.0/8"], &["forwarded", "prefix"]).await.unwrap(),
    ] {
        check(&site, "203.0.113.9", &all, &format!("203.0.113.9 {OWN}")).await;
        check(&site, "11.0.0.0", &all, &format!("11.0.0.0 {OWN}")).await;
        check(&site, "-", &all, &format!("unknown {OWN}")).await;
        let secure = "203.0.113.9 https://own.example/x /x";
        check(
            &site,
            "203.0.113.9 tls",
            &[&all[..1], &["x-forwarded-proto: http"]].concat(),
            secure,
        )
        .await;
    }
}

#[tokio::test]
async fn the_client_is_the_rightmost_hop_that_is_not_trusted() {
    let site = site(&[]).await;
    for (lines, client) in [
        (&[][..], "10.0.0.1"),
        (&["x-forwarded-for: 1.1.1.1"], "1.1.1.1"),
        // What the client itself sent stands to the left.
        (&["x-forwarded-for: 6.6.6.6, 1.1.1.1"], "1.1.1.1"),
        (&["x-forwarded-for: 6.6.6.6", "x-forwarded-for: 1.1.1.1"], "1.1.1.1"),
        (&["x-forwarded-for: 10.0.0.9, 1.1.1.1"], "1.1.1.1"),
        (&["x-forwarded-for: 6.6.6.6, 1.1.1.1, 10.0.0.2"], "1.1.1.1"),
        (&["x-forwarded-for: 6.6.6.6, 1.1.1.1, 10.0.0.3, 10.0.0.2"], "1.1.1.1"),
        (&["x-forwarded-for: 10.0.0.3, 10.0.0.2"], "10.0.0.3"),
        (&["x-forwarded-for: 1.1.1.1:4711"], "1.1.1.1"),
        (&["x-forwarded-for: [2001:db8::7]:4711"], "2001:db8::7"),
        (&["x-forwarded-for: 2001:db8::7"], "2001:db8::7"),
        (&["x-forwarded-for: ::ffff:1.1.1.1"], "1.1.1.1"),
        (&["x-forwarded-for: 6.6.6.6, ::ffff:10.0.0.2"], "6.6.6.6"),
        (&["x-forwarded-for: 1.1.1.1, fd00::2"], "1.1.1.1"),
        // Nobody can tell what these are, and whom they stand beside proves nothing.
        (&["x-forwarded-for: 6.6.6.6, unknown"], "unknown"),
        (&["x-forwarded-for: 6.6.6.6, 999.1.1.1, 10.0.0.2"], "unknown"),
        (&["x-forwarded-for: 6.6.6.6", "x-forwarded-for: \u{e4}"], "unknown"),
        (&["x-forwarded-for:"], "10.0.0.1"),
        (&["x-forwarded-for: , ,"], "10.0.0.1"),
        (&["x-forwarded-for: 1.1.1.1,"], "1.1.1.1"),
        // These are nothing that the proxies were said to set.
        (&["forwarded: for=6.6.6.6", "x-real-ip: 6.6.6.6", "client-ip: 6.6.6.6"], "10.0.0.1"),
    ] {
        check(&site, "10.0.0.1", lines, &format!("{client} {OWN}")).await;
    }
    check(&site, "::ffff:10.0.0.1", &["x-forwarded-for: 1.1.1.1"], &format!("1.1.1.1 {OWN}")).await;
    check(&site, "-", &["x-forwarded-for: 1.1.1.1"], &format!("1.1.1.1 {OWN}")).await;
    check(&site, "-", &[], &format!("unknown {OWN}")).await;
    let many = format!("x-forwarded-for: {}1.1.1.1", "6.6.6.6, ".repeat(10_000));
    check(&site, "10.0.0.1", &[&many], &format!("1.1.1.1 {OWN}")).await;
}

#[tokio::test]
async fn the_scheme() {
    let site = site(&[]).await;
    for (lines, scheme) in [
        (&["x-forwarded-proto: https"][..], "https"),
        (&["x-forwarded-proto: HTTPS"], "https"),
        (&["x-forwarded-proto: wss"], "https"),
        (&["x-forwarded-proto: http"], "http"),
        (&["x-forwarded-proto: javascript"], "http"),
        (&["x-forwarded-proto:"], "http"),
        (&["x-forwarded-proto: https, http"], "http"),
        // A proxy an entry: the client spoke https to the outer one.
        (&["x-forwarded-for: 10.0.0.3, 10.0.0.2", "x-forwarded-proto: https, http"], "https"),
        // The client's own entry is to the left of it.
        (&["x-forwarded-for: 6.6.6.6, 10.0.0.3", "x-forwarded-proto: https, http"], "https"),
        (&["x-forwarded-for: 6.6.6.6, 1.1.1.1", "x-forwarded-proto: https, http"], "http"),
        (&["x-forwarded-for: 1.1.1.1", "x-forwarded-proto: https, http"], "http"),
    ] {
        let client = if lines.len() == 1 { "10.0.0.1" } else { "" };
        let client = match lines[0] {
            text if text.contains("10.0.0.3, 10") => "10.0.0.3",
            text if text.contains("6.6.6.6, 10") => "6.6.6.6",
            text if text.contains("1.1.1.1") => "1.1.1.1",
            _ => client,
        };
        check(&site, "10.0.0.1", lines, &format!("{client} {scheme}://own.example/x /x")).await;
    }
    let plain = ["x-forwarded-proto: http"];
    check(&site, "10.0.0.1 tls", &plain, &format!("10.0.0.1 {OWN}")).await;
    check(&site, "10.0.0.1 tls", &[], "10.0.0.1 https://own.example/x /x").await;
}

#[tokio::test]
async fn host_port_and_prefix_where_they_were_asked_for() {
    let lines = [
        "x-forwarded-proto: https",
        "x-forwarded-host: shop.example",
        "x-forwarded-port: 8443",
        "x-forwarded-prefix: /shop/",
    ];
    for (believed, expected) in [
        (&[][..], "https://own.example/x /x"),
        (&["host"], "https://shop.example/x /x"),
        (&["Port"], "https://own.example:8443/x /x"),
        (&["prefix"], "https://own.example/shop/x /shop/x"),
        (&["X-Forwarded-Host", "port", "prefix"], "https://shop.example:8443/shop/x /shop/x"),
    ] {
        let site = site(believed).await;
        check(&site, "10.0.0.1", &lines, &format!("10.0.0.1 {expected}")).await;
    }
    let site = site(&["host", "port", "prefix"]).await;
    for (lines, expected) in [
        (&["x-forwarded-host: evil.example, shop.example"][..], "http://shop.example/x /x"),
        (&["x-forwarded-host: shop.example:80"], "http://shop.example/x /x"),
        (&["x-forwarded-host: [::1]:81"], "http://[::1]:81/x /x"),
        (&["x-forwarded-host: evil.example/path"], OWN),
        (&["x-forwarded-host: a@evil.example"], OWN),
        (&["x-forwarded-host: evil.example\"><script>"], OWN),
        (&["x-forwarded-host:"], OWN),
        (&["x-forwarded-port: 80"], OWN),
        (&["x-forwarded-port: 99999"], OWN),
        (&["x-forwarded-port: x"], OWN),
        (&["x-forwarded-proto: https", "x-forwarded-port: 443"], "https://own.example/x /x"),
        (&["x-forwarded-prefix: /a/b"], "http://own.example/a/b/x /a/b/x"),
        (&["x-forwarded-prefix: /evil, /a"], "http://own.example/a/x /a/x"),
        (&["x-forwarded-prefix: /"], OWN),
        (&["x-forwarded-prefix: //evil.example"], OWN),
        (&["x-forwarded-prefix: /a//b"], OWN),
        (&["x-forwarded-prefix: /a/../.."], OWN),
        (&["x-forwarded-prefix: evil.example"], OWN),
        (&["x-forwarded-prefix: http://evil.example"], OWN),
        (&["x-forwarded-prefix: /a?b"], OWN),
        (&["x-forwarded-prefix: /a\\b"], OWN),
        (&["x-forwarded-prefix: /a\">"], OWN),
    ] {
        check(&site, "10.0.0.1", lines, &format!("10.0.0.1 {expected}")).await;
    }
}

#[tokio::test]
async fn forwarded() {
    let site = site(&["forwarded"]).await;
    for (lines, expected) in [
        (&["forwarded: for=1.1.1.1"][..], "1.1.1.1 http://own.example/x /x"),
        (
            &["forwarded: For=\"[2001:db8::7]:4711\";Proto=https;Host=shop.example;by=10.0.0.1"],
            "2001:db8::7 https://shop.example/x /x",
        ),
        (
            &[
                "forwarded: for=6.6.6.6;host=evil.example;proto=https, for=1.1.1.1;host=shop.example",
            ],
            "1.1.1.1 http://shop.example/x /x",
        ),
        (
            &[
                "forwarded: for=6.6.6.6;host=evil.example, for=1.1.1.1;proto=https;host=shop.example",
                "forwarded: for=10.0.0.2;proto=http;host=inner.example",
            ],
            "1.1.1.1 https://shop.example/x /x",
        ),
        (&["forwarded: for=6.6.6.6, for=unknown"], "unknown http://own.example/x /x"),
        (&["forwarded: for=6.6.6.6, for=_hidden"], "unknown http://own.example/x /x"),
        (&["forwarded: for=6.6.6.6, for=\"1.1.1\\.1\""], "unknown http://own.example/x /x"),
        (&["forwarded: for=6.6.6.6, by=1.1.1.1"], "unknown http://own.example/x /x"),
        (&["forwarded: for=6.6.6.6, for=\"1.1.1.1"], "unknown http://own.example/x /x"),
        (&["forwarded: for=1.1.1.1;host=\"evil.example/x\""], "1.1.1.1 http://own.example/x /x"),
        (&["forwarded:"], "10.0.0.1 http://own.example/x /x"),
        (&["forwarded: ;;,,="], "unknown http://own.example/x /x"),
        (
            &["x-forwarded-for: 6.6.6.6", "x-forwarded-proto: https"],
            "10.0.0.1 http://own.example/x /x",
        ),
    ] {
        check(&site, "10.0.0.1", lines, expected).await;
    }
}

#[tokio::test]
async fn settings_that_make_no_sense() {
    for (proxies, headers, message) in [
        (&["10.0.0.0/99"][..], &[][..], "`10.0.0.0/99`, which is no address and no network"),
        (&["localhost"], &[], "`localhost`, which is no address"),
        (&[""], &[], "``, which is no address"),
        (&["10.0.0.1"], &["x-real-ip"], "`x-real-ip`, which is no such header"),
        (&["10.0.0.1"], &["forwarded", "host"], "contradict each other"),
    ] {
        let error = build(proxies, headers).await.unwrap_err().to_string();
        assert!(error.contains(message), "{error}");
    }
    assert!(
        build(&["10.0.0.1", "::1", "fd00::/8", "unix"], &["forwarded", "prefix"]).await.is_ok()
    );
}
