//! Who is it? Register, log in, log out.

use std::sync::Arc;

use carafe::extract::{FromRequestParts, Parts};
use carafe::password;
use carafe::prelude::*;
use serde::{Deserialize, Serialize};

use crate::blog;

pub(crate) fn app() -> App {
    App::new("auth").routes(routes![register_form, register, login_form, login, logout])
}

#[derive(Row, Serialize)]
pub(crate) struct User {
    pub(crate) id: i64,
    username: String,
    #[serde(skip)]
    password: String,
}

/// What is typed into both forms.
#[derive(Deserialize)]
struct Credentials {
    username: String,
    password: String,
}

#[get("/register")]
async fn register_form() -> Page {
    page("auth/register.html", context! {})
}

#[post("/register")]
async fn register(db: Db, session: Session, Form(form): Form<Credentials>) -> Result<Response> {
    let reason = if form.username.is_empty() {
        "Username is required.".to_owned()
    } else if form.password.is_empty() {
        "Password is required.".to_owned()
    } else if add_user(&db, &form).await? {
        return Ok(redirect(login_form::url()).into_response());
    } else {
        format!("User {} is already registered.", form.username)
    };
    session.flash("error", reason)?;
    Ok(page("auth/register.html", context! { username => form.username }).into_response())
}

#[get("/login")]
async fn login_form() -> Page {
    page("auth/login.html", context! {})
}

#[post("/login")]
async fn login(db: Db, session: Session, Form(form): Form<Credentials>) -> Result<Response> {
    let sql = "select * from user where username = ?";
    let user: Option<User> = db.query_as(sql, (&form.username,)).optional().await?;
    let reason = match user {
        Some(user) if password::verify(&form.password, &user.password).await? => {
            // A session that somebody planted before the login is worth nothing after it.
            session.flush();
            session.insert("user_id", user.id)?;
            return Ok(redirect(blog::index::url()).into_response());
        }
        Some(_) => "Incorrect password.",
        None => {
            // As slow as for a user who exists, lest the time tell who is registered.
            password::verify_nobody(&form.password).await?;
            "Incorrect username."
        }
    };
    session.flash("error", reason)?;
    Ok(page("auth/login.html", context! { username => form.username }).into_response())
}

#[get("/logout")]
async fn logout(session: Session) -> Redirect {
    session.flush();
    redirect(blog::index::url())
}

/// Runs before every request: who is logged in stands in `g`.
pub(crate) async fn load_user(session: Session, db: Db, g: Locals) -> Result<()> {
    if let Some(id) = session.get::<i64>("user_id") {
        let user = db.query_as::<User>("select * from user where id = ?", (id,));
        if let Some(user) = user.optional().await? {
            g.set(user);
        }
    }
    Ok(())
}

/// Every template sees `g.user`.
pub(crate) async fn template_context(g: Locals) -> Context {
    context! { g => context! { user => g.get::<User>().as_deref() } }
}

/// The user who is logged in. A handler that asks for one sends all other visitors to the login.
pub(crate) struct LoggedIn(pub(crate) Arc<User>);

impl FromRequestParts<()> for LoggedIn {
    type Rejection = Redirect;

    async fn from_request_parts(_: &mut Parts, (): &()) -> Result<Self, Redirect> {
        let user = Scope::current().ok().and_then(|scope| scope.local());
        user.map(Self).ok_or_else(|| redirect(login_form::url()))
    }
}

/// Saves a new user; false if the name is taken.
async fn add_user(db: &Db, form: &Credentials) -> Result<bool> {
    let hash = password::hash(&form.password).await?;
    let sql = "insert into user (username, password) values (?, ?) on conflict do nothing";
    Ok(db.execute(sql, (&form.username, hash)).await? == 1)
}
