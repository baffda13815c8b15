//! Values that leave the server and come back unchanged, or not at all (itsdangerous).
//!
//! A signed value can be read by everybody and written by nobody else. [`Signer`] signs text,
//! [`TimestampSigner`] text with its time, [`Serializer`] and [`TimedSerializer`] any serde value
//! in a form that fits into URLs and cookies.
//!
//! ```
//! use std::time::Duration;
//! use carafe_core::signing::{BadSignature, SecretKeys, TimedSerializer};
//!
//! let keys = SecretKeys::new("a long random text")?;
//! let links = TimedSerializer::new(&keys).salt("activate");
//!
//! let token = links.dumps(&"ann@example.com")?;
//! let email: String = links.loads(&token, Duration::from_secs(3600))?;
//! assert_eq!(email, "ann@example.com");
//!
//! let forged = links.loads::<String>("InJvb3QifQ.ZVPxAA.AAAA", Duration::from_secs(3600));
//! assert_eq!(forged, Err(BadSignature::Forged));
//! # Ok::<(), carafe_core::Error>(())
//! ```
//!
//! - Values of unlike purposes MUST have unlike salts, or a link that activates an account also
//!   resets a password. A salt is no secret.
//! - Ours is HMAC with SHA-256 under a key that is derived from the secret and the salt.
//!   `itsdangerous(…)` of each type reads and writes what Python's itsdangerous does.
//! - Signatures are compared in constant time. Nothing of a value is looked at before its
//!   signature is found right.

mod keys;
mod payload;
mod scheme;
mod serializer;
mod signer;
mod timestamp;

pub use keys::SecretKeys;
pub use scheme::Scheme;
pub use serializer::{Serializer, TimedSerializer};
pub use signer::Signer;
pub use timestamp::TimestampSigner;

pub(crate) use payload::{from_base64, to_base64};

use std::fmt;
use std::time::Duration;

use crate::{Error, Kind};

/// Why a signed value was refused.
///
/// It turns into an [`Error`] with status 400 through `?`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BadSignature {
    /// Nobody with one of the keys signed this; it is forged, cut off or of another salt.
    Forged,
    /// It was signed, but longer ago than allowed (itsdangerous' `SignatureExpired`).
    Expired {
        /// The time since it was signed.
        age: Duration,
    },
    /// It was signed, but is not of the type that was asked for (`BadPayload`).
    Malformed,
}

impl fmt::Display for BadSignature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Forged => f.write_str("the signature does not match"),
            Self::Expired { age } => {
                write!(f, "the signature is {} s old, which is too old", age.as_secs())
            }
            Self::Malformed => f.write_str("the signed value is not of the expected form"),
        }
    }
}

// A standard error would become an internal one (500); this is what a visitor sent.
impl From<BadSignature> for Error {
    #[track_caller]
    fn from(bad: BadSignature) -> Self {
        Self::new(Kind::Invalid, bad.to_string())
    }
}
