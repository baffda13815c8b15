//! The cookies of a test client.

use http::HeaderMap;
use http::header::SET_COOKIE;

/// Names and values; paths and domains are taken as if they always fit.
#[derive(Debug, Default)]
pub(super) struct Jar(Vec<(String, String)>);

impl Jar {
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(own, _)| own == name).map(|(_, value)| value.as_str())
    }

    pub(super) fn set(&mut self, name: &str, value: &str) {
        self.remove(name);
        self.0.push((name.to_owned(), value.to_owned()));
    }

    fn remove(&mut self, name: &str) {
        self.0.retain(|(own, _)| own != name);
    }

    /// What goes into a `Cookie` header, if there is anything.
    pub(super) fn header(&self) -> Option<String> {
        let pairs: Vec<_> = self.0.iter().map(|(name, value)| format!("{name}={value}")).collect();
        (!pairs.is_empty()).then(|| pairs.join("; "))
    }

    /// Takes over what a response sets; `Max-Age=0` takes away.
    pub(super) fn update(&mut self, headers: &HeaderMap) {
        for header in headers.get_all(SET_COOKIE) {
            let Ok(text) = header.to_str() else { continue };
            let mut pieces = text.split(';').map(str::trim);
            let Some((name, value)) = pieces.next().and_then(|pair| pair.split_once('=')) else {
                continue;
            };
            let gone = pieces.any(is_over);
            if gone { self.remove(name) } else { self.set(name, value) }
        }
    }
}

/// Whether an attribute says that the cookie is over.
fn is_over(attribute: &str) -> bool {
    let (name, value) = attribute.split_once('=').unwrap_or((attribute, ""));
    match name.to_ascii_lowercase().as_str() {
        "max-age" => value.parse::<i64>().is_ok_and(|seconds| seconds <= 0),
        "expires" => {
            httpdate::parse_http_date(value).is_ok_and(|at| at <= std::time::SystemTime::now())
        }
        _ => false,
    }
}
