//! What people wrote, done in a transaction.

use carafe_core::Result;

use super::patience::Patience;
use super::steps::Steps;
use super::{Direction, Event, Id, Migration, run, tables};
use crate::ddl::Step;
use crate::tx::Tx;

/// Does the steps of a migration, and calls its functions.
#[derive(Clone, Copy)]
pub(super) struct Calls<'c> {
    pub(super) migration: &'c Migration,
    pub(super) direction: Direction,
    pub(super) id: &'c Id,
    pub(super) steps: &'c Steps,
}

impl Calls<'_> {
    /// Does a step in a transaction.
    pub(super) async fn run(
        self,
        tx: &Tx,
        step: &Step,
        kept: &mut Vec<String>,
        patience: &mut Patience<'_>,
    ) -> Result<()> {
        let Step::Call { name, state } = step else {
            return patience.watched(run::run(tx, step, kept)).await;
        };
        let function = self.steps.find(&self.migration.owner, name)?;
        let Patience { watch, tell, .. } = patience;
        let mut told = |text: &str| tell(Event::Tells(self.direction, self.id, text));
        let called = watch.watched(tables::call(function, tx, state, &mut told)).await;
        called.map_err(|error| if error.place().is_some() { error } else { error.at(name.clone()) })
    }
}
