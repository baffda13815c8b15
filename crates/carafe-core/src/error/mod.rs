//! What can go wrong: one opaque [`Error`] with a kind to branch on.

mod detail;
mod http;
mod kind;
pub(crate) mod panic;

pub(crate) use self::http::{Answered, Raised};
pub use self::panic::Panic;
pub use detail::Detail;
pub use kind::Kind;

use std::backtrace::{Backtrace, BacktraceStatus};
use std::borrow::Cow;
use std::error::Error as StdError;
use std::fmt;
use std::panic::Location;
use std::sync::Arc;

use ::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};

/// A [`std::result::Result`] whose error is Carafe's unless said otherwise.
pub type Result<T, E = Error> = std::result::Result<T, E>;

type Source = Box<dyn StdError + Send + Sync>;

/// What went wrong, where, and what to do about it.
///
/// Any standard error becomes one through `?`; it is then an internal error (status 500) whose
/// text is shown to developers only. An error that a visitor should see is made on purpose:
///
/// ```
/// use carafe_core::{Error, Kind};
///
/// let error = Error::not_found("Post id 7 doesn't exist.");
/// assert_eq!(error.kind(), Kind::NotFound);
/// assert_eq!(error.status(), 404);
///
/// fn parse(text: &str) -> carafe_core::Result<i64> { Ok(text.parse::<i64>()?) }
/// assert_eq!(parse("x").unwrap_err().status(), 500);
/// ```
///
/// Since any standard error turns into it, it cannot be one itself; [`Error::into_std`] gives one
/// whose kind survives the way back.
pub struct Error(Box<Inner>);

struct Inner {
    kind: Kind,
    status: Option<StatusCode>,
    message: Cow<'static, str>,
    at: Option<Cow<'static, str>>,
    hint: Option<Cow<'static, str>>,
    headers: HeaderMap,
    details: Vec<Detail>,
    source: Option<Source>,
    location: &'static Location<'static>,
    backtrace: Option<Backtrace>,
}

impl Error {
    /// An error of a kind, with its sentence.
    #[track_caller]
    pub fn new(kind: Kind, message: impl Into<Cow<'static, str>>) -> Self {
        Self(Box::new(Inner {
            kind,
            status: None,
            message: message.into(),
            at: None,
            hint: None,
            headers: HeaderMap::new(),
            details: Vec::new(),
            source: None,
            location: Location::caller(),
            backtrace: backtrace_for(kind),
        }))
    }

    /// The error of a bare status, as Flask's `abort(403)`.
    #[track_caller]
    pub fn status_code(status: StatusCode) -> Self {
        let mut error = Self::new(Kind::of_status(status), "");
        error.0.status = Some(status);
        error
    }

    /// What was asked for is not there (404).
    #[track_caller]
    pub fn not_found(message: impl Into<Cow<'static, str>>) -> Self {
        Self::new(Kind::NotFound, message)
    }

    /// The request makes no sense (400).
    #[track_caller]
    pub fn bad_request(message: impl Into<Cow<'static, str>>) -> Self {
        Self::new(Kind::Invalid, message)
    }

    /// The visitor may not do this (403).
    #[track_caller]
    pub fn forbidden(message: impl Into<Cow<'static, str>>) -> Self {
        Self::new(Kind::Denied, message)
    }

    /// The server is at fault (500); the message is for developers.
    #[track_caller]
    pub fn internal(message: impl Into<Cow<'static, str>>) -> Self {
        Self::new(Kind::Internal, message)
    }

    /// The program is put together wrongly; found at start-up.
    #[track_caller]
    pub fn setup(message: impl Into<Cow<'static, str>>) -> Self {
        Self::new(Kind::Setup, message)
    }

    /// A handler asks for a service that nothing provides.
    #[track_caller]
    pub fn missing_service(name: &str) -> Self {
        Self::new(Kind::Setup, format!("`{name}` is asked for, which nothing provides"))
    }

    /// All of several errors as one, which names each; nothing where there is none.
    #[track_caller]
    pub fn all(mut errors: Vec<Self>) -> Result<()> {
        match errors.len() {
            0 => Ok(()),
            1 => Err(errors.remove(0)),
            count => {
                let lines: Vec<_> = errors.iter().map(|error| format!("  - {error}")).collect();
                Err(Self::new(errors[0].kind(), format!("{count} errors:\n{}", lines.join("\n"))))
            }
        }
    }

    /// Says where in the user's program it happened: a route, a file, a setting.
    #[must_use]
    pub fn at(mut self, place: impl Into<Cow<'static, str>>) -> Self {
        self.0.at = Some(place.into());
        self
    }

    /// Says what to do about it.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<Cow<'static, str>>) -> Self {
        self.0.hint = Some(hint.into());
        self
    }

    /// The same, of one that is in its way already.
    pub(crate) fn advise(&mut self, hint: String) {
        self.0.hint = Some(hint.into());
    }

    /// Keeps the error that caused this one.
    #[must_use]
    pub fn because(mut self, source: impl Into<Source>) -> Self {
        self.0.source = Some(source.into());
        self
    }

    /// Shows developers the text that it is about, as a template's source or a statement of SQL.
    #[must_use]
    pub fn detail(mut self, detail: Detail) -> Self {
        self.0.details.push(detail);
        self
    }

    /// Answers with another status than the kind's own.
    #[must_use]
    pub fn with_status(mut self, status: StatusCode) -> Self {
        self.0.status = Some(status);
        self
    }

    /// Adds a header to the answer, as `Retry-After` or `WWW-Authenticate`.
    #[must_use]
    pub fn with_header(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.0.headers.append(name, value);
        self
    }
}

