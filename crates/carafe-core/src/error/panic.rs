//! A panic of a handler, as the cause of an error.

use std::any::Any;
use std::backtrace::{Backtrace, BacktraceStatus};
use std::cell::RefCell;
use std::error::Error as StdError;
use std::fmt;
use std::panic::PanicHookInfo;
use std::sync::Once;

/// A panic of a handler or hook: the cause of the error that stands for it.
///
/// It can be caught like any cause, with [`App::catch_error`](crate::App::catch_error). Where it
/// happened is known once [`Panic::watch`] was called, as [`App::run`](crate::App) does.
#[derive(Debug)]
pub struct Panic {
    message: String,
    spot: Option<(String, u32)>,
    backtrace: Option<Backtrace>,
}

thread_local! {
    /// The last panic of this thread, from the hook until whoever caught it asks.
    static LAST: RefCell<Option<Panic>> = const { RefCell::new(None) };
}

impl Panic {
    /// Notes from now on where panics happen, for logs and for the development page. It adds a
    /// panic hook to the one that is there; a program that serves an app with a server of its own
    /// calls it at its start.
    pub fn watch() {
        static ONCE: Once = Once::new();
        ONCE.call_once(|| {
            let before = std::panic::take_hook();
            std::panic::set_hook(Box::new(move |info| {
                keep(Some(Self::noted(info)));
                before(info);
            }));
        });
    }

    /// What it was told; empty where that is no text.
    pub fn message(&self) -> &str {
        &self.message
    }

    /// The file and the line, where they were noted.
    pub fn spot(&self) -> Option<(&str, u32)> {
        self.spot.as_ref().map(|(file, line)| (file.as_str(), *line))
    }

    /// The frames that led there; noted in debug builds, or when `RUST_BACKTRACE` is set.
    pub fn backtrace(&self) -> Option<&Backtrace> {
        self.backtrace.as_ref().filter(|trace| trace.status() == BacktraceStatus::Captured)
    }

    /// The panic that this thread has just caught.
    pub(crate) fn caught(payload: &(dyn Any + Send)) -> Self {
        let message = text(payload).unwrap_or_default();
        // What somebody else caught before stays behind, and is not taken for this one.
        take().filter(|last| last.message == message).unwrap_or_else(|| Self {
            message: message.to_owned(),
            spot: None,
            backtrace: None,
        })
    }

    fn noted(info: &PanicHookInfo<'_>) -> Self {
        let backtrace =
            if cfg!(debug_assertions) { Backtrace::force_capture() } else { Backtrace::capture() };
        Self {
            message: text(info.payload()).unwrap_or_default().to_owned(),
            spot: info.location().map(|spot| (spot.file().to_owned(), spot.line())),
            backtrace: Some(backtrace),
        }
    }
}

/// What was noted on this thread, for a panic that is thrown on in another one.
pub(crate) fn take() -> Option<Panic> {
    LAST.try_with(|last| last.try_borrow_mut().ok()?.take()).ok().flatten()
}

/// Notes a panic for this thread. It never panics itself, as that would end the process.
pub(crate) fn keep(panic: Option<Panic>) {
    let _ = LAST.try_with(|last| {
        if let Ok(mut last) = last.try_borrow_mut() {
            *last = panic;
        }
    });
}

fn text(payload: &(dyn Any + Send)) -> Option<&str> {
    payload
        .downcast_ref::<&str>()
        .copied()
        .or_else(|| payload.downcast_ref::<String>().map(String::as_str))
}

impl fmt::Display for Panic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.spot, self.message.as_str()) {
            (Some((file, line)), _) => write!(f, "panicked at {file}:{line}"),
            (None, "") => f.write_str("with a value that is no text"),
            (None, message) => f.write_str(message),
        }
    }
}

impl StdError for Panic {}
