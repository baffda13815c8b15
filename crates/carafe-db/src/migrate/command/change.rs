//! `makemigrations --update` and `--rebase`: files that nobody has applied yet are written anew.

use std::collections::BTreeSet;

use carafe_core::{Error, Result};
use clap::ArgMatches;

use super::{Site, files};
use crate::migrate::rebase::{Rebased, rebased};
use crate::migrate::update::{Update, updated};
use crate::migrate::{History, Migration, Migrator};

/// Puts new migrations into the latest ones.
pub(super) async fn update(
    site: &Site,
    history: &History,
    made: Vec<Migration>,
    name: Option<&str>,
    matches: &ArgMatches,
) -> Result<()> {
    if let Some(name) = name {
        super::make::check_name(name)?;
    }
    let begun = Migrator::new(&site.db, history).begun().await?;
    let updates = updated(history, made, &begun, name)?;
    for own in &updates {
        tell_update(site, own)?;
    }
    if matches.get_flag("check") {
        return Err(Error::bad_request("models changed, and no migration says so")
            .hint("make it: `makemigrations`"));
    }
    if matches.get_flag("dry-run") {
        for migration in updates.iter().filter_map(|own| own.new.as_ref()) {
            site.console.line(format!("\n{}", migration.to_toml()));
        }
        return Ok(());
    }
    for own in &updates {
        match (&own.old, &own.new) {
            (Some(old), Some(new)) => {
                let old = files::path(site, old)?;
                let text = new.with_head(&files::read(&old)?);
                files::rename(&old, &files::path(site, &new.id())?, &text)?;
            }
            (None, Some(new)) => files::create(&files::path(site, &new.id())?, &new.to_toml())?,
            (Some(old), None) => files::delete(&files::path(site, old)?)?,
            (None, None) => {}
        }
    }
    Ok(())
}

fn tell_update(site: &Site, own: &Update) -> Result<()> {
    let old = own.old.as_ref().map(|id| files::path(site, id)).transpose()?;
    let Some(new) = &own.new else {
        if let (Some(id), Some(old)) = (&own.old, old) {
            site.console.line(format!("Migrations for {}:", id.owner));
            site.console
                .line(format!("  {} is deleted: what it does is taken back", files::shown(&old)));
        }
        return Ok(());
    };
    let path = files::path(site, &new.id())?;
    let was = match (&own.old, old) {
        (Some(id), Some(old)) if old != path => format!(" (was {})", id.name),
        _ => String::new(),
    };
    site.console.line(format!("Migrations for {}:", new.owner));
    site.console.line(format!("  {}{was}", files::shown(&path)));
    for operation in &new.operations {
        site.console.line(format!("    {} {}", operation.sign(), operation.describe()));
    }
    Ok(())
}

/// Puts one of two branches behind the other, for each crate that has two.
pub(super) async fn rebase(
    site: &Site,
    history: &History,
    owners: &BTreeSet<String>,
    named: Option<&str>,
    matches: &ArgMatches,
) -> Result<()> {
    let forked: Vec<&str> = site
        .sources
        .names()
        .filter(|owner| owners.is_empty() || owners.contains(*owner))
        .filter(|owner| history.heads(owner).len() > 1)
        .collect();
    if forked.is_empty() {
        site.console.line("No history has two ends.");
        return Ok(());
    }
    if let (Some(_), [_, _, ..]) = (named, &forked[..]) {
        return Err(Error::bad_request("several crates have histories with two ends")
            .hint(format!("name the one that is meant: {}", forked.join(", "))));
    }
    let begun = Migrator::new(&site.db, history).begun().await?;
    let mut all: Vec<(&str, Vec<Rebased>)> = Vec::with_capacity(forked.len());
    for owner in forked {
        all.push((owner, rebased(history, owner, named, &begun)?));
    }
    for (owner, changed) in &all {
        site.console.line(format!("Migrations for {owner}:"));
        for own in changed {
            site.console.line(format!("  {}", told(own)));
        }
    }
    if matches.get_flag("dry-run") || matches.get_flag("check") {
        return Ok(());
    }
    // The last one first: a name that one gives up may be what another one gets.
    for own in all.iter().flat_map(|(_, changed)| changed.iter().rev()) {
        let old = files::path(site, &own.old)?;
        let text = own.new.with_after(&files::read(&old)?)?;
        files::rename(&old, &files::path(site, &own.new.id())?, &text)?;
    }
    Ok(())
}

fn told(own: &Rebased) -> String {
    let new = own.new.id();
    let after = own
        .new
        .after
        .iter()
        .map(|id| if id.owner == new.owner { id.name.clone() } else { id.to_string() });
    let after = after.collect::<Vec<_>>().join(", ");
    if own.old == new {
        return format!("{new} comes after {after}");
    }
    format!("{} → {}, after {after}", own.old.name, new.name)
}
