//! What a client would like to have: `Accept` and its kin (RFC 9110, 12.5).

use http::HeaderValue;

/// A header of preferences: media types, languages, encodings, each with its weight.
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
pub struct Accept(Vec<(String, f32)>);

impl Accept {
    /// Reads a header; without one (or with one that makes no sense) anything is welcome.
    pub fn parse(header: Option<&HeaderValue>) -> Self {
        let text = header.and_then(|value| value.to_str().ok()).unwrap_or_default();
        let items = text.split(',').filter_map(|item| {
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

    /// The weight that the client gives to an offer, from 0 (not at all) to 1.
    pub fn weight(&self, offer: &str) -> f32 {
        if self.0.is_empty() {
            return 1.0;
        }
        let offer = offer.to_ascii_lowercase();
        let fitting = self
            .0
            .iter()
            .filter_map(|(range, weight)| Some((specificity(range, &offer)?, *weight)));
        fitting.max_by(|one, other| one.0.cmp(&other.0)).map_or(0.0, |(_, weight)| weight)
    }

    /// The offer that the client likes best; of equals the one that stands first.
    pub fn best<'o>(&self, offers: &[&'o str]) -> Option<&'o str> {
        let weighed = offers.iter().map(|offer| (self.weight(offer), *offer));
        let best = weighed.fold(None, |best: Option<(f32, &str)>, (weight, offer)| match best {
            Some((most, _)) if most >= weight => best,
            _ => Some((weight, offer)),
        })?;
        (best.0 > 0.0).then_some(best.1)
    }
}

/// How exactly a range names the offer: not at all, by `*`, by `text/*` or `de` for `de-AT`, by
/// its name.
fn specificity(range: &str, offer: &str) -> Option<u8> {
    if range == offer {
        return Some(3);
    }
    if range == "*" || range == "*/*" {
        return Some(1);
    }
    let kind = range.strip_suffix("/*").map(|kind| (kind, '/'));
    let (prefix, end) = kind.unwrap_or((range, '-'));
    offer.strip_prefix(prefix).is_some_and(|rest| rest.starts_with(end)).then_some(2)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(header: &'static str, offers: &[&str], best: Option<&str>) {
        let accept = Accept::parse(Some(&HeaderValue::from_static(header)));
        assert_eq!(accept.best(offers), best);
    }

    #[test]
    fn what_is_liked_best() {
        let types = ["text/html", "application/json"];
        check("*/*", &types, Some("text/html"));
        check("", &types, Some("text/html"));
        check("application/json", &types, Some("application/json"));
        check("text/*;q=0.3, application/json;q=0.2", &types, Some("text/html"));
        check("text/html;q=0, */*", &types, Some("application/json"));
        check("image/png", &types, None);
        check("text/html;q=nonsense, application/json;q=0.1", &types, Some("application/json"));
        check("de-AT, en;q=0.8", &["en", "de"], Some("en"));
        check("de, en;q=0.8", &["en", "de-AT"], Some("de-AT"));
        check("gzip;q=0.5, br", &["gzip", "br"], Some("br"));
        check(",,;;q=1", &types, Some("text/html"));
    }
}
