//! `migrate`: from files to tables.

use std::collections::BTreeSet;

use carafe_core::command::Command;
use carafe_core::{Error, Result};
use clap::{Arg, ArgAction};

use super::progress::{Progress, verb};
use super::serve::GONE;
use super::standing::Applied;
use super::told::Told;
use super::{Site, hurts};
use crate::migrate::{Direction, Event, History, Id, Migrator, Operation, Target, is_same};

pub(super) fn command() -> Command {
    let flag = |name: &'static str, help: &'static str| {
        Arg::new(name).long(name).help(help).action(ArgAction::SetTrue)
    };
    let words = clap::Command::new("migrate")
        .about("Applies migrations to the database, or undoes them")
        .arg(
            Arg::new("crate").value_name("CRATE").help("Only those of a crate, and what they need"),
        )
        .arg(Arg::new("name").value_name("NAME").help(
            "Go to this one, forwards or backwards: its name, its beginning, or `zero` for none",
        ))
        .arg(flag("fake", "Note them as applied, and change no table"))
        .arg(
            flag(
                "fake-initial",
                "Note the first one of a crate as applied where its tables are there",
            )
            .conflicts_with("fake"),
        )
        .arg(
            flag(
                "prune",
                "Forget those that are applied and whose files are gone; change no table",
            )
            .conflicts_with_all(["name", "fake", "fake-initial", "plan", "check"]),
        )
        .arg(flag(
            "before-deploy",
            "Leave out what is for after the deploy, when no server runs the version before any more",
        ))
        .arg(flag("plan", "Show what would be done"))
        .arg(flag("check", "Change nothing, and fail where something is to be done"));
    Command::new(words, |matches| async move {
        let site = Site::current().await?;
        let (history, recorded) = site.seen(site.checked_history().await?).await?;
        let text = |name: &str| matches.get_one::<String>(name).map(String::as_str);
        let target = Target::parse(text("crate"), text("name"), &history)?;
        let migrator = site.migrator(&history);
        if matches.get_flag("prune") {
            let forgotten = migrator.prune(text("crate")).await?;
            for id in &forgotten {
                site.console.line(format_args!("Forgot {id}"));
            }
            if forgotten.is_empty() {
                site.console.line("Nothing is to be done.");
            }
            return Ok(());
        }
        let migrator =
            if matches.get_flag("before-deploy") { migrator.before_deploy() } else { migrator };
        if matches.get_flag("plan") || matches.get_flag("check") {
            let way = migrator.way(&target).await?;
            for (direction, id) in &way {
                site.console.line(format!("{} {id}", verb(*direction, "Apply", "Undo")));
                let operations = history.get(id).map(|own| own.operations.as_slice());
                let operations = operations.unwrap_or_default();
                let told: Vec<String> = match direction {
                    Direction::Forwards => operations.iter().map(Operation::describe).collect(),
                    Direction::Backwards => {
                        operations.iter().rev().map(|own| own.reversed().describe()).collect()
                    }
                };
                for line in told {
                    site.console.line(format!("    {line}"));
                }
            }
            let forwards = way.iter().filter(|(direction, _)| *direction == Direction::Forwards);
            let forwards: Vec<Id> = forwards.map(|(_, id)| id.clone()).collect();
            hurts::tell(
                &site,
                &hurts::of_pending(&site, &history, &history.applied(&recorded), &forwards)?,
            )?;
            if way.is_empty() {
                site.console.line("Nothing is to be done.");
            } else if matches.get_flag("check") {
                return Err(Error::bad_request("migrations are not applied yet")
                    .hint("apply them: `migrate`"));
            }
            return Ok(());
        }
        let (fake, initial) = (matches.get_flag("fake"), matches.get_flag("fake-initial"));
        let migrator = match (fake, initial) {
            (true, _) => migrator.fake(),
            (false, true) => migrator.fake_initial(),
            (false, false) => migrator,
        };
        let gone = go(&site, &migrator, &target).await?;
        if gone.count == 0 {
            site.console.line("Nothing is to be done.");
        }
        tell_left(&site, &migrator, &target).await?;
        if !fake && !initial {
            site.warn_of_lacks(&history, &gone.applied)?;
        }
        if let Some(what) = Applied::read(&site, &history).await?.say_gone() {
            site.console.line(format_args!("warning: {what}; {GONE}"));
        }
        if target == Target::Newest {
            tell_of_changes(&site, &history)?;
        }
        Ok(())
    })
}

async fn tell_left(site: &Site, migrator: &Migrator<'_>, target: &Target) -> Result<()> {
    for id in migrator.left_for_later(target).await? {
        site.console.line(format!("Left for after the deploy: {id}"));
    }
    Ok(())
}

/// Applies all that there are for before the deploy, and tells of each: whoever starts with it may run beside the
/// version before.
pub(super) async fn to_newest(site: &Site) -> Result<()> {
    let (history, _) = site.seen(site.checked_history().await?).await?;
    let migrator = site.migrator(&history).before_deploy();
    let gone = go(site, &migrator, &Target::Newest).await?;
    tell_left(site, &migrator, &Target::Newest).await?;
    site.warn_of_lacks(&history, &gone.applied)
}

/// What was done on the way to a target.
#[derive(Default)]
struct Gone {
    /// So many were to be applied or undone.
    count: usize,
    /// Those that were applied here.
    applied: BTreeSet<Id>,
}

/// Goes to a target, and tells of each migration.
async fn go(site: &Site, migrator: &Migrator<'_>, target: &Target) -> Result<Gone> {
    let told = Told::before(site, migrator, target).await?;
    let mut gone = Gone::default();
    let mut progress = Progress::new(&site.console);
    migrator
        .run(target, &mut |event| {
            match event {
                Event::Begins(..) => gone.count += 1,
                Event::Done(Direction::Forwards, id, _) => drop(gone.applied.insert(id.clone())),
                _ => {}
            }
            progress.show(event);
        })
        .await?;
    if let Some(told) = told {
        told.after().await?;
    }
    Ok(gone)
}

/// Says when models changed and no migration says so.
fn tell_of_changes(site: &Site, history: &History) -> Result<()> {
    if !is_same(&history.state()?, &site.wanted()?) {
        site.console
            .line("Models have changes that no migration has yet: make it by `makemigrations`.");
    }
    Ok(())
}
