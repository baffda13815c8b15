//! Who is compared.

use bench::Package;

use crate::database::Database;
use crate::works::Kind;

#[derive(Debug, PartialEq, Eq, Hash)]
pub(crate) struct Client {
    pub(crate) id: &'static str,
    pub(crate) title: &'static str,
    pub(crate) program: Program,
    pub(crate) databases: &'static [Database],
    /// The works that it has no form for.
    pub(crate) cannot: Cannot,
}

#[derive(Debug, PartialEq, Eq, Hash)]
pub(crate) enum Program {
    /// A feature of this package, with a second argument.
    Rust(&'static Package, &'static str, &'static [&'static str]),
    Django,
}

const OURS: Package = Package { name: "orm-clients", manifest: "Cargo.toml" };
const PEERS: Package = Package { name: "orm-peers", manifest: "orm/peers/Cargo.toml" };
const TOASTY: Package = Package { name: "orm-toasty", manifest: "orm/toasty/Cargo.toml" };

const BOTH: &[Database] = &[Database::Postgres, Database::Sqlite];
type Cannot = &'static [(Database, &'static str)];

const BULK_ON_SQLITE: (Database, &str) = (Database::Sqlite, "bulk-updates");
const BULK: Cannot = &[(Database::Postgres, "bulk-updates"), BULK_ON_SQLITE];

pub(crate) const CLIENTS: &[Client] = &[
    Client {
        id: "postgres",
        title: "tokio-postgres, shared",
        program: Program::Rust(&OURS, "postgres", &[]),
        databases: &[Database::Postgres],
        cannot: &[],
    },
    Client {
        id: "pool",
        title: "tokio-postgres, pool",
        program: Program::Rust(&OURS, "postgres", &["pool"]),
        databases: &[Database::Postgres],
        cannot: &[],
    },
    Client {
        id: "rusqlite",
        title: "rusqlite, on the thread",
        program: Program::Rust(&OURS, "rusqlite", &[]),
        databases: &[Database::Sqlite],
        cannot: BULK,
    },
    Client {
        id: "carafe",
        title: "Carafe",
        program: Program::Rust(&OURS, "carafe", &[]),
        databases: BOTH,
        cannot: &[],
    },
    Client {
        id: "sqlx",
        title: "SQLx",
        program: Program::Rust(&PEERS, "sqlx", &[]),
        databases: BOTH,
        cannot: &[BULK_ON_SQLITE],
    },
    Client {
        id: "diesel",
        title: "diesel-async; Diesel on SQLite, on the thread",
        program: Program::Rust(&PEERS, "diesel", &[]),
        databases: BOTH,
        cannot: BULK,
    },
    Client {
        id: "seaorm",
        title: "SeaORM",
        program: Program::Rust(&PEERS, "seaorm", &[]),
        databases: BOTH,
        cannot: BULK,
    },
    Client {
        id: "toasty",
        title: "Toasty",
        program: Program::Rust(&TOASTY, "toasty", &[]),
        databases: BOTH,
        // What is read along with rows of an ordered page is "not yet implemented" on SQLite, and where
        // several tasks write in transactions there "database is locked".
        cannot: &[
            (Database::Postgres, "bulk-updates"),
            BULK_ON_SQLITE,
            (Database::Sqlite, "updates"),
            (Database::Sqlite, "join"),
            (Database::Sqlite, "prefetch"),
        ],
    },
    Client {
        id: "django",
        title: "Django",
        program: Program::Django,
        databases: BOTH,
        cannot: &[],
    },
];

impl Client {
    pub(crate) fn can(&self, kind: Kind) -> bool {
        !self.cannot.contains(&(kind.database, kind.work.name))
    }

    /// Django has one thread, and so one task.
    pub(crate) fn does(&self, kind: Kind) -> bool {
        self.can(kind) && (kind.tasks == 1 || self.program != Program::Django)
    }
}

/// The title of a client.
pub(crate) fn title(id: &str) -> &'static str {
    CLIENTS.iter().find(|client| client.id == id).map_or("", |client| client.title)
}
