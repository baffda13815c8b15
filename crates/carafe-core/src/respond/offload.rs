//! Leaving the sending of files to the server in front.

use std::path::{Path, PathBuf};

use http::{HeaderName, HeaderValue};
use percent_encoding::{AsciiSet, CONTROLS, NON_ALPHANUMERIC, utf8_percent_encode};

/// Lets the server in front send the file: the answer is a header and no body (Flask's
/// `USE_X_SENDFILE`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Offload {
    /// `X-Sendfile` with the file's path: Apache's `mod_xsendfile`, lighttpd.
    XSendfile,
    /// `X-Accel-Redirect` with a URI of an `internal` location: nginx.
    XAccelRedirect {
        /// The folder that the location has as its `alias`.
        folder: PathBuf,
        /// The location, as `/protected`.
        location: String,
    },
}

impl Offload {
    /// The header for a file; `None` where nginx cannot reach it, or its path is not UTF-8.
    pub(super) fn header(&self, path: &Path) -> Option<(HeaderName, HeaderValue)> {
        let (name, value) = match self {
            Self::XSendfile => {
                (HeaderName::from_static("x-sendfile"), encoded(path.to_str()?, IN_PATH))
            }
            Self::XAccelRedirect { folder, location } => {
                let below = path.strip_prefix(folder).ok()?.to_str()?;
                let below = encoded(&below.replace('\\', "/"), IN_URI);
                let uri = format!("{}/{below}", location.trim_end_matches('/'));
                (HeaderName::from_static("x-accel-redirect"), uri)
            }
        };
        Some((name, HeaderValue::try_from(value).ok()?))
    }
}

fn encoded(text: &str, set: &'static AsciiSet) -> String {
    utf8_percent_encode(text, set).to_string()
}

/// Both servers decode the path, so that a percent sign must be written as one.
const IN_PATH: &AsciiSet = &CONTROLS.add(b'%');
const IN_URI: &AsciiSet =
    &NON_ALPHANUMERIC.remove(b'/').remove(b'-').remove(b'.').remove(b'_').remove(b'~');
