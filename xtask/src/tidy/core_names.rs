//! `carafe-core` names no component: what joins it comes through a trait or a deposit.

use super::Finding;
use crate::rust_text::{code, tokens};
use crate::tree::Tree;

const CORE: &str = "crates/carafe-core/src/";

/// The crates above, and what they are made of.
const NAMES: &[&str] = &[
    "carafe_admin",
    "carafe_ai",
    "carafe_api",
    "carafe_auth",
    "carafe_db",
    "carafe_forms",
    "carafe_model",
    "carafe_serverless",
    "carafe_services",
    "carafe_templates",
    "minijinja",
    "mysql_async",
    "rusqlite",
    "tokio_postgres",
];

/// Modules that would be a component's room.
const ROOMS: &[&str] = &[
    "admin",
    "auth",
    "cache",
    "database",
    "db",
    "forms",
    "mail",
    "migrate",
    "migrations",
    "model",
    "models",
    "openapi",
    "orm",
    "query",
    "sql",
    "tasks",
    "template",
    "templates",
    "users",
];

pub(super) fn findings(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (path, text) in tree.under(CORE, ".rs") {
        let rooms = path[CORE.len()..].trim_end_matches(".rs").split('/');
        for room in rooms.filter(|room| ROOMS.contains(room)) {
            let what = format!("carafe-core has a room called {room}");
            findings.push(Finding::new(path, 1, what, "a component lives in its own crate"));
        }
        let text = code(text);
        let tokens = tokens(&text);
        for (at, token) in tokens.iter().enumerate() {
            let is_inline_room = ROOMS.contains(&token.text)
                && at > 0
                && tokens[at - 1].text == "mod"
                && tokens.get(at + 1).is_some_and(|next| next.text == "{");
            if NAMES.contains(&token.text) || is_inline_room {
                let what = format!("carafe-core names the component {}", token.text);
                let hint = "let the component join by its plugin: a trait, a service, a deposit";
                findings.push(Finding::new(path, token.line, what, hint));
            }
        }
    }
    findings
}
