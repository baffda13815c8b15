//! Who may see the development page.
//!
//! 1. A client on this machine that asks for it by a name of this machine: `localhost`, a name
//!    below it, a loopback address. A foreign page cannot ask in such a name, even one that lets
//!    its own name point here.
//! 2. Any client that asks by a host that `[security] allowed_hosts` lists (`*` is no host).

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use crate::scope::Scope;
use crate::settings::{SecuritySettings, Settings};

/// Whether the client may see it; where not, the log says how to.
pub(super) fn allows(scope: &Scope) -> bool {
    let host = scope.host_name().unwrap_or_default();
    let near = scope.peer().is_none_or(|peer| peer.is_loopback());
    if (near && is_local(host)) || is_allowed(scope, host) {
        return true;
    }
    tracing::warn!(
        host = ?host,
        "the development page is shown on this machine only; add the host to `[security] allowed_hosts` to see it from elsewhere"
    );
    false
}

fn is_local(host: &str) -> bool {
    let host = host.to_ascii_lowercase();
    let host = host.strip_suffix('.').unwrap_or(&host);
    let address = host.strip_prefix('[').and_then(|host| host.strip_suffix(']')).unwrap_or(host);
    host == "localhost"
        || host.ends_with(".localhost")
        || address
            .parse::<IpAddr>()
            .is_ok_and(|ip| ip == Ipv4Addr::LOCALHOST || ip == Ipv6Addr::LOCALHOST)
}

fn is_allowed(scope: &Scope, host: &str) -> bool {
    let Some(settings) = scope.frame().service::<Settings>(0) else { return false };
    let Ok(security) = settings.section::<SecuritySettings>() else { return false };
    security.allowed_hosts.iter().any(|pattern| covers(pattern, host))
}

/// `.example.com` is the domain with all below it.
fn covers(pattern: &str, host: &str) -> bool {
    let (pattern, host) = (pattern.to_ascii_lowercase(), host.to_ascii_lowercase());
    match pattern.strip_prefix('.') {
        Some("") => false,
        Some(domain) => host == domain || host.ends_with(&pattern),
        None => !host.is_empty() && host == pattern,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_this_machine() {
        for host in ["localhost", "LOCALHOST", "a.localhost", "127.0.0.1", "[::1]", "localhost."] {
            assert!(is_local(host), "{host}");
        }
        for host in ["", "example.com", "localhost.evil.com", "127.0.0.1.nip.io", "evillocalhost"] {
            assert!(!is_local(host), "{host}");
        }
    }

    #[test]
    fn hosts_that_are_allowed() {
        assert!(covers(".example.com", "example.com") && covers(".Example.com", "a.example.COM"));
        assert!(covers("dev.test", "dev.test"));
        assert!(!covers(".example.com", "evilexample.com") && !covers("*", "example.com"));
        assert!(!covers("", "") && !covers(".", "x.") && !covers("dev.test", "a.dev.test"));
    }
}
