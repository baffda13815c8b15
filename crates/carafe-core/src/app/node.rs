//! What runs around the routes of one app.

use std::sync::Arc;

use http::StatusCode;

use super::hooks::{AfterHook, BeforeHook, ErrorHook, TeardownHook};
use super::layers::Stack;
use crate::error::Error;

/// What runs around the routes of one app: its own, and of what it stands within.
pub(crate) struct Node {
    pub(super) chain: Arc<Chain>,
    pub(super) stack: Option<Stack>,
}

/// The hooks of an app and of all that it stands within, in the order in which they run.
#[derive(Default)]
pub(crate) struct Chain {
    pub(super) before: Vec<BeforeHook>,
    pub(super) after: Vec<AfterHook>,
    pub(super) teardown: Vec<TeardownHook>,
    pub(super) catches: Vec<Catch>,
}

/// A handler for errors.
#[derive(Clone)]
pub(crate) enum Catch {
    Status(StatusCode, ErrorHook),
    Matching(Arc<dyn Fn(&Error) -> bool + Send + Sync>, ErrorHook),
}

impl Node {
    pub(super) fn chain(&self) -> &Chain {
        &self.chain
    }

    pub(super) fn chain_handle(&self) -> Arc<Chain> {
        self.chain.clone()
    }

    /// Whether nothing stands around its routes.
    pub(super) fn is_plain(&self) -> bool {
        self.stack.is_none() && self.chain.is_empty()
    }

    pub(super) fn stack(&self) -> Option<Stack> {
        self.stack.clone()
    }
}

impl Chain {
    /// True where nothing runs around a handler, which is then called without a detour.
    pub(super) fn is_empty(&self) -> bool {
        self.before.is_empty()
            && self.after.is_empty()
            && self.teardown.is_empty()
            && self.catches.is_empty()
    }
}
