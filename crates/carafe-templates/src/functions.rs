//! The functions that every template has.

use carafe_core::static_files::StaticUrls;
use carafe_core::{Error as OurError, Scope, Url};
use minijinja::value::{Kwargs, Rest, ValueKind};
use minijinja::{Environment, Error, Value};

use crate::request::Request;
use crate::root::of_ours;

pub(crate) fn add_to(environment: &mut Environment<'static>) {
    environment.add_function("url_for", url_for);
    environment.add_function("static", static_url);
    environment
        .add_function("cycler", |items: Rest<Value>| minijinja_contrib::globals::cycler(items.0));
    environment.add_function("joiner", minijinja_contrib::globals::joiner);
    environment.add_function("lipsum", minijinja_contrib::globals::lipsum);
    environment.add_global("request", Value::from_object(Request));
}

/// `url_for("blog.show", id=7, _anchor="top")`: what the path has no place for goes into the query;
/// a list stands there once for each of its items, and what is none not at all.
fn url_for(endpoint: &str, values: Kwargs) -> Result<Value, Error> {
    let scope = Scope::current().map_err(of_ours)?;
    let is_static = endpoint == "static" || endpoint.ends_with(".static");
    if is_static && !scope.table().endpoints().contains(&endpoint) {
        let name = values.get("filename").or_else(|_| values.get("path"))?;
        values.assert_all_used()?;
        return static_url(name);
    }
    let mut url = Url::to_endpoint(endpoint);
    let mut scheme = None;
    for name in values.args() {
        let value: Value = values.get(name)?;
        url = match (name, value.kind()) {
            (_, ValueKind::None | ValueKind::Undefined) | ("_method", _) => url,
            ("_external", _) => {
                if value.is_true() {
                    url.absolute()
                } else {
                    url
                }
            }
            ("_anchor", _) => url.fragment(value.to_string()),
            ("_scheme", _) => {
                scheme = Some(value.to_string());
                url.absolute()
            }
            (_, ValueKind::Seq | ValueKind::Iterable) => {
                value.try_iter()?.fold(url, |url, item| url.query(name, item))
            }
            (_, _) => url.with(name.to_owned(), value),
        };
    }
    let text = url.to_text().map_err(of_ours)?;
    Ok(match (scheme, text.split_once("://")) {
        (Some(scheme), Some((_, rest))) => format!("{scheme}://{rest}").into(),
        _ => text.into(),
    })
}

/// `static("style.css")`: the address of a static file, with its version in it.
fn static_url(name: &str) -> Result<Value, Error> {
    let scope = Scope::current().map_err(of_ours)?;
    let urls = scope.service::<StaticUrls>().ok_or_else(|| {
        of_ours(
            OurError::internal(format!("`static(\"{name}\")`: no app here has static files"))
                .hint("give the app a folder of static files"),
        )
    })?;
    urls.url(&scope, name).map(Value::from).map_err(of_ours)
}
