//! What proxies in front say of a request: who asked, by which scheme, for which host.

use std::net::{IpAddr, SocketAddr};

use axum::extract::{ConnectInfo, Request};
use http::{Extensions, HeaderMap, HeaderName, Uri, header};

use super::hosts::is_host;
use super::network::Network;
use crate::error::{Error, Kind, Result};
use crate::extract::directives::{items, pair};
use crate::extract::{ClientAddr, Forwarded, peer};
use crate::origin::{Origin, RootPath, without_port};
use crate::serve::Connection;
use crate::settings::SecuritySettings;

/// The proxies whose forwarding headers are believed: `[security] trusted_proxies`.
///
/// - Headers of a peer that is not listed are not looked at.
/// - The client is the rightmost hop that is not itself a trusted proxy: each proxy adds to the
///   right, so that what a client makes up stands to the left of its own address.
/// - Only headers that the proxies set themselves may be believed, since a proxy passes on the
///   others as the client wrote them. Nearly all set `X-Forwarded-For` and `X-Forwarded-Proto`;
///   the others are listed in `[security] forwarded_headers`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TrustedProxies {
    networks: Vec<Network>,
    unix: bool,
    told: Vec<Told>,
}

/// What the proxies tell beside `X-Forwarded-For` and `X-Forwarded-Proto`, or in their place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Told {
    Forwarded,
    Host,
    Port,
    Prefix,
}

const FOR: HeaderName = HeaderName::from_static("x-forwarded-for");
const PROTO: HeaderName = HeaderName::from_static("x-forwarded-proto");
const HOST: HeaderName = HeaderName::from_static("x-forwarded-host");
const PORT: HeaderName = HeaderName::from_static("x-forwarded-port");
const PREFIX: HeaderName = HeaderName::from_static("x-forwarded-prefix");

impl TrustedProxies {
    /// The proxies of the settings; `None` where none is trusted.
    pub fn from_settings(settings: &SecuritySettings) -> Result<Option<Self>> {
        let (mut networks, mut unix) = (Vec::new(), false);
        for text in &settings.trusted_proxies {
            match text.trim() {
                "unix" => unix = true,
                text => networks.push(network(text)?),
            }
        }
        let told = told(&settings.forwarded_headers)?;
        Ok((unix || !networks.is_empty()).then_some(Self { networks, unix, told }))
    }

    /// Reads what a trusted peer says of the request, and puts it into its extensions: the client
    /// ([`ClientAddr`]), scheme and host ([`Origin`]), the prefix ([`RootPath`]).
    pub fn apply(&self, request: &mut Request) {
        let Some(sender) = self.trusted_peer(request.extensions()) else { return };
        let said = if self.told.contains(&Told::Forwarded) {
            self.of_forwarded(request.headers(), sender)
        } else {
            self.of_x_headers(request.headers(), sender)
        };
        let client = Forwarded(said.client.map(ClientAddr));
        let origin = self.origin(request, said.scheme, said.host);
        let prefix = self.told(request.headers(), Told::Prefix);
        let prefix = prefix.and_then(clean_prefix).map(str::to_owned);
        let facts = request.extensions_mut();
        facts.insert(client);
        if let Some(origin) = origin {
            facts.insert(origin);
        }
        if let Some(prefix) = prefix {
            facts.insert(RootPath(prefix));
        }
    }

    /// The other end of the socket, if it is one of ours.
    fn trusted_peer(&self, facts: &Extensions) -> Option<Sender> {
        if let Some(address) = peer(facts) {
            return self.trusts(address).then_some(Sender::Address(address));
        }
        // Our own server says so where it took a request without an address: by a Unix socket.
        let by_socket =
            facts.get::<Connection>().is_some() && facts.get::<ConnectInfo<SocketAddr>>().is_none();
        (by_socket && self.unix).then_some(Sender::Unix)
    }

