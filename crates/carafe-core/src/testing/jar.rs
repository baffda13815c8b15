//! The cookies of a test client, kept as browsers keep them (RFC 6265, 5.3 and 5.4).
//!
//! `Secure` does not matter, since tests ask `http://localhost`, which browsers trust too; nor
//! does time, but for cookies that are over when they come.

use std::time::SystemTime;

use axum::extract::Request;
use http::HeaderMap;
use http::header::{HOST, SET_COOKIE};

/// The cookies, the last set last.
#[derive(Debug, Default)]
pub(super) struct Jar(Vec<Cookie>);

#[derive(Debug)]
struct Cookie {
    name: String,
    value: String,
    hosts: Hosts,
    path: String,
}

/// Where a cookie goes.
#[derive(Debug, PartialEq, Eq)]
enum Hosts {
    /// A test set it.
    Any,
    Only(String),
    /// The domain and all below it.
    Below(String),
}

/// The host and the path that a request asks.
#[derive(Debug)]
pub(super) struct Place {
    host: String,
    path: String,
}

impl Place {
    pub(super) fn of(request: &Request) -> Self {
        let host = request.headers().get(HOST).and_then(|host| host.to_str().ok());
        let host = host.unwrap_or_default().to_ascii_lowercase();
        let port = host.rfind(':').filter(|colon| !host[*colon..].contains(']'));
        let host = host[..port.unwrap_or(host.len())].to_owned();
        Self { host, path: request.uri().path().to_owned() }
    }
}

impl Jar {
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().rfind(|own| own.name == name).map(|own| own.value.as_str())
    }

    /// Sets a cookie for every page.
    pub(super) fn set(&mut self, name: &str, value: &str) {
        self.0.retain(|own| own.name != name);
        let (name, value) = (name.to_owned(), value.to_owned());
        self.0.push(Cookie { name, value, hosts: Hosts::Any, path: "/".to_owned() });
    }

    /// What goes into the `Cookie` header of a request, if there is anything; all that there is
    /// where no place is given.
    pub(super) fn header(&self, place: Option<&Place>) -> Option<String> {
        let mut own: Vec<&Cookie> =
            self.0.iter().filter(|own| place.is_none_or(|place| own.goes_to(place))).collect();
        // The longest path first, as browsers do.
        own.sort_by_key(|own| std::cmp::Reverse(own.path.len()));
        let pairs: Vec<_> = own.iter().map(|own| format!("{}={}", own.name, own.value)).collect();
        (!pairs.is_empty()).then(|| pairs.join("; "))
    }

    /// Takes over what a response sets. Without a place it comes from the test itself.
    pub(super) fn update(&mut self, headers: &HeaderMap, place: Option<&Place>) {
        for header in headers.get_all(SET_COOKIE) {
            let Ok(text) = header.to_str() else { continue };
            let Some(Told { cookie, is_over }) = Told::read(text, place) else { continue };
            self.0.retain(|own| !own.is_replaced_by(&cookie));
            if !is_over {
                self.0.push(cookie);
            }
        }
    }
}

impl Cookie {
    fn goes_to(&self, place: &Place) -> bool {
        let host = match &self.hosts {
            Hosts::Any => true,
            Hosts::Only(host) => *host == place.host,
            Hosts::Below(domain) => is_below(&place.host, domain),
        };
        let rest = place.path.strip_prefix(self.path.as_str());
        let path = rest.is_some_and(|rest| {
            rest.is_empty() || self.path.ends_with('/') || rest.starts_with('/')
        });
        host && path
    }

    fn is_replaced_by(&self, next: &Self) -> bool {
        let any = self.hosts == Hosts::Any || next.hosts == Hosts::Any;
        self.name == next.name && self.path == next.path && (any || self.hosts == next.hosts)
    }
}

/// What a `Set-Cookie` says.
struct Told {
    cookie: Cookie,
    is_over: bool,
}

impl Told {
    /// None where it is no cookie, or one for a domain that is not the place's.
    fn read(text: &str, place: Option<&Place>) -> Option<Self> {
        let mut pieces = text.split(';').map(str::trim);
        let (name, value) = pieces.next()?.split_once('=')?;
        let (mut domain, mut path, mut age, mut expires) = (None, None, None, None);
        for piece in pieces {
            let (attribute, value) = piece.split_once('=').unwrap_or((piece, ""));
            match attribute.to_ascii_lowercase().as_str() {
                "domain" if !value.is_empty() => {
                    domain = Some(value.trim_start_matches('.').to_ascii_lowercase());
                }
                "path" if value.starts_with('/') => path = Some(value.to_owned()),
                "max-age" => age = value.parse::<i64>().ok(),
                "expires" => expires = httpdate::parse_http_date(value).ok(),
                _ => {}
            }
        }
        let hosts = match (domain, place) {
            (Some(domain), Some(place)) if !is_below(&place.host, &domain) => return None,
            (Some(domain), _) => Hosts::Below(domain),
            (None, Some(place)) => Hosts::Only(place.host.clone()),
            (None, None) => Hosts::Any,
        };
        let path = path.unwrap_or_else(|| place.map_or("/".to_owned(), folder));
        // The age wins, whatever the date says.
        let is_over = match age {
            Some(seconds) => seconds <= 0,
            None => expires.is_some_and(|at| at <= SystemTime::now()),
        };
        let (name, value) = (name.trim().to_owned(), value.trim().to_owned());
        Some(Self { cookie: Cookie { name, value, hosts, path }, is_over })
    }
}

fn is_below(host: &str, domain: &str) -> bool {
    host.strip_suffix(domain).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
}

/// The path of a cookie that names none.
fn folder(place: &Place) -> String {
    match place.path.rfind('/') {
        None | Some(0) => "/".to_owned(),
        Some(slash) => place.path[..slash].to_owned(),
    }
}
