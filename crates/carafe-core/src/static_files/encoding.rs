//! Which content codings a client takes (RFC 9110, 12.5.3).

use http::header::{self, HeaderMap};

/// A way to send a file in fewer bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Encoding {
    Brotli,
    Zstd,
    Gzip,
}

impl Encoding {
    /// Smallest result first: what a client accepts equally is taken in this order.
    pub(super) const ALL: [Self; 3] = [Self::Brotli, Self::Zstd, Self::Gzip];

    /// Its name in HTTP.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Brotli => "br",
            Self::Zstd => "zstd",
            Self::Gzip => "gzip",
        }
    }

    /// The extension of a file that is coded so.
    pub(super) fn extension(self) -> &'static str {
        match self {
            Self::Brotli => "br",
            Self::Zstd => "zst",
            Self::Gzip => "gz",
        }
    }

    /// What the request accepts, best first.
    pub(super) fn accepted(request: &HeaderMap) -> Vec<Self> {
        let lines = request.get_all(header::ACCEPT_ENCODING);
        let items: Vec<(&str, u16)> = lines
            .iter()
            .filter_map(|line| line.to_str().ok())
            .flat_map(|line| line.split(','))
            .map(item)
            .collect();
        let weight = |encoding: Self| {
            let named = |name: &str| {
                items.iter().find(|(item, _)| item.eq_ignore_ascii_case(name)).map(|(_, q)| *q)
            };
            named(encoding.name()).or_else(|| named("*")).unwrap_or(0)
        };
        let mut accepted: Vec<Self> = Self::ALL.into_iter().filter(|e| weight(*e) > 0).collect();
        // The sort is stable, so that our own order decides between equals.
        accepted.sort_by_key(|encoding| std::cmp::Reverse(weight(*encoding)));
        accepted
    }
}

/// A name and its weight in thousandths; a weight that makes no sense counts as "not at all".
fn item(text: &str) -> (&str, u16) {
    let mut parts = text.split(';');
    let name = parts.next().unwrap_or_default().trim();
    let weight = parts.find_map(|part| {
        let (key, value) = part.split_once('=')?;
        key.trim().eq_ignore_ascii_case("q").then(|| thousandths(value.trim()))
    });
    (name, weight.unwrap_or(1000))
}

fn thousandths(text: &str) -> u16 {
    let (whole, part) = text.split_once('.').unwrap_or((text, ""));
    if !matches!(whole, "0" | "1") || part.len() > 3 || !part.bytes().all(|b| b.is_ascii_digit()) {
        return 0;
    }
    let part: u16 = format!("{part:0<3}").parse().unwrap_or(0);
    if whole == "1" { 1000 } else { part }
}

#[cfg(test)]
mod tests {
    use super::Encoding;
    use http::HeaderMap;

    #[track_caller]
    fn check(header: &str, expected: &str) {
        let mut headers = HeaderMap::new();
        if let Ok(value) = header.parse() {
            headers.insert("accept-encoding", value);
        }
        let names: Vec<&str> =
            Encoding::accepted(&headers).into_iter().map(Encoding::name).collect();
        assert_eq!(names.join(" "), expected, "{header}");
    }

    #[test]
    fn weights_decide_then_size() {
        check("", "");
        check("identity", "");
        check("gzip, deflate, br, zstd", "br zstd gzip");
        check("gzip;q=1.0, br;q=0.5", "gzip br");
        check("GZIP;Q=0.1", "gzip");
        check("*", "br zstd gzip");
        check("br;q=0, *;q=0.3", "zstd gzip");
        check("br;q=0.000", "");
        check("br;q=2, gzip;q=-1, zstd;q=abc", "");
        check(",,;q=1,gzip", "gzip");
    }
}
