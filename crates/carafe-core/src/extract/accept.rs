//! What a client would like to have: `Accept` and its kin (RFC 9110, 12.5).

use std::convert::Infallible;

use axum::extract::FromRequestParts;
use http::header::{ACCEPT, ACCEPT_ENCODING, ACCEPT_LANGUAGE};
use http::request::Parts;
use http::{HeaderMap, HeaderValue};

/// The media types that a client likes, each with its weight; an extractor.
///
/// ```
/// use carafe_core::extract::accept::Accept;
/// use http::HeaderValue;
///
/// let header = HeaderValue::from_static("text/html;q=0.5, application/json");
/// let accept = Accept::parse(Some(&header));
/// assert_eq!(accept.best(&["text/html", "application/json"]), Some("application/json"));
/// assert_eq!(accept.best(&["image/png"]), None);
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Accept(Preferences);

/// The languages that a client likes, each with its weight; an extractor.
///
/// ```
/// use carafe_core::extract::accept::AcceptLanguage;
/// use http::HeaderValue;
///
/// let header = HeaderValue::from_static("de-AT, en;q=0.8");
/// let languages = AcceptLanguage::parse(Some(&header));
/// assert_eq!(languages.best(&["en", "de"]), Some("de"));
/// assert_eq!(languages.best(&["fr"]), None);
/// ```
///
/// `de` accepts `de-AT`; and where only `de` is offered, it serves who asked for `de-AT`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct AcceptLanguage(Preferences);

/// The encodings that a client can undo, each with its weight; an extractor.
///
/// ```
/// use carafe_core::extract::accept::AcceptEncoding;
/// use http::HeaderValue;
///
/// let header = HeaderValue::from_static("gzip;q=0.8, br");
/// let encodings = AcceptEncoding::parse(Some(&header));
/// assert_eq!(encodings.best(&["gzip", "br", "identity"]), Some("br"));
/// assert_eq!(encodings.best(&["zstd", "identity"]), Some("identity"));
/// ```
///
/// `identity`, no encoding at all, is welcome until it is refused; without the header it is the
/// only one.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct AcceptEncoding(Preferences);

impl Accept {
    /// Reads a header's lines; without one (or with one that makes no sense) anything is welcome.
    pub fn parse<'h>(lines: impl IntoIterator<Item = &'h HeaderValue>) -> Self {
        Self(Preferences::parse(lines))
    }

    /// The weight that the client gives to an offer, from 0 (not at all) to 1.
    pub fn weight(&self, offer: &str) -> f32 {
        self.0.weight(offer, media_range).unwrap_or(if self.0.is_empty() { 1.0 } else { 0.0 })
    }

    /// The offer that the client likes best; of equals the one that stands first.
    pub fn best<'o>(&self, offers: &[&'o str]) -> Option<&'o str> {
        best(offers, |offer| self.weight(offer))
    }
}

impl AcceptLanguage {
    /// Reads a header's lines; without one (or with one that makes no sense) any is welcome.
    pub fn parse<'h>(lines: impl IntoIterator<Item = &'h HeaderValue>) -> Self {
        Self(Preferences::parse(lines))
    }

    /// The weight that the client gives to an offer, from 0 (not at all) to 1.
    pub fn weight(&self, offer: &str) -> f32 {
        let weight = self.0.weight(offer, language_range);
        // Who would rather read `de-AT` can read `de`.
        let wider = || self.0.weight(offer, |range, offer| language_range(offer, range));
        weight.or_else(wider).unwrap_or(if self.0.is_empty() { 1.0 } else { 0.0 })
    }

    /// The offer that the client likes best; of equals the one that stands first.
    pub fn best<'o>(&self, offers: &[&'o str]) -> Option<&'o str> {
        best(offers, |offer| self.weight(offer))
    }

    /// The languages that the client named, the one that it likes best first.
    pub fn languages(&self) -> impl Iterator<Item = &str> {
        let mut wanted: Vec<_> = self.0.0.iter().filter(|(_, weight)| *weight > 0.0).collect();
        wanted.sort_by(|one, other| other.1.total_cmp(&one.1));
        wanted.into_iter().map(|(name, _)| name.as_str()).filter(|name| *name != "*")
    }
}

