//! What a session on the server is known by.

use std::fmt::{self, Write};

use sha2::{Digest, Sha256};

use super::random;
use crate::Result;
use crate::signing::to_base64;

/// The bytes of a new id: 256 random bits, which nobody guesses.
const BYTES: usize = 32;

/// The letters of an id: [`BYTES`] in base64 without padding.
const LETTERS: usize = 43;

/// What a browser holds: whoever knows it is the visitor.
pub(super) struct SessionId(String);

/// What a store knows a session by: the hash of its id, so that a copy of the store lets nobody
/// in. 64 letters `0-9a-f`, safe as the name of a file.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct SessionKey(String);

impl SessionId {
    pub(super) fn random() -> Result<Self> {
        Ok(Self(to_base64(&random::<BYTES>()?)))
    }

    /// The id that a cookie holds; `None` for what was never one, without asking the store.
    pub(super) fn parse(value: &str) -> Option<Self> {
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
        (value.len() == LETTERS && value.bytes().all(plain)).then(|| Self(value.to_owned()))
    }

    pub(super) fn key(&self) -> SessionKey {
        SessionKey::of(&self.0)
    }

    pub(super) fn into_value(self) -> String {
        self.0
    }
}

impl SessionKey {
    /// The key of the id that a browser holds.
    pub fn of(id: &str) -> Self {
        let mut key = String::with_capacity(64);
        for byte in Sha256::digest(id.as_bytes()) {
            // Writing to a String cannot fail.
            let _ = write!(key, "{byte:02x}");
        }
        Self(key)
    }

    /// The 64 letters.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Shows its first letters, enough to tell two apart in a log.
impl fmt::Debug for SessionKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SessionKey({}…)", &self.0[..8])
    }
}
