//! Names that cargo takes, and that don't get in the way of a crate.

use std::path::Path;

use crate::failure::{Failure, Result};

/// The project's name: the last part of the path.
pub(super) fn of(folder: &Path) -> Result<String> {
    let name = folder.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    match fault(name) {
        None => Ok(name.to_owned()),
        Some(fault) => {
            let shown =
                if name.is_empty() { folder.display().to_string() } else { name.to_owned() };
            Err(Failure::new(format!("`{shown}` can't be the name of a project: {fault}"))
                .hint("take letters, digits, `-` and `_`, a letter first: `my-site`"))
        }
    }
}

fn fault(name: &str) -> Option<&'static str> {
    let first = name.chars().next();
    let spoken = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '-' | '_');
    if first.is_none() {
        Some("it is empty")
    } else if !first.is_some_and(|letter| letter.is_ascii_alphabetic()) {
        Some("it has to begin with a letter from a to z")
    } else if !name.chars().all(spoken) {
        Some("it has characters that a crate's name cannot have")
    } else if name.len() > 64 {
        Some("it is longer than 64 letters")
    } else if KEYWORDS.contains(&name) {
        Some("it is a word of the language")
    } else if TAKEN.contains(&name.replace('-', "_").as_str()) {
        Some("a crate or a folder of cargo has that name")
    } else {
        None
    }
}

const KEYWORDS: &[&str] = &[
    "Self", "abstract", "as", "async", "await", "become", "box", "break", "const", "continue",
    "crate", "do", "dyn", "else", "enum", "extern", "false", "final", "fn", "for", "gen", "if",
    "impl", "in", "let", "loop", "macro", "match", "mod", "move", "mut", "override", "priv", "pub",
    "ref", "return", "self", "static", "struct", "super", "trait", "true", "try", "type", "typeof",
    "unsafe", "unsized", "use", "virtual", "where", "while", "yield",
];

const TAKEN: &[&str] = &[
    "alloc",
    "build",
    "carafe",
    "carafe_core",
    "carafe_macros",
    "core",
    "deps",
    "examples",
    "incremental",
    "proc_macro",
    "std",
    "test",
];

#[cfg(test)]
mod tests;
