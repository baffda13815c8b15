//! The databases: a server of PostgreSQL, files of SQLite, and in them one database for each client.

use std::path::Path;

use carafe::prelude::*;
use driver_tests::ServerProcess;
use tokio::runtime::Runtime;

use crate::clients::Client;
use crate::database::Database;
use crate::options::Options;
use crate::works::Kind;
use crate::{postgres, tables};

pub(crate) struct Databases {
    runtime: Runtime,
    server: Option<ServerProcess>,
    files: tempfile::TempDir,
}

/// Where a client's tables are.
pub(crate) struct At {
    pub(crate) url: String,
    db: Db,
}

impl Databases {
    pub(crate) fn start(options: &Options) -> Result<Self, String> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        let runtime = runtime.map_err(|error| error.to_string())?;
        let server = options.databases.contains(&Database::Postgres).then(postgres::start);
        // In memory where it can be: how fast a disk is says nothing of clients.
        let memory = Path::new("/dev/shm");
        let folder = if memory.is_dir() { memory.to_owned() } else { std::env::temp_dir() };
        let files = tempfile::Builder::new().prefix("orm-bench-").tempdir_in(folder);
        let files = files.map_err(|error| format!("no folder for SQLite: {error}"))?;
        Ok(Self { runtime, server: server.transpose()?, files })
    }

    /// A database with all tables and rows.
    pub(crate) fn fresh(&self, client: &Client, database: Database) -> Result<At, String> {
        let made = self.runtime.block_on(async {
            let url = match &self.server {
                Some(server) if database == Database::Postgres => {
                    let db = Db::open(postgres::url(&server.place(), "postgres")).await?;
                    let name = format!("bench_{}", client.id);
                    db.execute(format!("create database {name}"), ()).await?;
                    postgres::url(&server.place(), &name)
                }
                _ => format!("sqlite:{}/{}.sqlite3", self.files.path().display(), client.id),
            };
            if database == Database::Sqlite {
                // Not every client makes the file.
                let file = url.trim_start_matches("sqlite:");
                std::fs::File::create(file).map_err(|error| Error::internal(error.to_string()))?;
            }
            let db = Db::open(url.clone()).await?;
            tables::make(&db, database).await?;
            Ok(At { url, db })
        });
        made.map_err(|error: Error| format!("the tables cannot be made: {error:?}"))
    }

    /// Removes what a work has left behind, lest the next one be slower.
    pub(crate) fn clean(&self, at: &At, kind: Kind) -> Result<(), String> {
        let cleaned = self.runtime.block_on(tables::clean(&at.db, kind));
        cleaned.map_err(|error| format!("the tables cannot be cleaned: {error:?}"))
    }
}
