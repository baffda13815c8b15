//! The request, as far as it may be shown.

use http::{HeaderMap, Uri, header};
use percent_encoding::percent_decode_str;
use serde::Serialize;

use super::excerpt::cut;
use super::masked;
use crate::scope::Scope;

const LONGEST_VALUE: usize = 1000;
const MOST: usize = 200;

/// The request; secrets are masked.
#[derive(Debug, Serialize)]
pub(super) struct Asked {
    pub(super) method: String,
    pub(super) url: String,
    pub(super) endpoint: Option<String>,
    pub(super) rule: Option<String>,
    pub(super) captures: Vec<(String, String)>,
    pub(super) query: Vec<(String, String)>,
    pub(super) headers: Vec<(String, String)>,
    pub(super) cookies: Vec<(String, String)>,
}

impl Asked {
    pub(super) fn of(scope: &Scope) -> Self {
        let captures = scope.captures();
        Self {
            method: scope.method().map(ToString::to_string).unwrap_or_default(),
            url: url(scope, captures),
            endpoint: scope.endpoint().map(str::to_owned),
            rule: scope.rule().map(|rule| rule.pattern().to_string()),
            captures: captures.iter().map(|(name, text)| row(name, text)).collect(),
            query: query(scope.uri().and_then(Uri::query).unwrap_or_default()),
            headers: scope.headers().map(headers).unwrap_or_default(),
            cookies: scope.headers().map(cookies).unwrap_or_default(),
        }
    }
}

/// The whole address, without the secrets in its query and path.
fn url(scope: &Scope, captures: &[(String, String)]) -> String {
    let path = scope.uri().map(Uri::path).unwrap_or_default();
    let decoded = |raw: &str| percent_decode_str(raw).decode_utf8_lossy().into_owned();
    let secret = |segment: &str| {
        captures.iter().any(|(name, text)| masked::is_secret(name) && *text == decoded(segment))
    };
    let path: Vec<_> =
        path.split('/').map(|part| if secret(part) { masked::MASK } else { part }).collect();
    let origin = scope.origin().map(|origin| origin.to_string()).unwrap_or_default();
    let mut url = format!("{origin}{}{}", scope.root_path(), path.join("/"));
    if let Some(query) = scope.uri().and_then(Uri::query) {
        url.push('?');
        url.push_str(&masked::query(query));
    }
    cut(&url, LONGEST_VALUE)
}

fn query(text: &str) -> Vec<(String, String)> {
    let pairs = form_urlencoded::parse(text.as_bytes()).take(MOST);
    pairs.map(|(name, value)| row(&name, &value)).collect()
}

fn headers(map: &HeaderMap) -> Vec<(String, String)> {
    let others = map.iter().filter(|(name, _)| *name != header::COOKIE).take(MOST);
    others
        .map(|(name, value)| {
            let text = String::from_utf8_lossy(value.as_bytes());
            if matches!(*name, header::REFERER | header::ORIGIN) {
                (name.to_string(), cut(&masked::address(&text), LONGEST_VALUE))
            } else {
                row(name.as_str(), &text)
            }
        })
        .collect()
}

/// Only the names: a cookie is what a visitor is known by.
fn cookies(map: &HeaderMap) -> Vec<(String, String)> {
    let all = map.get_all(header::COOKIE).iter();
    let all = all.map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned());
    let names = all.flat_map(|text| {
        let names = text.split(';').filter_map(|pair| pair.split_once('='));
        names.map(|(name, _)| name.trim().to_owned()).collect::<Vec<_>>()
    });
    names.take(MOST).map(|name| (cut(&name, LONGEST_VALUE), masked::MASK.to_owned())).collect()
}

fn row(name: &str, value: &str) -> (String, String) {
    (cut(name, LONGEST_VALUE), cut(&masked::value(name, value), LONGEST_VALUE))
}
