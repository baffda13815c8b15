//! What a database knows of the program.

use std::sync::{Arc, OnceLock};

use crate::executor::events::Events;
use crate::models::Models;

static NOTHING: Program = Program { models: Models::new(), events: Events::new() };

/// What a database knows of the program; all of a site is known once it is put together.
#[derive(Clone, Debug, Default)]
pub(crate) struct Known(Arc<OnceLock<Program>>);

/// The models of a program, and who is told of what happens to their rows.
#[derive(Clone, Debug, Default)]
pub(crate) struct Program {
    pub(crate) models: Models,
    pub(crate) events: Events,
}

impl Known {
    pub(crate) fn of(program: Program) -> Self {
        Self(Arc::new(OnceLock::from(program)))
    }

    pub(crate) fn get(&self) -> &Program {
        self.0.get().unwrap_or(&NOTHING)
    }

    /// Tells it, once.
    pub(crate) fn tell(&self, program: Program) {
        let _ = self.0.set(program);
    }
}
