//! Where sessions are kept, and how a request gets its own and leaves it.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use http::header::{SET_COOKIE, VARY};
use http::{HeaderMap, HeaderValue};

use super::codec::{Signed, Unread};
use super::encrypted::Encrypted;
use super::flask::FlaskCodec;
use super::id::SessionId;
use super::state::{Left, State};
use super::store::Stored;
use super::{Record, Session, SessionCodec, SessionConfig, SessionData, SessionStore};
use crate::Result;
use crate::cookies::{Cookies, SetCookie};
use crate::signing::SecretKeys;

/// A store is asked to prolong a session that was only read at most this often.
const PROLONG: Duration = Duration::from_mins(1);

/// Where an app's sessions are kept: one value for the app, [`begin`](Self::begin) and
/// [`finish`](Self::finish) for each request that asks for its session.
///
/// ```
/// # tokio::runtime::Builder::new_current_thread().build()?.block_on(async {
/// use carafe_core::session::{SessionConfig, Sessions};
/// use carafe_core::signing::SecretKeys;
/// use http::HeaderMap;
///
/// let sessions = Sessions::signed(SessionConfig::default(), &SecretKeys::new("secret")?);
///
/// let session = sessions.begin(&HeaderMap::new()).await?;
/// session.insert("user_id", 7)?;
///
/// let mut answer = HeaderMap::new();
/// sessions.finish(&session, &mut answer, true).await?;
/// assert_eq!(answer["vary"], "Cookie");
/// assert!(answer["set-cookie"].to_str()?.ends_with("; Secure; HttpOnly; Path=/; SameSite=Lax"));
/// # Ok::<(), carafe_core::Error>(())
/// # })?;
/// # Ok::<(), carafe_core::Error>(())
/// ```
#[derive(Clone)]
pub struct Sessions(Arc<Inner>);

struct Inner {
    config: SessionConfig,
    /// The cookie's name again, so that a request takes it along for a reference count.
    name: Arc<str>,
    keeper: Keeper,
}

enum Keeper {
    Nobody,
    Cookie(Arc<dyn SessionCodec>),
    Store(Arc<dyn SessionStore>),
}

impl Sessions {
    /// In a cookie that the visitor can read and not change: the default.
    pub fn signed(config: SessionConfig, keys: &SecretKeys) -> Self {
        let codec = Signed::new(keys, &config.cookie_name);
        Self::with_codec(config, codec)
    }

    /// In a cookie that the visitor can neither read nor change.
    pub fn encrypted(config: SessionConfig, keys: &SecretKeys) -> Self {
        let codec = Encrypted::new(keys, &config.cookie_name);
        Self::with_codec(config, codec)
    }

    /// In the cookie of a Flask app with the same secret key, which reads and writes it too.
    pub fn flask(config: SessionConfig, keys: &SecretKeys) -> Self {
        Self::with_codec(config, FlaskCodec::new(keys))
    }

    /// In a cookie of the app's own form.
    pub fn with_codec(config: SessionConfig, codec: impl SessionCodec) -> Self {
        Self::kept(config, Keeper::Cookie(Arc::new(codec)))
    }

    /// On the server; the cookie holds a random id.
    pub fn in_store(config: SessionConfig, store: impl SessionStore) -> Self {
        Self::kept(config, Keeper::Store(Arc::new(store)))
    }

    /// Nowhere, for an app without a secret key: reading finds an empty session, writing is an
    /// error that says so.
    pub fn unavailable(config: SessionConfig) -> Self {
        Self::kept(config, Keeper::Nobody)
    }

    fn kept(config: SessionConfig, keeper: Keeper) -> Self {
        let name = config.cookie_name.as_str().into();
        Self(Arc::new(Inner { config, name, keeper }))
    }

    /// The settings it was made with.
    pub fn config(&self) -> &SessionConfig {
        &self.0.config
    }
}

impl Sessions {
    /// The session of a request.
    ///
    /// A cookie is only taken along, and read at the first value. A store is asked here, and its
    /// failure is the only error.
    pub async fn begin(&self, request: &HeaderMap) -> Result<Session> {
        match &self.0.keeper {
            Keeper::Store(store) => {
                let cookies = Cookies::from_headers(request);
                // On the heap: a session in a cookie has no use for the room.
                Ok(Session::new(Box::pin(self.load(&cookies, &**store)).await?))
            }
            Keeper::Nobody | Keeper::Cookie(_) => Ok(self.begin_at_once(request)),
        }
    }

    /// The same for a session that is not kept in a store, which would be asked here.
    pub(super) fn begin_at_once(&self, request: &HeaderMap) -> Session {
        Session::new(match &self.0.keeper {
            Keeper::Cookie(codec) => {
                State::in_cookie(self.unread(Cookies::from_headers(request), codec))
            }
            Keeper::Nobody | Keeper::Store(_) => State::unavailable(),
        })
    }

    pub(super) fn is_in_store(&self) -> bool {
        matches!(self.0.keeper, Keeper::Store(_))
    }

