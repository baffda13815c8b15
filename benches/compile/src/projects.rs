//! Who is compared. Each has a folder in `projects/`: a manifest, the program, and the one model of
//! which all others are copies.

/// A library, or none.
#[derive(Debug, PartialEq, Eq, Hash)]
pub(crate) struct Project {
    pub(crate) id: &'static str,
    pub(crate) title: &'static str,
    pub(crate) manifest: &'static str,
    pub(crate) program: &'static str,
    pub(crate) model: &'static str,
    /// The lock file, from the root, that says which versions of others it has.
    pub(crate) lock: &'static str,
    /// The package whose version is told; none where it is this checkout.
    pub(crate) package: Option<&'static str>,
}

macro_rules! project {
    ($id:literal, $title:literal, $lock:expr, $package:expr) => {
        Project {
            id: $id,
            title: $title,
            manifest: include_str!(concat!("../projects/", $id, "/Cargo.toml")),
            program: include_str!(concat!("../projects/", $id, "/main.rs")),
            model: include_str!(concat!("../projects/", $id, "/model.rs")),
            lock: $lock,
            package: $package,
        }
    };
}

const OURS: &str = "Cargo.lock";
const PEERS: &str = "benches/orm/peers/Cargo.lock";

pub(crate) const PROJECTS: &[Project] = &[
    project!("carafe", "Carafe", OURS, None),
    project!("bare", "by hand, on rusqlite", OURS, Some("rusqlite")),
    project!("diesel", "Diesel", PEERS, Some("diesel")),
    project!("seaorm", "SeaORM", PEERS, Some("sea-orm")),
];

/// The first of the projects, to which the others are compared.
pub(crate) fn carafe() -> &'static Project {
    &PROJECTS[0]
}
