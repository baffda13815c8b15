//! Signed text.

use std::borrow::Cow;
use std::fmt;

use super::scheme::MacKey;
use super::{BadSignature, Scheme, SecretKeys, from_base64, to_base64};

/// Signs text: `value.signature` (itsdangerous' `Signer`).
///
/// ```
/// use carafe_core::signing::{BadSignature, SecretKeys, Signer};
///
/// let signer = Signer::new(&SecretKeys::new("a long random text")?).salt("unsubscribe");
/// let signed = signer.sign("user.7");
/// assert!(signed.starts_with("user.7."));
/// assert_eq!(signer.unsign(&signed), Ok("user.7"));
/// assert_eq!(signer.unsign("user.8.AAAA"), Err(BadSignature::Forged));
///
/// // What Python writes with `itsdangerous.Signer("dev-key").sign("hello")`:
/// let python = Signer::itsdangerous(&SecretKeys::new("dev-key")?);
/// assert_eq!(python.sign("hello"), "hello.PsoJ6zRXZ46fFi6BnKNrzjnqXD4");
/// # Ok::<(), carafe_core::Error>(())
/// ```
#[derive(Clone)]
pub struct Signer {
    secrets: SecretKeys,
    scheme: Scheme,
    salt: Cow<'static, str>,
    derived: Vec<MacKey>,
}

impl Signer {
    /// A signer with SHA-256.
    pub fn new(keys: &SecretKeys) -> Self {
        Self::with(keys, Scheme::Sha256, "carafe.Signer")
    }

    /// A signer that Python's `itsdangerous.Signer` agrees with.
    pub fn itsdangerous(keys: &SecretKeys) -> Self {
        Self::with(keys, Scheme::DjangoConcat, "itsdangerous.Signer")
    }

    /// Keeps its values apart from those of other purposes.
    pub fn salt(self, salt: impl Into<Cow<'static, str>>) -> Self {
        Self::with(&self.secrets, self.scheme, salt)
    }

    /// Signs by another scheme.
    pub fn scheme(self, scheme: Scheme) -> Self {
        Self::with(&self.secrets, scheme, self.salt)
    }

    pub(super) fn with(
        keys: &SecretKeys,
        scheme: Scheme,
        salt: impl Into<Cow<'static, str>>,
    ) -> Self {
        let salt = salt.into();
        let derived = keys
            .newest_first()
            .map(|secret| MacKey::derive(scheme, secret, salt.as_bytes()))
            .collect();
        Self { secrets: keys.clone(), scheme, salt, derived }
    }
}

impl Signer {
    /// The value with its signature.
    pub fn sign(&self, value: &str) -> String {
        let mut signed = value.to_owned();
        self.seal(&mut signed);
        signed
    }

    /// The value, if one of the keys signed it.
    pub fn unsign<'a>(&self, signed: &'a str) -> Result<&'a str, BadSignature> {
        let (value, signature) = signed.rsplit_once('.').ok_or(BadSignature::Forged)?;
        let signature = from_base64(signature).ok_or(BadSignature::Forged)?;
        let right = self.derived.iter().any(|key| key.verify(value.as_bytes(), &signature));
        if right { Ok(value) } else { Err(BadSignature::Forged) }
    }

    /// Adds the signature to a value.
    pub(super) fn seal(&self, value: &mut String) {
        // There is a first key, since `SecretKeys` is never empty.
        let signature =
            self.derived.first().map(|key| key.sign(value.as_bytes())).unwrap_or_default();
        value.push('.');
        value.push_str(&to_base64(&signature));
    }
}

impl fmt::Debug for Signer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Signer")
            .field("scheme", &self.scheme)
            .field("salt", &self.salt)
            .finish_non_exhaustive()
    }
}
