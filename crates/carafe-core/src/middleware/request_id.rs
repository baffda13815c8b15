//! A name for each request, for logs.

use std::fmt::Write;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};

use http::{HeaderMap, HeaderName, HeaderValue};

const NAME: HeaderName = HeaderName::from_static("x-request-id");

/// Names requests: what a proxy called it, else a name of our own, in `X-Request-Id`.
#[derive(Debug, Default)]
pub(super) struct RequestIds {
    next: AtomicU64,
    start: OnceLock<u64>,
}

/// The name of a request.
#[derive(Clone, Debug)]
pub struct RequestId(HeaderValue);

impl RequestIds {
    /// The name that came, if it is short and plain, else a new one.
    pub(super) fn of(&self, headers: &HeaderMap) -> RequestId {
        let came = headers.get(NAME).filter(|value| is_plain(value.as_bytes()));
        RequestId(came.cloned().unwrap_or_else(|| self.new_one()))
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

impl RequestId {
    pub(super) fn set(self, headers: &mut HeaderMap) {
        headers.entry(NAME).or_insert(self.0);
    }

    /// The name as text.
    pub fn as_str(&self) -> &str {
        self.0.to_str().unwrap_or_default()
    }
}

fn is_plain(text: &[u8]) -> bool {
    (1..=100).contains(&text.len())
        && text.iter().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.'))
}
