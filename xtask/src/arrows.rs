//! The arrows table: which crate may use which. It lives here, once; ARCHITECTURE.md shows it, and
//! `cargo xtask tidy` holds both against `cargo metadata`.

/// One crate, and what it may see.
pub(crate) struct Row {
    pub(crate) name: &'static str,
    /// An arrow goes to a lower level; the tools stand beside the house and have none.
    pub(crate) level: Option<i8>,
    /// Why it is a crate: **L**eft out by some, **G**round for others, **W**all, **M**ust by the
    /// toolchain.
    pub(crate) why: &'static str,
    /// The crates of ours that it may use.
    pub(crate) may: &'static [&'static str],
    /// The crates of others that would make it know what it must not.
    pub(crate) never: &'static [&'static str],
}

pub(crate) const TABLE: &[Row] = &[
    Row {
        name: "carafe",
        level: Some(5),
        why: "facade",
        may: &["carafe-core", "carafe-db", "carafe-macros", "carafe-model", "carafe-templates"],
        never: &[],
    },
    Row {
        name: "carafe-templates",
        level: Some(1),
        why: "L",
        may: &["carafe-core"],
        never: DATABASES,
    },
    Row {
        name: "carafe-db",
        level: Some(1),
        why: "L, G",
        may: &["carafe-core", "carafe-macros", "carafe-model"],
        never: TEMPLATES,
    },
    Row {
        name: "carafe-core",
        level: Some(0),
        why: "L, G",
        may: &[],
        never: &["minijinja", "rusqlite", "tokio-postgres", "mysql_async"],
    },
    Row {
        name: "carafe-model",
        level: Some(0),
        why: "W, G",
        may: &[],
        never: &["tokio", "axum", "http", "hyper", "tower", "rusqlite", "minijinja"],
    },
    Row {
        name: "carafe-macros",
        // Compiled into no program: the compiler runs it. So all may use it, the ground too.
        level: Some(-1),
        why: "M",
        may: &[],
        never: &["tokio", "axum", "http", "hyper"],
    },
    Row { name: "carafe-cli", level: None, why: "M", may: &[], never: &[] },
    Row { name: "xtask", level: None, why: "never published", may: &[], never: &[] },
];

const DATABASES: &[&str] = &["rusqlite", "tokio-postgres", "mysql_async"];
const TEMPLATES: &[&str] = &["minijinja"];

impl Row {
    /// The row as ARCHITECTURE.md shows it.
    pub(crate) fn line(&self) -> String {
        let level = self.level.map_or("tools".to_owned(), |level| level.to_string());
        let may: Vec<String> = self.may.iter().map(|name| format!("`{name}`")).collect();
        let may = if may.is_empty() { "none".to_owned() } else { may.join(", ") };
        format!("| `{}` | {level} | {} | {may} |", self.name, self.why)
    }
}
