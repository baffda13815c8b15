//! Several statements that are done together or not at all.

use carafe_core::Result;

use crate::executor::{Begun, Executor};

/// Runs several statements as one: in a transaction of their own, or in the one that is open.
pub(super) struct Together<'e> {
    around: &'e dyn Executor,
    own: Option<Box<dyn Begun>>,
}

impl<'e> Together<'e> {
    pub(super) async fn begin(around: &'e dyn Executor) -> Result<Self> {
        Ok(Self { around, own: around.begin().await? })
    }

    /// The same where there may be one statement only, which is whole by itself.
    pub(super) async fn begin_for(statements: usize, around: &'e dyn Executor) -> Result<Self> {
        if statements > 1 { Self::begin(around).await } else { Ok(Self { around, own: None }) }
    }

    pub(super) async fn done(self) -> Result<()> {
        match self.own {
            Some(own) => own.commit().await,
            None => Ok(()),
        }
    }

    /// What runs the statements.
    pub(super) fn executor(&self) -> &dyn Executor {
        match &self.own {
            Some(own) => own.executor(),
            None => self.around,
        }
    }
}
