//! How a key is derived and a signature made.

use hmac::{Hmac, KeyInit, Mac};
use sha1::{Digest, Sha1};
use sha2::Sha256;

/// How a key is derived from a secret and a salt, and which hash signs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scheme {
    /// HMAC-SHA256 throughout: the default.
    Sha256,
    /// itsdangerous' default (`django-concat`): `SHA1(salt + "signer" + secret)` derives,
    /// HMAC-SHA1 signs.
    DjangoConcat,
    /// itsdangerous with `key_derivation="hmac"`, as Flask signs its sessions: HMAC-SHA1
    /// throughout.
    HmacSha1,
}

/// A derived key, its first block already hashed.
#[derive(Clone)]
pub(super) enum MacKey {
    Sha1(Hmac<Sha1>),
    Sha256(Hmac<Sha256>),
}

impl MacKey {
    pub(super) fn derive(scheme: Scheme, secret: &[u8], salt: &[u8]) -> Self {
        match scheme {
            Scheme::Sha256 => {
                Self::Sha256(sha256(&sha256(secret).chain_update(salt).finalize().into_bytes()))
            }
            Scheme::HmacSha1 => {
                Self::Sha1(sha1(&sha1(secret).chain_update(salt).finalize().into_bytes()))
            }
            Scheme::DjangoConcat => {
                let parts =
                    Sha1::new().chain_update(salt).chain_update(b"signer").chain_update(secret);
                Self::Sha1(sha1(&parts.finalize()))
            }
        }
    }

    pub(super) fn sign(&self, value: &[u8]) -> Vec<u8> {
        match self {
            Self::Sha1(mac) => mac.clone().chain_update(value).finalize().into_bytes().to_vec(),
            Self::Sha256(mac) => mac.clone().chain_update(value).finalize().into_bytes().to_vec(),
        }
    }

    /// Compares in constant time: the length of the wait would tell how many bytes were right.
    pub(super) fn verify(&self, value: &[u8], signature: &[u8]) -> bool {
        match self {
            Self::Sha1(mac) => mac.clone().chain_update(value).verify_slice(signature).is_ok(),
            Self::Sha256(mac) => mac.clone().chain_update(value).verify_slice(signature).is_ok(),
        }
    }
}

fn sha1(key: &[u8]) -> Hmac<Sha1> {
    Hmac::new_from_slice(key).unwrap_or_else(|_| unreachable!("HMAC takes keys of every length"))
}

fn sha256(key: &[u8]) -> Hmac<Sha256> {
    Hmac::new_from_slice(key).unwrap_or_else(|_| unreachable!("HMAC takes keys of every length"))
}
