//! `makemigrations`: from models to files.

use std::collections::BTreeSet;
use std::sync::Arc;

use carafe_core::command::Command;
use carafe_core::{Error, Result};
use clap::{Arg, ArgAction, ArgMatches};

use super::answers::{Answers, flags};
use super::asking::asking;
use super::write::write;
use super::{Site, change, files, hurts};
use crate::migrate::{History, Id, Migration, Rollout, diff, grouped, number, safe};

pub(super) fn command() -> Command {
    let flag = |name: &'static str, help: &'static str| {
        Arg::new(name).long(name).help(help).action(ArgAction::SetTrue)
    };
    let words = clap::Command::new("makemigrations")
        .about("Writes migrations for what changed in models")
        .arg(Arg::new("crates").value_name("CRATE").num_args(0..).help("Only for these crates"))
        .arg(
            Arg::new("name")
                .long("name")
                .short('n')
                .value_name("NAME")
                .help("What the files are called, behind their numbers"),
        )
        .arg(flag("dry-run", "Show them, and write nothing"))
        .arg(flag("check", "Write nothing, and fail where something changed"))
        .arg(flag("empty", "Write an empty one, for steps of your own").requires("crates"))
        .arg(
            flag(
                "safe",
                "Write steps that a running site bears, some of them for after the deploy",
            )
            .conflicts_with_all(["empty", "merge", "update"]),
        )
        .arg(flag("merge", "Join the ends that two branches left").conflicts_with("empty"))
        .arg(flag("update", "Put what changed into the latest migration, where it is not applied").conflicts_with_all(["merge", "empty"]))
        .arg(
            Arg::new("rebase")
                .long("rebase")
                .value_name("NAME")
                .num_args(0..=1)
                .require_equals(true)
                .default_missing_value("")
                .conflicts_with_all(["merge", "update", "empty", "name"])
                .help("Put one of two branches behind the other: the one that is not applied, or the one with this migration"),
        )
        .args(flags());
    Command::new(words, |matches| async move {
        let site = Site::current().await?;
        let owners: BTreeSet<String> =
            matches.get_many::<String>("crates").unwrap_or_default().cloned().collect();
        site.check_owners(owners.iter().map(String::as_str))?;
        let history = Arc::new(site.checked_history().await?);
        if let Some(named) = matches.get_one::<String>("rebase") {
            let named = Some(named.as_str()).filter(|name| !name.is_empty());
            return change::rebase(&site, &history, &owners, named, &matches).await;
        }
        let made = if matches.get_flag("merge") {
            merged(&site, &history, &owners)?
        } else {
            history.check_heads()?;
            if matches.get_flag("empty") {
                owners.iter().map(|owner| empty(owner, &history)).collect()
            } else {
                let (site, history, owners) = (site.clone(), history.clone(), owners.clone());
                let console = site.console.clone();
                let matches = matches.clone();
                let work = move || changed(&site, &history, &owners, &matches);
                asking(&console, work).await?
            }
        };
        let name = matches.get_one::<String>("name").map(String::as_str);
        if matches.get_flag("update") && !made.is_empty() {
            return change::update(&site, &history, made, name, &matches).await;
        }
        let made = match hurts::database(&site)? {
            Some(ddl) if matches.get_flag("safe") => safe(&made, &history.state()?, ddl)?,
            _ => made,
        };
        let made = match name {
            Some(name) => named(made, name)?,
            None => made,
        };
        if made.is_empty() {
            site.console.line("No changes detected.");
            return Ok(());
        }
        tell(&site, &made);
        if !matches.get_flag("empty") && !matches.get_flag("merge") {
            hurts::tell_new(&site, history.state()?, &made)?;
        }
        let ids = made.iter().map(Migration::id).collect();
        site.warn_of_lacks(history.iter().chain(&made), &ids)?;
        if matches.get_flag("check") {
            return Err(Error::bad_request("models changed, and no migration says so")
                .hint("make it: `makemigrations`"));
        }
        // What an empty file is for is shown in it.
        let behind = if matches.get_flag("empty") { BY_HAND } else { "" };
        let texts = made.iter().map(|migration| (migration, migration.to_toml() + behind));
        let texts: Vec<(&Migration, String)> = texts.collect();
        if matches.get_flag("dry-run") {
            for (_, text) in &texts {
                site.console.line(format!("\n{text}"));
            }
            return Ok(());
        }
        write(&site, &texts)
    })
}

