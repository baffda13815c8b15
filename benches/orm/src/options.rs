//! The command line.

use bench::{known, list, number};

use crate::clients::{CLIENTS, Client};
use crate::database::Database;
use crate::works::{How, Kind, WORKS};

const HELP: &str = "\
Builds the clients and compares them, the client on one core and PostgreSQL on another.

  benches/orm/run [OPTION]…

  --clients LIST    of: postgres pool rusqlite carafe sqlx diesel seaorm toasty django; all without it
  --databases LIST  of: postgres sqlite; both without it
  --works LIST      of: row queries fortunes insert bulk updates bulk-updates join prefetch; all without it
  --tasks LIST      how many at a time [1,16,64]
  --milliseconds N  for each client, work and number of tasks [400]
  --rounds N        every other one in reversed order [4]
  --client-core N   [0]
  --server-core N   [1]
  --quick           one round of row, queries and updates by 16 tasks, without Django
  --build-only      builds and measures nothing
  --help

A LIST has commas: --clients carafe,postgres --works row,join
";

#[derive(Debug)]
pub(crate) struct Options {
    clients: Vec<String>,
    pub(crate) databases: Vec<Database>,
    works: Vec<String>,
    pub(crate) tasks: Vec<u32>,
    pub(crate) milliseconds: u32,
    pub(crate) rounds: usize,
    pub(crate) client_core: usize,
    pub(crate) server_core: usize,
    pub(crate) after_build: AfterBuild,
}

#[derive(Debug, PartialEq, Eq)]
pub(crate) enum AfterBuild {
    Measure,
    Stop,
}

impl Options {
    /// `None` if only help was asked for.
    pub(crate) fn read(words: impl Iterator<Item = String>) -> Result<Option<Self>, String> {
        let mut options = Self {
            clients: CLIENTS.iter().map(|client| client.id.to_owned()).collect(),
            databases: vec![Database::Postgres, Database::Sqlite],
            works: WORKS.iter().map(|work| work.name.to_owned()).collect(),
            tasks: vec![1, 16, 64],
            milliseconds: 400,
            rounds: 4,
            client_core: 0,
            server_core: 1,
            after_build: AfterBuild::Measure,
        };
        let mut words = bench::words(words);
        while let Some(word) = words.next() {
            let mut value = || words.next().ok_or(format!("{word} needs a value; see --help"));
            match word.as_str() {
                "--clients" => options.clients = list(&value()?),
                "--databases" => options.databases = databases(&list(&value()?))?,
                "--works" => options.works = list(&value()?),
                "--tasks" => {
                    let tasks = list(&value()?);
                    options.tasks =
                        tasks.iter().map(|text| number(text)).collect::<Result<_, _>>()?;
                }
                "--milliseconds" => options.milliseconds = number(&value()?)?,
                "--rounds" => options.rounds = number(&value()?)?,
                "--client-core" => options.client_core = number(&value()?)?,
                "--server-core" => options.server_core = number(&value()?)?,
                "--quick" => options.be_quick(),
                "--build-only" => options.after_build = AfterBuild::Stop,
                "--help" | "-h" => {
                    print!("{HELP}");
                    return Ok(None);
                }
                other => return Err(format!("there is no option {other}; see --help")),
            }
        }
        known(&options.clients, CLIENTS.iter().map(|client| client.id), "client")?;
        known(&options.works, WORKS.iter().map(|work| work.name), "work")?;
        if options.tasks.iter().any(|tasks| !(1..=500).contains(tasks)) {
            return Err("there can be 1 to 500 tasks: each needs rows of its own".to_owned());
        }
        if options.client_core == options.server_core {
            return Err("the client and the server each need a core of their own".to_owned());
        }
        Ok(Some(options))
    }

    pub(crate) fn clients(&self) -> impl Iterator<Item = &'static Client> {
        CLIENTS.iter().filter(|client| self.clients.iter().any(|id| id == client.id))
    }

    /// All that is to be measured.
    pub(crate) fn kinds(&self) -> Vec<Kind> {
        let mut kinds = Vec::new();
        for &database in &self.databases {
            for work in WORKS.iter().filter(|work| self.works.iter().any(|name| name == work.name))
            {
                let tasks: &[u32] = if work.how == How::Alone { &[1] } else { &self.tasks };
                kinds.extend(tasks.iter().map(|&tasks| Kind { database, work, tasks }));
            }
        }
        kinds
    }

    fn be_quick(&mut self) {
        self.rounds = 1;
        self.tasks = vec![16];
        self.clients.retain(|id| id != "django");
        self.works.retain(|name| ["row", "queries", "updates"].contains(&name.as_str()));
    }
}

fn databases(names: &[String]) -> Result<Vec<Database>, String> {
    let all = [Database::Postgres, Database::Sqlite];
    known(names, all.into_iter().map(Database::name), "database")?;
    Ok(all.into_iter().filter(|one| names.iter().any(|name| name == one.name())).collect())
}
