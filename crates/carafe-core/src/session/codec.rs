//! Sessions that live in their cookie.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use super::SessionData;
use crate::Result;
use crate::cookies::Cookies;
use crate::signing::{SecretKeys, TimedSerializer};

/// How a session is written into its cookie and read from it (the inner half of Flask's
/// `SessionInterface`).
///
/// Ours are behind [`Sessions::signed`](super::Sessions::signed),
/// [`encrypted`](super::Sessions::encrypted) and [`flask`](super::Sessions::flask).
///
/// - `decode` MUST answer `None` for whatever `encode` did not write with one of its keys, and for
///   what is older than `max_age`. It gets any bytes that somebody sends.
/// - `encode` SHOULD keep the time inside what it protects: a browser keeps a cookie as long as
///   it likes.
pub trait SessionCodec: Send + Sync + 'static {
    /// The session of a cookie's value, if it is right and not too old.
    fn decode(&self, value: &str, max_age: Duration, now: SystemTime) -> Option<SessionData>;

    /// The cookie's value for a session.
    fn encode(&self, data: &SessionData, now: SystemTime) -> Result<String>;
}

/// JSON that everybody can read and nobody else can write.
pub(super) struct Signed(TimedSerializer);

impl Signed {
    pub(super) fn new(keys: &SecretKeys, cookie_name: &str) -> Self {
        // The name is in the salt, so that no cookie of the app can stand in for another one.
        Self(TimedSerializer::new(keys).salt(format!("carafe.session.signed:{cookie_name}")))
    }
}

impl SessionCodec for Signed {
    fn decode(&self, value: &str, max_age: Duration, now: SystemTime) -> Option<SessionData> {
        self.0.loads_at(value, max_age, now).ok()
    }

    fn encode(&self, data: &SessionData, now: SystemTime) -> Result<String> {
        self.0.dumps_at(data, now)
    }
}

/// A session's cookie that nobody has looked into yet.
pub(super) struct Unread {
    pub(super) cookies: Cookies,
    pub(super) name: Arc<str>,
    pub(super) codec: Arc<dyn SessionCodec>,
    pub(super) max_age: Duration,
}

impl Unread {
    /// The first cookie of the name that is right; others may have been planted by a neighbouring
    /// host, or be left from another path. A browser sends few, so that few are tried.
    pub(super) fn read(&self) -> SessionData {
        let now = SystemTime::now();
        let decode =
            |value: std::borrow::Cow<'_, str>| self.codec.decode(&value, self.max_age, now);
        self.cookies.get_all(&self.name).take(4).find_map(decode).unwrap_or_default()
    }
}
