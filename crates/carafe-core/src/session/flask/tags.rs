//! The values of Flask's sessions that JSON has no form for.

use std::time::SystemTime;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};

/// A Python tuple: `Tuple::new((1, "two"))`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tuple<T> {
    #[serde(rename = " t")]
    value: T,
}

impl<T> Tuple<T> {
    /// The tuple of a Rust tuple or list.
    pub fn new(value: T) -> Self {
        Self { value }
    }

    /// What is in it.
    pub fn into_inner(self) -> T {
        self.value
    }
}

/// Python's `bytes`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bytes {
    #[serde(rename = " b")]
    base64: String,
}

impl Bytes {
    /// The Python value of some bytes.
    pub fn new(bytes: &[u8]) -> Self {
        Self { base64: STANDARD.encode(bytes) }
    }

    /// The bytes; `None` if what was sent is no base64.
    pub fn to_vec(&self) -> Option<Vec<u8>> {
        STANDARD.decode(&self.base64).ok()
    }
}

/// A text that is HTML already (`markupsafe.Markup`).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Markup {
    #[serde(rename = " m")]
    html: String,
}

impl Markup {
    /// The Python value of a piece of HTML that can be trusted.
    pub fn new(html: impl Into<String>) -> Self {
        Self { html: html.into() }
    }

    /// The HTML.
    pub fn as_str(&self) -> &str {
        &self.html
    }
}

/// Python's `uuid.UUID`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Uuid {
    #[serde(rename = " u")]
    hex: String,
}

impl Uuid {
    /// The Python value of a number, as `uuid::Uuid::as_u128` gives it.
    pub fn new(number: u128) -> Self {
        Self { hex: format!("{number:032x}") }
    }

    /// The number; `None` if what was sent is no UUID.
    pub fn to_u128(&self) -> Option<u128> {
        u128::from_str_radix(&self.hex, 16).ok()
    }
}

/// Python's `datetime`, to the second.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DateTime {
    #[serde(rename = " d")]
    http_date: String,
}

impl DateTime {
    /// The Python value of a time from 1970 to 9999; others become the nearest of these.
    pub fn new(at: SystemTime) -> Self {
        Self { http_date: crate::cookies::http_date(at) }
    }

    /// The time; `None` if what was sent is none.
    pub fn to_time(&self) -> Option<SystemTime> {
        httpdate::parse_http_date(&self.http_date).ok()
    }
}