impl AcceptEncoding {
    /// Reads a header's lines.
    pub fn parse<'h>(lines: impl IntoIterator<Item = &'h HeaderValue>) -> Self {
        Self(Preferences::parse(lines))
    }

    /// The weight that the client gives to an offer, from 0 (not at all) to 1.
    pub fn weight(&self, offer: &str) -> f32 {
        // RFC 9110, 12.5.3: not refused, but wanted less than all that is named.
        const LEAST: f32 = 0.000_1;
        let unnamed = if offer.eq_ignore_ascii_case("identity") { LEAST } else { 0.0 };
        self.0.weight(offer, exactly).unwrap_or(unnamed)
    }

    /// The offer that the client likes best; of equals the one that stands first.
    pub fn best<'o>(&self, offers: &[&'o str]) -> Option<&'o str> {
        best(offers, |offer| self.weight(offer))
    }
}

/// Names with their weights, in small letters.
#[derive(Clone, Debug, Default, PartialEq)]
struct Preferences(Vec<(String, f32)>);

impl Preferences {
    fn parse<'h>(lines: impl IntoIterator<Item = &'h HeaderValue>) -> Self {
        let texts = lines.into_iter().filter_map(|line| line.to_str().ok());
        let items = texts.flat_map(|text| text.split(',')).filter_map(|item| {
            let mut pieces = item.split(';').map(str::trim);
            let name = pieces.next().filter(|name| !name.is_empty())?;
            let weight = pieces
                .find_map(|piece| piece.strip_prefix("q=").or_else(|| piece.strip_prefix("Q=")));
            let weight = weight
                .map_or(Some(1.0), |text| text.parse().ok().filter(|q| (0.0..=1.0).contains(q)))?;
            Some((name.to_ascii_lowercase(), weight))
        });
        Self(items.collect())
    }

    fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The weight of the range that names the offer most exactly; of equals the heaviest.
    fn weight(&self, offer: &str, exactness: fn(&str, &str) -> Option<usize>) -> Option<f32> {
        let offer = offer.to_ascii_lowercase();
        let fitting =
            self.0.iter().filter_map(|(range, weight)| Some((exactness(range, &offer)?, *weight)));
        let best = fitting.max_by(|one, other| one.0.cmp(&other.0).then(one.1.total_cmp(&other.1)));
        best.map(|(_, weight)| weight)
    }
}

fn best<'o>(offers: &[&'o str], weight: impl Fn(&str) -> f32) -> Option<&'o str> {
    let weighed = offers.iter().map(|offer| (weight(offer), *offer));
    let best = weighed.fold(None, |best: Option<(f32, &str)>, (weight, offer)| match best {
        Some((most, _)) if most >= weight => best,
        _ => Some((weight, offer)),
    })?;
    (best.0 > 0.0).then_some(best.1)
}

/// How exactly a range names a type: not at all, by `*/*`, by `text/*`, by its name.
fn media_range(range: &str, offer: &str) -> Option<usize> {
    if range == "*/*" || range == "*" {
        return Some(0);
    }
    let kind = range.strip_suffix('*').filter(|kind| kind.ends_with('/'));
    match kind {
        Some(kind) => offer.starts_with(kind).then_some(1),
        None => exactly(range, offer).map(|_| 2),
    }
}

/// How exactly a range names a language: not at all, by `*`, by how much of it.
fn language_range(range: &str, offer: &str) -> Option<usize> {
    if range == "*" {
        return Some(0);
    }
    let rest = offer.strip_prefix(range)?;
    (rest.is_empty() || rest.starts_with('-')).then_some(range.len())
}

fn exactly(range: &str, offer: &str) -> Option<usize> {
    if range == offer { Some(1) } else { (range == "*").then_some(0) }
}

