//! Slow, greedy and too many clients.

use std::io::Write;
use std::time::Instant;

use super::*;

const HEAD: &str = "GET / HTTP/1.1\r\nhost: a\r\n";

#[track_caller]
fn took(begin: Instant, from: f64, to: f64) {
    let took = begin.elapsed().as_secs_f64();
    assert!((from..to).contains(&took), "it took {took} s, not {from} to {to} s");
}

#[test]
fn a_slow_head_is_answered_408() {
    let live = Live::with(Limits { header_timeout: Some(secs(0.4)), ..Limits::default() });
    let begin = Instant::now();
    let mut client = live.connect();
    // Every byte is in time, the head as a whole is not.
    for byte in HEAD.bytes().take(10) {
        client.0.write_all(&[byte]).unwrap();
        std::thread::sleep(secs(0.02));
    }
    assert_eq!(client.answer().status, 408);
    took(begin, 0.4, 1.5);
    assert!(client.is_closed());
}

#[test]
fn a_later_head_has_its_own_time() {
    let live = Live::with(Limits { header_timeout: Some(secs(0.4)), ..Limits::default() });
    let mut client = live.connect();
    assert_eq!(client.get("/").status, 200);
    std::thread::sleep(secs(0.7));
    assert_eq!(client.get("/").status, 200, "idling is no slow head");
    let begin = Instant::now();
    assert_eq!(client.say(HEAD).answer().status, 408);
    took(begin, 0.4, 1.5);
}

#[test]
fn a_client_that_says_nothing_is_let_go() {
    let live = Live::with(Limits { header_timeout: Some(secs(0.3)), ..Limits::default() });
    let begin = Instant::now();
    assert_eq!(live.connect().rest(), "");
    took(begin, 0.3, 1.5);
}

#[test]
fn an_idle_connection_ends() {
    let live = Live::with(Limits { keep_alive: Some(secs(0.4)), ..Limits::default() });
    let mut client = live.connect();
    for _ in 0..4 {
        assert_eq!(client.get("/").status, 200);
        std::thread::sleep(secs(0.2));
    }
    assert_eq!(client.get("/slow").body, "slow", "an answer under way is not idle");
    let begin = Instant::now();
    assert_eq!(client.rest(), "");
    took(begin, 0.3, 1.5);
}

#[test]
fn a_body_that_stalls_fails_its_reader() {
    let live = Live::with(Limits { body_timeout: Some(secs(0.3)), ..Limits::default() });
    let mut client = live.connect();
    client.say("POST /echo HTTP/1.1\r\nhost: a\r\ncontent-length: 10\r\n\r\n");
    for _ in 0..4 {
        client.say("x");
        std::thread::sleep(secs(0.15));
    }
    let begin = Instant::now();
    let answer = client.answer();
    took(begin, 0.05, 1.5);
    assert_eq!(answer.status, 400, "axum's own answer to a body that fails");
    assert!(client.is_closed());
}

#[test]
fn a_body_that_is_slow_but_steady_arrives() {
    let live = Live::with(Limits { body_timeout: Some(secs(0.5)), ..Limits::default() });
    let mut client = live.connect();
    client.say("POST /echo HTTP/1.1\r\nhost: a\r\ncontent-length: 10\r\n\r\n");
    for _ in 0..10 {
        client.say("x");
        std::thread::sleep(secs(0.1));
    }
    assert_eq!(client.answer().body, "xxxxxxxxxx");
}

#[test]
fn a_client_that_takes_no_answer_is_cut() {
    let live = Live::with(Limits { send_timeout: Some(secs(0.4)), ..Limits::default() });
    let mut client = live.connect();
    client.say("GET /big HTTP/1.1\r\nhost: a\r\n\r\n");
    std::thread::sleep(secs(2.0));
    let mut read = Vec::new();
    _ = client.0.read_to_end(&mut read);
    assert!(read.len() < 64 << 20, "all of the answer came");
}

#[test]
fn a_client_that_takes_its_answer_slowly_gets_it() {
    let live = Live::with(Limits { send_timeout: Some(secs(0.5)), ..Limits::default() });
    let mut client = live.connect();
    client.say("GET /big HTTP/1.1\r\nhost: a\r\n\r\n");
    let mut chunk = vec![0; 8 << 20];
    for _ in 0..8 {
        client.0.read_exact(&mut chunk).unwrap();
        std::thread::sleep(secs(0.15));
    }
}

#[test]
fn large_heads_are_refused() {
    let small = Limits { max_header_size: 16 * 1024, ..Limits::default() };
    for (limits, request, status) in [
        (small.clone(), format!("{HEAD}x: {}\r\n\r\n", "y".repeat(8 * 1024)), 200),
        (small.clone(), format!("{HEAD}x: {}\r\n\r\n", "y".repeat(20 * 1024)), 431),
        (small, format!("{HEAD}x: {}\r\n\r\n", "y".repeat(4 << 20)), 431),
        (Limits::default(), format!("{HEAD}{}\r\n", "x: y\r\n".repeat(99)), 200),
        (Limits::default(), format!("{HEAD}{}\r\n", "x: y\r\n".repeat(101)), 431),
        (
            Limits { max_headers: 200, ..Limits::default() },
            format!("{HEAD}{}\r\n", "x: y\r\n".repeat(150)),
            200,
        ),
        (
            Limits { max_headers: 2, ..Limits::default() },
            format!("{HEAD}a: b\r\nc: d\r\n\r\n"),
            431,
        ),
    ] {
        let live = Live::with(limits);
        let mut client = live.connect();
        _ = client.0.write_all(request.as_bytes());
        assert_eq!(client.answer().status, status, "{request:.80}");
    }
}

#[test]
fn long_uris_are_refused() {
    let live = Live::with(Limits { max_uri_length: 100, ..Limits::default() });
    for (length, status) in [(99, 200), (100, 414), (5_000, 414), (70_000, 431)] {
        let mut client = live.connect();
        let request = format!("GET /?{} HTTP/1.1\r\nhost: a\r\n\r\n", "q".repeat(length - 1));
        _ = client.0.write_all(request.as_bytes());
        assert_eq!(client.answer().status, status, "{length}");
    }
}

#[test]
fn more_connections_than_allowed_wait_instead_of_failing() {
    let live = Live::with(Limits { max_connections: 2, ..Limits::default() });
    let mut first = live.connect();
    let mut second = live.connect();
    assert_eq!((first.get("/").status, second.get("/").status), (200, 200));
    let mut third = live.connect();
    third.say("GET / HTTP/1.1\r\nhost: a\r\n\r\n");
    third.0.set_read_timeout(Some(secs(0.3))).unwrap();
    assert!(third.0.read(&mut [0]).is_err(), "it was answered while both seats were taken");
    third.0.set_read_timeout(Some(secs(5.0))).unwrap();
    drop(first);
    assert_eq!(third.answer().body, "hello");
}
