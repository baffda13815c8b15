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
        ] {
            assert_eq!(hosts.check(Some(host)).is_ok(), trusted, "{host}");
        }
        assert!(hosts.check(None).is_err());
        assert!(TrustedHosts::any().check(None).is_ok());
    }
}
