//! The session of the running request.

use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::response::Response;
use http::HeaderMap;
use http::request::Parts;
use tokio::sync::OnceCell;

use super::settings::{SessionKind, SessionSettings};
use super::{Session, Sessions};
use crate::error::{Error, Result};
use crate::extract::Plain;
use crate::scope::Scope;
use crate::settings::Settings;
use crate::signing::SecretKeys;

/// The session of a request, once somebody asked for it.
#[derive(Default)]
struct Asked(OnceCell<Session>);

impl Session {
    /// The session of a scope's request. It is begun when it is first asked for.
    pub async fn of(scope: &Scope) -> Result<Self> {
        let sessions = Sessions::of(scope)?;
        let asked = scope.locals().get_or_set(Asked::default);
        if let Some(session) = asked.0.get() {
            return Ok(session.clone());
        }
        let none = HeaderMap::new();
        let headers = scope.cookie_headers().unwrap_or(&none);
        if sessions.is_in_store() {
            return Box::pin(asked.0.get_or_try_init(|| sessions.begin(headers))).await.cloned();
        }
        Ok(asked.0.get_or_init(async || sessions.begin_at_once(headers)).await.clone())
    }
}

impl Sessions {
    /// The sessions of a site: those that its outermost app provides as a service, else those
    /// that `[session]` describes.
    pub fn of(scope: &Scope) -> Result<Arc<Self>> {
        if let Some(own) = scope.service() {
            return Ok(own);
        }
        scope.once(|scope| {
            let settings =
                scope.service::<Settings>().ok_or_else(|| Error::missing_service("Settings"))?;
            let settings = settings.section::<SessionSettings>()?;
            let keys = SecretKeys::of(scope)?;
            Ok(match settings.kind {
                SessionKind::Signed => Self::signed(settings.config(), &keys),
                SessionKind::Encrypted => Self::encrypted(settings.config(), &keys),
            })
        })
    }
}

/// Whether anybody asked for the session of a request.
pub(crate) fn is_asked_for(scope: &Scope) -> bool {
    scope.local::<Asked>().is_some()
}

/// Saves the session of a request into its response, if anybody asked for it.
pub(crate) async fn save(scope: &Scope, response: &mut Response) -> Result<()> {
    let Some(asked) = scope.local::<Asked>() else {
        return Ok(());
    };
    let Some(session) = asked.0.get() else { return Ok(()) };
    Sessions::of(scope)?.finish(session, response.headers_mut(), scope.is_secure()).await
}

impl Plain for Session {}

impl<S: Send + Sync> FromRequestParts<S> for Session {
    type Rejection = Error;

    async fn from_request_parts(_: &mut Parts, _: &S) -> Result<Self> {
        Self::of(&Scope::current()?).await
    }
}
