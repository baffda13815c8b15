//! Style sheets, scripts, pictures: files that are sent as they are.
//!
//! - Nothing outside the folder MUST ever be sent: names from disk go through `safe_join`, and the
//!   real path, with all links followed, is held against the real folder.
//! - A folder is never listed, and hidden files are not there unless asked for.
//! - What stands under a fingerprinted name may be kept for ever, so such a name MUST be answered
//!   with `immutable` only while it names the present version.

#[cfg(feature = "compression")]
mod compress;
#[cfg(not(feature = "compression"))]
#[path = "compress_nothing.rs"]
mod compress;
mod css;
mod disk;
mod embedded;
mod encoding;
mod fingerprint;
mod service;
mod urls;

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use axum::response::Response;
use http::header::{self, HeaderMap, HeaderValue};
use http::{Method, StatusCode};

use crate::assets::Assets;
use crate::respond::{Cache, File, Offload};
use crate::{Error, Result};

use disk::Disk;
use embedded::Embedded;
pub use urls::StaticUrls;

/// A folder whose files are sent as they are (Flask's `static_folder`).
///
/// ```
/// # async fn example() -> carafe_core::Result<()> {
/// use carafe_core::static_files::StaticFolder;
/// use http::{HeaderMap, Method};
///
/// let folder = StaticFolder::embedded(&[("css/style.css", b"body { margin: 0 }")]);
/// assert_eq!(folder.url_name("css/style.css").as_deref(), Some("css/style.5f9eaf26.css"));
///
/// let response = folder.respond("css/style.css", &HeaderMap::new(), &Method::GET).await?;
/// assert_eq!(response.headers()["content-type"], "text/css; charset=utf-8");
/// assert_eq!(response.headers()["cache-control"], "no-cache");
/// # Ok(())
/// # }
/// # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(example()).unwrap();
/// ```
///
/// Every file answers to its own name, to be asked for again each time (or kept for
/// [`max_age`](Self::max_age)), and to the name that [`url_name`](Self::url_name) gives it, which
/// changes with the content and may be kept for ever. With the feature `compression`, files
/// inside the program are sent compressed to whom accepts that; on disk, `style.css.br`,
/// `style.css.zst` and `style.css.gz` beside `style.css` are used if they exist.
#[derive(Clone)]
pub struct StaticFolder {
    source: Source,
    max_age: Option<Duration>,
    dot_files: bool,
    offload: Option<Offload>,
}

#[derive(Clone)]
enum Source {
    Disk(Arc<Disk>),
    Embedded(Arc<Embedded>),
}

impl StaticFolder {
    /// A folder on disk, read anew at each request. It need not exist yet.
    pub fn disk(folder: impl Into<PathBuf>) -> Self {
        Self::new(Source::Disk(Arc::new(Disk::new(folder.into()))))
    }

    /// Files inside the program, by their names below the folder.
    ///
    /// In style sheets `url(…)` and `@import` of files beside them are rewritten to their
    /// fingerprinted names (Django's `ManifestStaticFilesStorage`).
    pub fn embedded(files: &[(&'static str, &'static [u8])]) -> Self {
        Self::new(Source::Embedded(Arc::new(Embedded::new(files.iter().copied()))))
    }

    /// A folder of a crate's assets, most often `static`.
    pub fn of(assets: &Assets, folder: &str) -> Self {
        let Some(files) = assets.embedded() else {
            return Self::disk(assets.root().join(folder));
        };
        let prefix = format!("{}/", folder.trim_end_matches('/'));
        let below =
            files.iter().filter_map(|(path, bytes)| Some((path.strip_prefix(&prefix)?, *bytes)));
        Self::new(Source::Embedded(Arc::new(Embedded::new(below))))
    }

    fn new(source: Source) -> Self {
        Self { source, max_age: None, dot_files: false, offload: None }
    }
}

impl StaticFolder {
    /// Lets browsers keep files so long without asking (Flask's `SEND_FILE_MAX_AGE_DEFAULT`).
    #[must_use]
    pub fn max_age(mut self, time: Duration) -> Self {
        self.max_age = Some(time);
        self
    }

    /// Sends hidden files too, as `.well-known/security.txt`.
    #[must_use]
    pub fn dot_files(mut self) -> Self {
        self.dot_files = true;
        self
    }

    /// Leaves the sending to the server in front (Flask's `USE_X_SENDFILE`); files inside the
    /// program are sent as ever.
    #[must_use]
    pub fn offload(mut self, offload: Offload) -> Self {
        self.offload = Some(offload);
        self
    }
}

impl StaticFolder {
    /// Answers a request for a path below the folder, with percent signs decoded once.
    ///
    /// What is not there, or must not be seen, is a 404; other methods than GET and HEAD are 405.
    pub async fn respond(
        &self,
        path: &str,
        request: &HeaderMap,
        method: &Method,
    ) -> Result<Response> {
        if !matches!(*method, Method::GET | Method::HEAD) {
            return Err(Error::status_code(StatusCode::METHOD_NOT_ALLOWED)
                .with_header(header::ALLOW, HeaderValue::from_static("GET, HEAD")));
        }
        if !self.dot_files && path.split('/').any(|segment| segment.starts_with('.')) {
            return Err(not_found());
        }
        let found = match &self.source {
            Source::Embedded(files) => files.find(path, request).await,
            Source::Disk(disk) => Disk::find(disk, path, request).await?,
        };
        let Found { file, fingerprinted } = found.ok_or_else(not_found)?;
        let mut file = match self.max_age {
            _ if fingerprinted => file.cache(Cache::Immutable),
            Some(time) => file.cache(Cache::MaxAge(time)),
            None => file,
        };
        if let Some(offload) = &self.offload {
            file = file.offload(offload.clone());
        }
        Ok(file.respond(request, method))
    }

    /// The name of a file with its version in it, `css/style.3f2a9c1b.css` for `css/style.css`;
    /// `None` if there is no such file. On disk it looks (and blocks) for as long as `stat` takes,
    /// and reads the file when it changed.
    pub fn url_name(&self, name: &str) -> Option<String> {
        match &self.source {
            Source::Embedded(files) => files.url_name(name),
            Source::Disk(disk) => disk.url_name(name),
        }
    }

    /// The names of all files, sorted. On disk it blocks.
    pub fn names(&self) -> Result<Vec<String>> {
        match &self.source {
            Source::Embedded(files) => Ok(files.names()),
            Source::Disk(disk) => disk.names(),
        }
    }
}

/// A file, and whether it was asked for by the name of its present version.
struct Found {
    file: File,
    fingerprinted: bool,
}

fn not_found() -> Error {
    Error::not_found("There is no such file.")
}
