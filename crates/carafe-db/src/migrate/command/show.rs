//! `showmigrations` and `sqlmigrate`.

use std::collections::BTreeSet;

use carafe_core::Error;
use carafe_core::command::Command;
use clap::{Arg, ArgAction};

use super::Site;
use crate::migrate::{Direction, History, Id, Migration, Target};

pub(super) fn command() -> Command {
    let words = clap::Command::new("showmigrations")
        .about("Lists migrations, and which of them are applied")
        .arg(Arg::new("crates").value_name("CRATE").num_args(0..).help("Only of these crates"))
        .arg(
            Arg::new("plan")
                .long("plan")
                .help("In the order in which they are applied")
                .action(ArgAction::SetTrue),
        );
    Command::new(words, |matches| async move {
        let site = Site::current().await?;
        let owners: Vec<&String> =
            matches.get_many::<String>("crates").unwrap_or_default().collect();
        site.check_owners(owners.iter().map(|owner| owner.as_str()))?;
        let (history, recorded) = site.seen(site.history().await?).await?;
        let applied = history.applied(&recorded);
        let is_shown = |owner: &str| owners.is_empty() || owners.iter().any(|own| *own == owner);
        let sign = |id: &Id| match (applied.contains(id), recorded.contains(id)) {
            (true, true) => "[X]",
            (true, false) => "[-]",
            (false, _) => "[ ]",
        };
        if matches.get_flag("plan") {
            for own in history.iter().filter(|own| is_shown(&own.owner)) {
                let id = own.id();
                let more = replaced(&history, own, &applied, &recorded);
                site.console.line(format!("{} {id}{more}", sign(&id)));
            }
            return Ok(());
        }
        for owner in site.sources.names().filter(|owner| is_shown(owner)) {
            site.console.line(owner);
            let mut any = false;
            for own in history.of(owner) {
                any = true;
                let more = replaced(&history, own, &applied, &recorded);
                site.console.line(format!(" {} {}{more}", sign(&own.id()), own.name));
            }
            if !any {
                site.console.line(" (no migrations)");
            }
            let unknown = recorded.iter().filter(|id| id.owner == owner && !history.knows(id));
            for id in unknown {
                site.console.line(format!(" [X] {} (its file is not there)", id.name));
            }
        }
        Ok(())
    })
}

/// What is told of one that stands in the place of others.
fn replaced(
    history: &History,
    own: &Migration,
    applied: &BTreeSet<Id>,
    recorded: &BTreeSet<Id>,
) -> String {
    let (count, id) = (history.count_replaced(own), own.id());
    if count == 0 {
        return String::new();
    }
    let is_open = applied.contains(&id) && !recorded.contains(&id);
    let open = if is_open { ", all applied: `migrate` notes it" } else { "" };
    format!(" ({count} squashed migrations{open})")
}

pub(super) fn sql_command() -> Command {
    let words = clap::Command::new("sqlmigrate")
        .about("Shows the SQL of a migration, for the database of the settings")
        .arg(Arg::new("crate").value_name("CRATE").required(true).help("The crate"))
        .arg(Arg::new("name").value_name("NAME").required(true).help("Its name, or its beginning"))
        .arg(
            Arg::new("backwards")
                .long("backwards")
                .help("What undoes it")
                .action(ArgAction::SetTrue),
        );
    Command::new(words, |matches| async move {
        let site = Site::current().await?;
        let history = site.history().await?;
        let text = |name: &str| matches.get_one::<String>(name).map(String::as_str);
        let Target::At(id) = Target::parse(text("crate"), text("name"), &history)? else {
            return Err(Error::bad_request("`sqlmigrate` shows one migration: name it"));
        };
        let direction =
            if matches.get_flag("backwards") { Direction::Backwards } else { Direction::Forwards };
        site.console.write(&site.migrator(&history).sql(&id, direction)?);
        Ok(())
    })
}
