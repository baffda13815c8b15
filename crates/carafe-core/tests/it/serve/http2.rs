//! HTTP/2 from a client that knows we speak it.

use std::sync::{Condvar, Mutex};

use axum::body::to_bytes;
use http::{Request, Version};
use http_body_util::Empty;
use hyper::client::conn::http2::SendRequest;
use hyper_util::rt::{TokioExecutor, TokioIo};

use super::*;

async fn connect(address: SocketAddr) -> SendRequest<Empty<Bytes>> {
    let stream = tokio::net::TcpStream::connect(address).await.unwrap();
    over(TokioIo::new(stream)).await
}

pub(super) async fn over<I>(io: I) -> SendRequest<Empty<Bytes>>
where
    I: hyper::rt::Read + hyper::rt::Write + Unpin + Send + 'static,
{
    let (sender, connection) =
        hyper::client::conn::http2::handshake(TokioExecutor::new(), io).await.unwrap();
    tokio::spawn(connection);
    sender
}

pub(super) async fn get(
    sender: &mut SendRequest<Empty<Bytes>>,
    path: &str,
) -> Result<(u16, String), hyper::Error> {
    let request = Request::get(format!("http://test{path}")).body(Empty::new()).unwrap();
    let response = sender.send_request(request).await?;
    assert_eq!(response.version(), Version::HTTP_2);
    let status = response.status().as_u16();
    let body = to_bytes(Body::new(response.into_body()), 1 << 20).await.unwrap();
    Ok((status, utf8(&body)))
}

#[test]
fn requests_share_a_connection() {
    let live = Live::start();
    live.runtime.block_on(async {
        let mut sender = connect(live.address()).await;
        assert_eq!(get(&mut sender, "/").await.unwrap(), (200, "hello".into()));
        let begin = Instant::now();
        let slow: Vec<_> = (0..5)
            .map(|_| {
                let mut sender = sender.clone();
                tokio::spawn(async move { get(&mut sender, "/slow").await.unwrap() })
            })
            .collect();
        for answer in slow {
            assert_eq!(answer.await.unwrap(), (200, "slow".into()));
        }
        assert!(begin.elapsed() < secs(1.5));
    });
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_handler_that_blocks_holds_up_no_other_of_its_connection() {
    let site = carafe_core::App::new("site").routes(carafe_core::routes![meet]);
    let server = carafe_core::testing::LiveServer::start(site).await.unwrap();
    let sender = connect(server.address().parse().unwrap()).await;
    let guests: Vec<_> = (0..2)
        .map(|_| {
            let mut sender = sender.clone();
            tokio::spawn(async move { get(&mut sender, "/meet").await.unwrap() })
        })
        .collect();
    for guest in guests {
        assert_eq!(guest.await.unwrap(), (200, "met".into()));
    }
}

/// Blocks its thread until a second guest is there.
#[carafe_macros::get("/meet")]
async fn meet() -> &'static str {
    static GUESTS: (Mutex<u32>, Condvar) = (Mutex::new(0), Condvar::new());
    let mut guests = GUESTS.0.lock().unwrap();
    *guests += 1;
    GUESTS.1.notify_all();
    let waited = GUESTS.1.wait_timeout_while(guests, secs(10.0), |guests| *guests < 2).unwrap();
    if waited.1.timed_out() { "alone" } else { "met" }
}

#[test]
fn limits_hold() {
    let live = Live::with(Limits {
        max_uri_length: 100,
        keep_alive: Some(secs(0.3)),
        header_timeout: Some(secs(0.5)),
        ..Limits::default()
    });
    live.runtime.block_on(async {
        let mut sender = connect(live.address()).await;
        let long = format!("/?{}", "q".repeat(200));
        assert_eq!(get(&mut sender, &long).await.unwrap().0, 414);
        assert_eq!(get(&mut sender, "/slow").await.unwrap().0, 200, "it isn't idle");
        tokio::time::sleep(secs(1.0)).await;
        assert!(get(&mut sender, "/").await.is_err(), "idle for too long");
        let mut silent = connect(live.address()).await;
        tokio::time::sleep(secs(1.2)).await;
        assert!(get(&mut silent, "/").await.is_err(), "no request in time");
    });
}

#[test]
fn a_stopping_server_finishes_its_streams() {
    let mut live = Live::start();
    let address = live.address();
    let answer = live.runtime.spawn(async move {
        let mut sender = connect(address).await;
        get(&mut sender, "/slow").await
    });
    std::thread::sleep(secs(0.2));
    live.stop();
    assert_eq!(live.ended(), Stopped::Drained);
    let answer = live.runtime.block_on(answer).unwrap();
    assert_eq!(answer.unwrap(), (200, "slow".into()));
}

#[test]
fn a_stream_that_is_reset_cancels_its_handler() {
    let live = Live::start();
    let (begun, dropped) = (BEGUN.load(SeqCst), DROPPED.load(SeqCst));
    let address = live.address();
    let asking = live.runtime.spawn(async move {
        let mut sender = connect(address).await;
        get(&mut sender, "/forever").await
    });
    eventually("the handler's begin", || BEGUN.load(SeqCst) > begun);
    asking.abort();
    eventually("the handler's drop", || DROPPED.load(SeqCst) > dropped);
}
