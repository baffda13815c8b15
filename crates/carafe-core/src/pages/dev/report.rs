//! All that the page tells, gathered before anything is written.

use std::error::Error as StdError;
use std::path::PathBuf;

use http::header;
use serde::Serialize;

use super::asked::Asked;
use super::editor::Editor;
use super::excerpt::{Excerpt, cut};
use super::frames::{self, Frame};
use super::masked;
use super::project::Project;
use super::routes::RouteHelp;
use crate::error::{AsStdError, Error, Kind, Panic};
use crate::pages::plain;
use crate::scope::Scope;
use crate::settings::{DevSettings, Settings};

const LONGEST_TEXT: usize = 4000;
/// What is longer is no help to read, as a whole file inside an error.
const LONGEST_DEBUG: usize = 600;
const LONGEST_TRACE: usize = 200_000;
const MOST_CAUSES: usize = 24;

/// What happened, where, why, in which request.
#[derive(Debug, Serialize)]
pub(super) struct Report {
    pub(super) status: u16,
    pub(super) title: &'static str,
    pub(super) kind: String,
    pub(super) message: String,
    pub(super) place: Option<String>,
    pub(super) hint: Option<String>,
    /// The sentence that a visitor reads in production.
    pub(super) shown: String,
    pub(super) panicked: bool,
    /// Where it arose in the user's program, as near as is known.
    pub(super) origin: Option<Spot>,
    /// Whether that is no more than the handler of the request.
    #[serde(skip)]
    pub(super) is_handler: bool,
    pub(super) causes: Vec<Cause>,
    pub(super) details: Vec<Shown>,
    pub(super) frames: Vec<Frame>,
    #[serde(skip)]
    pub(super) backtrace: Option<String>,
    pub(super) request: Asked,
    pub(super) routes: Option<RouteHelp>,
    #[serde(skip)]
    pub(super) settings: Vec<Setting>,
    #[serde(skip)]
    pub(super) unknown_editor: Option<String>,
}

/// A line of a file.
#[derive(Debug, Serialize)]
pub(super) struct Spot {
    pub(super) file: String,
    pub(super) line: u32,
    /// The address that opens it in the editor.
    #[serde(skip)]
    pub(super) open: Option<String>,
    #[serde(skip)]
    pub(super) source: Option<Result<Excerpt, String>>,
    #[serde(skip)]
    pub(super) path: Option<PathBuf>,
}

impl Spot {
    /// The text of the line.
    pub(super) fn marked_line(&self) -> Option<&str> {
        let lines = &self.source.as_ref()?.as_ref().ok()?.lines;
        lines.iter().find(|line| line.marked).map(|line| line.text.as_str())
    }
}

/// An error that led to the one above it.
#[derive(Debug, Serialize)]
pub(super) struct Cause {
    pub(super) text: String,
    pub(super) place: Option<String>,
    pub(super) hint: Option<String>,
    /// How the program sees it, where that says more.
    pub(super) debug: Option<String>,
}

/// A text that the error is about.
#[derive(Debug, Serialize)]
pub(super) struct Shown {
    pub(super) title: String,
    pub(super) spot: Option<Spot>,
    pub(super) excerpt: Excerpt,
}

#[derive(Debug)]
pub(super) struct Setting {
    pub(super) key: String,
    pub(super) value: String,
    pub(super) from: String,
    pub(super) is_default: bool,
}

impl Report {
    pub(super) fn new(scope: &Scope, error: &Error) -> Self {
        let project = Project::of(scope);
        let settings = scope.frame().service::<Settings>(0);
        let named = settings
            .as_ref()
            .and_then(|settings| settings.section::<DevSettings>().ok()?.editor.clone());
        let editor = named.as_deref().and_then(Editor::named);
        let desk = Desk { project, editor };
        let panic = error.cause::<Panic>();
        let backtrace = panic.map_or(error.backtrace(), Panic::backtrace);
        let backtrace = backtrace.map(|trace| cut(&trace.to_string(), LONGEST_TRACE));
        let frames = backtrace.as_deref().map(|trace| {
            frames::of_user(trace, &desk.project, |file, line| desk.with_source(file, line))
        });
        let frames = frames.unwrap_or_default();
        let status = error.status();
        let unrouted = scope.rule().is_none() && matches!(status.as_u16(), 404 | 405);
        let mut report = Self {
            status: status.as_u16(),
            title: plain::title(status),
            kind: kind_name(error.kind()),
            message: cut(&message(error, scope, unrouted), LONGEST_TEXT),
            place: place(error, panic).map(|place| cut(&place, LONGEST_TEXT)),
            hint: hint(error).map(|hint| cut(&hint, LONGEST_TEXT)),
            shown: cut(&plain::sentence(error), LONGEST_TEXT),
            panicked: panic.is_some(),
            origin: desk.origin(error, panic, &frames),
            is_handler: false,
            causes: causes(error),
            details: desk.details(error),
            frames,
            backtrace,
            request: Asked::of(scope),
            routes: unrouted.then(|| RouteHelp::of(scope, |file, line| desk.spot(file, line))),
            settings: settings.map(|settings| in_force(&settings)).unwrap_or_default(),
            unknown_editor: named.filter(|_| desk.editor.is_none()),
        };
        if report.origin.is_none() && !unrouted {
            report.origin = scope.rule().map(|rule| {
                let place = rule.route().place();
                desk.with_source(place.file, place.line)
            });
            report.is_handler = true;
        }
        report
    }
}

