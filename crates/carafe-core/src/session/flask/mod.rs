//! The session cookie of a Flask app, so that both share their visitors.
//!
//! With the same secret key, cookie name, domain and path, what one app writes the other reads:
//!
//! ```
//! # tokio::runtime::Builder::new_current_thread().build()?.block_on(async {
//! use std::time::Duration;
//! use carafe_core::session::{SessionConfig, Sessions};
//! use carafe_core::signing::SecretKeys;
//! use http::{HeaderMap, HeaderValue, header::COOKIE};
//!
//! let config = SessionConfig { lifetime: Duration::from_secs(86_400 * 36_500), ..Default::default() };
//! let sessions = Sessions::flask(config, &SecretKeys::new("dev-key")?);
//!
//! let mut request = HeaderMap::new();
//! let cookie = "session=eyJ1c2VyX2lkIjoxfQ.ZVPxAA.LAn7peaqsbqQuJjEPcmHbqFpANk";
//! request.insert(COOKIE, HeaderValue::from_static(cookie));
//! assert_eq!(sessions.begin(&request).await?.get("user_id"), Some(1));
//! # Ok::<(), carafe_core::Error>(())
//! # })?;
//! # Ok::<(), carafe_core::Error>(())
//! ```
//!
//! Flask marks what JSON has no form for with an object of one key. Such a value stays as it is
//! when the session is written again; [`Tuple`], [`Bytes`], [`Markup`], [`Uuid`] and [`DateTime`]
//! read and write it. A map of our own with the one key ` t`, ` b`, ` m`, ` u`, ` d` or ` di` is
//! taken for one of them by Flask: do not let visitors choose the keys of a map in a session.
//! Flashed messages are shared as they are.

mod tags;

pub use tags::{Bytes, DateTime, Markup, Tuple, Uuid};

use std::time::{Duration, SystemTime};

use serde_json::{Value, json};

use super::{SessionCodec, SessionData, flash};
use crate::Result;
use crate::signing::{Scheme, SecretKeys, TimedSerializer};

/// Flask's `SecureCookieSessionInterface`: tagged JSON, HMAC-SHA1, salt `cookie-session`.
pub struct FlaskCodec(TimedSerializer);

impl FlaskCodec {
    /// With the keys of the Flask app: `SECRET_KEY_FALLBACKS` first, `SECRET_KEY` last.
    pub fn new(keys: &SecretKeys) -> Self {
        Self(
            TimedSerializer::itsdangerous(keys)
                .scheme(Scheme::HmacSha1)
                .salt("cookie-session")
                .seldom_compressed(),
        )
    }
}

impl SessionCodec for FlaskCodec {
    fn decode(&self, value: &str, max_age: Duration, now: SystemTime) -> Option<SessionData> {
        let mut data: SessionData = self.0.loads_at(value, max_age, now).ok()?;
        each_flash(&mut data, |flash| match flash.get_mut(" t") {
            Some(pair) => pair.take(),
            None => flash.take(),
        });
        Some(data)
    }

    fn encode(&self, data: &SessionData, now: SystemTime) -> Result<String> {
        if !data.contains_key(flash::KEY) {
            return self.0.dumps_at(data, now);
        }
        // Flask's own messages are tuples.
        let mut data = data.clone();
        each_flash(&mut data, |flash| match flash {
            Value::Array(pair) => json!({ " t": pair }),
            other => other.take(),
        });
        self.0.dumps_at(&data, now)
    }
}

fn each_flash(data: &mut SessionData, change: impl Fn(&mut Value) -> Value) {
    if let Some(Value::Array(flashes)) = data.get_mut(flash::KEY) {
        for flash in flashes {
            *flash = change(flash);
        }
    }
}
