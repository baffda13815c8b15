//! Who sent a request, as its browser says.

use http::header::ORIGIN;
use http::{HeaderMap, HeaderName};

use crate::{Error, Kind, Result};

const SEC_FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// Where the browser believes it sent the request: after trusted proxies, as the address bar has it.
#[derive(Clone, Copy, Debug)]
pub struct Site<'a> {
    /// The host, with its port unless that is the usual one.
    pub host: &'a str,
    /// True if the request came by HTTPS.
    pub https: bool,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Sender {
    /// A page of ours, or one that is trusted, or the visitor's own hand.
    Own,
    /// A page of another site.
    Other,
    /// Nothing says who.
    Unknown,
}

#[derive(Clone, Debug, PartialEq)]
pub(super) struct TrustedOrigin {
    https: bool,
    /// In small letters, without the usual port; `.example.com` for all below a domain.
    host: String,
}

impl Sender {
    pub(super) fn of(headers: &HeaderMap, site: Site<'_>, trusted: &[TrustedOrigin]) -> Self {
        let origin = match one(headers, &ORIGIN) {
            One::Value("null") | One::Nothing => None,
            One::Value(text) => match Origin::parse(text) {
                Some(origin) => Some(origin),
                None => return Self::Other,
            },
            // No browser sends two, so somebody in between is playing.
            One::Confused => return Self::Other,
        };
        if origin.as_ref().is_some_and(|origin| trusted.iter().any(|trusted| trusted.is(origin))) {
            return Self::Own;
        }
        match (one(headers, &SEC_FETCH_SITE), origin) {
            (One::Value("same-origin" | "none"), _) => Self::Own,
            (One::Nothing, Some(origin)) if origin.is_at(site) => Self::Own,
            (One::Value(_) | One::Confused, _) | (One::Nothing, Some(_)) => Self::Other,
            (One::Nothing, None) => Self::Unknown,
        }
    }
}

struct Origin<'a> {
    https: bool,
    /// Without the port that is usual for the scheme.
    host: &'a str,
}

impl<'a> Origin<'a> {
    fn parse(text: &'a str) -> Option<Self> {
        let (scheme, host) = text.split_once("://")?;
        let https = match scheme {
            _ if scheme.eq_ignore_ascii_case("https") => true,
            _ if scheme.eq_ignore_ascii_case("http") => false,
            _ => return None,
        };
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._:[]".contains(&byte);
        (!host.is_empty() && host.bytes().all(plain))
            .then(|| Self { https, host: without_usual_port(host, https) })
    }

    fn is_at(&self, site: Site<'_>) -> bool {
        // An `https` page may post to what we take for `http`: a proxy in front ended the TLS. The
        // other way round, whoever sits on the wire wrote the page.
        let safe = self.https || !site.https;
        safe && self.host.eq_ignore_ascii_case(without_usual_port(site.host, self.https))
    }
}

impl TrustedOrigin {
    pub(super) fn parse(text: &str) -> Result<Self> {
        let (host_of, wild) = match text.split_once("://*.") {
            Some((scheme, domain)) => (format!("{scheme}://{domain}"), "."),
            None => (text.to_owned(), ""),
        };
        match Origin::parse(&host_of) {
            Some(Origin { https, host }) => {
                Ok(Self { https, host: format!("{wild}{}", host.to_ascii_lowercase()) })
            }
            None => Err(Error::new(
                Kind::Settings,
                format!("`{text}` is no origin that can be trusted"),
            )
            .hint("write it as https://example.com or https://*.example.com, without a path")),
        }
    }

    fn is(&self, origin: &Origin<'_>) -> bool {
        let host = origin.host.to_ascii_lowercase();
        let below = self.host.starts_with('.') && host.len() > self.host.len();
        let same = if below { host.ends_with(&self.host) } else { host == self.host };
        same && self.https == origin.https
    }
}

fn without_usual_port(host: &str, https: bool) -> &str {
    host.strip_suffix(if https { ":443" } else { ":80" }).unwrap_or(host)
}

enum One<'a> {
    Nothing,
    Value(&'a str),
    Confused,
}

fn one<'a>(headers: &'a HeaderMap, name: &HeaderName) -> One<'a> {
    let mut values = headers.get_all(name).iter();
    match (values.next(), values.next()) {
        (None, _) => One::Nothing,
        (Some(value), None) => value.to_str().map_or(One::Confused, One::Value),
        (Some(_), Some(_)) => One::Confused,
    }
}
