//! Questions and votes: the app of Django's tutorial.

mod commands;
mod models;
mod views;

use carafe::prelude::*;

pub use crate::models::{Choice, Question, Questions};

/// The whole site (Django's project). The program runs it, and every test asks one of its own.
pub fn site() -> App {
    App::new("site")
        .default_setting("database.url", "sqlite:polls.sqlite3")
        .plugin(Database::from_settings())
        .routes(routes![home])
        .mount("/polls", app())
}

#[get("/")]
async fn home() -> Redirect {
    redirect(views::index::url())
}

/// The polls (Django's app), which another site can mount as well.
pub fn app() -> App {
    App::new("polls")
        .assets(assets!())
        .models(models![Question, Choice])
        .routes(routes![views::index, views::detail, views::results, views::vote])
        .commands(commands![commands::add_question])
}
