//! Clients that take their time.

use carafe::serve::Limits;
use hostile_tests::{Step, get, row};

use crate::{check_with, secs};

fn short() -> Limits {
    Limits {
        header_timeout: Some(secs(0.5)),
        body_timeout: Some(secs(0.5)),
        send_timeout: Some(secs(0.5)),
        keep_alive: Some(secs(0.5)),
        ..Limits::default()
    }
}

#[test]
fn slow_clients() {
    // The body is read by an extractor of axum, which makes a 400 of whatever goes wrong.
    let post = "POST /text HTTP/1.1\r\nhost: test\r\n";
    let drip = |text: &str| Step::Drip(text.as_bytes().to_vec(), secs(0.1));
    check_with(
        short(),
        [
            row("silent", "", &[]).closes(),
            row("a slow head", "", &[408]).then(drip("GET / HTTP/1.1\r\nhost: test\r\n")).closes(),
            row("a head that stops", "GET / HT", &[408]).then(Step::Pause(secs(1.0))).closes(),
            row("a slow later head", get("/", ""), &[200, 408]).then(drip("GET / HTTP/1.1\r\nhost: t")).closes(),
            row("empty lines for ever", "", &[408]).then(drip(&"\r\n".repeat(10))).closes(),
            row("idle after an answer", get("/", ""), &[200]).closes(),
            row("a body that stops", format!("{post}content-length: 10\r\n\r\nhello"), &[400])
                .then(Step::Pause(secs(1.0)))
                .closes(),
            row("a chunk that stops", format!("{post}transfer-encoding: chunked\r\n\r\n5\r\nhe"), &[400])
                .then(Step::Pause(secs(1.0)))
                .closes(),
            row("a chunk's extension that goes on", format!("{post}transfer-encoding: chunked\r\n\r\n5;"), &[400])
                .then(drip(&"x".repeat(30)))
                .closes(),
            row("a form's file that stops", "POST /upload HTTP/1.1\r\nhost: test\r\ncontent-type: multipart/form-data; boundary=B\r\ncontent-length: 1000\r\n\r\n--B\r\n", &[408])
                .then(Step::Pause(secs(1.0)))
                .closes(),
            row("JSON that stops", "POST /json HTTP/1.1\r\nhost: test\r\ncontent-type: application/json\r\ncontent-length: 1000\r\n\r\n{", &[408])
                .then(Step::Pause(secs(1.0)))
                .closes(),
            row("never takes its answer", get("/big", ""), &[]).listens_after(secs(3.0)).closes(),
            row("a slow TLS hello", b"\x16\x03\x01\x02\x00".to_vec(), &[400]).closes(),
        ],
    );
}

#[test]
fn many_slow_clients() {
    use std::io::Write;
    use std::net::TcpStream;
    let folder = tempfile::tempdir().unwrap();
    let live = hostile_tests::Live::start(hostile_tests::site(folder.path()), Limits::default());
    let slow: Vec<TcpStream> = (0..400)
        .map(|_| {
            let mut stream = TcpStream::connect(live.address()).unwrap();
            stream
                .write_all(b"POST /text HTTP/1.1\r\nhost: test\r\ncontent-length: 9\r\n\r\nx")
                .unwrap();
            stream
        })
        .collect();
    live.check([row("beside 400 slow clients", get("/", ""), &[200]).serves()]);
    drop(slow);
}
