//! `showmigrations` and `sqlmigrate`.

use carafe_core::Error;
use carafe_core::command::Command;
use clap::{Arg, ArgAction};

use super::Site;
use crate::migrate::{Direction, Target};

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
        let history = site.history().await?;
        let applied = site.migrator(&history).applied().await?;
        let is_shown = |owner: &str| owners.is_empty() || owners.iter().any(|own| *own == owner);
        let sign = |is_applied: bool| if is_applied { "[X]" } else { "[ ]" };
        if matches.get_flag("plan") {
            for own in history.iter().filter(|own| is_shown(&own.owner)) {
                let id = own.id();
                site.console.line(format!("{} {id}", sign(applied.contains(&id))));
            }
            return Ok(());
        }
        for owner in site.sources.names().filter(|owner| is_shown(owner)) {
            site.console.line(owner);
            let mut any = false;
            for own in history.of(owner) {
                any = true;
                let sign = sign(applied.contains(&own.id()));
                site.console.line(format!(" {sign} {}", own.name));
            }
            if !any {
                site.console.line(" (no migrations)");
            }
            let unknown =
                applied.iter().filter(|id| id.owner == owner && history.get(id).is_none());
            for id in unknown {
                site.console.line(format!(" [X] {} (its file is not there)", id.name));
            }
        }
        Ok(())
    })
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
