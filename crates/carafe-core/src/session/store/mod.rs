//! Sessions that are kept on the server.

mod file;
mod memory;

pub use file::FileStore;
pub use memory::MemoryStore;

use std::pin::Pin;
use std::time::SystemTime;

use super::{Changes, SessionData, SessionKey};
use crate::Result;

/// What a store's methods return: `Box::pin(async move { … })`.
pub type StoreFuture<'a, T> = Pin<Box<dyn Future<Output = Result<T>> + Send + 'a>>;

/// Where sessions are kept on the server (the outer half of Flask's `SessionInterface`; Django's
/// `SessionBase`): a table, a cache, a folder.
///
/// - A key is the hash of what the browser holds; a store never sees an id.
/// - `update` MUST do its changes to what is kept at that moment, as one step where the store can
///   (a transaction, a lock). Requests of one session run at once; of two that set one key the
///   later stays, and none undoes what another did to other keys.
/// - `update` MUST NOT bring back what was deleted: a slow request would log in again whom a
///   quick one logged out.
/// - What is expired MUST count as missing.
pub trait SessionStore: Send + Sync + 'static {
    /// The session of a key, if it is there and not expired.
    fn load<'a>(&'a self, key: &'a SessionKey) -> StoreFuture<'a, Option<Record>>;

    /// Keeps a new session.
    fn create<'a>(&'a self, key: &'a SessionKey, record: Record) -> StoreFuture<'a, ()>;

    /// Changes a session and when it expires; false, and nothing done, if it is not there.
    fn update<'a>(
        &'a self,
        key: &'a SessionKey,
        changes: Changes,
        expires: SystemTime,
    ) -> StoreFuture<'a, bool>;

    /// Forgets a session; no error if it is not there.
    fn delete<'a>(&'a self, key: &'a SessionKey) -> StoreFuture<'a, ()>;

    /// Forgets all that is expired and says how many that were (Django's `clearsessions`).
    fn remove_expired(&self) -> StoreFuture<'_, u64>;
}

/// A session as a store keeps it.
#[derive(Clone, Debug, PartialEq)]
pub struct Record {
    /// The values.
    pub data: SessionData,
    /// When it ends.
    pub expires: SystemTime,
}

impl Record {
    /// True once it has ended.
    pub fn is_expired(&self) -> bool {
        self.expires <= SystemTime::now()
    }
}

/// What a request found in the store.
#[derive(Clone)]
pub(super) struct Stored {
    pub(super) id: String,
    pub(super) key: SessionKey,
    pub(super) expires: SystemTime,
}
