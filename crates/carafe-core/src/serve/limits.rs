//! How long a client may take, and how much it may send.

use std::time::Duration;

/// How long a client may take, and how much it may send, before the server gives up on it.
///
/// Each has a default that suits an app on the open internet; `None` takes a time limit away.
///
/// ```
/// use std::time::Duration;
/// use carafe_core::serve::Limits;
///
/// let limits = Limits { keep_alive: Some(Duration::from_secs(5)), ..Limits::default() };
/// assert_eq!(limits.header_timeout, Some(Duration::from_secs(20)));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limits {
    /// From the connection (or the first byte of a later request) to the end of the request's
    /// head; then 408. nginx's `client_header_timeout`. 20 seconds.
    pub header_timeout: Option<Duration>,
    /// Between two pieces of a request's body; then reading it fails with
    /// [`BodyTimeout`](super::BodyTimeout). nginx's `client_body_timeout`. 30 seconds.
    pub body_timeout: Option<Duration>,
    /// Between two pieces of a response that the client takes; then the connection is cut.
    /// nginx's `send_timeout`. 60 seconds.
    pub send_timeout: Option<Duration>,
    /// How long a connection may wait for its next request. nginx's `keepalive_timeout`.
    /// 75 seconds.
    pub keep_alive: Option<Duration>,
    /// How long a stopping server waits for the answers under way. 30 seconds.
    pub shutdown_timeout: Duration,
    /// Connections open at a time, upgraded ones included; more wait in the backlog. 25,000.
    pub max_connections: usize,
    /// Headers of a request; more are a 431. 100, which hyper keeps without an allocation.
    pub max_headers: usize,
    /// Bytes of a request's head, its first line included; more are a 431. 64 KiB.
    pub max_header_size: usize,
    /// Bytes of a request's path and query; more are a 414. 8 KiB.
    pub max_uri_length: usize,
    /// Streams of one HTTP/2 connection at a time. 200.
    pub max_streams: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            header_timeout: Some(Duration::from_secs(20)),
            body_timeout: Some(Duration::from_secs(30)),
            send_timeout: Some(Duration::from_mins(1)),
            keep_alive: Some(Duration::from_secs(75)),
            shutdown_timeout: Duration::from_secs(30),
            max_connections: 25_000,
            max_headers: DEFAULT_HEADERS,
            max_header_size: 64 * 1024,
            max_uri_length: 8 * 1024,
            max_streams: 200,
        }
    }
}

impl Limits {
    /// hyper's HTTP/1 side with what it enforces itself.
    ///
    /// Its header timer stays off, since it allocates for each request where ours is one for each
    /// connection. So does its `pipeline_flush`: while bytes of a next request wait, it withholds
    /// every answer, buffers a stream without bound, and loses the last answer at the end. The
    /// socket gathers small answers instead.
    pub(super) fn http1(&self) -> hyper::server::conn::http1::Builder {
        let mut http = hyper::server::conn::http1::Builder::new();
        http.half_close(false).header_read_timeout(None).max_header_size(self.max_header_size);
        // Naming a number, even hyper's own, moves the headers from the stack to the heap.
        if self.max_headers != DEFAULT_HEADERS {
            http.max_headers(self.max_headers);
        }
        http
    }
}

const DEFAULT_HEADERS: usize = 100;