    /// Saves the session of a request if it changed, and adds `Set-Cookie` and `Vary` to the
    /// answer; `https` says how the request came.
    ///
    /// Errors: the cookie would be larger than browsers keep, or the store fails. A second call
    /// does nothing.
    pub async fn finish(
        &self,
        session: &Session,
        answer: &mut HeaderMap,
        https: bool,
    ) -> Result<()> {
        let Some(left) = session.lock().leave() else {
            return Ok(());
        };
        vary_by_cookie(answer);
        let cookie = match &self.0.keeper {
            Keeper::Nobody => None,
            Keeper::Cookie(codec) => self.save_in_cookie(&left, &**codec, https)?,
            Keeper::Store(store) => Box::pin(self.save_in_store(left, &**store, https)).await?,
        };
        if let Some(cookie) = cookie {
            answer.append(SET_COOKIE, cookie.header()?);
        }
        Ok(())
    }
}

impl Sessions {
    fn unread(&self, cookies: Cookies, codec: &Arc<dyn SessionCodec>) -> Option<Unread> {
        cookies.get(&self.0.name)?;
        let (name, codec, max_age) = (self.0.name.clone(), codec.clone(), self.0.config.lifetime);
        Some(Unread { cookies, name, codec, max_age })
    }

    async fn load(&self, cookies: &Cookies, store: &dyn SessionStore) -> Result<State> {
        let values: Vec<_> = cookies.get_all(&self.0.name).take(4).collect();
        for id in values.iter().filter_map(|value| SessionId::parse(value)) {
            let key = id.key();
            if let Some(Record { data, expires }) = store.load(&key).await? {
                let stored = Stored { id: id.into_value(), key, expires };
                return Ok(State::in_store(true, Some((stored, data))));
            }
        }
        Ok(State::in_store(!values.is_empty(), None))
    }

    fn save_in_cookie(
        &self,
        left: &Left,
        codec: &dyn SessionCodec,
        https: bool,
    ) -> Result<Option<SetCookie>> {
        let config = &self.0.config;
        let refreshed = left.permanent && left.brought && config.refresh_each_request;
        if !left.modified && !refreshed {
            return Ok(None);
        }
        if left.data.is_empty() {
            return Ok(left.brought.then(|| config.deletion(https)));
        }
        let now = SystemTime::now();
        let value = codec.encode(&left.data, now)?;
        Ok(Some(config.cookie(value, https, left.permanent.then(|| now + config.lifetime))))
    }

    async fn save_in_store(
        &self,
        left: Left,
        store: &dyn SessionStore,
        https: bool,
    ) -> Result<Option<SetCookie>> {
        let config = &self.0.config;
        let expires = SystemTime::now() + config.lifetime;
        let cookie = |id: String| config.cookie(id, https, left.permanent.then_some(expires));
        match left.stored {
            Some(stored) if left.changes.cleared && left.data.is_empty() => {
                store.delete(&stored.key).await?;
                Ok(Some(config.deletion(https)))
            }
            Some(stored) if left.cycled => {
                // What other requests saved meanwhile comes along.
                let mut data =
                    store.load(&stored.key).await?.map(|record| record.data).unwrap_or_default();
                left.changes.apply(&mut data);
                store.delete(&stored.key).await?;
                Ok(Some(cookie(create(store, data, expires).await?)))
            }
            Some(stored) if left.modified => {
                if !store.update(&stored.key, left.changes, expires).await? {
                    // Another request ended the session meanwhile, and told the browser so.
                    return Ok(None);
                }
                // The last value of this request need not be the last one that there is.
                if left.data.is_empty() && is_empty(store, &stored).await? {
                    store.delete(&stored.key).await?;
                    return Ok(Some(config.deletion(https)));
                }
                Ok(Some(cookie(stored.id)))
            }
            Some(stored) if left.permanent && config.refresh_each_request => {
                if expires.duration_since(stored.expires).is_ok_and(|ahead| ahead >= PROLONG) {
                    store.update(&stored.key, left.changes, expires).await?;
                }
                Ok(Some(cookie(stored.id)))
            }
            None if left.modified && !left.data.is_empty() => {
                // A new id, whatever the browser brought: an id is never chosen from outside.
                Ok(Some(cookie(create(store, left.data, expires).await?)))
            }
            None if left.modified && left.brought => Ok(Some(config.deletion(https))),
            _ => Ok(None),
        }
    }
}

async fn create(
    store: &dyn SessionStore,
    data: SessionData,
    expires: SystemTime,
) -> Result<String> {
    let id = SessionId::random()?;
    store.create(&id.key(), Record { data, expires }).await?;
    Ok(id.into_value())
}

async fn is_empty(store: &dyn SessionStore, stored: &Stored) -> Result<bool> {
    Ok(store.load(&stored.key).await?.is_none_or(|record| record.data.is_empty()))
}

/// A cache must not show one visitor's page to another.
fn vary_by_cookie(answer: &mut HeaderMap) {
    let said = |value: &HeaderValue| {
        let mut names = value.as_bytes().split(|byte| *byte == b',').map(<[u8]>::trim_ascii);
        names.any(|name| name == b"*" || name.eq_ignore_ascii_case(b"cookie"))
    };
    if !answer.get_all(VARY).iter().any(said) {
        answer.append(VARY, HeaderValue::from_static("Cookie"));
    }
}
