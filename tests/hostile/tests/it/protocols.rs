//! Methods, versions and protocols.

use hostile_tests::{Row, Step, get, row};

use crate::check;

fn method(method: &str, status: u16) -> Row {
    row(format!("{method:.40}"), format!("{method} / HTTP/1.1\r\nhost: test\r\n\r\n"), &[status])
}

#[test]
fn methods() {
    check([
        method("TRACE", 405).serves(),
        method("TRACK", 405).serves(),
        method("DEBUG", 405).serves(),
        method("PROPFIND", 405).serves(),
        method("get", 405).serves(),
        method("GETT", 405).serves(),
        method("!#$%&'*+-.^_`|~", 405).serves(),
        method(&"A".repeat(8_000), 405),
        method(&"A".repeat(70_000), 431).closes(),
        method("G\u{e9}T", 400).closes(),
        method("G(T", 400).closes(),
        method("", 400).closes(),
        row("OPTIONS *", "OPTIONS * HTTP/1.1\r\nhost: test\r\n\r\n", &[404]),
        row("GET *", "GET * HTTP/1.1\r\nhost: test\r\n\r\n", &[400]),
        row("CONNECT", "CONNECT evil.com:443 HTTP/1.1\r\nhost: evil.com\r\n\r\n", &[400]),
        row("CONNECT with a path", "CONNECT / HTTP/1.1\r\nhost: evil.com\r\n\r\n", &[405]),
        row("a method to override", get("/change", "x-http-method-override: POST\r\n"), &[405]),
    ]);
}

#[test]
fn versions() {
    let version = |version: &str, statuses: &[u16]| {
        row(version, format!("GET / {version}\r\nhost: test\r\n\r\n"), statuses)
    };
    check([
        version("HTTP/1.1", &[200]).serves(),
        version("HTTP/1.0", &[200]).closes(),
        version("HTTP/0.9", &[400]).closes(),
        version("HTTP/1.2", &[400]).closes(),
        version("HTTP/2.0", &[400]).closes(),
        version("HTTP/3.0", &[400]).closes(),
        version("HTTP/11", &[400]).closes(),
        version("http/1.1", &[400]).closes(),
        version("HTTPS/1.1", &[400]).closes(),
        version("ICAP/1.0", &[400]).closes(),
        row("HTTP/0.9", "GET /\r\n", &[400]).closes(),
        row("HTTP/1.0, kept alive", "GET / HTTP/1.0\r\nhost: test\r\nconnection: keep-alive\r\n\r\n", &[200]).serves(),
        row("HTTP/1.0 with chunks", "POST /text HTTP/1.0\r\nhost: test\r\ntransfer-encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n", &[400])
            .closes(),
        row("HTTP/1.0 without a length", "POST /text HTTP/1.0\r\nhost: test\r\n\r\nhello", &[200]).closes(),
    ]);
}

