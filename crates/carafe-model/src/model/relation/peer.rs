//! Relations of rows that were read together.

use std::any::Any;
use std::fmt;
use std::sync::{Arc, OnceLock};

use super::Packed;

/// One of the relations that are loaded together: those of the rows that one query has read
/// (Django's `FETCH_PEERS`).
///
/// The relation holds it in the place of rows, and finds them in it once they are loaded. So a row
/// may be moved and cloned as it likes.
pub struct Peer {
    loaded: OnceLock<Packed>,
    group: Arc<dyn Any + Send + Sync>,
}

impl Peer {
    /// A relation of which nothing is loaded, and what knows the others.
    pub fn new(group: Arc<dyn Any + Send + Sync>) -> Self {
        Self { loaded: OnceLock::new(), group }
    }

    /// What knows the others.
    pub fn group(&self) -> &Arc<dyn Any + Send + Sync> {
        &self.group
    }

    /// What was loaded.
    pub fn loaded(&self) -> Option<&Packed> {
        self.loaded.get()
    }

    /// Takes what was loaded, unless it has something: whoever looks at a row never sees it change.
    pub fn fill(&self, loaded: Packed) {
        let _ = self.loaded.set(loaded);
    }
}

impl fmt::Debug for Peer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.loaded.get().is_some() { "Peer(loaded)" } else { "Peer(not loaded)" })
    }
}
