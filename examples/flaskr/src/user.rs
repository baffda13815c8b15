//! Who is it? The users, and the one of a request, for handlers and for templates.

use std::sync::Arc;

use carafe::prelude::*;
use serde::Serialize;

/// Somebody who may write.
#[derive(Model, Serialize)]
pub struct User {
    /// Its number.
    pub id: i64,
    /// The name to log in by.
    #[model(unique)]
    pub username: String,
    /// As a hash, which no template sees.
    #[serde(skip)]
    pub password: String,
}

/// Runs before every request: who is logged in stands in `g`.
pub(crate) async fn load(session: Session, db: Db, g: Locals) -> Result<()> {
    if let Some(id) = session.get::<i64>("user_id")
        && let Some(user) = User::all().filter(User::ID.eq(id)).get_or_none(&db).await?
    {
        g.set(user);
    }
    Ok(())
}

/// Every template sees `g.user`.
pub(crate) async fn template_context(g: Locals) -> Context {
    context! { g => context! { user => g.get::<User>().as_deref() } }
}

/// The user who is logged in. Where a handler asks for one, nobody else gets in (401).
pub(crate) struct LoggedIn(pub(crate) Arc<User>);

#[extractor]
async fn logged_in(g: Locals) -> Result<LoggedIn> {
    g.get().map(LoggedIn).ok_or_else(|| Error::status_code(StatusCode::UNAUTHORIZED))
}
