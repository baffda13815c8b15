//! Stopping: nobody who was let in goes without an answer.

use std::time::Instant;

use super::*;

#[test]
fn idle_connections_end_at_once() {
    let mut live = Live::start();
    let mut client = live.connect();
    assert_eq!(client.get("/").status, 200);
    let begin = Instant::now();
    live.stop();
    assert_eq!(client.rest(), "");
    assert_eq!(live.ended(), Stopped::Drained);
    assert!(begin.elapsed() < secs(0.5), "{:?}", begin.elapsed());
}

#[test]
fn answers_under_way_are_finished() {
    let mut live = Live::start();
    let mut client = live.connect();
    client.say("GET /slow HTTP/1.1\r\nhost: a\r\n\r\n");
    std::thread::sleep(secs(0.1));
    live.stop();
    let answer = client.answer();
    assert_eq!(answer.body, "slow");
    assert!(answer.head.contains("connection: close"), "{answer:?}");
    assert_eq!(live.ended(), Stopped::Drained);
}

#[test]
fn connections_in_the_backlog_are_answered() {
    let runtime = runtime();
    let server = Server::new(app()).listen(port());
    let bound = runtime.block_on(server.bind()).unwrap();
    let Listen::Tcp(address) = bound.places()[0] else { panic!("no port") };
    // All are in before the server accepts the first one, and half of them have asked already.
    let mut clients: Vec<Client> = (0..100)
        .map(|_| {
            let stream = TcpStream::connect(address).unwrap();
            stream.set_read_timeout(Some(secs(5.0))).unwrap();
            Client(stream)
        })
        .collect();
    for client in &mut clients[..50] {
        client.say("GET / HTTP/1.1\r\nhost: a\r\n\r\n");
    }
    let mut live = Live::run(runtime, bound);
    live.stop();
    std::thread::sleep(secs(0.05));
    for client in &mut clients[50..] {
        client.say("GET / HTTP/1.1\r\nhost: a\r\n\r\n");
    }
    for client in &mut clients {
        assert_eq!(client.answer().body, "hello");
    }
    assert_eq!(live.ended(), Stopped::Drained);
    assert!(TcpStream::connect(address).is_err(), "the port is closed");
}

#[test]
fn a_silent_newcomer_does_not_hold_it_up() {
    let mut live = Live::start();
    let mut client = live.connect();
    live.stop();
    let begin = Instant::now();
    assert_eq!(client.rest(), "");
    assert_eq!(live.ended(), Stopped::Drained);
    assert!(begin.elapsed() < secs(2.5), "{:?}", begin.elapsed());
}

#[test]
fn draining_has_its_time() {
    let mut live = Live::with(Limits { shutdown_timeout: secs(0.3), ..Limits::default() });
    let (begun, dropped) = (BEGUN.load(SeqCst), DROPPED.load(SeqCst));
    let mut client = live.connect();
    client.say("GET /forever HTTP/1.1\r\nhost: a\r\n\r\n");
    eventually("the handler's begin", || BEGUN.load(SeqCst) > begun);
    live.stop();
    assert_eq!(live.ended(), Stopped::Cut(1));
    assert!(client.is_closed());
    eventually("the handler's drop", || DROPPED.load(SeqCst) > dropped);
}

#[test]
fn a_second_signal_ends_at_once() {
    let mut live = Live::start();
    let begun = BEGUN.load(SeqCst);
    let mut client = live.connect();
    client.say("GET /forever HTTP/1.1\r\nhost: a\r\n\r\n");
    eventually("the handler's begin", || BEGUN.load(SeqCst) > begun);
    live.stop();
    std::thread::sleep(secs(0.2));
    let begin = Instant::now();
    live.stop_at_once();
    assert_eq!(live.ended(), Stopped::Cut(1));
    assert!(begin.elapsed() < secs(0.5), "{:?}", begin.elapsed());
    assert!(client.is_closed());
}

#[test]
fn dropping_the_server_cuts_its_connections() {
    let mut live = Live::start();
    let mut client = live.connect();
    assert_eq!(client.get("/").status, 200);
    live.ended.take().unwrap().abort();
    assert!(client.is_closed());
}

#[test]
fn signals_are_told_apart() {
    if std::env::var_os(super::places::CHILD).is_some() {
        return;
    }
    let mut child = super::places::Child::start("signalled");
    let mut client = child.client();
    assert_eq!(client.get("/").body, "hello");
    client.say("GET /forever HTTP/1.1\r\nhost: a\r\n\r\n");
    std::thread::sleep(secs(0.2));
    child.signal("TERM");
    std::thread::sleep(secs(0.3));
    assert!(child.is_running(), "it drains, since a handler is under way");
    child.signal("INT");
    assert_eq!(child.ended(), "Cut(1)");
    assert!(client.is_closed());
}
