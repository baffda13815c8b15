//! How long a migration waits for locks, and what it does when it has waited long enough.
//!
//! What asks for a lock on a table that somebody else works with makes all wait who come after it. So a
//! migration gives up soon, lets them pass, and tries again later.

use std::pin::pin;
use std::time::Duration;

use carafe_core::{Error, Kind, Result};

use super::{Event, Id};
use crate::db::{Db, run_as_is};
use crate::ddl::Lasts;
use crate::error::{Failure, is_transient};
use crate::executor::Executor;
use crate::settings::MigrateSettings;

/// The longest pause before something is tried again.
const LONGEST: Duration = Duration::from_secs(30);

/// How long the database may take to tell who holds a lock.
const TELLING: Duration = Duration::from_secs(1);

/// How a migration waits, and who is told of it.
pub(super) struct Patience<'p> {
    pub(super) watch: Watch<'p>,
    pub(super) tell: &'p mut (dyn FnMut(Event<'_>) + Send),
}

/// What is looked at while a migration waits.
pub(super) struct Watch<'p> {
    db: &'p Db,
    settings: MigrateSettings,
    /// The number by which the server knows the connection that migrates.
    session: Option<i64>,
}

impl<'p> Patience<'p> {
    /// For what is done on that connection.
    pub(super) async fn on(
        db: &'p Db,
        executor: &dyn Executor,
        tell: &'p mut (dyn FnMut(Event<'_>) + Send),
    ) -> Result<Self> {
        let session = match executor.capability().ddl.features().own_session {
            Some(ask) => Some(executor.query_scalar(ask, ()).one().await?),
            None => None,
        };
        Ok(Self { watch: Watch { db, settings: db.migrate_settings(), session }, tell })
    }

    /// How the settings say that it is done.
    pub(super) fn settings(&self) -> MigrateSettings {
        self.watch.settings
    }

    /// Lets what comes take and wait as long as it takes: where nobody waits for it meanwhile.
    pub(super) async fn without_end(&mut self, executor: &dyn Executor) -> Result<()> {
        set(executor, None, Lasts::Connection).await
    }

    /// How often something is tried.
    pub(super) fn attempts(&self) -> Attempts {
        Attempts { settings: self.watch.settings, made: 0 }
    }

    /// Lets what comes take as long as it takes, but wait for locks no longer than it may.
    pub(super) async fn begin(&mut self, executor: &dyn Executor, lasts: Lasts) -> Result<()> {
        let longest = Some(self.watch.settings.lock_timeout).filter(|longest| !longest.is_zero());
        set(executor, longest, lasts).await
    }

    /// Runs what may wait for a lock; if it has to give up, the error tells who holds it.
    pub(super) async fn watched<T>(&mut self, work: impl Future<Output = Result<T>>) -> Result<T> {
        self.watch.watched(work).await
    }
}

impl Watch<'_> {
    /// Runs what may wait for a lock; if it has to give up, the error tells who holds it.
    pub(super) async fn watched<T>(&self, work: impl Future<Output = Result<T>>) -> Result<T> {
        let mut work = pin!(work);
        let look = (self.settings.lock_timeout / 2).max(Duration::from_millis(20));
        let mut holders = Vec::new();
        loop {
            if self.settings.lock_timeout.is_zero() {
                return work.await;
            }
            match tokio::time::timeout(look, work.as_mut()).await {
                Ok(done) => return done.map_err(|error| self.named(error, &holders)),
                Err(_) => holders = self.holders().await.unwrap_or(holders),
            }
        }
    }

    /// Who holds what the connection waits for, where the database tells.
    async fn holders(&self) -> Option<Vec<String>> {
        let (session, features) = (self.session?, self.db.capability().ddl.features());
        let outside = self.db.outside();
        let asked = outside.query_scalar::<String>(features.lock_holders?, (session,)).all();
        let told = tokio::time::timeout(TELLING, asked).await.ok()?;
        told.ok().filter(|told| !told.is_empty())
    }

    fn named(&self, error: Error, holders: &[String]) -> Error {
        let ddl = self.db.capability().ddl;
        let Some(failure) = error.cause::<Failure>().cloned() else { return error };
        if !failure.code().is_some_and(|code| ddl.features().lock_refused.contains(&code)) {
            return error;
        }
        let longest = self.settings.lock_timeout;
        let told = match holders {
            [] => String::new(),
            holders => format!("; it is held by {}", holders.join(", ")),
        };
        let place = error.place().map(str::to_owned);
        let error = Error::new(Kind::Timeout, format!("a lock was not to be had within {longest:?}{told}"))
            .hint("end what holds it, or migrate when less is going on; `lock_timeout` and `retries` below [database.migrate] say how long and how often it is tried")
            .because(failure);
        match place {
            Some(place) => error.at(place),
            None => error,
        }
    }
}

async fn set(executor: &dyn Executor, longest: Option<Duration>, lasts: Lasts) -> Result<()> {
    for sql in executor.capability().ddl.patience(longest, lasts) {
        run_as_is(executor, sql).await?;
    }
    Ok(())
}

/// How often something was tried.
pub(super) struct Attempts {
    settings: MigrateSettings,
    made: u32,
}

impl Attempts {
    /// Pauses after what has failed, so that it can be tried again; the error, where that is no use or was done
    /// often enough.
    pub(super) async fn again(
        &mut self,
        id: &Id,
        error: Error,
        tell: &mut (dyn FnMut(Event<'_>) + Send),
    ) -> Result<()> {
        if !is_transient(&error) || self.made >= self.settings.retries {
            return Err(error);
        }
        let doubled = 2_u32.saturating_pow(self.made);
        let pause = self.settings.pause.saturating_mul(doubled).min(LONGEST);
        self.made += 1;
        tell(Event::Postponed(id, pause, &error));
        tokio::time::sleep(pause).await;
        Ok(())
    }
}
