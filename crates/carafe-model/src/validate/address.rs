//! E-mail and web addresses, by Django's rules, without regular expressions.

use std::net::{Ipv4Addr, Ipv6Addr};

/// RFC 3696, erratum 1690, and Django.
const LONGEST_EMAIL: usize = 320;
/// Django's limit, against addresses that take long to check.
const LONGEST_URL: usize = 2048;
/// RFC 1034.
const LONGEST_LABEL: usize = 63;
const LONGEST_HOST: usize = 253;

pub(super) fn is_email(text: &str) -> bool {
    let Some((user, domain)) = text.rsplit_once('@') else { return false };
    text.len() <= LONGEST_EMAIL
        && (is_dot_atom(user) || is_quoted(user))
        && (is_domain(domain) || domain.eq_ignore_ascii_case("localhost") || is_literal(domain))
}

pub(super) fn is_url(text: &str) -> bool {
    let Some((scheme, rest)) = text.split_once("://") else { return false };
    let scheme = scheme.to_ascii_lowercase();
    if text.len() > LONGEST_URL
        || !["http", "https", "ftp", "ftps"].contains(&scheme.as_str())
        || text.chars().any(|c| c.is_whitespace() || c.is_control())
    {
        return false;
    }
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let authority = &rest[..end];
    let host = match authority.rsplit_once('@') {
        Some((user, host)) if is_user_info(user) => host,
        Some(_) => return false,
        None => authority,
    };
    is_host_with_port(host)
}

fn is_user_info(text: &str) -> bool {
    let (user, password) = text.split_once(':').unwrap_or((text, ""));
    !user.is_empty() && !user.contains('@') && !password.contains([':', '@'])
}

fn is_host_with_port(text: &str) -> bool {
    if let Some(rest) = text.strip_prefix('[') {
        let Some((address, port)) = rest.split_once(']') else { return false };
        let is_port = port.is_empty() || port.strip_prefix(':').is_some_and(is_port);
        return address.parse::<Ipv6Addr>().is_ok() && is_port;
    }
    let (host, port) = match text.split_once(':') {
        Some((host, port)) => (host, Some(port)),
        None => (text, None),
    };
    let named = host.strip_suffix('.').unwrap_or(host);
    let is_host = host.parse::<Ipv4Addr>().is_ok()
        || host.eq_ignore_ascii_case("localhost")
        || (is_domain(named) && !named.bytes().all(|b| b.is_ascii_digit() || b == b'.'));
    is_host && port.is_none_or(is_port)
}

fn is_port(text: &str) -> bool {
    (1..=5).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit())
}

/// Labels with points between, the last one of two letters at least.
fn is_domain(text: &str) -> bool {
    let Some((_, last)) = text.rsplit_once('.') else { return false };
    text.len() <= LONGEST_HOST
        && text.split('.').all(is_label)
        && last.chars().count() >= 2
        && (last.starts_with("xn--") || !last.chars().any(|c| c.is_ascii_digit()))
}

/// Letters of any script, digits, and hyphens inside.
fn is_label(text: &str) -> bool {
    // Letters of many scripts carry signs that are no letters themselves.
    let fits = |c: char| {
        if c.is_ascii() {
            c.is_ascii_alphanumeric() || c == '-'
        } else {
            !c.is_whitespace() && !c.is_control()
        }
    };
    (1..=LONGEST_LABEL).contains(&text.chars().count())
        && text.chars().all(fits)
        && !text.starts_with('-')
        && !text.ends_with('-')
}

/// `[127.0.0.1]`.
fn is_literal(text: &str) -> bool {
    let inner = text.strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
    inner
        .is_some_and(|inner| inner.parse::<Ipv4Addr>().is_ok() || inner.parse::<Ipv6Addr>().is_ok())
}

fn is_dot_atom(text: &str) -> bool {
    let is_atom = |c: char| c.is_ascii_alphanumeric() || "-!#$%&'*+/=?^_`{}|~".contains(c);
    text.split('.').all(|atom| !atom.is_empty() && atom.chars().all(is_atom))
}

/// `"any thing"`, quotes and backslashes escaped.
fn is_quoted(text: &str) -> bool {
    let Some(inner) = text.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')) else {
        return false;
    };
    let mut chars = inner.chars();
    while let Some(c) = chars.next() {
        match c {
            '"' => return false,
            '\\' if !chars.next().is_some_and(|c| c.is_ascii() && !matches!(c, '\n' | '\r')) => {
                return false;
            }
            c if !c.is_ascii() || matches!(c, '\n' | '\r' | '\0' | '\t' | ' ') => return false,
            _ => {}
        }
    }
    true
}
