//! The plain page of an error, when no handler of the app makes one: HTML, JSON (RFC 9457) or
//! text, by what the client accepts.

use std::sync::Arc;

use axum::response::{Html, IntoResponse, Response};
use http::StatusCode;

use crate::error::Error;
use crate::extract::accept::Accept;
use crate::html::escape;
use crate::pages::usual::Usual;
use crate::respond::Problem;
use crate::scope::Scope;

/// The answer to an error. A fault of the server shows nothing of itself to a visitor.
pub(crate) fn of(scope: &Scope, error: &Arc<Error>) -> Response {
    let status = error.status();
    let accept = scope.head().and_then(|head| head.accept.as_ref());
    let offers = match Usual::of(scope) {
        Usual::Json => &["application/problem+json", "application/json", "text/html", "text/plain"],
        Usual::Page => &["text/html", "application/json", "application/problem+json", "text/plain"],
    };
    let mut response = match Accept::parse(accept).best(offers).unwrap_or(offers[0]) {
        "text/html" => (status, Html(html(error))).into_response(),
        "text/plain" => (status, text(error)).into_response(),
        _ => Problem::new(status).detail(sentence(error)).into_response(),
    };
    *response.status_mut() = status;
    response.headers_mut().extend(error.headers().clone());
    response
}

fn text(error: &Error) -> String {
    format!("{} {}\n\n{}\n", error.status().as_u16(), title(error.status()), sentence(error))
}

/// As Werkzeug's page, to the byte.
fn html(error: &Error) -> String {
    let (code, title) = (error.status().as_u16(), title(error.status()));
    let sentence = sentence(error);
    let text = escape(&sentence);
    format!(
        "<!doctype html>\n<html lang=en>\n<title>{code} {title}</title>\n<h1>{title}</h1>\n<p>{text}</p>\n"
    )
}

/// What a visitor may read: the error's own sentence unless the server is at fault.
pub(super) fn sentence(error: &Error) -> String {
    match error.message() {
        message if !message.is_empty() && !error.is_server_fault() => message.to_owned(),
        _ => describe(error.status()).to_owned(),
    }
}

pub(super) fn title(status: StatusCode) -> &'static str {
    status.canonical_reason().unwrap_or("Error")
}

/// Werkzeug's sentences.
fn describe(status: StatusCode) -> &'static str {
    match status.as_u16() {
        400 => "The browser (or proxy) sent a request that this server could not understand.",
        401 => {
            "The server could not verify that you are authorized to access the URL requested. You either supplied the wrong credentials (e.g. a bad password), or your browser doesn't understand how to supply the credentials required."
        }
        403 => {
            "You don't have the permission to access the requested resource. It is either read-protected or not readable by the server."
        }
        404 => {
            "The requested URL was not found on the server. If you entered the URL manually please check your spelling and try again."
        }
        405 => "The method is not allowed for the requested URL.",
        406 => {
            "The resource identified by the request is only capable of generating response entities which have content characteristics not acceptable according to the accept headers sent in the request."
        }
        408 => {
            "The server closed the network connection because the browser didn't finish the request within the specified time."
        }
        409 => {
            "A conflict happened while processing the request. The resource might have been modified while the request was being processed."
        }
        410 => {
            "The requested URL is no longer available on this server and there is no forwarding address. If you followed a link from a foreign page, please contact the author of this page."
        }
        411 => "A request with this method requires a valid Content-Length header.",
        412 => "The precondition on the request for the URL failed positive evaluation.",
        413 => "The data value transmitted exceeds the capacity limit.",
        414 => {
            "The length of the requested URL exceeds the capacity limit for this server. The request cannot be processed."
        }
        415 => "The server does not support the media type transmitted in the request.",
        416 => "The server cannot provide the requested range.",
        417 => "The server could not meet the requirements of the Expect header",
        418 => "This server is a teapot, not a coffee machine",
        421 => "The server is not able to produce a response.",
        422 => "The request was well-formed but was unable to be followed due to semantic errors.",
        423 => "The resource that is being accessed is locked.",
        424 => {
            "The method could not be performed on the resource because the requested action depended on another action and that action failed."
        }
        428 => {
            "This request is required to be conditional; try using \"If-Match\" or \"If-Unmodified-Since\"."
        }
        429 => "This user has exceeded an allotted request count. Try again later.",
        431 => "One or more header fields exceeds the maximum size.",
        451 => "Unavailable for legal reasons.",
        501 => "The server does not support the action requested by the browser.",
        502 => "The proxy server received an invalid response from an upstream server.",
        503 => {
            "The server is temporarily unable to service your request due to maintenance downtime or capacity problems. Please try again later."
        }
        504 => "The connection to an upstream server timed out.",
        505 => "The server does not support the HTTP protocol version used in the request.",
        500..=599 => {
            "The server encountered an internal error and was unable to complete your request. Either the server is overloaded or there is an error in the application."
        }
        _ => "The request could not be answered.",
    }
}
