//! Register, log in, log out.

use carafe::password;
use carafe::prelude::*;
use serde::Deserialize;

use crate::blog;
use crate::user::User;

pub(crate) fn app() -> App {
    App::new("auth").models(models![User]).routes(routes![
        register_form,
        register,
        login_form,
        login,
        logout
    ])
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
    let user = User::all().filter(User::USERNAME.eq(&form.username)).get_or_none(&db).await?;
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

/// Answers 401: who should log in is sent to the form.
pub(crate) async fn ask_to_log_in() -> Redirect {
    redirect(login_form::url())
}

/// Saves a new user; false if the name is taken.
async fn add_user(db: &Db, form: &Credentials) -> Result<bool> {
    let password = password::hash(&form.password).await?;
    let user = User { username: form.username.clone(), password, ..User::blank() };
    let same = User::all().filter(User::USERNAME.eq(&form.username));
    let (_, is_new) = same.get_or_create(user, db).await?;
    Ok(is_new)
}
