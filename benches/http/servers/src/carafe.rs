//! Carafe, as `cargo run --release` serves it in production; with `SLOTS=off` without its slots.

use std::env;
use std::sync::LazyLock;

use carafe::middleware::{AccessLog, Compression, RequestId, SecurityHeaders};
use carafe::prelude::*;
use carafe::static_files::StaticFolder;
use serde::{Deserialize, Serialize};

fn main() {
    let routes = env::var("ROUTES").ok().and_then(|routes| routes.parse().ok());
    let site = with_routes(site(), routes.unwrap_or(0));
    match env::var("SLOTS").as_deref() {
        Ok("off") => without_slots(site).run(),
        _ => site.run(),
    }
}

fn site() -> App {
    let folder = StaticFolder::disk(concat!(env!("CARGO_MANIFEST_DIR"), "/static"));
    App::new("site")
        .assets(assets!())
        .mount("/disk", App::new("disk").static_files("/", folder))
        .routes(routes![hello, message, user, login, show])
}

/// So many routes more, in apps of five.
fn with_routes(site: App, routes: usize) -> App {
    (0..routes / 5).fold(site, |site, number| {
        let name = format!("part-{number}");
        let app = App::new(&name).routes(routes![hello, message, user, login, show]);
        site.mount(format!("/{name}"), app)
    })
}

fn without_slots(site: App) -> App {
    site.middleware(RequestId::Off)
        .middleware(AccessLog::Off)
        .middleware(Compression::off())
        .middleware(SecurityHeaders::off())
}

#[get("/")]
async fn hello() -> &'static str {
    "Hello, World!"
}

#[derive(Serialize)]
struct Message {
    message: &'static str,
}

#[get("/json")]
async fn message() -> Json<Message> {
    Json(Message { message: "Hello, World!" })
}

#[get("/users/{id}")]
async fn user(id: u64) -> String {
    format!("user {id}")
}

#[get("/login")]
async fn login(session: Session) -> Result<&'static str> {
    session.insert("user", "ann")?;
    session.flash("message", "Welcome back, ann.")?;
    Ok("ok")
}

#[derive(Deserialize, Serialize)]
struct Fortune {
    id: u32,
    message: String,
}

static FORTUNES: LazyLock<Vec<Fortune>> = LazyLock::new(|| {
    serde_json::from_str(include_str!("../fortunes.json")).expect("the file is right")
});

#[get("/page")]
async fn show(session: Session) -> Page {
    let user: Option<String> = session.get("user");
    page("page.html", context! { user, fortunes => &*FORTUNES })
}
