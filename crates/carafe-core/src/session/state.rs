//! What one request knows of its session.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use serde_json::Value;

use super::codec::Unread;
use super::store::Stored;
use super::{CSRF, Flash, PERMANENT};
use crate::{Error, Kind, Result};

/// The values of a session by their keys.
pub type SessionData = BTreeMap<String, Value>;

/// What a request changed in a session, key by key.
///
/// Two requests of one session may run at once. Each sends only what it changed, so that of two
/// writes to one key the later one stays, and writes to unlike keys both stay.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Changes {
    /// Everything that was there before is gone.
    pub cleared: bool,
    /// The keys that were set, and those that were removed (`None`).
    pub entries: BTreeMap<String, Option<Value>>,
}

impl Changes {
    /// Does them to what is kept.
    pub fn apply(self, data: &mut SessionData) {
        if self.cleared {
            data.clear();
        }
        for (key, value) in self.entries {
            match value {
                Some(value) => data.insert(key, value),
                None => data.remove(&key),
            };
        }
    }
}

#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own")]
#[derive(Default)]
pub(super) struct State {
    /// The cookie, until the first value is asked for.
    unread: Option<Unread>,
    data: SessionData,
    /// The keys that were set or removed.
    touched: BTreeSet<String>,
    cleared: bool,
    cycled: bool,
    accessed: bool,
    /// The headers are gone; nothing can be kept any more.
    sent: bool,
    /// Nothing can be kept, since there is no key to keep it with.
    unavailable: bool,
    /// The request brought a cookie of the session's name, right or wrong.
    brought: bool,
    /// What the store had.
    stored: Option<Stored>,
    /// The messages that this request took out, which it may show twice.
    pub(super) flashes: Option<Vec<Flash>>,
}

/// How a request left its session.
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own")]
pub(super) struct Left {
    pub(super) data: SessionData,
    pub(super) changes: Changes,
    pub(super) modified: bool,
    pub(super) permanent: bool,
    pub(super) cycled: bool,
    pub(super) brought: bool,
    pub(super) stored: Option<Stored>,
}

impl State {
    pub(super) fn unavailable() -> Self {
        Self { unavailable: true, ..Self::default() }
    }

    pub(super) fn in_cookie(unread: Option<Unread>) -> Self {
        Self { brought: unread.is_some(), unread, ..Self::default() }
    }

    pub(super) fn in_store(brought: bool, found: Option<(Stored, SessionData)>) -> Self {
        let (stored, data) =
            found.map_or((None, SessionData::new()), |(stored, data)| (Some(stored), data));
        Self { data, brought, stored, ..Self::default() }
    }

    /// The values; the cookie is taken apart by the first call.
    pub(super) fn read(&mut self) -> &mut SessionData {
        self.accessed = true;
        if let Some(unread) = self.unread.take() {
            self.data = unread.read();
        }
        &mut self.data
    }

    pub(super) fn insert(&mut self, key: &str, value: Value) -> Result<()> {
        if self.unavailable {
            return Err(Error::new(
                Kind::Settings,
                "the session is unavailable, because no secret key was set",
            )
            .hint("set `secret_key` to something long, random and secret"));
        }
        if self.sent {
            return Err(Error::internal(format!(
                "`{key}` is set in the session after the answer's headers are gone"
            ))
            .hint("set it before the body begins to stream"));
        }
        if self.read().get(key) != Some(&value) {
            self.data.insert(key.to_owned(), value);
            self.touched.insert(key.to_owned());
        }
        Ok(())
    }

    pub(super) fn remove(&mut self, key: &str) -> Option<Value> {
        let value = self.read().remove(key)?;
        self.touched.insert(key.to_owned());
        Some(value)
    }

    pub(super) fn clear(&mut self) {
        if !self.read().is_empty() {
            self.cleared = true;
            self.data.clear();
            self.touched.clear();
        }
    }

    pub(super) fn cycle(&mut self) {
        self.remove(CSRF);
        self.cycled = true;
    }

    pub(super) fn is_permanent(&mut self) -> bool {
        self.read().get(PERMANENT) == Some(&Value::Bool(true))
    }

    pub(super) fn is_accessed(&self) -> bool {
        self.accessed
    }

    pub(super) fn is_modified(&self) -> bool {
        self.cleared || self.cycled || !self.touched.is_empty()
    }

    /// How it was left, once; from now on nothing can be kept.
    pub(super) fn leave(&mut self) -> Option<Left> {
        if std::mem::replace(&mut self.sent, true) || !self.accessed {
            return None;
        }
        let permanent = self.is_permanent();
        let entries =
            self.touched.iter().map(|key| (key.clone(), self.data.get(key).cloned())).collect();
        Some(Left {
            data: self.data.clone(),
            changes: Changes { cleared: self.cleared, entries },
            modified: self.is_modified(),
            permanent,
            cycled: self.cycled,
            brought: self.brought,
            stored: self.stored.clone(),
        })
    }
}

impl fmt::Debug for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.unread {
            Some(_) => f.write_str("Session(unread)"),
            None => f.debug_tuple("Session").field(&self.data.keys().collect::<Vec<_>>()).finish(),
        }
    }
}
