//! Sending a file: Flask's `send_file`.

use std::io;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use axum::body::Body;
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use http::Method;
use http::header::{self, HeaderMap, HeaderName, HeaderValue};

use super::disposition::Disposition;
use super::file_body::Content;
use super::finish::{Deferred, finish};
use super::late::Later;
use super::{EntityTag, Offload, checksum, content_type};
use crate::{Error, Result};

/// A file as an answer, with its type, name and version (Flask's `send_file`).
///
/// ```
/// # async fn example() -> carafe_core::Result<()> {
/// use carafe_core::respond::File;
///
/// let report = File::open("reports/2026.pdf").await?.attachment("Überblick.pdf");
/// let csv = File::bytes("users.csv", "id,name\n1,Ada\n").attachment("users.csv");
/// # Ok(())
/// # }
/// ```
///
/// Conditional requests get 304 or 412, `Range` gets 206 or 416, HEAD gets the headers alone. A
/// file is read in pieces while it is sent. The path is used as given: where it holds anything
/// from outside, make it with [`safe_join`](crate::file_names::safe_join).
///
/// `Cache-Control` is `no-cache` (keep it, but ask each time) unless `max_age` or `immutable` is
/// called.
#[must_use]
pub struct File {
    content: Content,
    path: Option<PathBuf>,
    name: Option<String>,
    disposition: Disposition,
    content_type: HeaderValue,
    encoding: Option<&'static str>,
    etag: Option<EntityTag>,
    last_modified: Option<SystemTime>,
    cache: Cache,
    vary: bool,
    offload: Option<Offload>,
}

#[derive(Clone, Copy)]
pub(crate) enum Cache {
    Revalidate,
    MaxAge(Duration),
    Immutable,
}

impl File {
    /// Opens a file. Type and name come from the path, the version from size and time.
    ///
    /// What is not there, or is no regular file, is a 404.
    pub async fn open(path: impl Into<PathBuf>) -> Result<Self> {
        let path = path.into();
        tokio::task::spawn_blocking(move || Self::open_blocking(path)).await?
    }

    /// The same on a thread that may block.
    pub(crate) fn open_blocking(path: PathBuf) -> Result<Self> {
        let (content, metadata) = Content::open(&path).map_err(|error| not_opened(&path, error))?;
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned());
        let mut file = Self::new(content, name);
        if let Ok(modified) = metadata.modified() {
            file.etag = Some(version(&path, modified, file.content.length()));
            file.last_modified = Some(modified);
        }
        file.path = Some(path);
        Ok(file)
    }

    /// A file that is in memory; its name gives its type. It has no version unless one is set.
    pub fn bytes(name: impl Into<String>, bytes: impl Into<Bytes>) -> Self {
        Self::new(Content::Memory(bytes.into()), Some(name.into()))
    }

    fn new(content: Content, name: Option<String>) -> Self {
        Self {
            content,
            path: None,
            disposition: Disposition::Inline,
            content_type: header_value(&content_type(name.as_deref().unwrap_or_default())),
            name,
            encoding: None,
            etag: None,
            last_modified: None,
            cache: Cache::Revalidate,
            vary: false,
            offload: None,
        }
    }
}

impl File {
    /// Has the browser save it under this name instead of showing it.
    pub fn attachment(mut self, name: impl Into<String>) -> Self {
        self.disposition = Disposition::Attachment;
        self.name = Some(name.into());
        self
    }

    /// Sets the type, in place of the one that the name suggests.
    pub fn content_type(mut self, content_type: &str) -> Self {
        self.content_type = header_value(content_type);
        self
    }

    /// Sets the version's name; a text makes a strong one.
    pub fn etag(mut self, etag: impl Into<EntityTag>) -> Self {
        self.etag = Some(etag.into());
        self
    }

    /// Sets when this version was made.
    pub fn last_modified(mut self, time: SystemTime) -> Self {
        self.last_modified = Some(time);
        self
    }

    /// Lets everybody keep it so long without asking again.
    pub fn max_age(mut self, time: Duration) -> Self {
        self.cache = Cache::MaxAge(time);
        self
    }

    /// Lets everybody keep it for a year: for URLs that change with the file.
    pub fn immutable(mut self) -> Self {
        self.cache = Cache::Immutable;
        self
    }

    /// Leaves the sending to the server in front; only for files from disk that it can reach.
    pub fn offload(mut self, offload: Offload) -> Self {
        self.offload = Some(offload);
        self
    }

    /// The answer to one request; a handler may as well return the file itself.
    pub fn respond(self, request: &HeaderMap, method: &Method) -> Response {
        let (response, content) = self.whole();
        match content {
            Some(content) => finish(&content, response, request, method),
            None => response,
        }
    }
}

