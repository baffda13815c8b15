//! The command line.

use bench::{number, words};

const HELP: &str = "\
Writes a project of many models, whose history is five times as many migrations, once in Carafe and once
in Django, and compares how long the commands take that work on them, with SQLite.

  benches/migrations/run [OPTION]…

  --models N        five migrations for each [200]
  --rounds N        every other one in reversed order [3]
  --help
";

#[derive(Debug)]
pub(crate) struct Options {
    pub(crate) models: usize,
    pub(crate) rounds: usize,
}

impl Options {
    /// `None` if only help was asked for.
    pub(crate) fn read(given: impl Iterator<Item = String>) -> Result<Option<Self>, String> {
        let mut options = Self { models: 200, rounds: 3 };
        let mut words = words(given);
        while let Some(word) = words.next() {
            let mut value = || words.next().ok_or(format!("{word} needs a value; see --help"));
            match word.as_str() {
                "--models" => options.models = number(&value()?)?,
                "--rounds" => options.rounds = number(&value()?)?,
                "--help" | "-h" => {
                    print!("{HELP}");
                    return Ok(None);
                }
                other => return Err(format!("there is no option {other}; see --help")),
            }
        }
        if !(1..=1000).contains(&options.models) || options.rounds == 0 {
            return Err("there are 1 to 1000 models, and a round at least".to_owned());
        }
        Ok(Some(options))
    }
}
