//! What a program says of its migrations when it serves, when it is checked, and when it fails.

use std::time::Duration;

use carafe_core::Result;
use carafe_core::checks::Check;
use carafe_core::command::{Console, flag};
use carafe_core::plugin::{Advising, Setup};
use clap::{Arg, ArgAction};

use super::standing::{Applied, Files};
use super::{Site, apply, hurts};
use crate::error::Failure;
use crate::executor::Executor;
use crate::migrate::{Finding, History, Id, Migration};

/// So long a program waits for a word about its migrations before it serves.
const PATIENCE: Duration = Duration::from_secs(5);

/// What makes files.
const MAKE: &str = "cargo run -- makemigrations";

/// What applies them.
const APPLY: &str = "cargo run -- migrate";

/// What to do about migrations whose files are gone.
pub(super) const GONE: &str = "bring them back, or forget them: cargo run -- migrate --prune";

/// What makes the first migration fail, and what to do about it.
const BESIDE: &str = "tables are made by `.create_tables()` beside the migrations that there are";
const WITHOUT: &str = "take it away from `Database`";

pub(super) fn join(setup: &mut Setup<'_>) {
    let is_development = setup.environment().is_development();
    let migrate = Arg::new("migrate")
        .long("migrate")
        .help(
            "Apply migrations before; of several programs that do so one does, and the others wait",
        )
        .action(ArgAction::SetTrue);
    setup.before_serving([migrate], move |matches| async move {
        let site = Site::current().await?;
        if flag(&matches, "migrate")? {
            apply::to_newest(&site).await?;
        }
        if site.db.models().iter().next().is_some() {
            let told = tell(&site, is_development);
            if tokio::time::timeout(PATIENCE, told).await.is_err() {
                tracing::warn!(
                    "whether migrations are applied is not known: the database does not answer"
                );
            }
        }
        Ok(())
    });
    setup.inspect(inspect);
    setup.advise(|error| {
        let failure = error.cause::<Failure>()?;
        failure.is_unknown_name().then(|| Box::pin(advice()) as Advising)
    });
}

/// Says what is missing, for those who are about to ask the first page.
async fn tell(site: &Site, is_development: bool) {
    match missing(site).await {
        Ok(lines) if is_development => {
            for Missing { what, command } in &lines {
                site.console.line(format_args!("{}: {command}", capitalized(what)));
            }
        }
        Ok(lines) => {
            // What models say, nobody changes on a server.
            for Missing { what, .. } in lines.iter().filter(|line| line.command == APPLY) {
                tracing::warn!("{what}; the command `migrate` applies them, or `serve --migrate`");
            }
        }
        Err(error) if is_development => site.console.complain(format_args!("warning: {error}")),
        Err(error) => tracing::warn!(%error, "whether migrations are applied is not known"),
    }
}

/// Something that is missing, and the command that mends it.
struct Missing {
    what: String,
    command: &'static str,
}

async fn missing(site: &Site) -> Result<Vec<Missing>> {
    let files = Files::read(site).await?;
    let changed = files.say_changed().map(|what| Missing { what, command: MAKE });
    let pending = if files.history.iter().next().is_none() {
        None
    } else if site.makes_tables {
        Some(Missing { what: BESIDE.to_owned(), command: WITHOUT })
    } else {
        let applied = Applied::read(site, &files.history).await?;
        applied.say_pending().map(|what| Missing { what, command: APPLY })
    };
    Ok(changed.into_iter().chain(pending).collect())
}

/// What to do about a table or a column that is not there.
async fn advice() -> Option<String> {
    let site = Site::with(Console::captured()).ok()?;
    match missing(&site).await.ok()?.as_slice() {
        [] => None,
        [Missing { what, command }] if *command == MAKE => {
            Some(format!("{what}: {command}, then {APPLY}"))
        }
        [Missing { what, command }] => Some(format!("{what}: {command}")),
        [changed, pending, ..] => Some(format!(
            "{}, and {}: {}, then {}",
            changed.what, pending.what, changed.command, pending.command
        )),
    }
}

/// All that is not as it should be.
async fn inspect() -> Vec<Check> {
    match Site::with(Console::captured()) {
        Ok(site) => inspected(&site).await,
        Err(error) => vec![Check::of("db.E003", &error)],
    }
}

async fn inspected(site: &Site) -> Vec<Check> {
    let files = match Files::read(site).await {
        Ok(files) => files,
        Err(error) => return vec![Check::of("db.E003", &error)],
    };
    let mut found = Vec::new();
    if let Some(what) = files.say_changed() {
        found.push(Check::warning("db.W001", what).hint(MAKE));
    }
    if let [_, ..] = &files.added[..] {
        let names: Vec<String> =
            files.added.iter().map(|path| path.display().to_string()).collect();
        let what = "migrations are on disk that the program was built without";
        found.push(Check::warning("db.W005", what).at(names.join(", ")).hint("build it again"));
    }
    if files.history.iter().next().is_none() {
        return found;
    }
    if site.makes_tables {
        found.push(Check::warning("db.W003", BESIDE).hint(WITHOUT));
    }
    match Applied::read(site, &files.history).await {
        Ok(applied) => {
            if let Some(what) = applied.say_pending() {
                found.push(Check::warning("db.W002", what).hint(APPLY));
            }
            found.extend(hurting(site, &files.history, &applied.pending));
            if let Some(what) = applied.say_gone() {
                found.push(Check::warning("db.W004", what).hint(GONE));
            }
        }
        Err(error) => {
            let what = format!("whether migrations are applied is not known: {error}");
            found.push(Check::warning("db.W006", what));
        }
    }
    found
}

/// What of that which is not applied would hurt a site that is running.
fn hurting(site: &Site, history: &History, pending: &[Id]) -> Vec<Check> {
    let applied = history.iter().map(Migration::id).filter(|id| !pending.contains(id)).collect();
    let all = match hurts::of_pending(site, history, &applied, pending) {
        Ok(all) => all,
        Err(error) => return vec![Check::of("db.E003", &error)],
    };
    let check = |id: &Id, Finding { rule, operation, why, instead }: Finding| {
        let what = format!("{operation} would hurt a running site [{rule}]: {why}");
        Check::warning("db.W007", what).at(id.to_string()).hint(instead)
    };
    let each = |(id, found): (Id, Vec<Finding>)| {
        found.into_iter().map(|own| check(&id, own)).collect::<Vec<_>>()
    };
    all.into_iter().flat_map(each).collect()
}

fn capitalized(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}
