//! `[session]` of the settings.

use std::time::Duration;

use serde::Deserialize;

use super::SessionConfig;
use crate::cookies::SameSite;
use crate::settings::declare::section;

section! {
    /// `[session]`: how sessions are kept (Flask's `SESSION_COOKIE_*`).
    #[settings(Section("session"))]
    pub struct SessionSettings {
        /// What the cookie holds: the values, `signed` (visitors can read them) or `encrypted`.
        #[setting(default = Text("signed"))]
        pub kind: SessionKind,
        /// The cookie's name.
        #[setting(default = Text("session"))]
        pub cookie_name: String,
        /// The domain that gets the cookie with all hosts below it; only this host without it.
        pub domain: Option<String>,
        /// The path below which the cookie is sent.
        #[setting(default = Text("/"))]
        pub path: String,
        /// Hides the cookie from scripts.
        #[setting(default = Bool(true))]
        pub http_only: bool,
        /// Sends the cookie over HTTPS only; without it, when the request came by HTTPS.
        pub secure: Option<bool>,
        /// Which requests from other sites carry the cookie: `lax`, `strict`, `none`.
        #[setting(default = Text("lax"))]
        pub same_site: SameSite,
        /// Keeps one session for each site that embeds this one.
        #[setting(default = Bool(false))]
        pub partitioned: bool,
        /// How long a session is valid after it was last saved.
        #[setting(default = Text("31d"))]
        pub lifetime: Duration,
        /// Counts a permanent session's lifetime from its last use.
        #[setting(default = Bool(true))]
        pub refresh_each_request: bool,
    }
}

/// What the cookie of a session holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SessionKind {
    /// The values, signed.
    Signed,
    /// The values, encrypted.
    Encrypted,
}

impl SessionSettings {
    /// The same as [`Sessions`](super::Sessions) takes it.
    pub fn config(&self) -> SessionConfig {
        SessionConfig {
            cookie_name: self.cookie_name.clone(),
            domain: self.domain.clone(),
            path: self.path.clone(),
            http_only: self.http_only,
            secure: self.secure,
            same_site: self.same_site,
            partitioned: self.partitioned,
            lifetime: self.lifetime,
            refresh_each_request: self.refresh_each_request,
        }
    }
}