    /// What the nearest proxy said in one of the headers that are believed on request only.
    fn told<'h>(&self, headers: &'h HeaderMap, what: Told) -> Option<&'h str> {
        let name = match what {
            Told::Forwarded => return None,
            Told::Host => HOST,
            Told::Port => PORT,
            Told::Prefix => PREFIX,
        };
        self.told.contains(&what).then(|| last(headers, &name)).flatten()
    }

    fn trusts(&self, address: IpAddr) -> bool {
        self.networks.iter().any(|network| network.contains(address))
    }

    /// The place of the client among the hops: the rightmost that is not trusted, or the first
    /// where all are.
    fn client<'h>(&self, hops: &[Option<&'h str>]) -> Option<(usize, Option<&'h str>)> {
        let foreign = |hop: Option<&str>| {
            hop.and_then(node_address).is_none_or(|address| !self.trusts(address))
        };
        let at = hops.iter().rposition(|hop| foreign(*hop)).or((!hops.is_empty()).then_some(0))?;
        Some((at, hops[at]))
    }

    fn of_x_headers<'h>(&self, headers: &'h HeaderMap, sender: Sender) -> Said<'h> {
        let hops: Vec<Option<&str>> = list(headers, &FOR).into_iter().map(Some).collect();
        let found = self.client(&hops);
        let schemes = list(headers, &PROTO);
        // Where each proxy added its own, the one beside the client's address is about the client.
        let scheme = match found {
            Some((at, _)) if schemes.len() == hops.len() => schemes.get(at).copied(),
            _ => schemes.last().copied(),
        };
        Said {
            client: match found {
                Some((_, node)) => node.and_then(node_address),
                None => sender.address(),
            },
            scheme: scheme.and_then(clean_scheme),
            host: self.told(headers, Told::Host).filter(|host| !host.is_empty() && is_host(host)),
        }
    }

    /// RFC 7239: what belongs together stands together, a proxy an element.
    fn of_forwarded<'h>(&self, headers: &'h HeaderMap, sender: Sender) -> Said<'h> {
        let lines = headers.get_all(header::FORWARDED).iter();
        let texts = lines.filter_map(|line| line.to_str().ok());
        let elements: Vec<Element<'h>> =
            texts.flat_map(|text| items(text, b',')).map(Element::parse).collect();
        let hops: Vec<Option<&str>> = elements.iter().map(|element| element.node).collect();
        match self.client(&hops) {
            None => Said { client: sender.address(), ..Said::default() },
            Some((at, node)) => Said {
                client: node.and_then(node_address),
                scheme: elements[at].scheme.and_then(clean_scheme),
                host: elements[at].host.filter(|host| !host.is_empty() && is_host(host)),
            },
        }
    }

    /// Scheme and host together; of what nobody said, the request's own.
    fn origin(
        &self,
        request: &Request,
        scheme: Option<&'static str>,
        host: Option<&str>,
    ) -> Option<Origin> {
        let headers = request.headers();
        let port = self.told(headers, Told::Port).and_then(|text| text.parse::<u16>().ok());
        if scheme.is_none() && host.is_none() && port.is_none() {
            return None;
        }
        let tls = request.extensions().get::<Connection>().is_some_and(|own| own.tls);
        let scheme = scheme.unwrap_or(if tls { "https" } else { "http" });
        let own = || match request.uri().authority() {
            Some(authority) => Some(authority.as_str()),
            None => headers.get(header::HOST)?.to_str().ok(),
        };
        let host = host.or_else(own)?;
        let origin = match port {
            None => Origin::new(scheme, host),
            Some(port) => Origin::new(scheme, format!("{}:{port}", without_port(host))),
        };
        Some(origin.usual())
    }
}

/// Who speaks to us: a proxy that is trusted.
#[derive(Clone, Copy)]
enum Sender {
    Address(IpAddr),
    Unix,
}

impl Sender {
    fn address(self) -> Option<IpAddr> {
        match self {
            Self::Address(address) => Some(address),
            Self::Unix => None,
        }
    }
}

/// What the proxies said.
#[derive(Default)]
struct Said<'h> {
    client: Option<IpAddr>,
    scheme: Option<&'static str>,
    host: Option<&'h str>,
}

/// One proxy's words in a `Forwarded` header. What it escaped by backslashes is no address, no
/// scheme and no host, so that a view of the raw text is enough.
struct Element<'h> {
    node: Option<&'h str>,
    scheme: Option<&'h str>,
    host: Option<&'h str>,
}

