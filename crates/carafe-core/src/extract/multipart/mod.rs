//! Forms with files (`multipart/form-data`, RFC 7578).
//!
//! - The body is read as it comes. At most one chunk of it, the text fields and the head of a part
//!   are in memory at a time; a file beyond a size goes to disk while it arrives.
//! - A temporary file has no name from the start, so it is gone when the last handle is, also
//!   after a panic or a kill.
//! - Every limit MUST be checked while reading, never after.

mod files;
mod limits;
mod metered;
mod read;
mod spool;
mod upload;

pub use files::Files;
pub use limits::FormLimits;
pub use upload::{Upload, UploadReader};

use axum::extract::{FromRequest, Request};
use serde_core::de::DeserializeOwned;

use crate::{Error, Result};

/// A form with files, as it came: texts by name, and files by name (Flask's `request.form` and
/// `request.files`).
///
/// ```
/// use carafe_core::extract::Multipart;
///
/// async fn upload(form: Multipart) -> carafe_core::Result<String> {
///     let title = form.text("title").unwrap_or("untitled");
///     match form.file("picture") {
///         Some(picture) => Ok(format!("{title}: {} bytes", picture.size())),
///         None => Ok(format!("{title}: nothing chosen")),
///     }
/// }
/// ```
///
/// Another type of body is a 415, a broken one a 400, and one beyond a [`FormLimits`] a 413.
#[derive(Debug)]
pub struct Multipart {
    texts: Vec<(String, String)>,
    files: Files,
}

impl Multipart {
    /// The first text of that name.
    pub fn text(&self, name: &str) -> Option<&str> {
        self.texts.iter().find(|(key, _)| key == name).map(|(_, text)| text.as_str())
    }

    /// All texts of that name, as a list of check boxes sends them.
    pub fn texts<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.texts.iter().filter(move |(key, _)| key == name).map(|(_, text)| text.as_str())
    }

    /// The first file of that name; `None` also where the visitor chose none.
    pub fn file(&self, name: &str) -> Option<&Upload> {
        self.files.get(name)
    }

    /// All files.
    pub fn files(&self) -> &Files {
        &self.files
    }

    /// The texts in the order in which they came, and the files.
    pub fn into_parts(self) -> (Vec<(String, String)>, Files) {
        (self.texts, self.files)
    }

    /// The texts as a type of the program's own; a repeated name fills a `Vec`.
    pub fn parse<T: DeserializeOwned>(&self) -> Result<T> {
        let encoded = serde_html_form::to_string(&self.texts)?;
        serde_html_form::from_str(&encoded).map_err(|error| {
            Error::bad_request(format!("The form does not fit: {error}.")).because(error)
        })
    }
}

/// A form with files, its texts read into a type of the program's own.
///
/// ```
/// use carafe_core::extract::MultipartForm;
/// use serde::Deserialize;
///
/// #[derive(Deserialize)]
/// struct Album {
///     title: String,
///     #[serde(default)]
///     tags: Vec<String>,
/// }
///
/// async fn create(form: MultipartForm<Album>) -> String {
///     format!("{} with {} pictures", form.data.title, form.files.all("picture").count())
/// }
/// ```
///
/// Texts that do not fit the type are a 400 that says which.
#[derive(Debug)]
pub struct MultipartForm<T> {
    /// What the texts came to.
    pub data: T,
    /// The files.
    pub files: Files,
}

impl<S: Send + Sync> FromRequest<S> for Multipart {
    type Rejection = Error;

    async fn from_request(request: Request, _: &S) -> Result<Self> {
        let (texts, files) = read::form(request).await?;
        Ok(Self { texts, files: Files::new(files) })
    }
}

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for MultipartForm<T> {
    type Rejection = Error;

    async fn from_request(request: Request, state: &S) -> Result<Self> {
        let form = Multipart::from_request(request, state).await?;
        Ok(Self { data: form.parse()?, files: form.files })
    }
}