/// What may stand in a file that people write themselves.
const BY_HAND: &str = r#"
# A function of the program, which the app lists by `.steps(steps![fill_slugs])`:
#
# [[operations]]
# op = "run"
# run = "fill_slugs"
# undo = "nothing"
#
# SQL for all databases; `sql.postgres = "…"` and so on for each of them:
#
# [[operations]]
# op = "sql"
# sql = "update post set title = trim(title)"
# undo = "nothing"
"#;

/// What changed in models since the last migration.
fn changed(
    site: &Site,
    history: &History,
    owners: &BTreeSet<String>,
    matches: &ArgMatches,
) -> Result<Vec<Migration>> {
    let (from, to) = (history.state()?, site.wanted()?);
    let mut answers = Answers::of(matches, &site.console)?;
    let operations = diff(&from, &to, &mut answers)?;
    answers.check_used()?;
    let made = grouped(operations, &from, &to, history);
    if owners.is_empty() {
        return Ok(made);
    }
    // What those of the named crates come after is made too.
    let mut needed: BTreeSet<Id> =
        made.iter().filter(|own| owners.contains(&own.owner)).map(Migration::id).collect();
    for own in made.iter().rev() {
        if needed.contains(&own.id()) {
            needed.extend(own.after.iter().cloned());
        }
    }
    Ok(made.into_iter().filter(|own| needed.contains(&own.id())).collect())
}

fn empty(owner: &str, history: &History) -> Migration {
    Migration {
        owner: owner.to_owned(),
        name: format!("{:04}_custom", next(owner, history)),
        after: history.heads(owner).into_iter().map(Migration::id).collect(),
        replaces: Vec::new(),
        operations: Vec::new(),
        rollout: Rollout::default(),
    }
}

/// One migration for each crate whose history has several ends.
fn merged(site: &Site, history: &History, owners: &BTreeSet<String>) -> Result<Vec<Migration>> {
    let mut made = Vec::new();
    for owner in site.sources.names() {
        let heads = history.heads(owner);
        if heads.len() < 2 || !(owners.is_empty() || owners.contains(owner)) {
            continue;
        }
        let mut names: Vec<&str> = heads
            .iter()
            .map(|own| own.name.split_once('_').map_or(&*own.name, |(_, name)| name))
            .collect();
        names.sort_unstable();
        let name: String = names.join("_").chars().take(60).collect();
        made.push(Migration {
            owner: owner.to_owned(),
            name: format!("{:04}_merge_{name}", next(owner, history)),
            after: heads.into_iter().map(Migration::id).collect(),
            replaces: Vec::new(),
            operations: Vec::new(),
            rollout: Rollout::default(),
        });
    }
    // What the branches did must fit together, whichever comes first.
    let all = history.iter().cloned().chain(made.iter().cloned());
    History::new(all)?.state().map_err(|error| {
        error
            .hint("the branches change the same: edit one of them, or make it anew after the other")
    })?;
    Ok(made)
}

fn next(owner: &str, history: &History) -> u32 {
    history.last_number(owner) + 1
}

/// An error where a file cannot be called so.
pub(super) fn check_name(name: &str) -> Result<()> {
    let is_name = |c: char| c.is_ascii_alphanumeric() || c == '_';
    if name.is_empty() || name.len() > 100 || !name.chars().all(is_name) {
        return Err(Error::bad_request(format!("`{name}` is no name for a file"))
            .hint("letters, digits and underscores make one"));
    }
    Ok(())
}

/// The same under another name.
fn named(made: Vec<Migration>, name: &str) -> Result<Vec<Migration>> {
    check_name(name)?;
    let mut ids: Vec<(Id, Id)> = Vec::new();
    let mut named = Vec::with_capacity(made.len());
    for mut own in made {
        let before = own.id();
        own.name = format!("{:04}_{name}", number(&own.name).unwrap_or(1));
        for after in &mut own.after {
            if let Some((_, new)) = ids.iter().find(|(old, _)| old == after) {
                *after = new.clone();
            }
        }
        ids.push((before, own.id()));
        named.push(own);
    }
    Ok(named)
}

fn tell(site: &Site, made: &[Migration]) {
    for migration in made {
        let file = files::path(site, &migration.id()).map(|path| files::shown(&path));
        let when = if migration.rollout.after_deploy { ", after the deploy" } else { "" };
        site.console.line(format!("Migrations for {}{when}:", migration.owner));
        site.console.line(format!("  {}", file.unwrap_or_else(|_| migration.name.clone())));
        for operation in &migration.operations {
            site.console.line(format!("    {} {}", operation.sign(), operation.describe()));
        }
    }
}
