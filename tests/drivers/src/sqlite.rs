//! SQLite: in a file, and in memory.

use std::sync::atomic::{AtomicU32, Ordering};

use crate::{Ability, BoxFuture, Dialect, Found, Server};

/// SQLite's words; in memory it has one connection.
const WORDS: &[(&str, &str)] = &[
    ("id", "integer primary key"),
    ("integer", "integer"),
    ("float", "real"),
    ("decimal", "decimal(30, 10)"),
    ("bool", "integer"),
    ("text", "text"),
    ("key", "text"),
    ("bytes", "blob"),
    ("date", "text"),
    ("time", "text"),
    ("datetime", "text"),
    ("timestamp", "text"),
    ("duration", "integer"),
    ("uuid", "text"),
    ("ip", "text"),
    ("json", "text"),
    ("as integer", "as integer"),
    ("as text", "as text"),
    // A query that takes about so many milliseconds as its parameter says.
    (
        "slow",
        "with recursive n(i) as (select 1 union all select i + 1 from n where i < ? * 20000) select count(*) from n",
    ),
    // As many numbers as its parameter says, each made when it is read.
    (
        "numbers",
        "with recursive n(i) as (select 1 union all select i + 1 from n where i < ?) select i from n",
    ),
    // 5, 4, 3, 2, 1, and then an error.
    (
        "failing",
        "with recursive n(i) as (select 5 union all select i - 1 from n) select case when i > 0 then i else abs(-9223372036854775807 - 1 - i) end from n limit 9",
    ),
];

static FILE: Dialect = Dialect {
    name: "SQLite in a file",
    words: WORDS,
    cannot: &[
        (Ability::Server, "SQLite has no server"),
        (Ability::Serializable, "SQLite has one writer, and transactions never meet"),
        (Ability::NamesColumns, "SQLite names no columns of foreign keys and checks"),
        (Ability::UnicodeCase, "SQLite knows the case of ASCII only"),
        (Ability::NullsLast, "SQLite sorts NULL before all"),
        (Ability::DistinctOn, "SQLite has no DISTINCT ON"),
        (Ability::JsonContains, "SQLite cannot compare parts of JSON documents"),
        (Ability::Arrays, "SQLite has no arrays"),
    ],
};

static MEMORY: Dialect = Dialect {
    name: "SQLite in memory",
    words: WORDS,
    cannot: &[
        (Ability::Server, "SQLite has no server"),
        (Ability::Connections, "a database in memory has one connection"),
        (Ability::Serializable, "SQLite has one writer, and transactions never meet"),
        (Ability::NamesColumns, "SQLite names no columns of foreign keys and checks"),
        (Ability::UnicodeCase, "SQLite knows the case of ASCII only"),
        (Ability::NullsLast, "SQLite sorts NULL before all"),
        (Ability::DistinctOn, "SQLite has no DISTINCT ON"),
        (Ability::JsonContains, "SQLite cannot compare parts of JSON documents"),
        (Ability::Arrays, "SQLite has no arrays"),
    ],
};

/// Databases in files of a temporary folder.
pub fn files() -> Found {
    match tempfile::tempdir() {
        Ok(folder) => Found::Server(Box::new(Files { folder, number: AtomicU32::new(0) })),
        Err(error) => Found::Nothing(error.to_string()),
    }
}

/// Databases in memory.
pub fn memory() -> Found {
    Found::Server(Box::new(Memory))
}

struct Files {
    folder: tempfile::TempDir,
    number: AtomicU32,
}

struct Memory;

impl Server for Files {
    fn dialect(&self) -> &'static Dialect {
        &FILE
    }

    fn fresh(&self) -> BoxFuture<'_, String> {
        let name = format!("{}.sqlite3", self.number.fetch_add(1, Ordering::Relaxed));
        let url = format!("sqlite:{}", self.folder.path().join(name).display());
        Box::pin(std::future::ready(url))
    }
}

impl Server for Memory {
    fn dialect(&self) -> &'static Dialect {
        &MEMORY
    }

    fn fresh(&self) -> BoxFuture<'_, String> {
        Box::pin(std::future::ready("sqlite::memory:".to_owned()))
    }
}
