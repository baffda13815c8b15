//! What people write into migrations themselves: SQL, and calls of functions of the program.

#[cfg(test)]
mod tests;

use carafe_core::{Error, Result};

use crate::ddl::DdlFeatures;

/// The word in a file for what needs nothing.
pub(super) const NOTHING: &str = "nothing";

/// The longest beginning of SQL that describes it.
const SHOWN: usize = 50;

/// What stands before the description of what is undone.
const UNDO: &str = "Undo: ";

/// SQL, and what undoes it.
#[derive(Clone, Debug, PartialEq)]
pub struct Sql {
    /// What it is good for, in the words of whoever wrote it.
    pub description: Option<String>,
    /// What is run.
    pub sql: Script,
    /// What undoes it.
    pub undo: Script,
    /// Whether squashing may leave it out: it does nothing to a database that has no rows yet.
    pub elidable: bool,
}

/// Statements for databases.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Script {
    /// Nobody said what is to be done: it cannot be.
    #[default]
    Unsaid,
    /// Nothing is to be done.
    Nothing,
    /// The same on every database.
    Same(String),
    /// By the name of the database; nothing where it is `None`.
    ByDatabase(Vec<(String, Option<String>)>),
}

/// A call of a function that the program lists by [`steps!`](crate::steps), and what undoes it.
#[derive(Clone, Debug, PartialEq)]
pub struct Run {
    /// What is called.
    pub run: Call,
    /// What undoes it.
    pub undo: Call,
    /// Whether squashing may leave it out: it does nothing to a database that has no rows yet.
    pub elidable: bool,
}

/// A function that is called, by its name.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Call {
    /// Nobody said what is to be called: it cannot be done.
    #[default]
    Unsaid,
    /// Nothing is to be done.
    Nothing,
    /// The function of that name.
    Function(String),
}

/// The one of two that an operation changes: what is known of tables, or tables.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// What is known of tables.
    State,
    /// The tables of the database.
    Database,
}

impl Side {
    /// The word in a file.
    pub(super) const fn word(self) -> &'static str {
        match self {
            Self::State => "state",
            Self::Database => "database",
        }
    }
}

impl Sql {
    /// What undoes it, and what that is undone by.
    pub(super) fn reversed(self) -> Self {
        let description = self.description.map(|own| match own.strip_prefix(UNDO) {
            Some(own) => own.to_owned(),
            None => format!("{UNDO}{own}"),
        });
        Self { description, sql: self.undo, undo: self.sql, elidable: self.elidable }
    }

    /// What it does, in a line.
    pub(super) fn describe(&self) -> String {
        match (&self.description, &self.sql) {
            (Some(own), _) => own.clone(),
            (None, Script::Same(sql)) => format!("Run SQL: {}", beginning(sql)),
            (None, Script::ByDatabase(all)) => {
                let names: Vec<&str> = all.iter().map(|(name, _)| name.as_str()).collect();
                format!("Run SQL for {}", names.join(", "))
            }
            (None, Script::Nothing) => "Run no SQL".to_owned(),
            (None, Script::Unsaid) => "Undo SQL, which does not say how".to_owned(),
        }
    }
}

/// The beginning of SQL, on one line.
fn beginning(sql: &str) -> String {
    let mut words = String::new();
    for word in sql.split_whitespace() {
        if !words.is_empty() {
            words.push(' ');
        }
        words.push_str(word);
        if words.chars().count() > SHOWN {
            let short: String = words.chars().take(SHOWN).collect();
            return format!("{short}…");
        }
    }
    words
}

impl Script {
    /// The statements for a database; nothing where there is nothing to do.
    pub(super) fn on(&self, database: &DdlFeatures) -> Result<Option<&str>> {
        match self {
            Self::Unsaid => Err(cannot_be_undone("SQL")),
            Self::Nothing => Ok(None),
            Self::Same(sql) => Ok(Some(sql)),
            Self::ByDatabase(all) => {
                let of = |wanted: &str| all.iter().find(|(name, _)| name == wanted);
                let found = of(database.name).or_else(|| database.like.and_then(of));
                found.map(|(_, sql)| sql.as_deref()).ok_or_else(|| {
                    let (title, name) = (database.title, database.name);
                    Error::setup(format!("there is no SQL for {title}")).hint(format!(
                        "write it beside the others, `{name} = \"…\"`, or `{name} = \"{NOTHING}\"`"
                    ))
                })
            }
        }
    }
}

impl Run {
    pub(super) fn reversed(self) -> Self {
        Self { run: self.undo, undo: self.run, elidable: self.elidable }
    }

    pub(super) fn describe(&self) -> String {
        match (&self.run, &self.undo) {
            (Call::Function(name), _) => format!("Run {name}"),
            (Call::Nothing, Call::Function(name)) => format!("Run nothing to undo {name}"),
            (Call::Nothing, _) => "Run nothing".to_owned(),
            (Call::Unsaid, Call::Function(name)) => {
                format!("Undo {name}, which does not say how")
            }
            (Call::Unsaid, _) => "Undo what does not say how".to_owned(),
        }
    }

    /// The name of the function that it calls; nothing where there is nothing to do.
    pub(super) fn function(&self) -> Result<Option<&str>> {
        match (&self.run, &self.undo) {
            (Call::Function(name), _) => Ok(Some(name)),
            (Call::Nothing, _) => Ok(None),
            (Call::Unsaid, Call::Function(name)) => Err(cannot_be_undone(name)),
            (Call::Unsaid, _) => Err(cannot_be_undone("a step")),
        }
    }

    /// Its part of a file's name.
    pub(super) fn slug(&self) -> String {
        match (&self.run, &self.undo) {
            (Call::Function(name), _) | (_, Call::Function(name)) => name.clone(),
            _ => NOTHING.to_owned(),
        }
    }

    /// The names of all functions that it calls.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        [&self.run, &self.undo].into_iter().filter_map(|call| match call {
            Call::Function(name) => Some(name.as_str()),
            _ => None,
        })
    }
}

fn cannot_be_undone(what: &str) -> Error {
    Error::setup(format!("{what} cannot be undone, as it does not say how")).hint(format!(
        "say it in the file by `undo = …`, or `undo = \"{NOTHING}\"` where undoing needs nothing"
    ))
}
