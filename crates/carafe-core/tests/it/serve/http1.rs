//! HTTP/1: what is said, and what comes back.

use std::io::{Read, Write};
use std::time::Instant;

use super::*;

#[track_caller]
fn check(request: &str, expected: &[&str]) {
    let live = Live::start();
    let mut client = live.connect();
    client.say(request);
    _ = client.0.shutdown(std::net::Shutdown::Write);
    let answer = client.rest().to_lowercase();
    for part in expected {
        assert!(answer.contains(part), "{request:?} was answered {answer:?}, without {part:?}");
    }
}

/// A whole request that asks to be the last one.
#[track_caller]
fn check_last(request: &str, expected: &[&str]) {
    let live = Live::start();
    let answer = live.connect().say(request).rest().to_lowercase();
    for part in expected {
        assert!(answer.contains(part), "{request:?} was answered {answer:?}, without {part:?}");
    }
}

const LAST: &str = "host: a\r\nconnection: close\r\n";

#[test]
fn answers() {
    check_last(&format!("GET / HTTP/1.1\r\n{LAST}\r\n"), &["http/1.1 200 ok", "date: ", "hello"]);
    check_last("GET / HTTP/1.0\r\n\r\n", &["http/1.0 200 ok", "hello"]);
    check_last(&format!("HEAD / HTTP/1.1\r\n{LAST}\r\n"), &["200 ok", "content-length: 5"]);
    check_last(&format!("GET /no HTTP/1.1\r\n{LAST}\r\n"), &["404 not found"]);
    check_last(
        &format!("POST /echo HTTP/1.1\r\n{LAST}content-length: 3\r\n\r\nabc"),
        &["200 ok", "\r\n\r\nabc"],
    );
}

#[test]
fn chunks() {
    let post = format!("POST /echo HTTP/1.1\r\n{LAST}transfer-encoding: chunked\r\n\r\n");
    check_last(&format!("{post}3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n"), &["200 ok", "\r\n\r\nabcde"]);
    check_last(&format!("{post}3;name=value\r\nabc\r\n0\r\nx: y\r\n\r\n"), &["200 ok", "abc"]);
    check_last(&format!("{post}0\r\n\r\n"), &["200 ok", "content-length: 0"]);
}

#[test]
fn broken_requests_are_answered_400() {
    let post = format!("POST /echo HTTP/1.1\r\n{LAST}");
    for broken in [
        "NONSENSE\r\n\r\n".to_owned(),
        "GET / HTTP/9.9\r\n\r\n".to_owned(),
        "GET / HTTP/1.1\r\nname with space: x\r\n\r\n".to_owned(),
        "GET / HTTP/1.1\r\nhost: a\0b\r\n\r\n".to_owned(),
        "\x16\x03\x01\x02\x00\x01\x00\x01\u{1}\r\n\r\n".to_owned(),
        format!("{post}content-length: x\r\n\r\n"),
        format!("{post}content-length: 1\r\ncontent-length: 2\r\n\r\nab"),
        format!("{post}transfer-encoding: chunked\r\n\r\nxyz\r\nabc\r\n0\r\n\r\n"),
        format!("{post}transfer-encoding: chunked\r\n\r\n3\r\nabcde\r\n0\r\n\r\n"),
        format!("{post}transfer-encoding: chunked\r\n\r\nfffffffffffffffff\r\n"),
    ] {
        check_last(&broken, &["400 bad request"]);
    }
}

#[test]
fn a_body_that_ends_early_never_reaches_its_handler_whole() {
    // The client closed its side in the middle of the request: it counts as having left.
    check("POST /echo HTTP/1.1\r\nhost: a\r\ncontent-length: 10\r\n\r\nabc", &[]);
    let live = Live::start();
    let mut client = live.connect();
    client.say("POST /echo HTTP/1.1\r\nhost: a\r\ncontent-length: 10\r\n\r\nabc");
    client.0.shutdown(std::net::Shutdown::Write).unwrap();
    assert!(!client.rest().contains("200 OK"));
}

#[test]
fn a_connection_is_kept() {
    let live = Live::start();
    let mut client = live.connect();
    for _ in 0..3 {
        assert_eq!(client.get("/").body, "hello");
    }
    assert_eq!(client.get("/no").status, 404);
    assert_eq!(client.get("/").body, "hello");
}

#[test]
fn pipelined_requests_are_answered_in_order() {
    let live = Live::start();
    let mut client = live.connect();
    let all: Vec<String> =
        (0..40).map(|n| format!("GET /number/{n} HTTP/1.1\r\nhost: a\r\n\r\n")).collect();
    client.say(&all.concat());
    for n in 0..40 {
        assert_eq!(client.answer().body, n.to_string());
    }
}

#[test]
fn requests_cut_anywhere_are_put_together() {
    let live = Live::start();
    let mut client = live.connect();
    for byte in "POST /echo HTTP/1.1\r\nhost: a\r\ncontent-length: 4\r\n\r\nabcd".bytes() {
        client.0.write_all(&[byte]).unwrap();
    }
    assert_eq!(client.answer().body, "abcd");
}

#[test]
fn a_client_that_waits_for_100_gets_it() {
    let live = Live::start();
    let mut client = live.connect();
    client
        .say("POST /echo HTTP/1.1\r\nhost: a\r\nexpect: 100-continue\r\ncontent-length: 2\r\n\r\n");
    assert_eq!(client.answer().status, 100);
    assert_eq!(client.say("ok").answer().body, "ok");
}

