//! Sessions in the memory of this process.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::SystemTime;

use super::{Record, SessionStore, StoreFuture};
use crate::session::{Changes, SessionKey};

/// Keeps sessions in the memory of this process: for tests, development and a server that may
/// forget them when it starts anew.
///
/// It holds a bounded number. When it is full, the expired ones go first, then the sixteenth part
/// of all that would expire soonest.
pub struct MemoryStore {
    largest: usize,
    kept: Mutex<HashMap<SessionKey, Record>>,
}

impl MemoryStore {
    /// A store for at most `largest` sessions.
    pub fn new(largest: usize) -> Self {
        Self { largest: largest.max(1), kept: Mutex::default() }
    }

    /// How many it holds, expired ones included.
    pub fn len(&self) -> usize {
        self.lock().len()
    }

    /// True if it holds none.
    pub fn is_empty(&self) -> bool {
        self.lock().is_empty()
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<SessionKey, Record>> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn make_room(&self, kept: &mut HashMap<SessionKey, Record>) {
        kept.retain(|_, record| !record.is_expired());
        if kept.len() < self.largest {
            return;
        }
        // Many at once, so that a flood of new sessions does not walk the whole map for each.
        let mut ends: Vec<SystemTime> = kept.values().map(|record| record.expires).collect();
        let (_, last, _) = ends.select_nth_unstable(self.largest / 16);
        let last = *last;
        let mut surplus = self.largest / 16 + 1;
        kept.retain(|_, record| {
            let goes = surplus > 0 && record.expires <= last;
            surplus -= usize::from(goes);
            !goes
        });
    }
}

impl SessionStore for MemoryStore {
    fn load<'a>(&'a self, key: &'a SessionKey) -> StoreFuture<'a, Option<Record>> {
        Box::pin(
            async move { Ok(self.lock().get(key).filter(|record| !record.is_expired()).cloned()) },
        )
    }

    fn create<'a>(&'a self, key: &'a SessionKey, record: Record) -> StoreFuture<'a, ()> {
        Box::pin(async move {
            let mut kept = self.lock();
            if kept.len() >= self.largest {
                self.make_room(&mut kept);
            }
            kept.insert(key.clone(), record);
            Ok(())
        })
    }

    fn update<'a>(
        &'a self,
        key: &'a SessionKey,
        changes: Changes,
        expires: SystemTime,
    ) -> StoreFuture<'a, bool> {
        Box::pin(async move {
            let mut kept = self.lock();
            let Some(record) = kept.get_mut(key).filter(|record| !record.is_expired()) else {
                return Ok(false);
            };
            changes.apply(&mut record.data);
            record.expires = expires;
            Ok(true)
        })
    }

    fn delete<'a>(&'a self, key: &'a SessionKey) -> StoreFuture<'a, ()> {
        Box::pin(async move {
            self.lock().remove(key);
            Ok(())
        })
    }

    fn remove_expired(&self) -> StoreFuture<'_, u64> {
        Box::pin(async move {
            let mut kept = self.lock();
            let before = kept.len();
            kept.retain(|_, record| !record.is_expired());
            Ok((before - kept.len()) as u64)
        })
    }
}
