//! Signed values of any serde type.

use std::borrow::Cow;
use std::time::{Duration, SystemTime};

use serde_core::Serialize;
use serde_core::de::DeserializeOwned;

use super::{BadSignature, Scheme, SecretKeys, Signer, TimestampSigner, payload};
use crate::Result;

/// Signs any serde value, in a form that fits into URLs (itsdangerous' `URLSafeSerializer`).
///
/// ```
/// use carafe_core::signing::{SecretKeys, Serializer};
///
/// let serializer = Serializer::new(&SecretKeys::new("a long random text")?).salt("unsubscribe");
/// let token = serializer.dumps(&(7, "weekly"))?;
/// let (user, list): (i64, String) = serializer.loads(&token)?;
/// assert_eq!((user, &*list), (7, "weekly"));
/// # Ok::<(), carafe_core::Error>(())
/// ```
///
/// The value can be read by whoever holds it. It is valid as long as the key is; for one that
/// grows old see [`TimedSerializer`].
#[derive(Clone, Debug)]
pub struct Serializer {
    signer: Signer,
    form: Form,
}

#[derive(Clone, Copy, Debug)]
enum Form {
    UrlSafe {
        /// The size in bytes from which compression is tried.
        compress_from: usize,
    },
    PlainJson,
}

/// Compressing less than this costs a tenth of a millisecond and saves nothing worth it.
const WORTHWHILE: usize = 512;

const OURS: Form = Form::UrlSafe { compress_from: WORTHWHILE };

/// Python tries it always; what reads one reads the other.
const PYTHONS: Form = Form::UrlSafe { compress_from: 0 };

impl Serializer {
    /// A serializer with SHA-256.
    pub fn new(keys: &SecretKeys) -> Self {
        Self { signer: Signer::with(keys, Scheme::Sha256, "carafe.Serializer"), form: OURS }
    }

    /// A serializer that Python's `itsdangerous.URLSafeSerializer` agrees with.
    pub fn itsdangerous(keys: &SecretKeys) -> Self {
        Self { signer: Signer::with(keys, Scheme::DjangoConcat, "itsdangerous"), form: PYTHONS }
    }

    /// Keeps its values apart from those of other purposes.
    pub fn salt(mut self, salt: impl Into<Cow<'static, str>>) -> Self {
        self.signer = self.signer.salt(salt);
        self
    }

    /// Signs by another scheme.
    pub fn scheme(mut self, scheme: Scheme) -> Self {
        self.signer = self.signer.scheme(scheme);
        self
    }

    /// Writes plain JSON before the signature, not fit for URLs (itsdangerous' `Serializer`).
    pub fn plain_json(mut self) -> Self {
        self.form = Form::PlainJson;
        self
    }

    /// The signed text of a value; an error if the value has no JSON.
    pub fn dumps(&self, value: &(impl Serialize + ?Sized)) -> Result<String> {
        Ok(self.signer.sign(&self.form.write(value)?))
    }

    /// The value of a signed text.
    pub fn loads<T: DeserializeOwned>(&self, signed: &str) -> Result<T, BadSignature> {
        self.form.read(self.signer.unsign(signed)?)
    }
}

/// Signs any serde value together with its time, in a form that fits into URLs (itsdangerous'
/// `URLSafeTimedSerializer`): for links in mails, and whatever else should end.
///
/// ```
/// use std::time::Duration;
/// use carafe_core::signing::{SecretKeys, TimedSerializer};
///
/// let resets = TimedSerializer::new(&SecretKeys::new("a long random text")?).salt("reset");
/// let token = resets.dumps(&7)?;
/// assert_eq!(resets.loads::<i64>(&token, Duration::from_secs(900)), Ok(7));
/// # Ok::<(), carafe_core::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct TimedSerializer {
    signer: TimestampSigner,
    form: Form,
}

impl TimedSerializer {
    /// A serializer with SHA-256.
    pub fn new(keys: &SecretKeys) -> Self {
        Self::with(keys, Scheme::Sha256, "carafe.TimedSerializer", OURS)
    }

    /// A serializer that Python's `itsdangerous.URLSafeTimedSerializer` agrees with.
    pub fn itsdangerous(keys: &SecretKeys) -> Self {
        Self::with(keys, Scheme::DjangoConcat, "itsdangerous", PYTHONS)
    }

    fn with(keys: &SecretKeys, scheme: Scheme, salt: &'static str, form: Form) -> Self {
        Self { signer: TimestampSigner::of(Signer::with(keys, scheme, salt)), form }
    }

    /// Keeps its values apart from those of other purposes.
    pub fn salt(mut self, salt: impl Into<Cow<'static, str>>) -> Self {
        self.signer = self.signer.salt(salt);
        self
    }

    /// Signs by another scheme.
    pub fn scheme(mut self, scheme: Scheme) -> Self {
        self.signer = self.signer.scheme(scheme);
        self
    }

    /// Writes plain JSON before the time, not fit for URLs (itsdangerous' `TimedSerializer`).
    pub fn plain_json(mut self) -> Self {
        self.form = Form::PlainJson;
        self
    }

    /// Compresses only what is large: unlike Python, which tries it on every value. Both read both.
    pub fn seldom_compressed(mut self) -> Self {
        self.form = OURS;
        self
    }
}

impl TimedSerializer {
    /// The signed text of a value; an error if the value has no JSON.
    pub fn dumps(&self, value: &(impl Serialize + ?Sized)) -> Result<String> {
        self.dumps_at(value, SystemTime::now())
    }

    /// The text as it would be signed at another time.
    pub fn dumps_at(&self, value: &(impl Serialize + ?Sized), at: SystemTime) -> Result<String> {
        Ok(self.signer.sign_at(&self.form.write(value)?, at))
    }

    /// The value of a text that was signed at most `max_age` ago.
    pub fn loads<T: DeserializeOwned>(
        &self,
        signed: &str,
        max_age: Duration,
    ) -> Result<T, BadSignature> {
        self.loads_at(signed, max_age, SystemTime::now())
    }

    /// The value of a text that at the time `now` was at most `max_age` old.
    pub fn loads_at<T: DeserializeOwned>(
        &self,
        signed: &str,
        max_age: Duration,
        now: SystemTime,
    ) -> Result<T, BadSignature> {
        self.form.read(self.signer.unsign_at(signed, max_age, now)?)
    }
}

impl Form {
    fn write(self, value: &(impl Serialize + ?Sized)) -> Result<String> {
        let json = payload::json(value)?;
        Ok(match self {
            Self::UrlSafe { compress_from } => payload::pack(&json, compress_from),
            Self::PlainJson => json,
        })
    }

    fn read<T: DeserializeOwned>(self, payload: &str) -> Result<T, BadSignature> {
        let parsed = match self {
            Self::UrlSafe { .. } => {
                payload::unpack(payload).and_then(|json| serde_json::from_slice(&json).ok())
            }
            Self::PlainJson => serde_json::from_str(payload).ok(),
        };
        parsed.ok_or(BadSignature::Malformed)
    }
}
