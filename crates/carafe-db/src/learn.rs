//! What databases of a site learn of it when it starts: its models, and who is told of their rows.

use carafe_core::checks::Check;
use carafe_core::plugin::Setup;
use carafe_core::{Result, Scope};

use crate::db::Db;
use crate::executor::Executor;
use crate::executor::events::Events;
use crate::known::{Known, Program};
use crate::models::Models;

/// Has databases know the models of the site, and who is told of their rows, beside those that they know already.
pub(crate) fn learn_models<'d>(
    databases: impl IntoIterator<Item = &'d mut Db>,
    setup: &mut Setup<'_>,
) {
    let mut learning = Vec::new();
    for db in databases {
        let own = Program { models: db.models().clone(), events: db.events().clone() };
        let known = Known::default();
        *db = db.knowing(known.clone());
        learning.push((own, known));
    }
    // Plugins that are set up later leave models too.
    setup.check(move |scope| {
        let mut complaints = Vec::new();
        for (own, known) in &learning {
            let found = match join(own, scope) {
                Ok(program) => {
                    let mistakes = program.events.mistakes().iter();
                    let found = mistakes.map(|mistake| Check::new("db.E002", mistake.clone()));
                    let found = found.collect();
                    known.tell(program);
                    found
                }
                Err(error) => vec![Check::of("db.E001", &error)],
            };
            // Of the others it would be the same.
            if complaints.is_empty() {
                complaints = found;
            }
        }
        complaints
    });
}

/// All models of a site and all who are told of their rows, with those that the database knew already.
fn join(own: &Program, scope: &Scope) -> Result<Program> {
    let deposits = scope.deposits::<Models>().map(|(_, models)| models.clone());
    let models = Models::join(std::iter::once(own.models.clone()).chain(deposits))?;
    let events = scope.deposits::<Events>().map(|(_, events)| events.clone());
    Ok(Program { models, events: events.fold(own.events.clone(), Events::and) })
}
