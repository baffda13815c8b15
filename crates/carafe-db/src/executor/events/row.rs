//! What is told of a row.

use std::fmt;

use crate::executor::Executor;

/// What is told before a row is saved.
#[derive(Clone, Copy)]
pub struct Saving<'h> {
    pub(super) tx: &'h dyn Executor,
    pub(super) fields: Option<&'h [&'static str]>,
}

/// What is told after a row was saved.
#[derive(Clone, Copy)]
pub struct Saved<'h> {
    pub(super) tx: &'h dyn Executor,
    pub(super) fields: Option<&'h [&'static str]>,
    pub(super) created: bool,
}

/// What is told before and after a row is deleted.
#[derive(Clone, Copy)]
pub struct Deletion<'h> {
    pub(super) tx: &'h dyn Executor,
    pub(super) cascaded: bool,
}

impl<'h> Saving<'h> {
    /// The transaction that the row is saved in.
    pub fn tx(&self) -> &'h dyn Executor {
        self.tx
    }

    /// The names of the fields, where only some are saved (Django's `update_fields`).
    pub fn fields(&self) -> Option<&'h [&'static str]> {
        self.fields
    }
}

impl<'h> Saved<'h> {
    /// The transaction that the row was saved in. What is to happen once it lasts is left for that by
    /// [`after_commit`](Executor::after_commit).
    pub fn tx(&self) -> &'h dyn Executor {
        self.tx
    }

    /// The names of the fields, where only some were saved (Django's `update_fields`).
    pub fn fields(&self) -> Option<&'h [&'static str]> {
        self.fields
    }

    /// Whether the row was inserted, and not updated.
    pub fn created(&self) -> bool {
        self.created
    }
}

impl<'h> Deletion<'h> {
    /// The transaction that the row is deleted in.
    pub fn tx(&self) -> &'h dyn Executor {
        self.tx
    }

    /// Whether it goes with another row, to which it refers by `on_delete = cascade`, or whose child or
    /// parent it is.
    pub fn is_cascaded(&self) -> bool {
        self.cascaded
    }
}

impl fmt::Debug for Saving<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Saving").field("fields", &self.fields).finish_non_exhaustive()
    }
}

impl fmt::Debug for Saved<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut debug = f.debug_struct("Saved");
        debug.field("fields", &self.fields).field("created", &self.created).finish_non_exhaustive()
    }
}

impl fmt::Debug for Deletion<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Deletion").field("cascaded", &self.cascaded).finish_non_exhaustive()
    }
}
