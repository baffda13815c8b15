//! Who is compared.

#[derive(Debug, PartialEq, Eq, Hash)]
pub(crate) struct Server {
    pub(crate) id: &'static str,
    pub(crate) title: &'static str,
    pub(crate) program: Program,
    /// What the server reads from its environment.
    pub(crate) variables: &'static [(&'static str, &'static str)],
    pub(crate) works: &'static [&'static str],
    /// Where the static file of the work `static` is, if not at the usual path.
    pub(crate) static_path: Option<&'static str>,
}

#[derive(Debug, PartialEq, Eq, Hash)]
pub(crate) enum Program {
    /// A program of `benches/http/servers`, with the feature that it is built with.
    Rust(&'static str),
    /// Flask behind gunicorn, with these arguments.
    Gunicorn(&'static [&'static str]),
}

/// The folder of the servers, with the files that they share.
pub(crate) const SITE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/servers");

const OFF: &[(&str, &str)] = &[("SLOTS", "off")];
const ON: &[(&str, &str)] = &[("SLOTS", "on")];

const SMALL: &[&str] = &["plaintext", "json", "path"];
const SMALL_PIPELINED: &[&str] = &["plaintext", "json", "path", "pipelined"];
const ALL: &[&str] = &["plaintext", "json", "path", "pipelined", "page", "static"];
const ALL_EMBEDDED: &[&str] =
    &["plaintext", "json", "path", "pipelined", "page", "static", "embedded"];
const NOT_PIPELINED: &[&str] = &["plaintext", "json", "path", "page", "static"];

pub(crate) const SERVERS: &[Server] = &[
    Server {
        id: "hyper",
        title: "hyper",
        program: Program::Rust("hyper"),
        variables: &[],
        works: SMALL_PIPELINED,
        static_path: None,
    },
    Server {
        id: "carafe-off",
        title: "Carafe, slots off",
        program: Program::Rust("carafe"),
        variables: OFF,
        works: ALL_EMBEDDED,
        static_path: Some("/disk/style.css"),
    },
    Server {
        id: "carafe",
        title: "Carafe",
        program: Program::Rust("carafe"),
        variables: ON,
        works: ALL_EMBEDDED,
        static_path: Some("/disk/style.css"),
    },
    Server {
        id: "carafe-routes",
        title: "Carafe, slots off, 1,000 routes",
        program: Program::Rust("carafe"),
        variables: &[("SLOTS", "off"), ("ROUTES", "1000")],
        works: &["path"],
        static_path: None,
    },
    Server {
        id: "hello",
        title: "examples/hello",
        program: Program::Rust("hello"),
        variables: &[],
        works: &["plaintext"],
        static_path: None,
    },
    Server {
        id: "axum",
        title: "axum::serve",
        program: Program::Rust("axum"),
        variables: OFF,
        works: ALL,
        static_path: None,
    },
    Server {
        id: "axum-slots",
        title: "axum::serve, like slots",
        program: Program::Rust("axum"),
        variables: ON,
        works: SMALL,
        static_path: None,
    },
    Server {
        id: "actix",
        title: "actix-web",
        program: Program::Rust("actix"),
        variables: OFF,
        works: ALL,
        static_path: None,
    },
    Server {
        id: "actix-slots",
        title: "actix-web, like slots",
        program: Program::Rust("actix"),
        variables: ON,
        works: SMALL,
        static_path: None,
    },
    Server {
        id: "rocket",
        title: "Rocket",
        program: Program::Rust("rocket"),
        variables: &[],
        works: ALL,
        static_path: None,
    },
    Server {
        id: "flask-sync",
        title: "Flask, gunicorn sync",
        program: Program::Gunicorn(&["--worker-class=sync"]),
        variables: &[],
        works: NOT_PIPELINED,
        static_path: None,
    },
    Server {
        id: "flask-gthread",
        title: "Flask, gunicorn gthread",
        program: Program::Gunicorn(&["--worker-class=gthread", "--threads=4"]),
        variables: &[],
        works: NOT_PIPELINED,
        static_path: None,
    },
];
