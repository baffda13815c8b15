//! The models that a database knows.

use std::sync::{Arc, OnceLock};

use super::Models;

static NONE: Models = Models::new();

/// The models that a database knows; those of a site are known once it is put together.
#[derive(Clone, Debug, Default)]
pub(crate) struct Known(Arc<OnceLock<Models>>);

impl Known {
    pub(crate) fn of(models: Models) -> Self {
        Self(Arc::new(OnceLock::from(models)))
    }

    pub(crate) fn get(&self) -> &Models {
        self.0.get().unwrap_or(&NONE)
    }

    /// Tells them, once.
    pub(crate) fn tell(&self, models: Models) {
        let _ = self.0.set(models);
    }
}