/// For the static folders next door.
impl File {
    pub(crate) fn cache(mut self, cache: Cache) -> Self {
        self.cache = cache;
        self
    }

    /// Says that the content is coded, as one of several versions.
    pub(crate) fn encoded(mut self, encoding: Option<&'static str>) -> Self {
        self.encoding = encoding;
        self
    }

    /// Says that the answer depends on what codings the client accepts.
    pub(crate) fn varies(mut self, vary: bool) -> Self {
        self.vary = vary;
        self
    }

    /// Gives it the name that the visitor asked for.
    pub(crate) fn named(mut self, name: &str) -> Self {
        self.content_type = header_value(&content_type(name));
        self.name = Some(name.to_owned());
        self
    }
}

impl File {
    /// The whole file as an answer; and its content, unless the server in front sends it.
    fn whole(self) -> (Response, Option<Content>) {
        let mut headers = HeaderMap::with_capacity(10);
        let mut set = |name: HeaderName, value: Option<HeaderValue>| {
            if let Some(value) = value {
                headers.insert(name, value);
            }
        };
        set(header::CONTENT_TYPE, Some(self.content_type));
        set(header::CONTENT_DISPOSITION, Some(self.disposition.header(self.name.as_deref())));
        set(header::CONTENT_ENCODING, self.encoding.map(HeaderValue::from_static));
        set(header::ETAG, self.etag.as_ref().and_then(EntityTag::header));
        set(header::LAST_MODIFIED, self.last_modified.and_then(http_date));
        set(header::CACHE_CONTROL, Some(self.cache.header()));
        set(header::VARY, self.vary.then(|| HeaderValue::from_static("Accept-Encoding")));
        let offloaded = self.offload.zip(self.path).and_then(|(to, path)| to.header(&path));
        let body = if let Some((name, value)) = offloaded {
            set(name, Some(value));
            Body::empty()
        } else {
            set(header::ACCEPT_RANGES, Some(HeaderValue::from_static("bytes")));
            set(header::CONTENT_LENGTH, Some(HeaderValue::from(self.content.length())));
            self.content.body()
        };
        let ours = headers.contains_key(header::CONTENT_LENGTH);
        let mut response = Response::new(body);
        *response.headers_mut() = headers;
        (response, ours.then_some(self.content))
    }
}

/// What the request asks for beyond the whole file is done right after the handler.
impl IntoResponse for File {
    fn into_response(self) -> Response {
        match self.whole() {
            (response, Some(content)) => Later::attach(Deferred(content), response),
            (response, None) => response,
        }
    }
}

impl Cache {
    fn header(self) -> HeaderValue {
        match self {
            Self::Revalidate => HeaderValue::from_static("no-cache"),
            Self::MaxAge(Duration::ZERO) => HeaderValue::from_static("no-cache, max-age=0"),
            Self::MaxAge(time) => header_value(&format!("public, max-age={}", time.as_secs())),
            Self::Immutable => HeaderValue::from_static("public, max-age=31536000, immutable"),
        }
    }
}

/// The version of a file on disk. The path is part of it, as in Werkzeug: one URL may send now
/// this file and now that.
fn version(path: &Path, modified: SystemTime, length: u64) -> EntityTag {
    let time = modified.duration_since(UNIX_EPOCH).unwrap_or_default().as_nanos();
    let path = checksum(path.as_os_str().as_encoded_bytes());
    EntityTag::strong(format!("{time:x}-{length:x}-{path:x}"))
}

/// Dates before 1970 or after 9999 cannot be written in HTTP.
fn http_date(time: SystemTime) -> Option<HeaderValue> {
    const YEAR_10000: u64 = 253_402_300_800;
    let since = time.duration_since(UNIX_EPOCH).ok()?;
    if since.as_secs() >= YEAR_10000 {
        return None;
    }
    HeaderValue::try_from(httpdate::fmt_http_date(time)).ok()
}

/// A text that cannot be a header stands for "some bytes".
fn header_value(text: &str) -> HeaderValue {
    HeaderValue::try_from(text)
        .unwrap_or_else(|_| HeaderValue::from_static("application/octet-stream"))
}

/// The path stays out of the message, which visitors see.
fn not_opened(path: &Path, error: io::Error) -> Error {
    use io::ErrorKind::{InvalidFilename, InvalidInput, IsADirectory, NotADirectory, NotFound};
    match error.kind() {
        NotFound | NotADirectory | IsADirectory | InvalidFilename | InvalidInput => {
            Error::not_found("There is no such file.").because(error)
        }
        _ => {
            Error::internal("a file cannot be opened").at(path.display().to_string()).because(error)
        }
    }
}
