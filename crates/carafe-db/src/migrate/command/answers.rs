//! Who answers what cannot be seen: flags, or the person before the terminal.

use std::collections::BTreeSet;
use std::io::{BufRead, BufReader, IsTerminal};

use carafe_core::command::Console;
use carafe_core::{Error, Result};
use clap::{Arg, ArgAction, ArgMatches};

use super::asking::stopped;
use crate::ddl::state::{ExpressionState, FieldState, TableState};
use crate::migrate::{Ask, Why};

/// The flags that answer.
pub(super) fn flags() -> [Arg; 4] {
    let several = |name: &'static str, value: &'static str, help: &'static str| {
        Arg::new(name).long(name).value_name(value).help(help).action(ArgAction::Append)
    };
    [
        several(
            "rename",
            "OLD=NEW",
            "What has got another name: `post=article`, `post.title=headline`",
        ),
        several("drop", "OLD", "What is gone, and not renamed: `post`, `post.title`"),
        several(
            "fill",
            "FIELD=VALUE",
            "What rows hold that are there already: `'post.slug=\"none\"'`, `post.n=0`",
        ),
        Arg::new("no-input")
            .long("no-input")
            .help("Ask nothing: what is unclear is an error")
            .action(ArgAction::SetTrue),
    ]
}

/// Answers from flags; what they leave open is asked.
pub(super) struct Answers<'a> {
    console: &'a Console,
    renames: Vec<(String, String)>,
    drops: Vec<String>,
    fills: Vec<(String, String)>,
    may_ask: bool,
    /// What the person writes.
    lines: Box<dyn BufRead + Send>,
    /// The flags that answered something, as they were given.
    used: BTreeSet<String>,
}

impl<'a> Answers<'a> {
    pub(super) fn of(matches: &ArgMatches, console: &'a Console) -> Result<Self> {
        let all = |name: &str| -> Vec<String> {
            matches.get_many::<String>(name).unwrap_or_default().cloned().collect()
        };
        let pairs = |name: &str| -> Result<Vec<(String, String)>> {
            all(name)
                .into_iter()
                .map(|text| match text.split_once('=') {
                    Some((old, new)) => Ok((old.trim().to_owned(), new.trim().to_owned())),
                    None => Err(Error::bad_request(format!("`--{name} {text}` has no `=`"))
                        .hint("`--help` has an example")),
                })
                .collect()
        };
        let asks = console.is_terminal() && std::io::stdin().is_terminal();
        Ok(Self {
            console,
            renames: pairs("rename")?,
            drops: all("drop"),
            fills: pairs("fill")?,
            may_ask: asks && !matches.get_flag("no-input"),
            lines: Box::new(BufReader::new(std::io::stdin())),
            used: BTreeSet::new(),
        })
    }

    /// Whether something was renamed; asked where no flag says it.
    fn renamed(&mut self, from: &str, to: &str, new: &str, what: &str) -> Result<bool> {
        let same =
            self.renames.iter().find(|(own, name)| own == from && (name == new || name == to));
        if let Some((own, name)) = same {
            self.used.insert(format!("--rename {own}={name}"));
            return Ok(true);
        }
        if self.drops.iter().any(|own| own == from) {
            self.used.insert(format!("--drop {from}"));
            return Ok(false);
        }
        if self.renames.iter().any(|(own, name)| own == from || name == new) {
            return Ok(false);
        }
        if !self.may_ask {
            return Err(Error::bad_request(format!("it is not said whether {what}"))
                .hint(format!("say so: `--rename {from}={new}`, or `--drop {from}`")));
        }
        loop {
            self.console.write(&format!(
                "Is it so that {what}? Else `{from}` goes with all that is in it. [y/N] "
            ));
            match self.line()?.to_lowercase().as_str() {
                "y" | "yes" => return Ok(true),
                "" | "n" | "no" => return Ok(false),
                _ => self.console.line("Please answer `y` or `n`."),
            }
        }
    }
}

impl Answers<'_> {
    /// A line from the person; an error where there will be none.
    fn line(&mut self) -> Result<String> {
        let mut line = String::new();
        match self.lines.read_line(&mut line)? {
            0 => Err(stopped(self.console)),
            _ => Ok(line.trim().to_owned()),
        }
    }

    /// An error that names the flags which answered nothing: what they name is not there, or was not
    /// asked for.
    pub(super) fn check_used(&self) -> Result<()> {
        let renames = self.renames.iter().map(|(own, name)| format!("--rename {own}={name}"));
        let drops = self.drops.iter().map(|own| format!("--drop {own}"));
        let fills = self.fills.iter().map(|(own, _)| format!("--fill {own}"));
        let unused: Vec<String> =
            renames.chain(drops).chain(fills).filter(|flag| !self.used.contains(flag)).collect();
        if unused.is_empty() {
            return Ok(());
        }
        Err(Error::bad_request(format!("nothing was asked that is answered by `{}`", unused.join("`, `")))
            .hint("is the name right? where more than the name of a field changes, say it in the model: `#[model(was = \"title\")]`"))
    }
}

impl Ask for Answers<'_> {
    fn renamed_table(&mut self, from: &TableState, to: &TableState) -> Result<bool> {
        let question = format!(
            "the table `{}` of {} was renamed to `{}` of {}",
            from.name, from.model, to.name, to.model
        );
        self.renamed(&from.name, &to.name, &to.name, &question)
    }

    fn renamed_field(&mut self, table: &str, from: &FieldState, to: &FieldState) -> Result<bool> {
        let kind = match &to.reference {
            Some(reference) => format!("to `{}`", reference.table()),
            None => to.kind.to_string(),
        };
        let (old, new) = (format!("{table}.{}", from.name), format!("{table}.{}", to.name));
        let question = format!("`{old}` was renamed to `{new}` ({kind})");
        self.renamed(&old, &new, &to.name, &question)
    }

    fn fill(
        &mut self,
        table: &str,
        field: &FieldState,
        why: Why,
    ) -> Result<Option<ExpressionState>> {
        let name = format!("{table}.{}", field.name);
        if let Some((_, value)) = self.fills.iter().find(|(own, _)| *own == name) {
            self.used.insert(format!("--fill {name}"));
            return read_fill(&name, value);
        }
        let question = match why {
            Why::Added => {
                format!("`{name}` is new and needs a value, also in rows that are there already")
            }
            Why::NotNull => {
                format!("`{name}` may be NULL no more, also in rows that are there already")
            }
        };
        if !self.may_ask {
            return Err(Error::bad_request(question).hint(format!(
                "say what they hold: `--fill {name}=VALUE` (or `--fill {name}=nothing`, if there are none), give the field a default, or let it be an `Option`"
            )));
        }
        self.console.line(format!("{question}."));
        self.console.line("Write what they are to hold (`\"text\"`, `0`, `now()`, another field), `nothing` if there are no such");
        self.console.line(
            "rows, or `quit` to stop, and give the field a default or let it be an `Option`.",
        );
        loop {
            self.console.write(&format!("{name} = "));
            match self.line()?.as_str() {
                "quit" | "exit" => return Err(Error::bad_request("stopped; no file was written")),
                "" => {}
                text => match read_fill(&name, text) {
                    Ok(fill) => return Ok(fill),
                    Err(error) => self.console.line(error),
                },
            }
        }
    }
}

fn read_fill(name: &str, text: &str) -> Result<Option<ExpressionState>> {
    if text == "nothing" {
        return Ok(None);
    }
    ExpressionState::parse(text)
        .map(Some)
        .map_err(|error| error.at(name.to_owned()).hint("a text stands between quotes: `\"none\"`"))
}

#[cfg(test)]
mod tests;
