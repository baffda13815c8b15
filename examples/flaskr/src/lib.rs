//! A small blog: people register, log in, and write posts.

mod auth;
mod blog;
mod user;

use carafe::prelude::*;

pub use crate::blog::Post;
pub use crate::user::User;

/// The whole site. The program runs it, and every test asks one of its own.
pub fn site() -> App {
    App::new("flaskr")
        .default_setting("database.url", "sqlite:flaskr.sqlite3")
        .plugin(Database::from_settings())
        .assets(assets!())
        .before(user::load)
        .template_context(user::template_context)
        .catch(401, auth::ask_to_log_in)
        .routes(routes![hello])
        .commands(commands![init_db])
        .mount("/auth", auth::app())
        .mount("/", blog::app())
}

/// A page that needs nothing, to see that the site is up.
#[get("/hello")]
async fn hello() -> &'static str {
    "Hello, World!"
}

/// Clear the existing data: the posts go with their authors.
#[command]
async fn init_db(db: Db, console: Console) -> Result<()> {
    User::all().delete(&db).await?;
    console.line("Initialized the database.");
    Ok(())
}
