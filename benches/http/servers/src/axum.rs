//! axum behind `axum::serve` with `TCP_NODELAY`; with `SLOTS=on` in layers like Carafe's slots.

mod pages;

use std::{env, io};

use axum::extract::{FromRef, Path};
use axum::http::{HeaderName, HeaderValue, StatusCode};
use axum::response::Html;
use axum::routing::get;
use axum::serve::ListenerExt;
use axum::{Json, Router};
use axum_extra::extract::cookie::{Cookie, Key, SignedCookieJar};
use pages::Message;
use serde::{Deserialize, Serialize};
use tokio::net::TcpListener;
use tower::ServiceBuilder;
use tower_http::ServiceBuilderExt;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::request_id::MakeRequestUuid;
use tower_http::services::ServeDir;
use tower_http::set_header::SetResponseHeaderLayer;

fn main() -> io::Result<()> {
    let port = env::var("PORT").ok().and_then(|port| port.parse().ok()).unwrap_or(8000);
    let mut runtime = tokio::runtime::Builder::new_multi_thread();
    runtime.worker_threads(1).enable_all().build()?.block_on(serve(port))
}

async fn serve(port: u16) -> io::Result<()> {
    let listener = TcpListener::bind(("127.0.0.1", port)).await?;
    // A socket that refuses the option is as slow as without; nothing else depends on it.
    let listener = listener.tap_io(|stream| _ = stream.set_nodelay(true));
    let site = site();
    let site = if env::var("SLOTS").is_ok_and(|slots| slots == "on") { slots(site) } else { site };
    axum::serve(listener, site).await
}

#[derive(Clone)]
struct Keys(Key);

impl FromRef<Keys> for Key {
    fn from_ref(keys: &Keys) -> Self {
        keys.0.clone()
    }
}

fn site() -> Router {
    Router::new()
        .route("/", get(hello))
        .route("/json", get(message))
        .route("/users/{id}", get(user))
        .route("/login", get(login))
        .route("/page", get(page))
        .nest_service("/static", ServeDir::new(pages::static_folder()))
        .with_state(Keys(Key::from(pages::secret_key().as_bytes())))
}

/// The body limit is axum's own; a session is read where it is asked for.
fn slots(site: Router) -> Router {
    let header = |name: &'static str, value: &'static str| {
        SetResponseHeaderLayer::if_not_present(
            HeaderName::from_static(name),
            HeaderValue::from_static(value),
        )
    };
    site.layer(
        ServiceBuilder::new()
            .set_x_request_id(MakeRequestUuid)
            .propagate_x_request_id()
            .layer(header("x-content-type-options", "nosniff"))
            .layer(header("x-frame-options", "DENY"))
            .layer(header("referrer-policy", "same-origin"))
            .layer(header("cross-origin-opener-policy", "same-origin"))
            .layer(CatchPanicLayer::new()),
    )
}

async fn hello() -> &'static str {
    "Hello, World!"
}

async fn message() -> Json<Message> {
    Json(Message { message: "Hello, World!" })
}

async fn user(Path(id): Path<u64>) -> String {
    format!("user {id}")
}

/// What the signed cookie holds.
#[derive(Default, Deserialize, Serialize)]
struct Session {
    user: String,
    messages: Vec<String>,
}

async fn login(jar: SignedCookieJar) -> Result<(SignedCookieJar, &'static str), StatusCode> {
    let session =
        Session { user: "ann".to_owned(), messages: vec!["Welcome back, ann.".to_owned()] };
    Ok((jar.add(cookie(&session)?), "ok"))
}

async fn page(jar: SignedCookieJar) -> Result<(SignedCookieJar, Html<String>), StatusCode> {
    let cookie_of_it = jar.get("session");
    let session = cookie_of_it.and_then(|cookie| serde_json::from_str(cookie.value()).ok());
    let mut session: Session = session.unwrap_or_default();
    let messages = std::mem::take(&mut session.messages);
    let html =
        pages::page(&session.user, &messages).map_err(|_| StatusCode::INTERNAL_SERVER_ERROR)?;
    let jar = if messages.is_empty() { jar } else { jar.add(cookie(&session)?) };
    Ok((jar, Html(html)))
}

fn cookie(session: &Session) -> Result<Cookie<'static>, StatusCode> {
    let json = serde_json::to_string(session).map_err(|_| StatusCode::INTERNAL_SERVER_ERROR)?;
    Ok(Cookie::build(("session", json)).http_only(true).path("/").build())
}