#[test]
fn handlers_know_who_asks() {
    let live = Live::start();
    let mut client = live.connect();
    let expected = format!("{} {} false", client.0.local_addr().unwrap(), live.address());
    assert_eq!(client.get("/who").body, expected);
}

#[test]
fn an_upgrade_leaves_http_and_goes_on() {
    let live = Live::start();
    let mut client = live.connect();
    client.say(
        "GET /shout HTTP/1.1\r\nhost: a\r\nconnection: upgrade\r\nupgrade: websocket\r\n\
         sec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
    );
    let answer = client.answer();
    assert_eq!(answer.status, 101);
    assert!(answer.head.contains("s3pplmbitxaq9kygzzhzrbk+xoo="), "{answer:?}");
    // A text frame, masked with zeros: "ab".
    client.0.write_all(&[0x81, 0x82, 0, 0, 0, 0, b'a', b'b']).unwrap();
    let mut frame = [0; 4];
    client.0.read_exact(&mut frame).unwrap();
    assert_eq!(&frame, b"\x81\x02AB");
}

#[test]
fn a_client_that_leaves_cancels_its_handler() {
    let live = Live::start();
    let (begun, dropped) = (BEGUN.load(SeqCst), DROPPED.load(SeqCst));
    let mut client = live.connect();
    client.say("GET /forever HTTP/1.1\r\nhost: a\r\n\r\n");
    eventually("the handler's begin", || BEGUN.load(SeqCst) > begun);
    drop(client);
    eventually("the handler's drop", || DROPPED.load(SeqCst) > dropped);
}

#[test]
fn a_handler_that_blocks_does_not_stop_the_others() {
    let live = Live::start();
    live.connect().get("/");
    let mut blocked = live.connect();
    blocked.say("GET /block HTTP/1.1\r\nhost: a\r\n\r\n");
    std::thread::sleep(secs(0.1));
    let begin = Instant::now();
    for _ in 0..8 {
        // On a new connection each, which have to be accepted too.
        assert_eq!(live.connect().get("/").body, "hello");
    }
    assert!(begin.elapsed() < secs(0.6), "eight requests took {:?}", begin.elapsed());
    assert_eq!(blocked.answer().body, "blocked");
}

#[test]
fn a_body_that_nobody_reads_does_not_destroy_the_answer() {
    let live = Live::start();
    let mut client = live.connect();
    client.say("POST /unread HTTP/1.1\r\nhost: a\r\ncontent-length: 3000000\r\n\r\n");
    // The server may close before all of it is sent, but not before the answer is.
    _ = client.0.write_all(&vec![b'x'; 3_000_000]);
    assert_eq!(client.answer().body, "unread");
}

#[test]
fn an_answer_does_not_wait_for_later_requests() {
    let live = Live::start();
    let mut client = live.connect();
    let one = "GET / HTTP/1.1\r\nhost: a\r\n\r\n";
    for later in ["G", "GET /forever HTTP/1.1\r\nhost: a\r\n\r\nGET / HTTP/1.1\r\n"] {
        client.say(&format!("{one}{one}{one}{later}"));
        for _ in 0..3 {
            assert_eq!(client.answer().body, "hello", "before {later:?}");
        }
        client = live.connect();
    }
}

#[test]
fn the_last_answer_is_sent_whatever_follows() {
    let last = "GET / HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n";
    let one = "GET / HTTP/1.1\r\nhost: a\r\n\r\n";
    check_last(&format!("{last}{one}"), &["200 ok", "hello"]);
    check_last(&format!("{one}{one}{last}rubbish"), &["200 ok", "connection: close", "hello"]);
    check_last(&format!("{one}{one}NONSENSE\r\n\r\n"), &["200 ok", "400 bad request"]);
}

#[test]
fn a_large_answer_between_small_ones_is_in_order() {
    let live = Live::start();
    let mut client = live.connect();
    let get = |path: &str| format!("GET {path} HTTP/1.1\r\nhost: a\r\n\r\n");
    client.say(&[get("/"), get("/"), get("/big"), get("/number/9"), get("/")].concat());
    assert_eq!(client.answer().body, "hello");
    assert_eq!(client.answer().body, "hello");
    assert_eq!(client.answer().body.len(), 64 << 20);
    assert_eq!(client.answer().body, "9");
    assert_eq!(client.answer().body, "hello");
}

#[test]
fn a_stream_flows_whatever_waits_behind_it() {
    let live = Live::start();
    let mut client = live.connect();
    let one = "GET / HTTP/1.1\r\nhost: a\r\n\r\n";
    client.say(&format!("{one}{one}GET /drip HTTP/1.1\r\nhost: a\r\n\r\n{one}"));
    assert_eq!(client.answer().body, "hello");
    assert_eq!(client.answer().body, "hello");
    let begin = Instant::now();
    assert_eq!(client.answer().status, 200);
    let mut drops = [0; 45];
    client.0.read_exact(&mut drops).unwrap();
    assert_eq!(&drops[..], b"4\r\ndrop\r\n".repeat(5).as_slice());
    assert!(begin.elapsed() < secs(2.0), "{:?}", begin.elapsed());
}
