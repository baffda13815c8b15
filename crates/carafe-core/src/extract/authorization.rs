//! Credentials in the `Authorization` header (RFC 9110, 11).

use std::fmt;

use axum::extract::{FromRequestParts, OptionalFromRequestParts};
use base64::Engine;
use base64::alphabet;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use http::header::{AUTHORIZATION, WWW_AUTHENTICATE};
use http::request::Parts;
use http::{HeaderMap, HeaderValue};

use super::directives::{items, pair};
use crate::error::{Error, Kind, Result};
use crate::scope::Scope;

/// The credentials of a request, of any scheme (Flask's `request.authorization`).
///
/// ```
/// use carafe_core::extract::Authorization;
///
/// let basic = Authorization::parse("Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==").unwrap();
/// assert!(matches!(basic, Authorization::Basic(basic) if basic.username == "Aladdin"));
///
/// let digest = Authorization::parse(r#"Digest username="Mufasa", qop=auth"#).unwrap();
/// assert_eq!(digest.parameter("username"), Some("Mufasa"));
/// ```
///
/// As an argument it is required: a request without it, or with one that makes no sense, gets a
/// 401 that names the schemes. [`Basic`] and [`Bearer`] take one scheme only. `Option<…>` of
/// each is `None` where there are no such credentials; what is broken stays a 401.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Authorization {
    /// A name with its password.
    Basic(Basic),
    /// A token.
    Bearer(Bearer),
    /// Another scheme, as `digest`.
    Other {
        /// The scheme's name in small letters.
        scheme: String,
        /// What follows, where it is one token.
        token: Option<String>,
        /// What follows, where it is a list; the names in small letters.
        parameters: Vec<(String, String)>,
    },
}

/// A name with its password (RFC 7617): `async fn report(login: Basic)`.
///
/// Compare passwords by their hash, never as text.
#[derive(Clone, PartialEq, Eq)]
pub struct Basic {
    /// The name; it has no colon.
    pub username: String,
    /// The password.
    pub password: String,
}

/// A token that opens to whoever has it (RFC 6750): `async fn api(token: Bearer)`.
#[derive(Clone, PartialEq, Eq)]
pub struct Bearer(pub String);

impl Authorization {
    /// Reads a header's text; `None` where it makes no sense.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let (scheme, rest) = text.split_once(' ').unwrap_or((text, ""));
        let (scheme, rest) = (scheme.to_ascii_lowercase(), rest.trim());
        if scheme.is_empty() || !scheme.bytes().all(is_token) {
            return None;
        }
        match scheme.as_str() {
            "basic" => Basic::decode(rest).map(Self::Basic),
            "bearer" => is_token68(rest).then(|| Self::Bearer(Bearer(rest.to_owned()))),
            _ if is_token68(rest) => {
                let token = Some(rest.to_owned());
                Some(Self::Other { scheme, token, parameters: Vec::new() })
            }
            _ => {
                let pairs = items(rest, b',').map(pair);
                let parameters = pairs
                    .map(|(name, value)| Some((name.to_ascii_lowercase(), value?.into_owned())));
                Some(Self::Other {
                    scheme,
                    token: None,
                    parameters: parameters.collect::<Option<_>>()?,
                })
            }
        }
    }

    /// What a request's headers say: nothing, or the credentials. Two lines, or one that makes no
    /// sense, are a 401.
    pub fn from_headers(headers: &HeaderMap) -> Result<Option<Self>> {
        let mut lines = headers.get_all(AUTHORIZATION).iter();
        let broken = || refused("The Authorization header makes no sense.", BOTH);
        match (lines.next(), lines.next()) {
            (None, _) => Ok(None),
            (Some(line), None) => {
                let read = line.to_str().ok().and_then(Self::parse);
                read.map(Some).ok_or_else(broken)
            }
            (Some(_), Some(_)) => Err(broken()),
        }
    }

    /// The scheme's name in small letters.
    pub fn scheme(&self) -> &str {
        match self {
            Self::Basic(_) => "basic",
            Self::Bearer(_) => "bearer",
            Self::Other { scheme, .. } => scheme,
        }
    }

    /// A parameter of a scheme that has a list of them.
    pub fn parameter(&self, name: &str) -> Option<&str> {
        let Self::Other { parameters, .. } = self else { return None };
        parameters.iter().find(|(own, _)| own == name).map(|(_, value)| value.as_str())
    }
}

impl Basic {
    fn decode(text: &str) -> Option<Self> {
        // Some clients leave the padding off.
        const LENIENT: GeneralPurpose = GeneralPurpose::new(
            &alphabet::STANDARD,
            GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
        );
        let text = String::from_utf8(LENIENT.decode(text).ok()?).ok()?;
        let (username, password) = text.split_once(':')?;
        Some(Self { username: username.to_owned(), password: password.to_owned() })
    }

    fn of(authorization: Authorization) -> Option<Self> {
        match authorization {
            Authorization::Basic(basic) => Some(basic),
            _ => None,
        }
    }
}

impl Bearer {
    fn of(authorization: Authorization) -> Option<Self> {
        match authorization {
            Authorization::Bearer(bearer) => Some(bearer),
            _ => None,
        }
    }
}