#[test]
fn other_protocols() {
    check([
        row("TLS", b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03".to_vec(), &[400]).closes(),
        row("SSH", "SSH-2.0-OpenSSH_9.6\r\n\r\n", &[400]).closes(),
        row("SMTP", "EHLO evil.com\r\n\r\n", &[400]).closes(),
        row("Redis", "*1\r\n$4\r\nPING\r\n\r\n", &[400]).closes(),
        row(
            "PROXY",
            "PROXY TCP4 1.2.3.4 5.6.7.8 1 2\r\nGET / HTTP/1.1\r\nhost: test\r\n\r\n",
            &[400],
        )
        .closes(),
        row("SOCKS", b"\x05\x01\x00\r\n\r\n".to_vec(), &[400]).closes(),
    ]);
}

/// What is no HTTP/1.1 answer is not read here: only that the server stays up counts.
#[test]
fn http2() {
    const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
    let after =
        |name: &str, frames: &[u8]| row(name, [PREFACE, frames].concat(), &[]).then(Step::Leave);
    let settings = b"\0\0\0\x04\0\0\0\0\0";
    let rows = [
        after("only the preface", b""),
        after("garbage", &[0xff; 10_000]),
        after(
            "a frame of 16 MiB",
            &[b"\xff\xff\xff\0\0\0\0\0\x01".as_slice(), &vec![0; 100_000]].concat(),
        ),
        after("10,000 settings", &settings.repeat(10_000)),
        after("10,000 pings", &b"\0\0\x08\x06\0\0\0\0\0abcdefgh".repeat(10_000)),
        after(
            "a continuation without headers",
            &[settings.as_slice(), b"\0\0\x01\x09\x04\0\0\0\x01\0"].concat(),
        ),
        after(
            "rapid resets",
            &(0..10_000u32).fold(settings.to_vec(), |mut frames, n| {
                let stream = (2 * n + 1).to_be_bytes();
                // GET / http, by the static table of HPACK, and its end.
                frames.extend_from_slice(b"\0\0\x03\x01\x05");
                frames.extend_from_slice(&stream);
                frames.extend_from_slice(b"\x82\x84\x86");
                frames.extend_from_slice(b"\0\0\x04\x03\0");
                frames.extend_from_slice(&stream);
                frames.extend_from_slice(b"\0\0\0\x08");
                frames
            }),
        ),
        after("a flood of continuations", &{
            let mut frames = settings.to_vec();
            frames.extend_from_slice(b"\0\0\x03\x01\x01\0\0\0\x01\x82\x84\x86");
            let field = [b"\0\x01x\x7f\x81\x07".as_slice(), &[b'y'; 264]].concat();
            for _ in 0..10_000 {
                let length = u32::try_from(field.len()).unwrap().to_be_bytes();
                frames.extend_from_slice(&length[1..]);
                frames.extend_from_slice(b"\x09\0\0\0\0\x01");
                frames.extend_from_slice(&field);
            }
            frames
        }),
        after(
            "a window of nothing",
            &[
                b"\0\0\x06\x04\0\0\0\0\0\0\x04\0\0\0\0".as_slice(),
                b"\0\0\x03\x01\x05\0\0\0\x01\x82\x84\x86",
            ]
            .concat(),
        ),
    ];
    check(rows);
    check([
        row("half the preface", &PREFACE[..20], &[400]).then(Step::HalfClose).closes(),
        row(
            "an upgrade to h2c",
            get(
                "/",
                "connection: upgrade, http2-settings\r\nupgrade: h2c\r\nhttp2-settings: AAMAAABkAAQAAP__\r\n",
            ),
            &[200],
        ),
    ]);
}

#[test]
fn websockets() {
    let ask = |headers: &str| get("/rooms/1", headers);
    let good = "connection: upgrade\r\nupgrade: websocket\r\nsec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n";
    let frames =
        |name: &str, frames: &[u8]| row(name, [ask(good).as_slice(), frames].concat(), &[101]);
    check([
        row("no upgrade", ask(""), &[400]),
        row("half of one", ask("connection: upgrade\r\n"), &[400]),
        row("another protocol", ask(&good.replace("websocket\r\n", "nonsense\r\n")), &[400]),
        row("another version", ask(&good.replace("13", "99")), &[400]),
        row("no key", ask(&good.replace("sec-websocket-key", "x")), &[400]),
        row("an upgrade where there is none", get("/", good), &[200]),
        row("a POST", String::from_utf8(ask(good)).unwrap().replacen("GET", "POST", 1), &[405]),
        row("good", ask(good), &[101]),
        frames("10,000 bytes of ones", &[0xff; 10_000]),
        frames("a frame of 2^63 bytes", b"\x82\xff\x7f\xff\xff\xff\xff\xff\xff\xff\0\0\0\0xxxx"),
        frames("unmasked", b"\x81\x05hello"),
        frames("fragments without end", &b"\x01\x81\0\0\0\0x".repeat(10_000)),
        frames("10,000 pings", &b"\x89\x80\0\0\0\0".repeat(10_000)),
    ]);
}
