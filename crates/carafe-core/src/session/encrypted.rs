//! Sessions that live in their cookie and that only the server can read.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use chacha20poly1305::aead::{Aead, Payload};
use chacha20poly1305::{KeyInit, XChaCha20Poly1305, XNonce};
use hmac::{Hmac, Mac};
use sha2::Sha256;

use super::{SessionCodec, SessionData, random};
use crate::signing::{SecretKeys, from_base64, to_base64};
use crate::{Error, Result};

/// XChaCha20-Poly1305: its nonce is long enough to be random for each cookie, and it is fast on
/// machines without AES instructions. The JSON is not compressed, since the length of what is
/// compressed would tell what is in it.
///
/// `base64(nonce(24) + sealed(seconds(8) + json) + tag(16))`, bound to the cookie's name.
pub(super) struct Encrypted {
    /// The one that seals first.
    ciphers: Vec<XChaCha20Poly1305>,
    cookie_name: String,
}

const NONCE: usize = 24;
const TIME: usize = 8;

/// How far the clock of another server may be ahead of ours.
const SKEW: Duration = Duration::from_mins(1);

impl Encrypted {
    pub(super) fn new(keys: &SecretKeys, cookie_name: &str) -> Self {
        let ciphers =
            keys.newest_first().map(|secret| XChaCha20Poly1305::new(&derived(secret))).collect();
        Self { ciphers, cookie_name: cookie_name.to_owned() }
    }

    fn open(&self, sealed: &[u8]) -> Option<Vec<u8>> {
        let (nonce, sealed) = sealed.split_first_chunk::<NONCE>()?;
        let nonce = XNonce::from(*nonce);
        let payload = || Payload { msg: sealed, aad: self.cookie_name.as_bytes() };
        self.ciphers.iter().find_map(|cipher| cipher.decrypt(&nonce, payload()).ok())
    }
}

impl SessionCodec for Encrypted {
    fn decode(&self, value: &str, max_age: Duration, now: SystemTime) -> Option<SessionData> {
        let open = self.open(&from_base64(value)?)?;
        let (time, json) = open.split_first_chunk::<TIME>()?;
        let at = UNIX_EPOCH.checked_add(Duration::from_secs(u64::from_be_bytes(*time)))?;
        let valid = match now.duration_since(at) {
            Ok(age) => age <= max_age,
            Err(ahead) => ahead.duration() <= SKEW,
        };
        valid.then(|| serde_json::from_slice(json).ok()).flatten()
    }

    fn encode(&self, data: &SessionData, now: SystemTime) -> Result<String> {
        let seconds = now.duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
        let mut plain = seconds.to_be_bytes().to_vec();
        serde_json::to_writer(&mut plain, data)?;
        let nonce = random::<NONCE>()?;
        let payload = Payload { msg: &plain, aad: self.cookie_name.as_bytes() };
        let sealed = self
            .ciphers
            .first()
            .and_then(|cipher| cipher.encrypt(&XNonce::from(nonce), payload).ok());
        let sealed = sealed.ok_or_else(|| Error::internal("the session could not be encrypted"))?;
        Ok(to_base64(&[&nonce, &sealed[..]].concat()))
    }
}

fn derived(secret: &[u8]) -> chacha20poly1305::Key {
    let mac = Hmac::<Sha256>::new_from_slice(secret)
        .unwrap_or_else(|_| unreachable!("HMAC takes keys of every length"));
    mac.chain_update(b"carafe.session.encrypted").finalize().into_bytes()
}
