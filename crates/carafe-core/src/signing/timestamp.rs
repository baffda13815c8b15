//! Signed text that grows old.

use std::borrow::Cow;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use super::{BadSignature, Scheme, SecretKeys, Signer, from_base64, to_base64};

/// How far the clock of another server may be ahead of ours.
const SKEW: Duration = Duration::from_mins(1);

/// Signs text together with its time: `value.time.signature` (itsdangerous' `TimestampSigner`).
///
/// ```
/// use std::time::{Duration, SystemTime};
/// use carafe_core::signing::{BadSignature, SecretKeys, TimestampSigner};
///
/// let signer = TimestampSigner::new(&SecretKeys::new("a long random text")?);
/// let hour = Duration::from_secs(3600);
/// assert_eq!(signer.unsign(&signer.sign("hello"), hour), Ok("hello"));
///
/// let old = signer.sign_at("hello", SystemTime::now() - 2 * hour);
/// assert!(matches!(signer.unsign(&old, hour), Err(BadSignature::Expired { .. })));
/// # Ok::<(), carafe_core::Error>(())
/// ```
///
/// A time more than a minute ahead of this server's clock counts as expired.
#[derive(Clone, Debug)]
pub struct TimestampSigner(Signer);

impl TimestampSigner {
    /// A signer with SHA-256.
    pub fn new(keys: &SecretKeys) -> Self {
        Self(Signer::with(keys, Scheme::Sha256, "carafe.TimestampSigner"))
    }

    /// A signer that Python's `itsdangerous.TimestampSigner` agrees with.
    pub fn itsdangerous(keys: &SecretKeys) -> Self {
        Self(Signer::itsdangerous(keys))
    }

    /// Keeps its values apart from those of other purposes.
    pub fn salt(self, salt: impl Into<Cow<'static, str>>) -> Self {
        Self(self.0.salt(salt))
    }

    /// Signs by another scheme.
    pub fn scheme(self, scheme: Scheme) -> Self {
        Self(self.0.scheme(scheme))
    }

    pub(super) fn of(signer: Signer) -> Self {
        Self(signer)
    }
}

impl TimestampSigner {
    /// The value with the time and its signature.
    pub fn sign(&self, value: &str) -> String {
        self.sign_at(value, SystemTime::now())
    }

    /// The value as it would be signed at another time.
    pub fn sign_at(&self, value: &str, at: SystemTime) -> String {
        let seconds = seconds(at).to_be_bytes();
        let skip = seconds.iter().take_while(|byte| **byte == 0).count();
        let mut signed = format!("{value}.{}", to_base64(&seconds[skip..]));
        self.0.seal(&mut signed);
        signed
    }

    /// The value, if it was signed at most `max_age` ago.
    pub fn unsign<'a>(&self, signed: &'a str, max_age: Duration) -> Result<&'a str, BadSignature> {
        self.unsign_at(signed, max_age, SystemTime::now())
    }

    /// The value, if at the time `now` it was at most `max_age` old.
    pub fn unsign_at<'a>(
        &self,
        signed: &'a str,
        max_age: Duration,
        now: SystemTime,
    ) -> Result<&'a str, BadSignature> {
        let (value, at) = self.dated(signed)?;
        if at.duration_since(now).is_ok_and(|ahead| ahead > SKEW) {
            return Err(BadSignature::Expired { age: Duration::ZERO });
        }
        match now.duration_since(at).unwrap_or_default() {
            age if age > max_age => Err(BadSignature::Expired { age }),
            _ => Ok(value),
        }
    }

    /// The value and when it was signed, however long ago.
    pub fn dated<'a>(&self, signed: &'a str) -> Result<(&'a str, SystemTime), BadSignature> {
        let dated = self.0.unsign(signed)?;
        let (value, time) = dated.rsplit_once('.').ok_or(BadSignature::Malformed)?;
        let bytes =
            from_base64(time).filter(|bytes| bytes.len() <= 8).ok_or(BadSignature::Malformed)?;
        let seconds = bytes.iter().fold(0, |sum, byte| sum << 8 | u64::from(*byte));
        let at =
            UNIX_EPOCH.checked_add(Duration::from_secs(seconds)).ok_or(BadSignature::Malformed)?;
        Ok((value, at))
    }
}

fn seconds(at: SystemTime) -> u64 {
    at.duration_since(UNIX_EPOCH).unwrap_or_default().as_secs()
}
