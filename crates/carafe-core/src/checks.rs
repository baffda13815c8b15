//! What is looked at once when an app starts, so that it is not found at the first request.

use std::borrow::Cow;
use std::fmt;
use std::future::Future;
use std::pin::Pin;

use crate::error::Error;

/// One thing that a check found wrong, as Django's system checks say it: an id to look up, what
/// is wrong, where, and what to do about it.
///
/// ```
/// use carafe_core::checks::Check;
///
/// let found = Check::new("templates.E002", "there is no template `lst.html`")
///     .at("templates/posts.html:3")
///     .hint("did you mean `list.html`?");
/// assert_eq!(
///     carafe_core::Error::from(found).to_string(),
///     "templates.E002: there is no template `lst.html`, at templates/posts.html:3; did you mean `list.html`?",
/// );
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Check {
    id: &'static str,
    message: Cow<'static, str>,
    place: Option<String>,
    hint: Option<String>,
    is_warning: bool,
}

impl Check {
    /// What is wrong, with its id.
    pub fn new(id: &'static str, message: impl Into<Cow<'static, str>>) -> Self {
        Self { id, message: message.into(), place: None, hint: None, is_warning: false }
    }

    /// What is not wrong, but should be known, with its id: it keeps no site from starting.
    ///
    /// ```
    /// use carafe_core::checks::Check;
    ///
    /// let found = Check::warning("db.W001", "migrations are not applied").hint("cargo run -- migrate");
    /// assert!(found.is_warning());
    /// ```
    pub fn warning(id: &'static str, message: impl Into<Cow<'static, str>>) -> Self {
        Self { is_warning: true, ..Self::new(id, message) }
    }

    /// An error as a check, with its place and its hint.
    pub fn of(id: &'static str, error: &Error) -> Self {
        Self {
            place: error.place().map(str::to_owned),
            hint: error.advice().map(str::to_owned),
            ..Self::new(id, error.message().to_owned())
        }
    }

    /// Says where: a file and its line.
    #[must_use]
    pub fn at(mut self, place: impl Into<String>) -> Self {
        self.place = Some(place.into());
        self
    }

    /// Says what to do about it.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// Its id, as `templates.E002`.
    pub fn id(&self) -> &'static str {
        self.id
    }

    /// Whether it is a warning.
    pub fn is_warning(&self) -> bool {
        self.is_warning
    }
}

impl fmt::Display for Check {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Error::from(self.clone()).fmt(f)
    }
}

impl From<Check> for Error {
    fn from(check: Check) -> Self {
        let mut error = Self::setup(format!("{}: {}", check.id, check.message));
        if let Some(place) = check.place {
            error = error.at(place);
        }
        if let Some(hint) = check.hint {
            error = error.hint(hint);
        }
        error
    }
}

type Inspecting = Pin<Box<dyn Future<Output = Vec<Check>> + Send>>;

/// What is looked at when the command `check` is asked for, and not at each start: it may read files,
/// and ask a database.
#[derive(Default)]
pub(crate) struct Inspections(Vec<Box<dyn Fn() -> Inspecting + Send + Sync>>);

impl Inspections {
    pub(crate) fn add<F, Fut>(&mut self, inspection: F)
    where
        F: Fn() -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Vec<Check>> + Send + 'static,
    {
        self.0.push(Box::new(move || Box::pin(inspection())));
    }

    /// All that they find.
    pub(crate) async fn run(&self) -> Vec<Check> {
        let mut found = Vec::new();
        for inspection in &self.0 {
            found.extend(inspection().await);
        }
        found
    }
}
