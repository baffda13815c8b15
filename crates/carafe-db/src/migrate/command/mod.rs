//! The commands: `makemigrations`, `migrate`, `showmigrations`, `sqlmigrate`, `squashmigrations`,
//! `optimizemigration`.

mod answers;
mod apply;
mod asking;
mod change;
mod files;
mod hurts;
mod make;
mod progress;
mod serve;
mod show;
mod squash;
mod standing;
mod told;
mod write;

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::sync::Arc;

use carafe_core::command::Console;
use carafe_core::plugin::Setup;
use carafe_core::{Error, Result, Scope};

use super::lack::lacks;
use super::source::Sources;
use super::{History, Id, Migration, Migrator, Steps};
use crate::db::Db;
use crate::ddl::state::{self, State};
use crate::executor::Executor;

/// Adds them to a program, with what it says of migrations when it serves, is checked, or fails.
pub(crate) fn join(setup: &mut Setup<'_>) {
    setup.commands(vec![
        make::command(),
        apply::command(),
        show::command(),
        show::sql_command(),
        squash::command(),
        squash::optimize_command(),
    ]);
    serve::join(setup);
}

/// What every one of them works on.
#[derive(Clone)]
struct Site {
    db: Db,
    console: Console,
    sources: Arc<Sources>,
    /// The functions that its migrations call.
    steps: Steps,
    /// Whether the program makes its tables of models, beside all migrations.
    makes_tables: bool,
    /// Whether it makes its tables by a script.
    has_script: bool,
}

impl Site {
    async fn current() -> Result<Self> {
        Self::with(carafe_core::command::extracted("console").await?)
    }

    fn with(console: Console) -> Result<Self> {
        let scope = Scope::current()?;
        let db = scope.service::<Db>().ok_or_else(|| Error::missing_service("Db"))?;
        let makes_tables = db.makes_tables();
        let has_script = db.has_script();
        // What migrations make must not be there before.
        let db = db.bare();
        let sources = Arc::new(Sources::of(db.models(), &scope));
        let steps = Steps::join(scope.deposits::<Steps>().map(|(_, steps)| steps.clone()))?;
        Ok(Self { db, console, sources, steps, makes_tables, has_script })
    }

    /// What the models say that the tables are.
    fn wanted(&self) -> Result<State> {
        state::snapshot(self.db.models())
    }

    async fn history(&self) -> Result<History> {
        let sources = self.sources.clone();
        tokio::task::spawn_blocking(move || sources.history()).await?
    }

    /// Warns of what a database is made without when some of these migrations are applied.
    fn warn_of_lacks<'m>(
        &self,
        all: impl IntoIterator<Item = &'m Migration>,
        told: &BTreeSet<Id>,
    ) -> Result<()> {
        for lack in lacks(all, told, self.db.capability().ddl)? {
            self.console.line(format_args!("warning: {lack}"));
        }
        Ok(())
    }

    /// What applies migrations.
    fn migrator<'s>(&'s self, history: &'s History) -> Migrator<'s> {
        Migrator::new(&self.db, history).with_steps(self.steps.clone())
    }

    /// The migrations, all of whose calls are of functions that the program lists.
    async fn checked_history(&self) -> Result<History> {
        let history = self.history().await?;
        self.steps.check(&history)?;
        Ok(history)
    }

    /// A history as the database sees it, and what is noted there as applied.
    async fn seen(&self, history: History) -> Result<(History, BTreeSet<Id>)> {
        let recorded = self.migrator(&history).applied().await?;
        let seen = match history.seen_by(&recorded)? {
            Cow::Owned(seen) => Some(seen),
            Cow::Borrowed(_) => None,
        };
        Ok((seen.unwrap_or(history), recorded))
    }

    /// An error where a crate is named that the program has not.
    fn check_owners<'o>(&self, owners: impl IntoIterator<Item = &'o str>) -> Result<()> {
        for owner in owners {
            if self.sources.names().any(|known| known == owner) {
                continue;
            }
            let error =
                Error::bad_request(format!("the program has no models of a crate `{owner}`"));
            return Err(match carafe_core::suggest::nearest(owner, self.sources.names()) {
                Some(known) => error.hint(format!("did you mean `{known}`?")),
                None => error.hint(format!(
                    "there are: {}",
                    self.sources.names().collect::<Vec<_>>().join(", ")
                )),
            });
        }
        Ok(())
    }
}
