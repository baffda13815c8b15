//! actix-web; with `SLOTS=on` in middleware like Carafe's slots.

mod pages;

use std::{env, io};

use actix_files::Files;
use actix_session::config::CookieContentSecurity;
use actix_session::storage::CookieSessionStore;
use actix_session::{Session, SessionMiddleware};
use actix_web::body::MessageBody;
use actix_web::cookie::Key;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::error::ErrorInternalServerError;
use actix_web::http::header::{HeaderName, HeaderValue};
use actix_web::middleware::{DefaultHeaders, Next, from_fn};
use actix_web::web::{Html, Json, Path, ServiceConfig, get, resource};
use actix_web::{App, HttpServer, Result};
use pages::Message;
use uuid::Uuid;

#[actix_web::main]
async fn main() -> io::Result<()> {
    let port = env::var("PORT").ok().and_then(|port| port.parse().ok()).unwrap_or(8000);
    let address = ("127.0.0.1", port);
    if env::var("SLOTS").is_ok_and(|slots| slots == "on") {
        let site = || {
            App::new()
                .configure(routes)
                .wrap(session())
                .wrap(
                    DefaultHeaders::new()
                        .add(("x-content-type-options", "nosniff"))
                        .add(("x-frame-options", "DENY"))
                        .add(("referrer-policy", "same-origin"))
                        .add(("cross-origin-opener-policy", "same-origin")),
                )
                .wrap(from_fn(request_id))
        };
        HttpServer::new(site).workers(1).bind(address)?.run().await
    } else {
        HttpServer::new(|| App::new().configure(routes)).workers(1).bind(address)?.run().await
    }
}

fn routes(site: &mut ServiceConfig) {
    site.route("/", get().to(hello))
        .route("/json", get().to(message))
        .route("/users/{id}", get().to(user))
        .service(resource("/login").wrap(session()).route(get().to(login)))
        .service(resource("/page").wrap(session()).route(get().to(page)))
        .service(Files::new("/static", pages::static_folder()));
}

fn session() -> SessionMiddleware<CookieSessionStore> {
    let key = Key::from(pages::secret_key().as_bytes());
    SessionMiddleware::builder(CookieSessionStore::default(), key)
        .cookie_content_security(CookieContentSecurity::Signed)
        .cookie_secure(false)
        .build()
}

async fn request_id(
    request: ServiceRequest,
    next: Next<impl MessageBody>,
) -> Result<ServiceResponse<impl MessageBody>> {
    const NAME: HeaderName = HeaderName::from_static("x-request-id");
    let came = request.headers().get(&NAME).cloned();
    let mut response = next.call(request).await?;
    let id = match came {
        Some(id) => id,
        None => {
            HeaderValue::try_from(Uuid::new_v4().to_string()).map_err(ErrorInternalServerError)?
        }
    };
    response.headers_mut().insert(NAME, id);
    Ok(response)
}

async fn hello() -> &'static str {
    "Hello, World!"
}

async fn message() -> Json<Message> {
    Json(Message { message: "Hello, World!" })
}

async fn user(id: Path<u64>) -> String {
    format!("user {id}")
}

async fn login(session: Session) -> Result<&'static str> {
    session.insert("user", "ann")?;
    session.insert("messages", ["Welcome back, ann."])?;
    Ok("ok")
}

async fn page(session: Session) -> Result<Html> {
    let user: String = session.get("user")?.unwrap_or_default();
    let messages: Vec<String> =
        session.remove_as("messages").and_then(std::result::Result::ok).unwrap_or_default();
    let html = pages::page(&user, &messages).map_err(ErrorInternalServerError)?;
    Ok(Html::new(html))
}
