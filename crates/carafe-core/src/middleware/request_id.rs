//! A name for each request, for logs.

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
        let digits: [u8; 16] =
            std::array::from_fn(|place| HEXADECIMAL[(number >> (60 - 4 * place) & 0xf) as usize]);
        // A header can hold digits and letters.
        HeaderValue::from_bytes(&digits).unwrap_or(HeaderValue::from_static("0"))
    }
}

const HEXADECIMAL: &[u8; 16] = b"0123456789abcdef";

fn is_plain(text: &[u8]) -> bool {
    (1..=100).contains(&text.len())
        && text.iter().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.'))
}
