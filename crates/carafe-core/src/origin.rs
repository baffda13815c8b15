//! Scheme and host of an address, and the prefix that a site stands below.

use std::fmt;

/// Scheme and host: `https://example.com`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin {
    scheme: String,
    host: String,
}

impl Origin {
    /// A scheme and a host with its port, if it is not the scheme's own.
    pub fn new(scheme: impl Into<String>, host: impl Into<String>) -> Self {
        Self { scheme: scheme.into(), host: host.into() }
    }

    /// `http` or `https`.
    pub fn scheme(&self) -> &str {
        &self.scheme
    }

    /// The host with its port.
    pub fn host(&self) -> &str {
        &self.host
    }

    /// The same without a port that is the scheme's own.
    pub(crate) fn usual(mut self) -> Self {
        let usual = if self.scheme == "https" { ":443" } else { ":80" };
        if let Some(name) = self.host.strip_suffix(usual).filter(|name| !name.is_empty()) {
            self.host.truncate(name.len());
        }
        self
    }

    /// The same scheme and port on another host.
    pub(crate) fn on_host(&self, host: &str) -> Self {
        let port = &self.host[without_port(&self.host).len()..];
        let host = if host.contains(':') { host.to_owned() } else { format!("{host}{port}") };
        Self { scheme: self.scheme.clone(), host }
    }
}

/// The prefix that a whole site stands below (`/shop`), where a proxy in front takes it off; in
/// the extensions of a request.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RootPath(pub String);

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}://{}", self.scheme, self.host)
    }
}

/// `example.com:8000` and `[::1]:8000` without their ports.
pub(crate) fn without_port(host: &str) -> &str {
    match host.rsplit_once(':') {
        Some((name, port))
            if port.bytes().all(|b| b.is_ascii_digit())
                && (!name.contains(':') || name.ends_with(']')) =>
        {
            name
        }
        _ => host,
    }
}
