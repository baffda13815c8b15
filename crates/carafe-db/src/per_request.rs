//! Requests that are atomic as a whole (Django's `ATOMIC_REQUESTS`).

use std::any::TypeId;
use std::sync::{Mutex, PoisonError};

use axum::extract::{FromRequestParts, Request};
use axum::http::request::Parts;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use carafe_core::extract::{Need, NotProvided, Plain, Provided};
use carafe_core::{Error, Locals, Result, Scope};

use crate::db::{Db, Open};

/// The database of the app as an argument of a handler that does not want to be one transaction,
/// though its app has [`atomic_requests`](crate::Database::atomic_requests) (Django's
/// `non_atomic_requests`): one that commits as it goes, or that only reads.
///
/// ```
/// use carafe::prelude::*;
/// use carafe::db::NonAtomic;
///
/// #[get("/")]
/// async fn list(NonAtomic(db): NonAtomic) -> Result<String> {
///     let count: i64 = db.query_scalar("select count(*) from post", ()).one().await?;
///     Ok(count.to_string())
/// }
/// ```
#[derive(Clone, Debug)]
pub struct NonAtomic(pub Db);

/// The transaction of a request, until somebody ends it.
struct OfRequest(Mutex<Option<Open>>);

/// The database for a handler: bound to the transaction of its request, where it has one.
pub(crate) async fn for_request(scope: &Scope, db: &Db) -> Result<Db> {
    if !scope.is_request() {
        return Ok(db.clone());
    }
    let open = db.begin_request().await?;
    let bound = open.db().clone();
    scope.locals().set(bound.clone());
    scope.locals().set(OfRequest(Mutex::new(Some(open))));
    Ok(bound)
}

/// Runs the rest of a request, and then commits or undoes its transaction, if it has begun one.
pub(crate) async fn atomic(request: Request, next: Next) -> Response {
    let Ok(scope) = Scope::current() else { return next.run(request).await };
    // Where the client leaves, this future is dropped, and the guard undoes what was done.
    let guard = Guard(scope.locals().clone());
    let response = next.run(request).await;
    let Some(open) = guard.taken() else { return response };
    let failed = Error::of_response(&response).is_some() || response.status().is_server_error();
    let ended = if failed { open.rollback().await } else { open.commit().await };
    match ended {
        Ok(()) => response,
        Err(error) => error.into_response(),
    }
}

struct Guard(Locals);

impl Guard {
    fn taken(&self) -> Option<Open> {
        self.0.take::<Db>();
        let open = self.0.take::<OfRequest>()?;
        open.0.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

impl Drop for Guard {
    fn drop(&mut self) {
        drop(self.taken());
    }
}

impl<S: Send + Sync> FromRequestParts<S> for NonAtomic {
    type Rejection = NotProvided;

    async fn from_request_parts(_: &mut Parts, _: &S) -> Result<Self, NotProvided> {
        let db = Scope::current()?.service::<Db>();
        db.map(|db| Self(db.per_statement())).ok_or_else(|| Self::need().into())
    }
}

impl Plain for NonAtomic {}

impl Provided for NonAtomic {
    fn need() -> Need {
        Need { service: TypeId::of::<Db>(), ..Db::need() }
    }
}
