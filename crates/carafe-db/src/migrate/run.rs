//! Applies migrations to a database, and undoes them.

mod noted;
mod step;

pub(super) use step::{check_references, refused, run};
use step::{step_by_step, whole_one};

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::time::{Duration, Instant};

use carafe_core::{Error, Result};

use super::calls::Calls;
use super::patience::Patience;
use super::possible::going;
use super::record::{self, Progress};
use super::steps::Steps;
use super::stepwise::stepwise;
use super::target::{for_later, way};
use super::{Direction, History, Id, Migration, Operation, Target, alone, plan};
use crate::db::{Db, Session, table_names};
use crate::ddl::Step;
use crate::ddl::state::State;
use crate::executor::Executor;
use crate::tx::Tx;

/// Applies a history to a database.
///
/// Where the database can, each migration is one transaction: it is applied or it is not. Where it
/// cannot (MySQL), and in one that is done online or bit by bit, each step is noted before it is done, and
/// what was left half done is finished first.
/// Several programs may do it at the same time: one of them does it, and the others wait.
#[derive(Clone, Debug)]
pub struct Migrator<'m> {
    pub(super) db: &'m Db,
    pub(super) history: &'m History,
    pub(super) steps: Steps,
    fakes: Fakes,
    /// What is for after the deploy is left out.
    before_deploy: bool,
}

/// What is noted as applied without being run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fakes {
    Nothing,
    /// First migrations of a crate whose tables are all there.
    Initial,
    All,
}

