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

/// Top-level modules that would be a component's room.
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
    "sql",
    "tasks",
    "template",
    "templates",
    "users",
];

pub(super) fn findings(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (path, text) in tree.under(CORE, ".rs") {
        let inside = &path[CORE.len()..];
        let room = inside.split('/').next().unwrap_or(inside).trim_end_matches(".rs");
        if ROOMS.contains(&room) {
            let what = format!("carafe-core has a room called {room}");
            findings.push(Finding::new(path, 1, what, "a component lives in its own crate"));
        }
        let text = code(text);
        for token in tokens(&text).iter().filter(|token| NAMES.contains(&token.text)) {
            let what = format!("carafe-core names the component {}", token.text);
            let hint = "let the component join by its plugin: a trait, a service, a deposit";
            findings.push(Finding::new(path, token.line, what, hint));
        }
    }
    findings
}
