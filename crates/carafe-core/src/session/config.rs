//! The settings of sessions.

use std::time::{Duration, SystemTime};

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::cookies::{SameSite, SetCookie};

/// The settings of sessions (Flask's `SESSION_COOKIE_*` and `PERMANENT_SESSION_LIFETIME`).
///
/// ```
/// use carafe_core::session::SessionConfig;
///
/// let config: SessionConfig = serde_json::from_str(r#"{ "cookie_name": "sid", "lifetime": 3600 }"#)?;
/// assert_eq!(config.cookie_name, "sid");
/// assert_eq!(config.lifetime.as_secs(), 3600);
/// assert!(config.http_only && config.refresh_each_request);
/// # Ok::<(), carafe_core::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct SessionConfig {
    /// The cookie's name. `__Host-session` has browsers hold it to this very host, over HTTPS.
    pub cookie_name: String,
    /// The domain that gets the cookie with all hosts below it; only this host unless set.
    pub domain: Option<String>,
    /// The path below which the cookie is sent.
    pub path: String,
    /// Hides the cookie from scripts.
    pub http_only: bool,
    /// Sends the cookie over HTTPS only; unless set, when the request came by it.
    pub secure: Option<bool>,
    /// Which requests from other sites carry the cookie.
    pub same_site: SameSite,
    /// Keeps one session for each site that embeds this one; implies secure.
    pub partitioned: bool,
    /// How long a session is valid after it was last saved, in seconds; a permanent one is kept by
    /// the browser as long.
    #[serde(serialize_with = "to_seconds", deserialize_with = "from_seconds")]
    pub lifetime: Duration,
    /// Counts a permanent session's lifetime from the last request that used it, not from the
    /// last that changed it.
    pub refresh_each_request: bool,
}

impl Default for SessionConfig {
    fn default() -> Self {
        Self {
            cookie_name: "session".to_owned(),
            domain: None,
            path: "/".to_owned(),
            http_only: true,
            secure: None,
            same_site: SameSite::Lax,
            partitioned: false,
            lifetime: Duration::from_hours(31 * 24),
            refresh_each_request: true,
        }
    }
}

impl SessionConfig {
    /// The cookie that keeps `value`, for a request that came by HTTPS or not.
    pub(super) fn cookie(
        &self,
        value: String,
        https: bool,
        expires: Option<SystemTime>,
    ) -> SetCookie {
        let cookie = SetCookie::new(self.cookie_name.clone(), value);
        let cookie = match expires {
            Some(at) => cookie.expires(at).max_age(self.lifetime),
            None => cookie,
        };
        self.dress(cookie, https)
    }

    /// The cookie that has the browser forget the session.
    pub(super) fn deletion(&self, https: bool) -> SetCookie {
        self.dress(SetCookie::delete(self.cookie_name.clone()), https)
    }

    fn dress(&self, cookie: SetCookie, https: bool) -> SetCookie {
        let mut cookie = cookie.path(self.path.clone()).same_site(self.same_site);
        if let Some(domain) = &self.domain {
            cookie = cookie.domain(domain.clone());
        }
        if self.secure.unwrap_or(https) {
            cookie = cookie.secure();
        }
        if self.http_only {
            cookie = cookie.http_only();
        }
        if self.partitioned {
            cookie = cookie.partitioned();
        }
        cookie
    }
}

fn to_seconds<S: Serializer>(lifetime: &Duration, serializer: S) -> Result<S::Ok, S::Error> {
    lifetime.as_secs().serialize(serializer)
}

fn from_seconds<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Duration, D::Error> {
    // A lifetime of more than a hundred years would run over the end of the calendar.
    u64::deserialize(deserializer)
        .map(|seconds| Duration::from_secs(seconds.min(100 * 366 * 86_400)))
}