/// What is going on while migrations are applied.
#[derive(Clone, Copy, Debug)]
pub enum Event<'e> {
    /// A migration begins.
    Begins(Direction, &'e Id),
    /// One of its steps tells how far it has come.
    Tells(Direction, &'e Id, &'e str),
    /// It is done.
    Done(Direction, &'e Id, Duration),
    /// Somebody else did it meanwhile.
    Skipped(Direction, &'e Id),
    /// Another program migrates, and is waited for.
    Waits,
    /// It fills rows bit by bit, and has come past so many.
    Fills(&'e Id, u64),
    /// It had to give way, as the error says, and is tried again after a pause.
    Postponed(&'e Id, Duration, &'e Error),
    /// It was refused; the error follows.
    Failed(Direction, &'e Id),
}

impl<'m> Migrator<'m> {
    /// For a database and a history.
    pub fn new(db: &'m Db, history: &'m History) -> Self {
        Self { db, history, steps: Steps::default(), fakes: Fakes::Nothing, before_deploy: false }
    }

    /// With the functions that its migrations call ([`steps!`](crate::steps)).
    #[must_use]
    pub fn with_steps(mut self, steps: Steps) -> Self {
        self.steps = steps;
        self
    }

    /// Notes migrations as applied, or as undone, and changes no table.
    #[must_use]
    pub fn fake(mut self) -> Self {
        self.fakes = Fakes::All;
        self
    }

    /// Notes the first migration of a crate as applied where it does no more than make tables that are
    /// all there already (Django's `--fake-initial`): for a database that was made in another way.
    #[must_use]
    pub fn fake_initial(mut self) -> Self {
        self.fakes = Fakes::Initial;
        self
    }

    /// Leaves out what is to be applied when no server runs the version before any more
    /// ([`Rollout::after_deploy`](super::Rollout::after_deploy)), and what needs that.
    #[must_use]
    pub fn before_deploy(mut self) -> Self {
        self.before_deploy = true;
        self
    }

    /// The migrations that are applied.
    pub async fn applied(&self) -> Result<BTreeSet<Id>> {
        Ok(whole(&record::read(self.db).await?))
    }

    /// Those that are to be applied or undone, in order.
    pub async fn way(&self, target: &Target) -> Result<Vec<(Direction, Id)>> {
        let recorded = self.applied().await?;
        let history = self.history.seen_by(&recorded)?;
        history.check_heads()?;
        self.ahead(&history, &history.applied(&recorded), target)
    }

    /// What [`before_deploy`](Self::before_deploy) leaves out.
    pub(super) async fn left_for_later(&self, target: &Target) -> Result<BTreeSet<Id>> {
        if !self.before_deploy {
            return Ok(BTreeSet::new());
        }
        let recorded = self.applied().await?;
        let history = self.history.seen_by(&recorded)?;
        let applied = history.applied(&recorded);
        Ok(for_later(&history, &applied, &way(&history, &applied, target)?))
    }

    pub(super) fn ahead(
        &self,
        history: &History,
        applied: &BTreeSet<Id>,
        target: &Target,
    ) -> Result<Vec<(Direction, Id)>> {
        let mut way = way(history, applied, target)?;
        if self.before_deploy {
            let later = for_later(history, applied, &way);
            way.retain(|(_, id)| !later.contains(id));
        }
        Ok(way)
    }

    /// What is run on the database for a migration: statements, each with its semicolon.
    ///
    /// What can only be found in the database itself is a comment.
    pub fn sql(&self, id: &Id, direction: Direction) -> Result<String> {
        let migration = self.find(id)?;
        let mut state = State::default();
        let mut before = self.history.iter().take_while(|own| own.id() != *id);
        before.try_for_each(|own| own.replay(&mut state))?;
        if direction == Direction::Backwards {
            migration.replay(&mut state)?;
        }
        let mut text = String::new();
        for (operation, steps) in self.steps(migration, direction, &mut state)? {
            let _ = writeln!(text, "-- {}", operation.describe());
            for step in steps {
                let _ = match step {
                    Step::Sql(sql) | Step::Alone(sql) | Step::Build { sql, .. } => {
                        writeln!(text, "{sql};")
                    }
                    Step::Fill(fill) => writeln!(text, "-- bit by bit:\n{};", fill.whole()),
                    Step::Each { find, before, after } => {
                        writeln!(text, "-- for each name of: {find}\n-- {before}…{after};")
                    }
                    Step::Keep(find) => writeln!(text, "-- keep: {find}"),
                    Step::Again => writeln!(text, "-- run again what was kept"),
                    Step::Own(sql) => writeln!(text, "{};", sql.trim_end_matches(';')),
                    Step::Call { .. } => writeln!(text, "-- a function of the program"),
                };
            }
        }
        Ok(text)
    }

    /// Goes to a target.
    pub async fn run(
        &self,
        target: &Target,
        tell: &mut (dyn FnMut(Event<'_>) + Send),
    ) -> Result<()> {
        self.history.check_heads()?;
        self.db.maintenance(async |conn| self.go(conn, target, tell).await).await
    }

    async fn go(
        &self,
        conn: &mut Session,
        target: &Target,
        tell: &mut (dyn FnMut(Event<'_>) + Send),
    ) -> Result<()> {
        let features = conn.capability().ddl.features();
        for sql in features.before_changes {
            conn.execute(*sql, ()).await?;
        }
        alone::on_connection(conn, tell).await?;
        let begun = if features.transactional {
            conn.atomic(async |tx| {
                alone::in_transaction(tx, tell).await?;
                record::make(tx).await?;
                record::read(tx).await
            })
            .await?
        } else {
            record::make(conn).await?;
            record::read(conn).await?
        };
        let recorded = whole(&begun);
        let history = self.history.seen(&recorded, &begun.keys().cloned().collect())?;
        history.check_heads()?;
        let mut patience = Patience::on(self.db, conn, tell).await?;
        let migrator = Migrator { history: &history, ..self.clone() };
        migrator.go_on(conn, target, begun, recorded, &mut patience).await
    }

    /// Goes to a target from what a database has.
    async fn go_on(
        &self,
        conn: &mut Session,
        target: &Target,
        begun: BTreeMap<Id, Progress>,
        mut recorded: BTreeSet<Id>,
        patience: &mut Patience<'_>,
    ) -> Result<()> {
        let is_begun = |id: &Id| begun.get(id).is_some_and(|own| *own != Progress::Whole);
        self.note_replacing(conn, &mut recorded, &is_begun, patience).await?;
        let mut applied = self.history.applied(&recorded);
        applied.retain(|id| !matches!(begun.get(id), Some(Progress::Forwards(_))));
        if self.fakes != Fakes::All {
            self.check_possible(&begun, &applied, target)?;
        }
        let mut state = self.state(&applied)?;
        for (id, progress) in &begun {
            let (direction, done) = match progress {
                Progress::Whole => continue,
                Progress::Forwards(done) => (Direction::Forwards, *done),
                Progress::Backwards(done) => (Direction::Backwards, *done),
            };
            if direction == Direction::Backwards {
                // It was applied once; what is left of it is undone now.
                applied.insert(id.clone());
                state = self.state(&applied)?;
            }
            self.one(conn, id, direction, done, &mut state, patience).await?;
            note(&mut applied, self.find(id)?, direction);
        }
        for (direction, id) in self.ahead(self.history, &applied, target)? {
            self.one(conn, &id, direction, 0, &mut state, patience).await?;
            note(&mut applied, self.find(&id)?, direction);
        }
        self.note_replacing(conn, &mut applied, &|_| false, patience).await
    }

    /// What the tables are after those that are applied.
    fn state(&self, applied: &BTreeSet<Id>) -> Result<State> {
        let mut state = State::default();
        for own in self.history.iter().filter(|own| applied.contains(&own.id())) {
            own.replay(&mut state)?;
        }
        Ok(state)
    }

    pub(super) fn find(&self, id: &Id) -> Result<&'m Migration> {
        self.history.get(id).ok_or_else(|| {
            Error::setup(format!("{id} was applied in part, and its file is not there"))
        })
    }

    /// The steps of a migration, by operation.
    fn steps(
        &self,
        migration: &Migration,
        direction: Direction,
        state: &mut State,
    ) -> Result<Vec<(Operation, Vec<Step>)>> {
        let ddl = self.db.capability().ddl;
        let operations = going(migration, direction);
        let mut all = Vec::with_capacity(operations.len());
        for operation in operations {
            let before = state.clone();
            let place = |error: Error| {
                let what = format!("{} ({})", migration.id(), operation.describe());
                error.at(what)
            };
            operation.apply(state).map_err(place)?;
            if self.fakes == Fakes::All {
                continue;
            }
            let steps = plan::steps(&before, state, &operation, ddl).map_err(place)?;
            all.push((operation, steps));
        }
        Ok(all)
    }

    /// Applies or undoes one, of which so many steps were begun before.
    async fn one(
        &self,
        conn: &mut Session,
        id: &Id,
        direction: Direction,
        begun: usize,
        state: &mut State,
        patience: &mut Patience<'_>,
    ) -> Result<()> {
        let migration = self.find(id)?;
        let mut steps = self.steps(migration, direction, state)?;
        if self.is_faked(conn, migration, &steps).await? {
            steps.clear();
        }
        (patience.tell)(Event::Begins(direction, id));
        let start = Instant::now();
        let calls = Calls { migration, direction, id, steps: &self.steps };
        let is_transactional = conn.capability().ddl.features().transactional;
        let ran = if is_transactional && migration.is_stepwise() {
            stepwise(conn, &steps, begun, calls, patience).await.map(|()| true)
        } else if is_transactional {
            let mut attempts = patience.attempts();
            loop {
                let whole = async |tx: &mut Tx| whole_one(tx, &steps, calls, patience).await;
                match conn.atomic(whole).await {
                    Err(error) => {
                        if let Err(error) = attempts.again(id, error, patience.tell).await {
                            break Err(error);
                        }
                    }
                    done => break done,
                }
            }
        } else {
            step_by_step(conn, &steps, begun, calls, patience).await.map(|()| true)
        };
        (patience.tell)(match ran {
            Ok(true) => Event::Done(direction, id, start.elapsed()),
            Ok(false) => Event::Skipped(direction, id),
            Err(_) => Event::Failed(direction, id),
        });
        ran.map(drop)
    }

    async fn is_faked(
        &self,
        executor: &dyn Executor,
        migration: &Migration,
        steps: &[(Operation, Vec<Step>)],
    ) -> Result<bool> {
        if self.fakes != Fakes::Initial {
            return Ok(self.fakes == Fakes::All);
        }
        let is_first = migration.after.iter().all(|id| id.owner != migration.owner);
        let tables = table_names(executor).await?;
        let is_there = |(operation, _): &(Operation, Vec<Step>)| match operation {
            Operation::CreateTable(table) => tables.contains(&table.name),
            _ => false,
        };
        Ok(is_first && !steps.is_empty() && steps.iter().all(is_there))
    }
}

fn whole(begun: &BTreeMap<Id, Progress>) -> BTreeSet<Id> {
    let whole = begun.iter().filter(|(_, progress)| **progress == Progress::Whole);
    whole.map(|(id, _)| id.clone()).collect()
}

pub(super) fn note(applied: &mut BTreeSet<Id>, migration: &Migration, direction: Direction) {
    for id in migration.replaces.iter().chain([&migration.id()]) {
        match direction {
            Direction::Forwards => applied.insert(id.clone()),
            Direction::Backwards => applied.remove(id),
        };
    }
}
