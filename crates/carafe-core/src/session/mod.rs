//! What a visitor's browser is remembered by: [`Session`], and where it is kept ([`Sessions`]).
//!
//! A session is a small map of JSON values. It lives in a signed cookie unless the app chooses an
//! encrypted cookie, a store on the server, or the cookie of a Flask app beside it.
//!
//! - What does not ask for the session pays nothing. What asks gets `Vary: Cookie` on its answer
//!   at the first value that is read or written.
//! - A cookie that is forged, cut off, expired or of another key is an empty session, never an
//!   error. Nothing of it is looked at before its signature is found right.
//! - A session is saved only if it changed, and its cookie is deleted when it became empty.

mod codec;
mod config;
mod current;
mod encrypted;
mod flash;
pub mod flask;
mod id;
mod random;
mod sessions;
mod settings;
mod state;
mod store;

pub use codec::SessionCodec;
pub use config::SessionConfig;
pub(crate) use current::{is_asked_for, save};
pub use flash::Flash;
pub use id::SessionKey;
pub(crate) use random::random;
pub use sessions::Sessions;
pub use settings::{SessionKind, SessionSettings};
pub use state::{Changes, SessionData};
pub use store::{FileStore, MemoryStore, Record, SessionStore, StoreFuture};

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde_core::Serialize;
use serde_core::de::DeserializeOwned;
use serde_json::Value;

use crate::{Error, Result};
use state::State;

/// The key under which Flask and we say that a session outlives the browser's.
const PERMANENT: &str = "_permanent";

/// The key of the secret that CSRF tokens are made from; a new identity has a new one.
pub(crate) const CSRF: &str = "_csrf";

/// The session of the visitor who sent this request (Flask's `session`).
///
/// It is a cheap handle: clones are the same session. Values are of any serde type.
///
/// ```
/// # use carafe_core::session::{Session, SessionConfig, Sessions};
/// # use carafe_core::signing::SecretKeys;
/// # async fn example(session: Session) -> carafe_core::Result<()> {
/// let visits = session.get_or("visits", 0) + 1;
/// session.insert("visits", visits)?;
/// assert_eq!(session.get::<i64>("visits"), Some(visits));
/// assert!(session.remove("visits"));
/// # Ok(())
/// # }
/// # tokio::runtime::Builder::new_current_thread().build()?.block_on(async {
/// # let sessions = Sessions::signed(SessionConfig::default(), &SecretKeys::new("secret")?);
/// # example(sessions.begin(&Default::default()).await?).await
/// # })?;
/// # Ok::<(), carafe_core::Error>(())
/// ```
///
/// What is written after the answer's headers are gone cannot be kept: [`insert`](Self::insert)
/// is an error then.
#[derive(Clone)]
pub struct Session(Arc<Mutex<State>>);

impl Session {
    fn new(state: State) -> Self {
        Self(Arc::new(Mutex::new(state)))
    }

    /// The value of a key, if there is one and it is a `T`.
    ///
    /// A value of another type counts as none: it was written by another version of the app, and
    /// the visitor cannot mend that. It is logged.
    pub fn get<T: DeserializeOwned>(&self, key: &str) -> Option<T> {
        // Cloned, so that no user's code runs while the session is locked.
        let value = self.lock().read().get(key)?.clone();
        typed(key, value)
    }

    /// The value of a key, or another one where there is none.
    pub fn get_or<T: DeserializeOwned>(&self, key: &str, default: T) -> T {
        self.get(key).unwrap_or(default)
    }

    /// True if the key has a value, of whatever type.
    pub fn contains(&self, key: &str) -> bool {
        self.lock().read().contains_key(key)
    }

    /// True if there is nothing in it.
    pub fn is_empty(&self) -> bool {
        self.lock().read().is_empty()
    }

    /// All there is in it, for a template or a dump.
    pub fn values(&self) -> SessionData {
        self.lock().read().clone()
    }

    /// Sets a key to a value; the same value again changes nothing.
    ///
    /// It is an error if the value has no JSON, the answer's headers are already gone, or the app
    /// has no secret key to keep sessions with.
    pub fn insert(&self, key: &str, value: impl Serialize) -> Result<()> {
        let value = serde_json::to_value(value).map_err(|error| {
            Error::internal(format!("the value for `{key}` cannot be kept in the session"))
                .because(error)
        })?;
        self.lock().insert(key, value)
    }

    /// Removes a key; false if it was not there.
    pub fn remove(&self, key: &str) -> bool {
        self.lock().remove(key).is_some()
    }

    /// Removes a key and gives its value, if it was a `T` (Python's `session.pop`).
    pub fn take<T: DeserializeOwned>(&self, key: &str) -> Option<T> {
        let value = self.lock().remove(key)?;
        typed(key, value)
    }

    /// Removes everything; the cookie is deleted with the answer.
    pub fn clear(&self) {
        self.lock().clear();
    }
}

impl Session {
    /// Keeps the session when the browser closes, for the lifetime of the settings (31 days).
    pub fn permanent(&self) -> Result<()> {
        self.insert(PERMANENT, true)
    }

    /// Ends the session when the browser closes, which is where it starts.
    pub fn transient(&self) {
        self.remove(PERMANENT);
    }

    /// True if it outlives the browser's session.
    pub fn is_permanent(&self) -> bool {
        self.lock().is_permanent()
    }

    /// Gives the session a new identity and keeps what is in it (Django's `cycle_key`): for every
    /// login, so that an identity that somebody planted before it is worth nothing after.
    ///
    /// CSRF tokens of forms that were shown before no longer fit. A session in a cookie has no
    /// identity on the server: the old cookie stays valid until it expires.
    pub fn cycle(&self) {
        self.lock().cycle();
    }

    /// Removes everything and gives the session a new identity (Django's `flush`): for a logout.
    pub fn flush(&self) {
        let mut state = self.lock();
        state.cycle();
        state.clear();
    }

    /// True if anything was read or written.
    pub fn is_accessed(&self) -> bool {
        self.lock().is_accessed()
    }

    /// True if it has to be saved.
    pub fn is_modified(&self) -> bool {
        self.lock().is_modified()
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        // No step leaves the state half-changed, so that a panic elsewhere spoils nothing.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Shows the keys only: values are secrets more often than not.
impl fmt::Debug for Session {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.lock().fmt(f)
    }
}

fn typed<T: DeserializeOwned>(key: &str, value: Value) -> Option<T> {
    serde_json::from_value(value)
        .inspect_err(|error| tracing::warn!(key, %error, "a session value is of another type than asked for"))
        .ok()
}
