//! The page of axum, actix-web and Rocket, which bring no templates: MiniJinja, as Carafe has it.

use std::env;
use std::path::Path;
use std::sync::LazyLock;

use minijinja::value::Serde;
use minijinja::{Environment, Value, context};
use serde::{Deserialize, Serialize};

/// What is signed or encrypted with `SECRET_KEY`.
pub(crate) fn secret_key() -> String {
    env::var("SECRET_KEY").unwrap_or_default()
}

/// The folder of the static files.
pub(crate) fn static_folder() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/static"))
}

#[derive(Serialize)]
pub(crate) struct Message {
    pub(crate) message: &'static str,
}

#[derive(Deserialize, Serialize)]
struct Fortune {
    id: u32,
    message: String,
}

static FORTUNES: LazyLock<Vec<Fortune>> = LazyLock::new(|| {
    serde_json::from_str(include_str!("../fortunes.json")).expect("the file is right")
});

static TEMPLATES: LazyLock<Environment<'static>> = LazyLock::new(|| {
    let mut templates = Environment::new();
    let sources = [
        ("base.html", include_str!("../peer-templates/base.html")),
        ("page.html", include_str!("../templates/page.html")),
    ];
    for (name, source) in sources {
        templates.add_template(name, source).expect("the template is right");
    }
    templates
});

/// The page as HTML.
pub(crate) fn page(user: &str, messages: &[String]) -> Result<String, minijinja::Error> {
    let page = TEMPLATES.get_template("page.html")?;
    let messages = Value::from(Serde(messages));
    // Made for each request, as rows of a database are.
    let fortunes = Value::from(Serde(&*FORTUNES));
    page.render(context! { user, messages, fortunes })
}
