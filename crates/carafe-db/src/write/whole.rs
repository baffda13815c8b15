//! Several statements that are done together or not at all.

use carafe_core::Result;

use crate::executor::{Begun, Executor};

/// Runs several statements as one: in a transaction of their own, or in the one that is open.
pub(super) struct Together<'e> {
    around: &'e dyn Executor,
    own: Option<Box<dyn Begun>>,
    half: Half<'e>,
}

/// Dropped, it has the transaction that is open undone, which cannot undo a part of it.
struct Half<'e>(Option<&'e dyn Executor>);

impl Drop for Half<'_> {
    fn drop(&mut self) {
        if let Some(around) = self.0 {
            around.spoil();
        }
    }
}

impl<'e> Together<'e> {
    pub(super) async fn begin(around: &'e dyn Executor) -> Result<Self> {
        Ok(Self { around, own: around.begin().await?, half: Half(None) })
    }

    /// The same where there may be one statement only, which is whole by itself.
    pub(super) async fn begin_for(statements: usize, around: &'e dyn Executor) -> Result<Self> {
        if statements > 1 {
            Self::begin(around).await
        } else {
            Ok(Self { around, own: None, half: Half(None) })
        }
    }

    /// From now on it may not be done by half: unless it ends well, a transaction that was open before is undone.
    pub(super) fn whole(&mut self) {
        self.half.0 = self.own.is_none().then_some(self.around);
    }

    pub(super) async fn done(mut self) -> Result<()> {
        self.half.0 = None;
        match self.own {
            Some(own) => own.commit().await,
            None => Ok(()),
        }
    }

    /// Makes it last where nothing failed; else it is undone.
    pub(super) async fn ended<T>(self, done: Result<T>) -> Result<T> {
        let value = done?;
        self.done().await.map(|()| value)
    }

    /// Undoes what was begun for it, and nothing else.
    pub(super) fn given_up(mut self) {
        self.half.0 = None;
    }

    /// What runs the statements.
    pub(super) fn executor(&self) -> &dyn Executor {
        match &self.own {
            Some(own) => own.executor(),
            None => self.around,
        }
    }
}
