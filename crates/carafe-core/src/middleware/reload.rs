//! Has pages reload by themselves while `carafe dev` runs the program.
//!
//! `carafe dev` names a port of its own in `CARAFE__RELOAD`; each page gets a script that listens
//! there. It runs after the slot that sets the content security policy, which it has to open for
//! that script, and before compression, behind which nothing can be added.
//!
//! Pages MUST NOT change outside of development, nor parts of pages that a script asked for.

use std::pin::Pin;
use std::task::{Context, Poll};

use axum::body::Body;
use axum::extract::Request;
use axum::response::Response;
use bytes::Bytes;
use http::{HeaderMap, Method, StatusCode, header};
use http_body::{Frame, SizeHint};

use crate::settings::Environment;
use policy::Nonce;

mod policy;

#[derive(Debug)]
pub(super) struct Reload(Option<Place>);

/// Where changes are told: a port on the host that the browser asked, and what to ask there for.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Place {
    port: u16,
    version: u64,
}

impl Reload {
    /// As `carafe dev` says, in development.
    #[expect(clippy::disallowed_methods, reason = "between our own tools; it is no setting")]
    pub(super) fn of(environment: &Environment) -> Self {
        let said = std::env::var("CARAFE__RELOAD").ok().filter(|_| environment.is_development());
        Self(said.and_then(|said| Place::parse(&said)))
    }

    /// Whether a person will see the answer as a page of its own.
    ///
    /// Browsers say so by `Sec-Fetch-Dest`, but not to other hosts without HTTPS; there they ask
    /// for HTML by name, which scripts seldom do.
    pub(super) fn is_wanted(&self, request: &Request) -> bool {
        if self.0.is_none() {
            return false;
        }
        let header = |name| request.headers().get(name).and_then(|value| value.to_str().ok());
        let page = match header("sec-fetch-dest") {
            Some(target) => matches!(target, "document" | "iframe" | "frame"),
            None => header("accept").is_some_and(|accept| accept.contains("text/html")),
        };
        page && *request.method() != Method::HEAD && header("hx-request").is_none()
    }

    /// The response with the script, if it is a page.
    pub(super) fn inject(&self, response: Response) -> Response {
        let Some((place, kind)) = self.0.zip(Kind::of(&response)) else { return response };
        let (mut parts, body) = response.into_parts();
        let nonce = policy::open(&mut parts.headers, place.port);
        let script = place.script(nonce.as_ref());
        let headers = &mut parts.headers;
        // These speak of the page as it was.
        headers.remove(header::ETAG);
        headers.remove(header::LAST_MODIFIED);
        headers.remove(header::CONTENT_LENGTH);
        if kind == Kind::Text {
            let value = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
            let charset = value.and_then(|value| value.trim().get("text/plain".len()..));
            if let Ok(value) = format!("text/html{}", charset.unwrap_or_default()).parse() {
                headers.insert(header::CONTENT_TYPE, value);
            }
        }
        let frame = (kind == Kind::Text).then_some(Bytes::from_static(FRAME.as_bytes()));
        let longer = Longer { frame, body, kind, script: Some(script.into()), trailers: None };
        Response::from_parts(parts, Body::new(longer))
    }
}

impl Place {
    /// `PORT/VERSION`. Whatever else it says would land in each page, so it is not taken.
    fn parse(text: &str) -> Option<Self> {
        let (port, version) = text.split_once('/')?;
        Some(Self { port: port.parse().ok()?, version: version.parse().ok()? })
    }

    /// A message that was followed once is not followed again: something between (a service
    /// worker) that keeps on serving an old page must not make it reload forever.
    fn script(self, nonce: Option<&Nonce>) -> String {
        let Self { port, version } = self;
        let nonce = nonce.map(|nonce| format!(" nonce=\"{nonce}\"")).unwrap_or_default();
        format!(
            "\n<script{nonce}>new EventSource(`http://${{location.hostname}}:{port}/{version}`)\
             .onmessage=e=>{{if(sessionStorage.getItem(\"carafe-reload\")!==e.data){{\
             sessionStorage.setItem(\"carafe-reload\",e.data);location.reload()}}}}</script>\n"
        )
    }
}

