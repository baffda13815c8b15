//! Where a command writes to.

use std::fmt::Display;
use std::io::{self, IsTerminal, Write};
use std::sync::{Arc, Mutex, PoisonError};

use axum::extract::FromRequestParts;
use http::request::Parts;

use crate::error::Error;

/// Where a command writes to: the terminal, or in a test a text. It is an extractor.
///
/// What cannot be written (a pipe that was closed) is dropped, as other tools do.
#[derive(Clone, Debug, Default)]
pub struct Console(Target);

#[derive(Clone, Debug, Default)]
enum Target {
    #[default]
    Terminal,
    Text(Arc<Mutex<String>>),
}

impl Console {
    /// Keeps what is written, for a test.
    pub fn captured() -> Self {
        Self(Target::Text(Arc::default()))
    }

    /// Writes a line.
    pub fn line(&self, text: impl Display) {
        self.write(&format!("{text}\n"));
    }

    /// Writes text as it is.
    pub fn write(&self, text: &str) {
        match &self.0 {
            Target::Text(kept) => {
                kept.lock().unwrap_or_else(PoisonError::into_inner).push_str(text);
            }
            Target::Terminal => {
                let mut out = io::stdout().lock();
                let _ = out.write_all(text.as_bytes()).and_then(|()| out.flush());
            }
        }
    }

    /// Writes a line about something that went wrong (to the standard error).
    pub fn complain(&self, text: impl Display) {
        match &self.0 {
            Target::Text(_) => self.line(text),
            Target::Terminal => {
                let _ = writeln!(io::stderr().lock(), "{text}");
            }
        }
    }

    /// Whether a person sees it.
    pub fn is_terminal(&self) -> bool {
        matches!(self.0, Target::Terminal) && io::stdout().is_terminal()
    }

    /// What was written, where it was kept.
    pub fn text(&self) -> String {
        match &self.0 {
            Target::Terminal => String::new(),
            Target::Text(kept) => kept.lock().unwrap_or_else(PoisonError::into_inner).clone(),
        }
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Console {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Error> {
        Ok(parts.extensions.get().cloned().unwrap_or_default())
    }
}