impl Error {
    /// The kind, to branch on.
    pub fn kind(&self) -> Kind {
        self.0.kind
    }

    /// The HTTP status that answers it.
    pub fn status(&self) -> StatusCode {
        self.0.status.unwrap_or_else(|| self.0.kind.status())
    }

    /// The sentence; empty for the error of a bare status.
    pub fn message(&self) -> &str {
        &self.0.message
    }

    /// Where in the user's program it happened, if that was said.
    pub fn place(&self) -> Option<&str> {
        self.0.at.as_deref()
    }

    /// What to do about it, if that was said.
    pub fn advice(&self) -> Option<&str> {
        self.0.hint.as_deref()
    }

    /// The texts that it is about.
    pub fn details(&self) -> &[Detail] {
        &self.0.details
    }

    /// The headers that its answer carries.
    pub fn headers(&self) -> &HeaderMap {
        &self.0.headers
    }

    /// The source line that made it.
    pub fn location(&self) -> &'static Location<'static> {
        self.0.location
    }

    /// The error that caused this one.
    pub fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.0.source.as_deref().map(|source| source as _)
    }

    /// The cause as `E`, wherever in the chain it stands.
    pub fn cause<E: StdError + 'static>(&self) -> Option<&E> {
        std::iter::successors(self.source(), |error| (*error).source())
            .find_map(|error| error.downcast_ref())
    }

    /// The frames that led here; captured for faults of the server in debug builds, or when
    /// `RUST_BACKTRACE` is set.
    pub fn backtrace(&self) -> Option<&Backtrace> {
        self.0.backtrace.as_ref().filter(|trace| trace.status() == BacktraceStatus::Captured)
    }

    /// True for something that is not there (404).
    pub fn is_not_found(&self) -> bool {
        self.0.kind == Kind::NotFound
    }

    /// True where the server, not the request, is at fault.
    pub fn is_server_fault(&self) -> bool {
        self.status().is_server_error()
    }

    /// The error that a finished response was made for, with all that its page does not show: for
    /// layers that report errors elsewhere.
    pub fn of_response<B>(response: &::http::Response<B>) -> Option<&Arc<Self>> {
        response.extensions().get::<Answered>().map(|answered| &answered.0)
    }

    /// A standard error, for libraries that want one; `?` turns it back with nothing lost.
    pub fn into_std(self) -> AsStdError {
        AsStdError(self)
    }
}

impl<E: StdError + Send + Sync + 'static> From<E> for Error {
    #[track_caller]
    fn from(error: E) -> Self {
        let boxed: Source = Box::new(error);
        match boxed.downcast::<AsStdError>() {
            Ok(own) => own.0,
            Err(other) => Self::new(Kind::Internal, other.to_string()).because(other),
        }
    }
}

/// An [`Error`] in the form of a standard one; made by [`Error::into_std`].
pub struct AsStdError(Error);

impl AsStdError {
    /// The error itself, with its kind and hint.
    pub fn as_error(&self) -> &Error {
        &self.0
    }
}

impl fmt::Debug for AsStdError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Display for AsStdError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl StdError for AsStdError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.0.source()
    }
}

/// One line: what, where, what to do.
impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.message() {
            "" => write!(f, "{}", self.status())?,
            message => f.write_str(message)?,
        }
        if let Some(place) = self.place() {
            write!(f, ", at {place}")?;
        }
        if let Some(hint) = self.advice() {
            write!(f, "; {hint}")?;
        }
        Ok(())
    }
}

/// The line, the causes below it, and the source line that made it.
impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.write_with_causes(f)?;
        match self.kind() {
            // What is wrong with these stands in a file of the user's that the sentence names.
            Kind::Settings | Kind::Setup | Kind::Usage => Ok(()),
            _ => write!(f, "\n  from {}", self.location()),
        }
    }
}

impl Error {
    fn write_with_causes(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")?;
        let mut said = self.message().to_owned();
        let mut cause = self.source();
        while let Some(error) = cause {
            let text = error.to_string();
            if !said.ends_with(&text) {
                write!(f, "\n  because: {text}")?;
            }
            said = text;
            cause = error.source();
        }
        Ok(())
    }

    /// The line and its causes, for the person who ran a command. The source line that made the error says
    /// something to them only where their program is at fault, and not where it is one of this framework.
    pub(crate) fn to_person(&self) -> String {
        struct Told<'e>(&'e Error);
        impl fmt::Display for Told<'_> {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                if self.0.kind() == Kind::Internal && !is_ours(self.0.location().file()) {
                    return fmt::Debug::fmt(self.0, f);
                }
                self.0.write_with_causes(f)
            }
        }
        Told(self).to_string()
    }
}

/// Whether a file is one of this framework's: `…/carafe-core/src/…`, with a version behind the name where it
/// came from a registry.
fn is_ours(file: &str) -> bool {
    let parts: Vec<&str> = file.split(['/', '\\']).collect();
    parts.windows(2).any(|pair| pair[0].starts_with("carafe") && pair[1] == "src")
}

/// A capture costs microseconds, so that only faults of the server pay for one.
fn backtrace_for(kind: Kind) -> Option<Backtrace> {
    match kind {
        Kind::Internal if cfg!(debug_assertions) => Some(Backtrace::force_capture()),
        Kind::Internal => Some(Backtrace::capture()),
        _ => None,
    }
}
