//! Which hosts requests may ask for.

use crate::error::{Error, Kind, Result};
use crate::scope::without_port;

/// The hosts that requests may ask for (Django's `ALLOWED_HOSTS`, Flask's `TRUSTED_HOSTS`).
///
/// `example.com` is that host, `.example.com` is it and all below it, `*` is any. A request for
/// another is a 400: links made from a forged host would lead elsewhere.
///
/// ```
/// use carafe_core::App;
/// use carafe_core::middleware::TrustedHosts;
///
/// let app = App::new("site").middleware(TrustedHosts::of(["example.com", ".example.org"]));
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TrustedHosts(Vec<String>);

impl TrustedHosts {
    /// These hosts.
    pub fn of<H: Into<String>>(hosts: impl IntoIterator<Item = H>) -> Self {
        Self(hosts.into_iter().map(|host| host.into().to_ascii_lowercase()).collect())
    }

    /// Any host.
    pub fn any() -> Self {
        Self::default()
    }

    pub(super) fn check(&self, host: Option<&str>) -> Result<()> {
        if !host.is_none_or(is_host) {
            let error = Error::new(Kind::Invalid, "The host of the request is none.");
            return Err(error);
        }
        if self.0.is_empty() {
            return Ok(());
        }
        let name = without_port(host.unwrap_or_default()).to_ascii_lowercase();
        if self.0.iter().any(|own| fits(own, &name)) {
            return Ok(());
        }
        Err(Error::new(Kind::Invalid, format!("Host '{name}' is not trusted.")))
    }
}

/// Whether it is a name or an address, with or without a port.
///
/// What it holds goes into links. So it is checked where any host is trusted too, and before it is
/// held against the trusted ones: `evil.com/.example.com` ends as a host below `example.com` does.
pub(super) fn is_host(host: &str) -> bool {
    let (name, rest) = match host.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        Some((address, rest)) => (address.bytes().all(is_address), rest),
        None => (true, host.trim_start_matches(is_name)),
    };
    let port = rest.strip_prefix(':').unwrap_or(rest);
    let is_port = port.len() <= 5 && port.bytes().all(|byte| byte.is_ascii_digit());
    name && is_port && (port.len() < rest.len() || rest.is_empty()) && host.len() <= LONGEST
}

fn is_name(letter: char) -> bool {
    letter.is_ascii_alphanumeric() || matches!(letter, '.' | '-' | '_')
}

fn is_address(byte: u8) -> bool {
    byte.is_ascii_hexdigit() || matches!(byte, b':' | b'.')
}

/// With its port; a name has 253 letters at most (RFC 1035).
const LONGEST: usize = 255;

fn fits(own: &str, name: &str) -> bool {
    match own.strip_prefix('.') {
        _ if own == "*" => true,
        Some(domain) => {
            name == domain || name.strip_suffix(own).is_some_and(|below| !below.is_empty())
        }
        None => name == own,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts() {
        let hosts = TrustedHosts::of(["example.com", ".Example.org", "[::1]"]);
        for (host, trusted) in [
            ("example.com", true),
            ("EXAMPLE.com:8000", true),
            ("sub.example.com", false),
            ("example.org", true),
            ("a.b.example.org", true),
            ("badexample.org", false),
            ("[::1]:8000", true),
            ("", false),
            ("example.com.evil.com", false),
            ("example.com@evil.com", false),
            ("evil.com/.example.org", false),
            ("evil.com\\.example.org", false),
            ("evil.com#.example.org", false),
            ("evil.com .example.org", false),
        ] {
            assert_eq!(hosts.check(Some(host)).is_ok(), trusted, "{host}");
        }
        assert!(hosts.check(None).is_err());
        for (host, is_one) in [
            ("a", true),
            ("a_b-c.d:8000", true),
            ("[::ffff:1.2.3.4]:80", true),
            ("", true),
            ("a/b", false),
            ("a@b", false),
            ("a\"b", false),
            ("a b", false),
            ("a:b", false),
            ("a:123456", false),
            ("[::1", false),
            ("[x]", false),
            (&"a".repeat(256), false),
        ] {
            assert_eq!(TrustedHosts::any().check(Some(host)).is_ok(), is_one, "{host}");
        }
        assert!(TrustedHosts::any().check(None).is_ok());
    }
}