/// A page that can have a script.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Kind {
    Html,
    /// Browsers show text so, in a page around it. We make that page, and it looks the same: the
    /// first answer that anybody writes is a text, and should change when it is saved, too.
    Text,
}

/// What Chromium and Firefox put around a text.
const FRAME: &str = "<!doctype html><meta name=\"color-scheme\" content=\"light dark\">\
                     <pre style=\"word-wrap:break-word;white-space:pre-wrap\">\n";

impl Kind {
    fn of(response: &Response) -> Option<Self> {
        let begins = |name, start: &str| {
            let value = response.headers().get(name).and_then(|value| value.to_str().ok());
            value.is_some_and(|value| value.trim().to_ascii_lowercase().starts_with(start))
        };
        let whole = !matches!(
            response.status(),
            StatusCode::NO_CONTENT | StatusCode::PARTIAL_CONTENT | StatusCode::NOT_MODIFIED
        ) && !response.status().is_informational();
        let plain = !response.headers().contains_key(header::CONTENT_ENCODING);
        if !whole || !plain || begins(header::CONTENT_DISPOSITION, "attachment") {
            None
        } else if begins(header::CONTENT_TYPE, "text/html") {
            Some(Self::Html)
        } else {
            begins(header::CONTENT_TYPE, "text/plain").then_some(Self::Text)
        }
    }

    /// A piece of the body, as it stands in the page. A piece may end within a letter; what has
    /// to be escaped is never a part of one.
    fn shown(self, piece: Bytes) -> Bytes {
        if self == Self::Html || !piece.iter().any(|byte| matches!(byte, b'<' | b'&')) {
            return piece;
        }
        let mut shown = Vec::with_capacity(piece.len() * 2);
        for byte in piece {
            match byte {
                b'<' => shown.extend_from_slice(b"&lt;"),
                b'&' => shown.extend_from_slice(b"&amp;"),
                byte => shown.push(byte),
            }
        }
        shown.into()
    }
}

/// A body with something around it. It is not gathered first: a page may be streamed.
struct Longer {
    frame: Option<Bytes>,
    body: Body,
    kind: Kind,
    script: Option<Bytes>,
    trailers: Option<HeaderMap>,
}

impl http_body::Body for Longer {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        if let Some(frame) = self.frame.take() {
            return Poll::Ready(Some(Ok(Frame::data(frame))));
        }
        if let Some(trailers) = self.trailers.take() {
            return Poll::Ready(Some(Ok(Frame::trailers(trailers))));
        }
        let Poll::Ready(frame) = Pin::new(&mut self.body).poll_frame(cx) else {
            return Poll::Pending;
        };
        Poll::Ready(match frame {
            None => self.script.take().map(|script| Ok(Frame::data(script))),
            Some(Ok(frame)) => match (frame.into_trailers(), self.script.take()) {
                (Ok(trailers), Some(script)) => {
                    self.trailers = Some(trailers);
                    Some(Ok(Frame::data(script)))
                }
                (Ok(trailers), None) => Some(Ok(Frame::trailers(trailers))),
                (Err(frame), script) => {
                    self.script = script;
                    Some(Ok(frame.map_data(|piece| self.kind.shown(piece))))
                }
            },
            Some(error) => Some(error),
        })
    }

    fn is_end_stream(&self) -> bool {
        self.script.is_none() && self.trailers.is_none() && self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        if self.kind == Kind::Text {
            return SizeHint::new();
        }
        let own = self.script.as_ref().map_or(0, |script| script.len() as u64);
        let mut hint = self.body.size_hint();
        if let Some(upper) = hint.upper() {
            hint.set_upper(upper + own);
        }
        hint.set_lower(hint.lower() + own);
        hint
    }
}

#[cfg(test)]
mod tests;
