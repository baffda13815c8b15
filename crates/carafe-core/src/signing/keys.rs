//! The secrets of an app.

use std::fmt;
use std::sync::Arc;

use crate::scope::Scope;
use crate::settings::{Secret, Settings, secret_keys};
use crate::{Error, Kind, Result};

/// The secret key that signs, and older ones that still verify (Flask's `SECRET_KEY` and
/// `SECRET_KEY_FALLBACKS`).
///
/// ```
/// use carafe_core::signing::{SecretKeys, Signer};
///
/// let old = SecretKeys::new("of last year")?;
/// let both = SecretKeys::rotation(["of last year", "of this year"])?;
///
/// let signed = Signer::new(&old).sign("hello");
/// assert_eq!(Signer::new(&both).unsign(&signed), Ok("hello"));
/// assert!(Signer::new(&old).unsign(&Signer::new(&both).sign("hello")).is_err());
/// # Ok::<(), carafe_core::Error>(())
/// ```
///
/// An empty key is an error, since everybody knows it.
#[derive(Clone)]
pub struct SecretKeys(Arc<[Box<[u8]>]>);

impl SecretKeys {
    /// The keys of a site: `secret_key` of its settings with its fallbacks. In development a key
    /// is made and kept in `.carafe/secret_key`; elsewhere a missing one is an error.
    pub fn of(scope: &Scope) -> Result<Arc<Self>> {
        scope.once(|scope| {
            let settings =
                scope.service::<Settings>().ok_or_else(|| Error::missing_service("Settings"))?;
            let keys = secret_keys(&settings, ".")?;
            if let Some(note) = &keys.note {
                tracing::warn!("{note}");
            }
            Self::rotation(keys.fallbacks.iter().chain([&keys.current]).map(Secret::expose))
        })
    }

    /// One key, that signs and verifies.
    pub fn new(key: impl AsRef<[u8]>) -> Result<Self> {
        Self::rotation([key])
    }

    /// Several keys, **oldest first**: the last one signs, all of them verify.
    pub fn rotation<K: AsRef<[u8]>>(keys: impl IntoIterator<Item = K>) -> Result<Self> {
        let keys: Arc<[Box<[u8]>]> = keys.into_iter().map(|key| key.as_ref().into()).collect();
        if keys.is_empty() || keys.iter().any(|key| key.is_empty()) {
            return Err(Error::new(Kind::Settings, "a secret key is empty")
                .hint("make one with `openssl rand -hex 32` and keep it out of the repository"));
        }
        Ok(Self(keys))
    }

    /// The keys, the one that signs first.
    pub(crate) fn newest_first(&self) -> impl Iterator<Item = &[u8]> {
        self.0.iter().rev().map(AsRef::as_ref)
    }
}

/// Says how many keys there are, never what they are.
impl fmt::Debug for SecretKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SecretKeys({})", self.0.len())
    }
}