const BASIC: &[&str] = &["Basic"];
const BEARER: &[&str] = &["Bearer"];
const BOTH: &[&str] = &["Basic", "Bearer"];

/// A 401 that names the schemes, and the site as the realm that the browser shows.
fn refused(message: &'static str, schemes: &[&str]) -> Error {
    let site = Scope::current().map(|scope| scope.frame().name.clone()).unwrap_or_default();
    let realm: String =
        site.chars().filter(|c| matches!(c, ' '..='~') && !matches!(c, '"' | '\\')).collect();
    schemes.iter().fold(Error::new(Kind::Unauthenticated, message), |error, scheme| {
        let charset = if *scheme == "Basic" { ", charset=\"UTF-8\"" } else { "" };
        match HeaderValue::try_from(format!("{scheme} realm=\"{realm}\"{charset}")) {
            Ok(challenge) => error.with_header(WWW_AUTHENTICATE, challenge),
            Err(_) => error,
        }
    })
}

macro_rules! extractors {
    ($($type:ident: $schemes:ident, $of:expr;)*) => {$(
        impl<S: Send + Sync> FromRequestParts<S> for $type {
            type Rejection = Error;

            async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self> {
                let found = Authorization::from_headers(&parts.headers)?.and_then($of);
                found.ok_or_else(|| refused("", $schemes))
            }
        }

        impl<S: Send + Sync> OptionalFromRequestParts<S> for $type {
            type Rejection = Error;

            async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Option<Self>> {
                Ok(Authorization::from_headers(&parts.headers)?.and_then($of))
            }
        }
    )*};
}
extractors! {
    Authorization: BOTH, Some;
    Basic: BASIC, Basic::of;
    Bearer: BEARER, Bearer::of;
}

/// Without the secret.
impl fmt::Debug for Authorization {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Basic(basic) => basic.fmt(f),
            Self::Bearer(bearer) => bearer.fmt(f),
            Self::Other { scheme, .. } => write!(f, "Authorization({scheme})"),
        }
    }
}

/// Without the password.
impl fmt::Debug for Basic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Basic").field("username", &self.username).finish_non_exhaustive()
    }
}

/// Without the token.
impl fmt::Debug for Bearer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Bearer(…)")
    }
}

/// A letter of a token (RFC 9110, 5.6.2).
fn is_token(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte)
}

/// One token of the kind that credentials are made of (RFC 9110, 11.2).
fn is_token68(text: &str) -> bool {
    let body = text.trim_end_matches('=');
    !body.is_empty()
        && body.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._~+/".contains(&byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: impl Into<Option<Authorization>>) {
        assert_eq!(Authorization::parse(text), expected.into(), "{text}");
    }

    fn basic(username: &str, password: &str) -> Authorization {
        Authorization::Basic(Basic { username: username.into(), password: password.into() })
    }

    fn bearer(token: &str) -> Authorization {
        Authorization::Bearer(Bearer(token.into()))
    }

    fn other(scheme: &str, token: Option<&str>, parameters: &[(&str, &str)]) -> Authorization {
        let parameters = parameters.iter().map(|(n, v)| ((*n).into(), (*v).into())).collect();
        Authorization::Other { scheme: scheme.into(), token: token.map(Into::into), parameters }
    }

    #[test]
    fn schemes() {
        // RFC 7617, 2 and 2.1
        check("Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==", basic("Aladdin", "open sesame"));
        check("Basic dGVzdDoxMjPCow==", basic("test", "123£"));
        check("basic  QWxhZGRpbjpvcGVuIHNlc2FtZQ", basic("Aladdin", "open sesame"));
        check("Basic YTpiOmM=", basic("a", "b:c"));
        check("Basic Og==", basic("", ""));
        check("Basic", None);
        check("Basic ####", None);
        check("Basic bm9jb2xvbg==", None);
        check("Basic //8=", None);
        // RFC 6750, 2.1
        check("Bearer mF_9.B5f-4.1JqM", bearer("mF_9.B5f-4.1JqM"));
        check("BEARER a==", bearer("a=="));
        check("Bearer", None);
        check("Bearer two words", None);
        // RFC 7616, 3.9.1
        check(
            r#"Digest username="Mufasa", realm="http-auth@example.org", nc=00000001, qop=auth"#,
            other(
                "digest",
                None,
                &[
                    ("username", "Mufasa"),
                    ("realm", "http-auth@example.org"),
                    ("nc", "00000001"),
                    ("qop", "auth"),
                ],
            ),
        );
        check("Negotiate YII=", other("negotiate", Some("YII="), &[]));
        check("Custom a", other("custom", Some("a"), &[]));
        check("Custom a b", None);
        check("Custom", other("custom", None, &[]));
        check("", None);
        check("   ", None);
        check("\u{e4} x", None);
    }

    #[test]
    fn secrets_are_not_shown() {
        for text in
            ["Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==", "Bearer sesame", "Digest x=sesame", "X sesame"]
        {
            let shown = format!("{:?}", Authorization::parse(text));
            assert!(!shown.contains("sesame"), "{shown}");
        }
    }
}
