//! Rocket with what it brings: its shield of headers, private cookies, flash messages.

mod pages;

use pages::Message;
use rocket::fs::FileServer;
use rocket::http::{CookieJar, Status};
use rocket::request::FlashMessage;
use rocket::response::Flash;
use rocket::response::content::RawHtml;
use rocket::serde::json::Json;
use rocket::{Build, Config, Rocket, get, launch, routes};

#[launch]
fn site() -> Rocket<Build> {
    let port = std::env::var("PORT").ok().and_then(|port| port.parse::<u16>().ok());
    let config = Config::figment()
        .merge(("port", port.unwrap_or(8000)))
        .merge(("workers", 1))
        .merge(("secret_key", pages::secret_key().as_bytes()));
    rocket::custom(config)
        .mount("/", routes![hello, message, user, login, page])
        .mount("/static", FileServer::from(pages::static_folder()))
}

#[get("/")]
async fn hello() -> &'static str {
    "Hello, World!"
}

#[get("/json")]
async fn message() -> Json<Message> {
    Json(Message { message: "Hello, World!" })
}

#[get("/users/<id>")]
async fn user(id: u64) -> String {
    format!("user {id}")
}

#[get("/login")]
async fn login(cookies: &CookieJar<'_>) -> Flash<&'static str> {
    cookies.add_private(("user", "ann"));
    Flash::success("ok", "Welcome back, ann.")
}

#[get("/page")]
async fn page(
    cookies: &CookieJar<'_>,
    flash: Option<FlashMessage<'_>>,
) -> Result<RawHtml<String>, Status> {
    let user = cookies.get_private("user");
    let user = user.as_ref().map_or("", rocket::http::Cookie::value);
    let messages: Vec<String> = flash.iter().map(|flash| flash.message().to_owned()).collect();
    pages::page(user, &messages).map(RawHtml).map_err(|_| Status::InternalServerError)
}
