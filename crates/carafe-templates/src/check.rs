//! What is looked at when a site starts: every template, and what it refers to.

use carafe_core::Scope;
use carafe_core::checks::Check;
use carafe_core::suggest::nearest;

use crate::context::Context;
use crate::engine::Engine;
use crate::scan::{Reference, To, references};

/// - `templates.E001`: a template that cannot be read or parsed.
/// - `templates.E002`: it extends, includes or imports a template that is not there.
/// - `templates.E003`: it links to an endpoint that is not there.
///
/// Both plugins ask for it, and it looks once.
pub(crate) fn check(scope: &Scope) -> Vec<Check> {
    let mut is_first = false;
    let looked = scope.once(|_| {
        is_first = true;
        Ok(Looked)
    });
    if looked.is_ok() && !is_first {
        return Vec::new();
    }
    let engine = match Engine::of(scope) {
        Ok(engine) => engine,
        Err(error) => return vec![unreadable(&error)],
    };
    let (all, names) = match (engine.lookup().all(), engine.lookup().names()) {
        (Ok(all), Ok(names)) => (all, names),
        (Err(error), _) | (_, Err(error)) => return vec![unreadable(&error)],
    };
    let endpoints = scope.table().endpoints();
    let mut found = Vec::new();
    for name in all {
        let template = match engine.environment().get_template(&name) {
            Ok(template) => template,
            Err(error) => {
                found.push(unreadable(&engine.explain(error, &Context::default())));
                continue;
            }
        };
        let place = engine.lookup().place(&name);
        for Reference { line, to } in references(template.source()) {
            let wrong = match to {
                To::Dynamic => None,
                To::Endpoint(endpoint) => missing_endpoint(&endpoint, &endpoints),
                To::Templates { names: wanted, required } => (required
                    && !wanted.iter().any(|name| exists(&engine, name)))
                .then(|| missing_template(&wanted, &names)),
            };
            found.extend(wrong.map(|check| check.at(format!("{place}:{line}"))));
        }
    }
    found
}

/// Left in a site whose templates were looked at.
struct Looked;

fn exists(engine: &Engine, name: &str) -> bool {
    matches!(engine.lookup().find(name), Ok(Some(_)))
}

fn unreadable(error: &carafe_core::Error) -> Check {
    let mut check = Check::new("templates.E001", error.message().to_owned());
    if let Some(place) = error.place() {
        check = check.at(place);
    }
    match error.advice() {
        Some(hint) => check.hint(hint),
        None => check,
    }
}

fn missing_template(wanted: &[String], names: &[String]) -> Check {
    let list = wanted.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(" or ");
    let check = Check::new("templates.E002", format!("there is no template {list}"));
    let near = wanted.iter().find_map(|name| nearest(name, names.iter().map(String::as_str)));
    check.hint(match near {
        Some(near) => format!("did you mean `{near}`?"),
        None => "add the file, or write `ignore missing` if it may be absent".to_owned(),
    })
}

/// A name that begins with a dot is of the app that answers, which may be any that has it.
fn missing_endpoint(endpoint: &str, endpoints: &[&str]) -> Option<Check> {
    let is_static = endpoint == "static" || endpoint.ends_with(".static");
    let known = match endpoint.strip_prefix('.') {
        None => endpoints.contains(&endpoint),
        Some(name) => endpoints.iter().any(|known| {
            known.strip_suffix(name).is_some_and(|app| app.is_empty() || app.ends_with('.'))
        }),
    };
    if known || is_static {
        return None;
    }
    let check = Check::new("templates.E003", format!("there is no endpoint `{endpoint}`"));
    Some(check.hint(match nearest(endpoint, endpoints.iter().copied()) {
        Some(near) => format!("did you mean `{near}`?"),
        None => "`cargo run -- routes` lists the endpoints".to_owned(),
    }))
}
