//! What is asked for, and what the answer has to be.

use std::collections::HashMap;

use crate::servers::SITE;

#[derive(Debug, PartialEq, Eq, Hash)]
pub(crate) struct Work {
    pub(crate) name: &'static str,
    pub(crate) title: &'static str,
    pub(crate) path: &'static str,
    pub(crate) how: How,
}

#[derive(Debug, PartialEq, Eq, Hash, Clone, Copy)]
pub(crate) enum How {
    /// One request after the other on each connection.
    Plain,
    /// Sixteen requests in one write.
    Pipelined,
    /// With the cookies that `/login` gave.
    LoggedIn,
}

pub(crate) const WORKS: &[Work] = &[
    Work { name: "plaintext", title: "plaintext", path: "/", how: How::Plain },
    Work { name: "json", title: "JSON", path: "/json", how: How::Plain },
    Work { name: "path", title: "path parameter", path: "/users/42", how: How::Plain },
    Work {
        name: "pipelined",
        title: "plaintext, 16 requests pipelined",
        path: "/",
        how: How::Pipelined,
    },
    Work {
        name: "page",
        title: "page: template, session, flash message",
        path: "/page",
        how: How::LoggedIn,
    },
    Work {
        name: "static",
        title: "static file of 16 KiB, from disk",
        path: "/static/style.css",
        how: How::Plain,
    },
    Work {
        name: "embedded",
        title: "static file of 16 KiB, inside the program",
        path: "/static/style.css",
        how: How::Plain,
    },
];

/// The right body by the name of the work.
pub(crate) fn answers() -> Result<HashMap<&'static str, Vec<u8>>, String> {
    let path = format!("{SITE}/static/style.css");
    let style = std::fs::read(&path).map_err(|error| format!("{path}: {error}"))?;
    let hello = b"Hello, World!".to_vec();
    Ok(HashMap::from([
        ("plaintext", hello.clone()),
        ("json", br#"{"message":"Hello, World!"}"#.to_vec()),
        ("path", b"user 42".to_vec()),
        ("pipelined", hello),
        ("page", include_bytes!("../page.html").to_vec()),
        ("static", style.clone()),
        ("embedded", style),
    ]))
}
