//! A site with one of everything that takes input.

use std::fs;
use std::path::Path;

use axum::Router;
use axum::extract::ws::WebSocketUpgrade;
use axum::http::HeaderMap;
use axum::response::Response;
use axum::routing::any;
use carafe::cookies::{Cookies, SetCookie};
use carafe::csrf;
use carafe::extract::Multipart;
use carafe::prelude::*;
use carafe::respond::Redirect;
use carafe::static_files::StaticFolder;
use serde::Deserialize;
use serde_json::Value;

/// What no answer may ever hold: it lies beside the static folder, and is in the secret key.
pub const SECRET: &str = "TOP-SECRET";

/// The site, whose static files are in a folder that is made in `folder`.
pub fn site(folder: &Path) -> App {
    let files = lay_out(folder);
    App::new("site")
        .routes(routes![
            index, echo, number, rest, page, text, json, point, form, login, query, search, upload,
            cookies, count, token, change, go, header, cookie, download, big, absolute, wide
        ])
        .static_files("/static", StaticFolder::disk(files))
        .axum(Router::new().route("/rooms/{room}", any(shout)))
}

/// Files inside, a secret outside, and links from the one to the other.
fn lay_out(folder: &Path) -> std::path::PathBuf {
    let files = folder.join("static");
    fs::create_dir_all(files.join("css")).unwrap();
    fs::create_dir_all(folder.join("static-brother")).unwrap();
    for (name, bytes) in [
        ("secret.txt", SECRET),
        ("static-brother/secret.txt", SECRET),
        ("static/.env", SECRET),
        ("static/css/.hidden", SECRET),
        ("static/css/site.css", "p { color: red }"),
        ("static/a.txt", "abcdefghij"),
    ] {
        fs::write(folder.join(name), bytes).unwrap();
    }
    #[cfg(unix)]
    for (target, name) in [("../secret.txt", "link.txt"), ("..", "up"), ("loop", "loop")] {
        _ = std::os::unix::fs::symlink(target, files.join(name));
    }
    files
}

#[get("/")]
async fn index() -> &'static str {
    "hello"
}

#[get("/echo/{text}")]
async fn echo(text: String) -> String {
    text
}

#[get("/number/{n}")]
async fn number(n: i64) -> String {
    n.to_string()
}

#[get("/rest/{*path}")]
async fn rest(path: String) -> String {
    path
}

// At the root, so that the slash that is added could become the first of `//evil.com`.
#[get("/{name}/")]
async fn page(name: String) -> String {
    name
}

#[post("/text")]
async fn text(body: String) -> String {
    body.len().to_string()
}

#[post("/json")]
async fn json(Json(value): Json<Value>) -> String {
    match value {
        Value::Array(list) => format!("{} items", list.len()),
        Value::Object(map) => format!("{} keys", map.len()),
        other => other.to_string(),
    }
}

#[derive(Deserialize)]
struct Point {
    x: i64,
}

#[post("/point")]
async fn point(Json(point): Json<Point>) -> String {
    point.x.to_string()
}

type Pairs = Vec<(String, String)>;

#[post("/form")]
async fn form(Form(pairs): Form<Pairs>) -> String {
    format!("{} pairs", pairs.len())
}

#[derive(Deserialize)]
struct Login {
    name: String,
    #[serde(default)]
    tags: Vec<String>,
}

#[post("/login")]
async fn login(Form(login): Form<Login>) -> String {
    format!("{} {}", login.name, login.tags.len())
}

#[get("/query")]
async fn query(Query(pairs): Query<Pairs>) -> String {
    format!("{} pairs", pairs.len())
}

#[get("/search")]
async fn search(Query(login): Query<Login>) -> String {
    format!("{} {}", login.name, login.tags.len())
}

#[post("/upload")]
async fn upload(form: Multipart) -> String {
    let (texts, files) = form.into_parts();
    format!("{} texts, {} files", texts.len(), files.iter().count())
}

#[get("/cookies")]
async fn cookies(cookies: Cookies) -> String {
    format!("{} cookies", cookies.iter().count())
}

#[get("/count")]
async fn count(session: Session) -> Result<String> {
    let count = session.get_or("count", 0) + 1;
    session.insert("count", count)?;
    Ok(format!("count {count}"))
}

#[get("/token")]
async fn token(session: Session) -> Result<String> {
    csrf::token(&session)
}

#[post("/change")]
async fn change(session: Session) -> &'static str {
    session.remove("count");
    "changed"
}

#[derive(Deserialize)]
struct Given {
    value: String,
}

#[get("/go")]
async fn go(Query(given): Query<Given>) -> Redirect {
    redirect(given.value)
}

#[get("/header")]
async fn header(Query(given): Query<Given>) -> ([(&'static str, String); 1], &'static str) {
    ([("x-given", given.value)], "set")
}

#[get("/cookie")]
async fn cookie(Query(given): Query<Given>) -> (SetCookie, &'static str) {
    (SetCookie::new("given", given.value), "set")
}

#[get("/download")]
async fn download(Query(given): Query<Given>) -> File {
    File::bytes("data.txt", "0123456789").attachment(given.value)
}

#[get("/big")]
async fn big() -> Vec<u8> {
    vec![b'x'; 16 << 20]
}

#[get("/wide")]
async fn wide() -> String {
    "wide ".repeat(10_000)
}

#[get("/absolute")]
async fn absolute(headers: HeaderMap) -> Result<String> {
    let hosts = headers.get_all("host").iter().count();
    Ok(format!("{} ({hosts})", index::url().absolute().to_text()?))
}

async fn shout(upgrade: WebSocketUpgrade) -> Response {
    upgrade.on_upgrade(|mut socket| async move {
        while let Some(Ok(message)) = socket.recv().await {
            _ = socket.send(message).await;
        }
    })
}