/// What turns a file and a line into something to look at.
struct Desk {
    project: Project,
    editor: Option<Editor>,
}

impl Desk {
    fn spot(&self, file: &str, line: u32) -> Spot {
        let found = self.project.find(file);
        let open = found.as_deref().and_then(|path| self.editor.as_ref()?.address(path, line));
        let whole = found.as_deref().and_then(|path| path.to_str()).unwrap_or(file);
        Spot { file: self.project.short(whole), line, open, source: None, path: found }
    }

    fn with_source(&self, file: &str, line: u32) -> Spot {
        let source = match self.project.find(file) {
            Some(path) => Excerpt::of_file(&path, line),
            None => {
                Err("the source is not on this machine, or not below the working folder".to_owned())
            }
        };
        Spot { source: Some(source), ..self.spot(file, line) }
    }

    /// The panic's own place, the line that made the error or the one that it names as its place,
    /// whichever is the user's; else the nearest of the user's frames.
    fn origin(&self, error: &Error, panic: Option<&Panic>, frames: &[Frame]) -> Option<Spot> {
        let location = error.location();
        let made = match panic {
            Some(panic) => panic.spot(),
            None => Some((location.file(), location.line())),
        };
        let named = error.place().and_then(frames::line_of_rust);
        let own = [made, named].into_iter().flatten().find(|(file, _)| self.project.owns(file));
        let spot = own.map(|(file, line)| self.with_source(file, line));
        spot.or_else(|| {
            let frame = &frames.first()?.spot;
            Some(self.with_source(&frame.file, frame.line))
        })
    }

    fn details(&self, error: &Error) -> Vec<Shown> {
        let below = chain(error).filter_map(|cause| cause.downcast_ref::<AsStdError>());
        let all = std::iter::once(error).chain(below.map(AsStdError::as_error));
        all.flat_map(Error::details)
            .map(|detail| Shown {
                title: cut(detail.title(), LONGEST_TEXT),
                spot: detail.stands_in().map(|file| self.spot(file, detail.marked().unwrap_or(1))),
                excerpt: Excerpt::of_text(detail.text(), detail.marked()),
            })
            .collect()
    }
}

/// A 404 without a sentence says what was asked for.
fn message(error: &Error, scope: &Scope, unrouted: bool) -> String {
    let method = scope.method().map(http::Method::as_str).unwrap_or_default();
    let path = scope.uri().map(http::Uri::path).unwrap_or_default();
    match (error.message(), error.status().as_u16()) {
        ("", 404) if unrouted => format!("No route answers {method} {path}"),
        ("", 405) if unrouted => format!("{path} does not answer {method}"),
        ("", _) => plain::sentence(error),
        (message, _) => message.to_owned(),
    }
}

fn hint(error: &Error) -> Option<String> {
    let allowed = || {
        let allow = error.headers().get(header::ALLOW)?.to_str().ok()?;
        Some(format!("ask with one of the allowed methods: {allow}"))
    };
    error.advice().map(str::to_owned).or_else(allowed)
}

fn place(error: &Error, panic: Option<&Panic>) -> Option<String> {
    let panicked = || panic?.spot().map(|(file, line)| format!("{file}:{line}"));
    error.place().map(str::to_owned).or_else(panicked)
}

fn chain(error: &Error) -> impl Iterator<Item = &(dyn StdError + 'static)> {
    std::iter::successors(error.source(), |cause| (*cause).source()).take(MOST_CAUSES)
}

/// The causes, each once: an error that came by `?` has the text of its cause.
fn causes(error: &Error) -> Vec<Cause> {
    let mut said = error.message().to_owned();
    let mut list = Vec::new();
    for cause in chain(error) {
        if cause.is::<Panic>() {
            continue;
        }
        let own = cause.downcast_ref::<AsStdError>().map(AsStdError::as_error);
        let text = own.map_or_else(|| cause.to_string(), |own| own.message().to_owned());
        let debug = format!("{cause:?}");
        let is_plain = own.is_some() || debug.contains(&escaped(&text));
        let debug = Some(debug).filter(|debug| !is_plain && debug.len() <= LONGEST_DEBUG);
        let (shown, debug) = match debug {
            // Of what was said already, only the form in which it is new.
            Some(debug) if said.ends_with(&text) => (debug, None),
            None if said.ends_with(&text) => continue,
            debug => (cut(&text, LONGEST_TEXT), debug),
        };
        list.push(Cause {
            text: shown,
            place: own.and_then(Error::place).map(str::to_owned),
            hint: own.and_then(Error::advice).map(str::to_owned),
            debug,
        });
        said = text;
    }
    list
}

/// The text as it stands in the debug form of what holds it.
fn escaped(text: &str) -> String {
    let quoted = format!("{text:?}");
    quoted[1..quoted.len() - 1].to_owned()
}

fn kind_name(kind: Kind) -> String {
    match kind {
        Kind::Status(_) => "Status".to_owned(),
        kind => format!("{kind:?}"),
    }
}

fn in_force(settings: &Settings) -> Vec<Setting> {
    let report = settings.report();
    let row = |row: &crate::settings::Row| Setting {
        key: row.key().to_owned(),
        value: cut(&masked::setting(row.key(), row.value()), LONGEST_TEXT),
        from: row.from().to_owned(),
        is_default: row.from() == "default",
    };
    report.rows().iter().map(row).collect()
}
