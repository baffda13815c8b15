//! The second half of a file's answer, which needs to see the request.

use std::future::{Future, ready};
use std::hash::{BuildHasher, Hasher, RandomState};
use std::ops::Range;
use std::pin::Pin;
use std::sync::Arc;

use axum::body::Body;
use axum::response::Response;
use http::header::{self, HeaderMap, HeaderValue};
use http::{Method, StatusCode};

use super::conditional::{Validators, conditional, refuse};
use super::file_body::{Content, Piece};
use super::late::Late;
use super::range::Ranges;
use crate::scope::Scope;
use crate::{Error, Result};

/// The file of a response, which may still be sent in part, or not at all.
pub(super) struct Deferred(pub(super) Content);

impl Late for Deferred {
    fn finish<'s>(
        self: Arc<Self>,
        scope: &'s Scope,
        response: Response,
    ) -> Pin<Box<dyn Future<Output = Result<Response>> + Send + 's>> {
        // Headers are kept for conditional requests; where there are none, there is no condition.
        let none = HeaderMap::new();
        let headers = scope.headers().unwrap_or(&none);
        let method = scope.method().unwrap_or(&Method::GET);
        Box::pin(ready(Ok(finish(&self.0, response, headers, method))))
    }
}

/// Completes the answer with a file: conditions, ranges and HEAD.
///
/// It MUST run before anything that changes the body (compression), since ranges count bytes of
/// the file. Headers that the handler put beside the file count: its own `ETag` is compared. A
/// status of its own (anything but 200) means that the file is sent whole.
pub(super) fn finish(
    content: &Content,
    response: Response,
    request: &HeaderMap,
    method: &Method,
) -> Response {
    let mut response = conditional(response, request, method);
    if *method == Method::HEAD {
        *response.body_mut() = Body::empty();
        return response;
    }
    if response.status() != StatusCode::OK || *method != Method::GET {
        return response;
    }
    let Some(range) = request.get(header::RANGE) else {
        return response;
    };
    if !Validators::of(response.headers()).allow_range(request) {
        return response;
    }
    match Ranges::parse(range.to_str().unwrap_or_default(), content.length()) {
        Ranges::Whole => response,
        Ranges::Unsatisfiable => unsatisfiable(response, content.length()),
        Ranges::Parts(parts) => match &parts[..] {
            [part] => single(response, content, part.clone()),
            _ => multiple(response, content, parts),
        },
    }
}

fn unsatisfiable(response: Response, length: u64) -> Response {
    let mut error = Error::status_code(StatusCode::RANGE_NOT_SATISFIABLE);
    if let Ok(value) = HeaderValue::try_from(format!("bytes */{length}")) {
        error = error.with_header(header::CONTENT_RANGE, value);
    }
    refuse(response, error)
}

fn single(mut response: Response, content: &Content, part: Range<u64>) -> Response {
    let headers = response.headers_mut();
    if let Ok(value) = HeaderValue::try_from(content_range(&part, content.length())) {
        headers.insert(header::CONTENT_RANGE, value);
    }
    partial(response, content, vec![Piece::Part(part)])
}

/// Several parts in one body (RFC 9110, 14.6).
fn multiple(mut response: Response, content: &Content, parts: Vec<Range<u64>>) -> Response {
    // Random, so that nobody can put the boundary into a file.
    let boundary = format!("{:016x}", RandomState::new().build_hasher().finish());
    let kind = response.headers().get(header::CONTENT_TYPE);
    let kind = kind.and_then(|kind| kind.to_str().ok()).unwrap_or("application/octet-stream");
    let mut pieces = Vec::with_capacity(parts.len() * 2 + 1);
    for part in parts {
        let range = content_range(&part, content.length());
        let head =
            format!("\r\n--{boundary}\r\nContent-Type: {kind}\r\nContent-Range: {range}\r\n\r\n");
        pieces.extend([Piece::Text(head.into()), Piece::Part(part)]);
    }
    pieces.push(Piece::Text(format!("\r\n--{boundary}--\r\n").into()));
    let kind = format!("multipart/byteranges; boundary={boundary}");
    if let Ok(kind) = HeaderValue::try_from(kind) {
        response.headers_mut().insert(header::CONTENT_TYPE, kind);
    }
    partial(response, content, pieces)
}

fn partial(mut response: Response, content: &Content, pieces: Vec<Piece>) -> Response {
    let length: u64 = pieces.iter().map(Piece::length).sum();
    *response.status_mut() = StatusCode::PARTIAL_CONTENT;
    response.headers_mut().insert(header::CONTENT_LENGTH, HeaderValue::from(length));
    *response.body_mut() = content.body_of(pieces);
    response
}

fn content_range(part: &Range<u64>, length: u64) -> String {
    format!("bytes {}-{}/{length}", part.start, part.end - 1)
}
