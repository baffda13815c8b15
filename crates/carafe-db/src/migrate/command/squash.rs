//! `squashmigrations` and `optimizemigration`: from many operations to few.

use carafe_core::command::Command;
use carafe_core::{Error, Result};
use clap::{Arg, ArgAction};

use super::{Site, files};
use crate::migrate::squash::{Reduce, Squash};
use crate::migrate::{History, Id, Migration, Migrator, Target, is_same, optimize};

pub(super) fn command() -> Command {
    let words = clap::Command::new("squashmigrations")
        .about("Writes one migration that stands in the place of several")
        .arg(Arg::new("crate").value_name("CRATE").required(true).help("The crate"))
        .arg(
            Arg::new("names")
                .value_name("[FROM] TO")
                .required(true)
                .num_args(1..=2)
                .help("The first one, if it is not that of the crate, and the last one"),
        )
        .arg(
            Arg::new("name")
                .long("name")
                .short('n')
                .value_name("NAME")
                .help("What the file is called, behind its numbers"),
        )
        .arg(
            Arg::new("no-optimize")
                .long("no-optimize")
                .help("Leave all operations as they are")
                .action(ArgAction::SetTrue),
        );
    Command::new(words, |matches| async move {
        let site = Site::current().await?;
        let history = site.history().await?;
        history.check_heads()?;
        let owner = matches.get_one::<String>("crate").map(String::as_str);
        let names = matches.get_many::<String>("names").unwrap_or_default();
        let ids: Vec<Id> = names.map(|name| one(owner, name, &history)).collect::<Result<_>>()?;
        let (from, to) = match &ids[..] {
            [from, to] => (Some(from), to),
            [to] => (None, to),
            _ => return Err(Error::bad_request("name the last one that is to be squashed")),
        };
        let name = matches.get_one::<String>("name").map(String::as_str);
        if let Some(name) = name {
            super::make::check_name(name)?;
        }
        let reduce = if matches.get_flag("no-optimize") { Reduce::No } else { Reduce::Yes };
        let squash = Squash::of(&history, from, to, name, reduce)?;
        let path = files::path(&site, &squash.migration.id())?;
        files::create(&path, &squash.migration.to_toml())?;
        site.console.line(format!("Squashed for {}:", to.owner));
        for name in &squash.names {
            site.console.line(format!("  {name}"));
        }
        site.console.line(format!("into {}:", files::shown(&path)));
        let left = &squash.migration.operations;
        site.console.line(format!("  {}", became(squash.operations, left.len())));
        site.console.line("Keep their files until each database has all of them or the new one; then delete them, and `replaces`.");
        Ok(())
    })
}

pub(super) fn optimize_command() -> Command {
    let words = clap::Command::new("optimizemigration")
        .about("Merges the operations of a migration where fewer do the same")
        .arg(Arg::new("crate").value_name("CRATE").required(true).help("The crate"))
        .arg(Arg::new("name").value_name("NAME").required(true).help("Its name, or its beginning"))
        .arg(
            Arg::new("check")
                .long("check")
                .help("Write nothing, and fail where fewer would do")
                .action(ArgAction::SetTrue),
        );
    Command::new(words, |matches| async move {
        let site = Site::current().await?;
        let history = site.history().await?;
        let text = |name: &str| matches.get_one::<String>(name).map(String::as_str);
        let id = one(text("crate"), text("name").unwrap_or_default(), &history)?;
        let Some(old) = history.file(&id) else {
            return Err(Error::internal(format!("{id} has no file")));
        };
        let new = Migration { operations: optimize(old.operations.clone()), ..old.clone() };
        let (before, after) = (old.operations.len(), new.operations.len());
        if after == before {
            site.console.line(format!("No operation of {id} can be merged with another one."));
            return Ok(());
        }
        check(&history, &new)?;
        if matches.get_flag("check") {
            return Err(Error::bad_request(format!(
                "{id} could do with {after} of {before} operations"
            ))
            .hint(format!("merge them: `optimizemigration {} {}`", id.owner, id.name)));
        }
        check_begun(&site, &history, &id).await?;
        let path = files::path(&site, &id)?;
        files::replace(&path, &new.with_head(&files::read(&path)?))?;
        site.console.line(format!("{}:", files::shown(&path)));
        site.console.line(format!("  {}", became(before, after)));
        for operation in &new.operations {
            site.console.line(format!("    {} {}", operation.sign(), operation.describe()));
        }
        Ok(())
    })
}

/// The migration that is meant.
fn one(owner: Option<&str>, name: &str, history: &History) -> Result<Id> {
    match Target::parse(owner, Some(name), history)? {
        Target::At(id) => Ok(id),
        _ => Err(Error::bad_request(format!("`{name}` is no migration"))
            .hint("`showmigrations` lists them")),
    }
}

fn became(before: usize, after: usize) -> String {
    let all = if before == 1 { "1 operation".to_owned() } else { format!("{before} operations") };
    match after {
        _ if after == before => format!("{all}, none of which can be merged with another one"),
        0 => format!("nothing is left of {all}"),
        _ => format!("{all} became {after}"),
    }
}

/// With it, all lead to the same tables.
fn check(history: &History, new: &Migration) -> Result<()> {
    let id = new.id();
    let others = history.files().filter(|own| own.id() != id).cloned();
    let changed = History::new(others.chain([new.clone()]))?;
    if is_same(&history.state()?, &changed.state()?) {
        return Ok(());
    }
    Err(Error::internal("the merged operations lead to other tables").at(id.to_string()))
}

/// The steps of one that is half done are counted, and stay as they are.
async fn check_begun(site: &Site, history: &History, id: &Id) -> Result<()> {
    let migrator = Migrator::new(&site.db, history);
    if migrator.begun().await?.contains(id) && !migrator.applied().await?.contains(id) {
        return Err(Error::bad_request(format!("{id} is applied in part"))
            .hint("finish it first: `migrate`"));
    }
    Ok(())
}
