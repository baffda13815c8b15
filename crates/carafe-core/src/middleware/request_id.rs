//! A name for each request, for logs.

use std::fmt::Write;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};

use http::{HeaderMap, HeaderName, HeaderValue};

pub(super) const NAME: HeaderName = HeaderName::from_static("x-request-id");

/// Names requests: what a proxy called it, else a name of our own, in `X-Request-Id`.
#[derive(Debug, Default)]
pub(super) struct RequestIds {
    next: AtomicU64,
    start: OnceLock<u64>,
}

/// Whether each request gets a name, in `X-Request-Id` and in the log; see
/// [`Scope::request_id`](crate::Scope::request_id).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RequestId {
    /// Yes.
    On,
    /// No.
    Off,
}

impl RequestIds {
    /// The name that came, if it is short and plain, else a new one.
    pub(super) fn of(&self, headers: &HeaderMap) -> HeaderValue {
        let came = headers.get(NAME).filter(|value| is_plain(value.as_bytes()));
        came.cloned().unwrap_or_else(|| self.new_one())
    }

    /// A number that starts by chance, so that two runs have no names in common.
    fn new_one(&self) -> HeaderValue {
        let start = *self.start.get_or_init(|| getrandom::u64().unwrap_or_default());
        let number = start.wrapping_add(self.next.fetch_add(1, Ordering::Relaxed));
        let mut text = String::with_capacity(16);
        // Writing to a String cannot fail, and a header can hold hexadecimal digits.
        let _ = write!(text, "{number:016x}");
        HeaderValue::try_from(text).unwrap_or(HeaderValue::from_static("0"))
    }
}

fn is_plain(text: &[u8]) -> bool {
    (1..=100).contains(&text.len())
        && text.iter().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.'))
}