impl<'h> Element<'h> {
    fn parse(text: &'h str) -> Self {
        let mut element = Self { node: None, scheme: None, host: None };
        for item in items(text, b';') {
            let (name, value) = pair(item);
            let Some(std::borrow::Cow::Borrowed(value)) = value else { continue };
            match name.to_ascii_lowercase().as_str() {
                "for" => element.node = Some(value),
                "proto" => element.scheme = Some(value),
                "host" => element.host = Some(value),
                _ => {}
            }
        }
        element
    }
}

fn told(words: &[String]) -> Result<Vec<Told>> {
    let read = words.iter().map(|word| match word.trim().to_ascii_lowercase().as_str() {
        "forwarded" => Ok(Told::Forwarded),
        "host" | "x-forwarded-host" => Ok(Told::Host),
        "port" | "x-forwarded-port" => Ok(Told::Port),
        "prefix" | "x-forwarded-prefix" => Ok(Told::Prefix),
        _ => Err(Error::new(
            Kind::Settings,
            format!("`security.forwarded_headers` has `{word}`, which is no such header"),
        )
        .hint("it may have `host`, `port`, `prefix`, `forwarded`")),
    });
    let told: Vec<Told> = read.collect::<Result<_>>()?;
    if told.contains(&Told::Forwarded) && told.contains(&Told::Host) {
        return Err(Error::new(
            Kind::Settings,
            "`security.forwarded_headers` has both `forwarded` and `host`, which contradict each other",
        )
        .hint("name what your proxies set; the header `Forwarded` has the host in it"));
    }
    Ok(told)
}

/// `10.0.0.0/8`, or an address, which is a network of one.
fn network(text: &str) -> Result<Network> {
    Network::parse(text).ok_or_else(|| {
        Error::new(
            Kind::Settings,
            format!("`security.trusted_proxies` has `{text}`, which is no address and no network"),
        )
        .hint("write addresses (`10.0.0.7`, `::1`), networks (`10.0.0.0/8`) or `unix`")
    })
}

/// The address of a hop, which may have a port: `192.0.2.1`, `192.0.2.1:80`, `[::1]:80`, `::1`.
fn node_address(text: &str) -> Option<IpAddr> {
    let bare = || text.strip_prefix('[')?.strip_suffix(']')?.parse().ok();
    let with_port = || text.parse::<SocketAddr>().ok().map(|address| address.ip());
    text.parse().ok().or_else(with_port).or_else(bare).map(|address: IpAddr| address.to_canonical())
}

/// The items of a header's lines, which count as one.
fn list<'h>(headers: &'h HeaderMap, name: &HeaderName) -> Vec<&'h str> {
    // A line that is no text is a hop that nobody can read, and must not vanish.
    let lines = headers.get_all(name).iter().map(|line| line.to_str().unwrap_or("?"));
    lines.flat_map(|text| text.split(',')).map(str::trim).filter(|item| !item.is_empty()).collect()
}

/// What the nearest proxy said.
fn last<'h>(headers: &'h HeaderMap, name: &HeaderName) -> Option<&'h str> {
    let line = headers.get_all(name).iter().next_back()?.to_str().ok()?;
    line.rsplit(',').next().map(str::trim)
}

fn clean_scheme(text: &str) -> Option<&'static str> {
    let is = |name: &str| text.eq_ignore_ascii_case(name);
    match text {
        _ if is("https") || is("wss") => Some("https"),
        _ if is("http") || is("ws") => Some("http"),
        _ => None,
    }
}

/// A prefix without its last slash; `None` for what is no path. `//evil.example` would be a host.
fn clean_prefix(text: &str) -> Option<&str> {
    let text = text.trim_end_matches('/');
    let path = text.parse::<Uri>().ok().filter(|uri| uri.path() == text && uri.query().is_none());
    let safe = text.starts_with('/') && !text.contains("//") && !text.contains("/..");
    path.filter(|_| safe && !text.contains(['"', '\'', '<', '>', '\\'])).map(|_| text)
}
