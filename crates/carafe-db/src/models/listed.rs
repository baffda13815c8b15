//! One model of a list.

use std::path::PathBuf;

use carafe_core::routing::Origin;
use carafe_model::schema::ModelSchema;
use carafe_model::{Cursor, Entry, Record, Result};

/// A model without its type, and the crate that owns it.
#[derive(Clone, Copy, Debug)]
pub struct Listed {
    entry: Entry,
    owner: Origin,
}

impl Listed {
    pub(super) fn new(entry: Entry, owner: Origin) -> Self {
        Self { entry, owner }
    }

    /// The model as data.
    pub fn schema(&self) -> &'static ModelSchema {
        (self.entry.schema)()
    }

    /// An instance with its defaults.
    pub fn blank(&self) -> Box<dyn Record> {
        (self.entry.blank)()
    }

    /// Reads an instance from a row.
    pub fn read(&self, cursor: &mut Cursor<'_>) -> Result<Box<dyn Record>> {
        (self.entry.read)(cursor)
    }

    /// The crate that owns it, and the folder that it was compiled in.
    pub fn owner(&self) -> Origin {
        self.owner
    }

    /// The folder with the history of the crate's tables, where it was compiled.
    pub fn migrations(&self) -> PathBuf {
        PathBuf::from(self.owner.dir).join("migrations")
    }
}
