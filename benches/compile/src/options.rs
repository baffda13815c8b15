//! The command line.

use bench::{known, list, number, words};

use crate::projects::{PROJECTS, Project};

const HELP: &str = "\
Writes a crate of many models for each of several libraries, builds them, and compares how long the
compiler takes for the crate alone.

  benches/compile/run [OPTION]…

  --projects LIST   of: carafe bare diesel seaorm; all without it
  --models N        of twelve columns each [100]
  --rounds N        every other one in reversed order [3]
  --help

A LIST has commas: --projects carafe,bare
";

#[derive(Debug)]
pub(crate) struct Options {
    projects: Vec<String>,
    pub(crate) models: usize,
    pub(crate) rounds: usize,
}

/// So many models stand in one ring, and none of them leads to itself.
const FEWEST: usize = 8;

impl Options {
    /// `None` if only help was asked for.
    pub(crate) fn read(given: impl Iterator<Item = String>) -> Result<Option<Self>, String> {
        let projects = PROJECTS.iter().map(|project| project.id.to_owned()).collect();
        let mut options = Self { projects, models: 100, rounds: 3 };
        let mut words = words(given);
        while let Some(word) = words.next() {
            let mut value = || words.next().ok_or(format!("{word} needs a value; see --help"));
            match word.as_str() {
                "--projects" => options.projects = list(&value()?),
                "--models" => options.models = number(&value()?)?,
                "--rounds" => options.rounds = number(&value()?)?,
                "--help" | "-h" => {
                    print!("{HELP}");
                    return Ok(None);
                }
                other => return Err(format!("there is no option {other}; see --help")),
            }
        }
        known(&options.projects, PROJECTS.iter().map(|project| project.id), "project")?;
        if !(FEWEST..=1000).contains(&options.models) || options.rounds == 0 {
            return Err(format!("there are {FEWEST} to 1000 models, and a round at least"));
        }
        Ok(Some(options))
    }

    pub(crate) fn projects(&self) -> impl Iterator<Item = &'static Project> {
        PROJECTS.iter().filter(|project| self.projects.iter().any(|id| id == project.id))
    }
}
