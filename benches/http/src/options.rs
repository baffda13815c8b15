//! The command line.

use bench::{known, list, number};

use crate::servers::{SERVERS, Server};
use crate::works::{WORKS, Work};

const HELP: &str = "\
Builds the servers and compares them, the server on one core and the load on another.

  benches/http/run [OPTION]…

  --servers LIST      of: hyper carafe-off carafe carafe-routes hello axum axum-slots actix
                      actix-slots rocket flask-sync flask-gthread; all without it
  --works LIST        of: plaintext json path pipelined page static embedded; all without it
  --connections LIST  how many at a time [64,256]
  --seconds N         of load for each server, work and number of connections [1]
  --rounds N          every other one in reversed order [4]
  --server-core N     [0]
  --load-core N       [1]
  --quick             one round with 64 connections, without JSON, path, Flask: under a minute
  --build-only        builds and measures nothing
  --help

A LIST has commas: --servers hyper,carafe --works plaintext,page
";

#[derive(Debug)]
pub(crate) struct Options {
    servers: Vec<String>,
    works: Vec<String>,
    pub(crate) connections: Vec<u32>,
    pub(crate) seconds: u32,
    pub(crate) rounds: usize,
    pub(crate) server_core: usize,
    pub(crate) load_core: usize,
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
            servers: SERVERS.iter().map(|server| server.id.to_owned()).collect(),
            works: WORKS.iter().map(|work| work.name.to_owned()).collect(),
            connections: vec![64, 256],
            seconds: 1,
            rounds: 4,
            server_core: 0,
            load_core: 1,
            after_build: AfterBuild::Measure,
        };
        let mut words = bench::words(words);
        while let Some(word) = words.next() {
            let mut value = || words.next().ok_or(format!("{word} needs a value; see --help"));
            match word.as_str() {
                "--servers" => options.servers = list(&value()?),
                "--works" => options.works = list(&value()?),
                "--connections" => {
                    options.connections = list(&value()?)
                        .iter()
                        .map(|text| number(text))
                        .collect::<Result<_, _>>()?;
                }
                "--seconds" => options.seconds = number(&value()?)?,
                "--rounds" => options.rounds = number(&value()?)?,
                "--server-core" => options.server_core = number(&value()?)?,
                "--load-core" => options.load_core = number(&value()?)?,
                "--quick" => options.be_quick(),
                "--build-only" => options.after_build = AfterBuild::Stop,
                "--help" | "-h" => {
                    print!("{HELP}");
                    return Ok(None);
                }
                other => return Err(format!("there is no option {other}; see --help")),
            }
        }
        known(&options.servers, SERVERS.iter().map(|server| server.id), "server")?;
        known(&options.works, WORKS.iter().map(|work| work.name), "work")?;
        if options.server_core == options.load_core {
            return Err("the server and the load each need a core of their own".to_owned());
        }
        Ok(Some(options))
    }

    pub(crate) fn servers(&self) -> impl Iterator<Item = &'static Server> {
        SERVERS.iter().filter(|server| self.servers.iter().any(|id| id == server.id))
    }

    pub(crate) fn works(&self) -> impl Iterator<Item = &'static Work> {
        WORKS.iter().filter(|work| self.works.iter().any(|name| name == work.name))
    }

    fn be_quick(&mut self) {
        self.rounds = 1;
        self.connections = vec![64];
        self.servers.retain(|id| !id.starts_with("flask"));
        self.works.retain(|name| !["json", "path"].contains(&name.as_str()));
    }
}