macro_rules! extractors {
    ($($type:ident of $header:ident),*) => {$(
        impl $type {
            /// What a request's headers say; several lines count as one.
            pub fn from_headers(headers: &HeaderMap) -> Self {
                Self::parse(headers.get_all($header))
            }
        }

        impl<S: Sync> FromRequestParts<S> for $type {
            type Rejection = Infallible;

            async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
                Ok(Self::from_headers(&parts.headers))
            }
        }
    )*};
}
extractors!(Accept of ACCEPT, AcceptLanguage of ACCEPT_LANGUAGE, AcceptEncoding of ACCEPT_ENCODING);

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(name: http::HeaderName, lines: &[&'static str]) -> HeaderMap {
        lines.iter().map(|line| (name.clone(), HeaderValue::from_static(line))).collect()
    }

    #[track_caller]
    fn types(lines: &[&'static str], offers: &[&str], best: Option<&str>) {
        assert_eq!(Accept::from_headers(&headers(ACCEPT, lines)).best(offers), best);
    }

    #[track_caller]
    fn languages(lines: &[&'static str], offers: &[&str], best: Option<&str>) {
        let accept = AcceptLanguage::from_headers(&headers(ACCEPT_LANGUAGE, lines));
        assert_eq!(accept.best(offers), best);
    }

    #[track_caller]
    fn encodings(lines: &[&'static str], offers: &[&str], best: Option<&str>) {
        let accept = AcceptEncoding::from_headers(&headers(ACCEPT_ENCODING, lines));
        assert_eq!(accept.best(offers), best);
    }

    #[test]
    fn which_type_is_liked_best() {
        let offers = ["text/html", "application/json"];
        types(&["*/*"], &offers, Some("text/html"));
        types(&[""], &offers, Some("text/html"));
        types(&[], &offers, Some("text/html"));
        types(&["application/json"], &offers, Some("application/json"));
        types(&["APPLICATION/JSON"], &offers, Some("application/json"));
        types(&["text/*;q=0.3, application/json;q=0.2"], &offers, Some("text/html"));
        types(&["text/*;q=0.3", "application/json;q=0.9"], &offers, Some("application/json"));
        types(&["text/html;q=0, */*"], &offers, Some("application/json"));
        types(&["image/png"], &offers, None);
        types(&["text/html;q=nonsense, application/json;q=0.1"], &offers, Some("application/json"));
        types(&["text/html;q=NaN, application/json;q=0.1"], &offers, Some("application/json"));
        types(&[",,;;q=1"], &offers, Some("text/html"));
        // RFC 9110, 12.5.1
        let rfc = &[
            "text/*;q=0.3, text/plain;q=0.7, text/plain;format=flowed, text/plain;format=fixed;q=0.4, */*;q=0.5",
        ];
        types(rfc, &["text/html", "image/jpeg"], Some("image/jpeg"));
        types(rfc, &["text/html", "text/plain"], Some("text/plain"));
        types(&["text/html"], &[], None);
        types(&["text/*"], &["textual/x"], None);
    }

    #[test]
    fn which_language_is_liked_best() {
        languages(&["de, en;q=0.8"], &["en", "de-AT"], Some("de-AT"));
        languages(&["de-AT, en;q=0.8"], &["en", "de"], Some("de"));
        languages(&["da, en-gb;q=0.8, en;q=0.7"], &["en-US", "en-GB"], Some("en-GB"));
        languages(&["en-GB;q=0.2, en"], &["en-GB", "en"], Some("en"));
        languages(&["de;q=0, *"], &["de", "fr"], Some("fr"));
        languages(&["de"], &["deu", "en"], None);
        languages(&["*"], &["fr"], Some("fr"));
        languages(&[], &["fr"], Some("fr"));
        let accept =
            AcceptLanguage::parse([&HeaderValue::from_static("en;q=0.5, de, *;q=0.1, fr;q=0")]);
        assert_eq!(accept.languages().collect::<Vec<_>>(), ["de", "en"]);
    }

    #[test]
    fn which_encoding_is_liked_best() {
        encodings(&["gzip;q=0.5, br"], &["gzip", "br"], Some("br"));
        encodings(&["gzip", "br"], &["br", "gzip"], Some("br"));
        encodings(&[], &["gzip", "identity"], Some("identity"));
        encodings(&["gzip"], &["identity", "gzip"], Some("gzip"));
        encodings(&["gzip;q=0"], &["gzip", "identity"], Some("identity"));
        encodings(&["*"], &["gzip", "identity"], Some("gzip"));
        encodings(&["identity;q=0, *;q=0"], &["gzip", "identity"], None);
        encodings(&["*;q=0, gzip"], &["identity", "gzip"], Some("gzip"));
        encodings(&["gzip-x"], &["gzip"], None);
    }
}
