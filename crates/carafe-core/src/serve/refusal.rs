//! Requests that no server may answer, whatever the app behind it is.

use http::header::{HOST, TRANSFER_ENCODING};
use http::{Method, Request, StatusCode, Version};

/// The status that refuses a request before the app sees it.
///
/// hyper leaves to its users what RFC 9112 says of targets (3.2), hosts (3.2) and codings (6.1).
/// Where we were more lenient than a proxy in front of us, the two would disagree on which site
/// was asked for, or on where its body ends.
pub(super) fn refusal<B>(request: &Request<B>, max_uri_length: usize) -> Option<StatusCode> {
    let uri = request.uri().path_and_query().map_or("", |uri| uri.as_str());
    if uri.len() > max_uri_length {
        return Some(StatusCode::URI_TOO_LONG);
    }
    // `*` asks for the server as a whole; without a path it is for a proxy (`CONNECT a:443`).
    let is_path = uri.starts_with('/') || uri.starts_with('?');
    if !is_path && (request.method() != Method::OPTIONS || uri != "*") {
        return Some(StatusCode::BAD_REQUEST);
    }
    let hosts = request.headers().get_all(HOST).iter().count();
    if hosts > 1 || (hosts == 0 && request.version() == Version::HTTP_11) {
        return Some(StatusCode::BAD_REQUEST);
    }
    let mut codings = request.headers().get_all(TRANSFER_ENCODING).iter();
    match (codings.next(), codings.next()) {
        (None, _) => None,
        (Some(only), None) if only.as_bytes().eq_ignore_ascii_case(b"chunked") => None,
        (Some(_), _) => Some(StatusCode::NOT_IMPLEMENTED),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(target: &str, headers: &[(&str, &str)], status: Option<u16>) {
        let mut request = Request::get(target);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let refused = refusal(&request.body(()).expect("a request"), 10);
        assert_eq!(refused.map(|status| status.as_u16()), status, "{target} {headers:?}");
    }

    #[test]
    fn refused() {
        let host = ("host", "a");
        check("/", &[host], None);
        check("http://b/", &[host], None);
        check("http://b?c", &[host], None);
        check("/123456789", &[host], None);
        check("/1234567890", &[host], Some(414));
        check("*", &[host], Some(400));
        check("a:443", &[host], Some(400));
        check("/", &[], Some(400));
        check("/", &[host, host], Some(400));
        check("/", &[host, ("transfer-encoding", "Chunked")], None);
        check("/", &[host, ("transfer-encoding", "gzip, chunked")], Some(501));
        check(
            "/",
            &[host, ("transfer-encoding", "gzip"), ("transfer-encoding", "chunked")],
            Some(501),
        );
    }
}
