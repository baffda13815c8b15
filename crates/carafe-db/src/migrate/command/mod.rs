//! The commands: `makemigrations`, `migrate`, `showmigrations`, `sqlmigrate`.

mod answers;
mod apply;
mod make;
mod show;

use std::sync::Arc;

use carafe_core::command::{Command, Console};
use carafe_core::{Error, Result, Scope};

use super::History;
use super::source::Sources;
use crate::db::Db;
use crate::ddl::state::{self, State};
use crate::executor::Executor;

/// All of them.
pub(crate) fn commands() -> Vec<Command> {
    vec![make::command(), apply::command(), show::command(), show::sql_command()]
}

/// What every one of them works on.
struct Site {
    db: Db,
    console: Console,
    sources: Arc<Sources>,
}

impl Site {
    async fn current() -> Result<Self> {
        let scope = Scope::current()?;
        // What migrations make must not be there before.
        let db = scope.service::<Db>().ok_or_else(|| Error::missing_service("Db"))?.bare();
        let sources = Arc::new(Sources::of(db.models(), &scope));
        let console = carafe_core::command::extracted("console").await?;
        Ok(Self { db, console, sources })
    }

    /// What the models say that the tables are.
    fn wanted(&self) -> Result<State> {
        state::snapshot(self.db.models())
    }

    async fn history(&self) -> Result<History> {
        let sources = self.sources.clone();
        tokio::task::spawn_blocking(move || sources.history()).await?
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
