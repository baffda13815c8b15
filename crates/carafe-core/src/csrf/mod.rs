//! Protection against requests that another site has a visitor's browser send (CSRF).
//!
//! A browser adds its cookies to whatever goes to their site, whoever wrote the form. So a request
//! that changes something has to come from our own pages. [`Csrf::check`] lets one **pass** if
//!
//! 1. its method is `GET`, `HEAD`, `OPTIONS` or `TRACE`, which MUST change nothing;
//! 2. its `Origin` is one that the app trusts ([`Csrf::trust`]);
//! 3. its `Sec-Fetch-Site` is `same-origin`, or `none` (typed, a bookmark, a reload): browsers
//!    since 2023 say so of every request over HTTPS or to localhost, and no page can change it;
//! 4. it has no `Sec-Fetch-Site`, and its `Origin` is our own host and port (and not `http` where
//!    we are at `https`);
//! 5. it says neither (or `Origin: null`), but brings a token that belongs to its session, in the
//!    header `X-CSRF-Token` or the form's field `csrf_token`;
//! 6. it brings no cookie and neither header: a program, with nothing to ride on;
//! 7. another site sent it, but it brings neither cookies nor a password that the browser adds by
//!    itself (`Authorization: Basic` and the like), and it is nothing that a form can send: a
//!    client of an API from elsewhere, which CORS decides about.
//!
//! All else is **refused**: what `Sec-Fetch-Site` calls `cross-site` or `same-site` (a neighbour
//! under the same domain is not us), what comes from another `Origin`, a form from elsewhere even
//! without cookies (it could log the visitor in as somebody else), and what should bring a token
//! and does not.
//!
//! What a proxy can spoil: `Host` MUST arrive as the browser sent it, or be restored from trusted
//! `X-Forwarded-Host` before the check; a proxy that strips `Origin` and `Sec-Fetch-Site` leaves
//! only the token. The rules follow Go 1.25's `CrossOriginProtection`, tower-http's `csrf` and
//! Django's, whose token remains for browsers that say nothing.
//!
//! The check looks at headers only. The session, and the beginning of a form's body, are needed in
//! case 5 alone:
//!
//! ```
//! use carafe_core::csrf::{self, Csrf, Refusal, Site, Token, Verdict};
//! use carafe_core::session::Session;
//! use http::{HeaderMap, Method};
//!
//! fn guard(csrf: &Csrf, method: &Method, headers: &HeaderMap, body: &[u8], session: &Session)
//!     -> Result<(), Refusal> {
//!     match csrf.check(method, headers, Site { host: "example.com", https: true }) {
//!         Verdict::Passes => Ok(()),
//!         Verdict::Refused(refusal) => Err(refusal),
//!         Verdict::Needs(Token::InHeader(token)) => csrf::verify(session, &token),
//!         Verdict::Needs(Token::InForm) => {
//!             let token = csrf::form_token(headers, body).ok_or(Refusal::NoToken)?;
//!             csrf::verify(session, &token)
//!         }
//!     }
//! }
//! ```

mod form;
mod sender;
mod token;

pub use form::{FIELD, FORM_PREFIX, form_token};
pub use sender::Site;
pub use token::{token, verify};

use std::fmt;

use http::header::{AUTHORIZATION, COOKIE};
use http::{HeaderMap, Method};

use crate::{Error, Kind, Result};
use sender::{Sender, TrustedOrigin};

/// The headers that a token may come in: ours and Flask-WTF's, and Django's.
const HEADERS: [&str; 2] = ["x-csrf-token", "x-csrftoken"];

/// The rules of one app; see the [module](self) for what they are.
#[derive(Clone, Debug, Default)]
pub struct Csrf {
    trusted: Vec<TrustedOrigin>,
}

/// What is to be done with a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Go on.
    Passes,
    /// Answer with the refusal.
    Refused(Refusal),
    /// Go on if the token is the session's; see [`verify`].
    Needs(Token),
}

/// Where a request has its token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Token {
    /// In a header; this is it.
    InHeader(String),
    /// In the form, if it has one at all; [`form_token`] finds it.
    InForm,
}

/// Why a request was refused; it turns into an [`Error`] with status 403 through `?`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// Another site sent it.
    OtherSite,
    /// It should have brought a token.
    NoToken,
    /// Its token is not of this session.
    WrongToken,
}

impl Refusal {
    pub(crate) fn into_error(self) -> Error {
        self.into()
    }
}

impl Csrf {
    /// The rules with no other origin trusted.
    pub fn new() -> Self {
        Self::default()
    }

    /// Trusts the pages of another origin as if they were ours: `https://shop.example.com`, or
    /// `https://*.example.com` for all below a domain (Django's `CSRF_TRUSTED_ORIGINS`).
    ///
    /// What is no origin is an error: it would never match.
    pub fn trust(mut self, origin: &str) -> Result<Self> {
        self.trusted.push(TrustedOrigin::parse(origin)?);
        Ok(self)
    }

    /// What the headers of a request to our `site` say about who sent it.
    pub fn check(&self, method: &Method, headers: &HeaderMap, site: Site<'_>) -> Verdict {
        if matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS | Method::TRACE) {
            return Verdict::Passes;
        }
        let cookies = headers.contains_key(COOKIE);
        match Sender::of(headers, site, &self.trusted) {
            Sender::Other
                if cookies || brings_password(headers) || may_be_form(method, headers) =>
            {
                Verdict::Refused(Refusal::OtherSite)
            }
            Sender::Unknown if cookies => needed(headers),
            Sender::Own | Sender::Other | Sender::Unknown => Verdict::Passes,
        }
    }
}

fn needed(headers: &HeaderMap) -> Verdict {
    let sent = HEADERS.iter().find_map(|name| headers.get(*name));
    match sent.map(|value| value.to_str()) {
        Some(Ok(token)) => Verdict::Needs(Token::InHeader(token.to_owned())),
        Some(Err(_)) => Verdict::Refused(Refusal::WrongToken),
        None if form::is_form(headers) => Verdict::Needs(Token::InForm),
        None => Verdict::Refused(Refusal::NoToken),
    }
}

/// True for what a page of another site can send without any script: no form sends `DELETE`, JSON
/// or an `Authorization` of its author's.
fn may_be_form(method: &Method, headers: &HeaderMap) -> bool {
    *method == Method::POST && !headers.contains_key(AUTHORIZATION) && form::is_form(headers)
}

/// True for credentials that a browser remembers and adds by itself, unlike a bearer's token.
fn brings_password(headers: &HeaderMap) -> bool {
    headers.get_all(AUTHORIZATION).iter().any(|value| {
        let scheme = value.as_bytes().split(|byte| *byte == b' ').next().unwrap_or_default();
        !scheme.eq_ignore_ascii_case(b"bearer") && !scheme.eq_ignore_ascii_case(b"token")
    })
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::OtherSite => "This request was sent by a page of another site.",
            Self::NoToken => "This request has no CSRF token.",
            Self::WrongToken => {
                "The CSRF token of this request is not, or no longer, the session's."
            }
        })
    }
}

// A standard error would become an internal one (500); this is what a visitor sent.
impl From<Refusal> for Error {
    #[track_caller]
    fn from(refusal: Refusal) -> Self {
        Self::new(Kind::Denied, refusal.to_string()).hint(match refusal {
            Refusal::OtherSite => {
                "trust its origin, or exempt the route if it checks who calls by other means"
            }
            Refusal::NoToken => {
                "put the field `csrf_token` in the form, or send the header `X-CSRF-Token`"
            }
            Refusal::WrongToken => "load the page with the form again; a login changes the token",
        })
    }
}
