//! What is looked at once when an app starts, so that it is not found at the first request.

use std::borrow::Cow;

use crate::error::Error;
use crate::scope::Scope;

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
}

impl Check {
    /// What is wrong, with its id.
    pub fn new(id: &'static str, message: impl Into<Cow<'static, str>>) -> Self {
        Self { id, message: message.into(), place: None, hint: None }
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

/// Looks at a site that is put together, from a scope without a request.
pub(crate) type Checker = Box<dyn Fn(&Scope) -> Vec<Check> + Send + Sync>;

/// All that the checkers find, as one error.
pub(crate) fn run(checkers: &[Checker], scope: &Scope) -> Result<(), Error> {
    let found = checkers.iter().flat_map(|checker| checker(scope));
    Error::all(found.map(Error::from).collect())
}
