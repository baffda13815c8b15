//! What is told of migrations that would hurt a running site.

use std::collections::BTreeSet;

use carafe_core::{Error, Result};

use super::Site;
use crate::ddl::Ddl;
use crate::ddl::state::State;
use crate::executor::Executor;
use crate::migrate::{Finding, History, Id, Migration, lint};
use crate::settings::Lint;

/// The database for which it is told, if any; `--safe` writes for it too.
pub(super) fn database(site: &Site) -> Result<Option<&'static dyn Ddl>> {
    let lint = site.db.migrate_settings().lint;
    let found: Option<&'static dyn Ddl> = match lint {
        Lint::None => return Ok(None),
        Lint::Own => Some(site.db.capability().ddl),
        #[cfg(feature = "postgres")]
        Lint::Postgres => Some(&crate::ddl::POSTGRES),
        #[cfg(feature = "mysql")]
        Lint::Mysql => Some(&crate::ddl::MYSQL),
        #[cfg(feature = "mysql")]
        Lint::Mariadb => Some(&crate::ddl::MARIADB),
        #[cfg(not(all(feature = "postgres", feature = "mysql")))]
        _ => None,
    };
    found.map(Some).ok_or_else(|| {
        Error::setup(format!("{lint:?} is not built into this program"))
            .at("database.migrate.lint")
            .hint("add its feature, `postgres` or `mysql`, to carafe in Cargo.toml")
    })
}

/// What would hurt, of migrations that come after the tables of `before`.
fn found<'m>(
    ddl: &dyn Ddl,
    mut before: State,
    migrations: impl IntoIterator<Item = &'m Migration>,
) -> Result<Vec<(Id, Vec<Finding>)>> {
    let mut all = Vec::new();
    for own in migrations {
        let found = lint(own, &before, ddl)?;
        own.replay(&mut before)?;
        if !found.is_empty() {
            all.push((own.id(), found));
        }
    }
    Ok(all)
}

/// What would hurt, of migrations that are to be applied; nothing, where none is applied yet, and nobody uses the
/// tables.
pub(super) fn of_pending(
    site: &Site,
    history: &History,
    applied: &BTreeSet<Id>,
    pending: &[Id],
) -> Result<Vec<(Id, Vec<Finding>)>> {
    let Some(ddl) = database(site)?.filter(|_| !applied.is_empty()) else { return Ok(Vec::new()) };
    let mut before = State::default();
    for own in history.iter().filter(|own| applied.contains(&own.id())) {
        own.replay(&mut before)?;
    }
    found(ddl, before, history.iter().filter(|own| pending.contains(&own.id())))
}

/// Tells what would hurt, of migrations that come after the tables of `before`.
pub(super) fn tell_new<'m>(
    site: &Site,
    before: State,
    migrations: impl IntoIterator<Item = &'m Migration>,
) -> Result<()> {
    let Some(ddl) = database(site)? else { return Ok(()) };
    let found = found(ddl, before, migrations)?;
    tell(site, &found)
}

/// Tells it.
pub(super) fn tell(site: &Site, all: &[(Id, Vec<Finding>)]) -> Result<()> {
    let Some(ddl) = database(site)?.filter(|_| !all.is_empty()) else { return Ok(()) };
    let of = ddl.features().title;
    for (id, found) in all {
        site.console.line(format_args!("{id} would hurt a running site ({of}):"));
        for Finding { rule, operation, why, instead } in found {
            site.console.line(format_args!("  ! {operation} [{rule}]"));
            site.console.line(format_args!("      {why}"));
            site.console.line(format_args!("      instead: {instead}"));
        }
    }
    site.console.line(
        "`makemigrations --safe` writes steps that a running site bears. Where nobody is hurt, say why: `safe = \"…\"` at the operation.",
    );
    Ok(())
}
