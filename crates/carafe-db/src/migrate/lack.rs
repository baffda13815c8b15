//! What a database is made without when migrations are applied.

use std::collections::BTreeSet;

use carafe_core::Result;

use super::plan::name_after;
use super::{Id, Migration};
use crate::ddl::state::State;
use crate::ddl::{Ddl, lacks as lacks_of, tables_of};

/// What some of these migrations make that a database cannot have, each once; rows are kept and found all
/// the same. The migrations stand in the order in which they are applied.
pub(super) fn lacks<'m>(
    all: impl IntoIterator<Item = &'m Migration>,
    told: &BTreeSet<Id>,
    ddl: &dyn Ddl,
) -> Result<Vec<String>> {
    let features = ddl.features();
    if told.is_empty()
        || (features.partial_indexes && features.expression_indexes && features.nulls_not_distinct)
    {
        return Ok(Vec::new());
    }
    let of = |state: &State, table: &str| -> Result<Vec<String>> {
        let Some(own) = state.tables.get(table) else { return Ok(Vec::new()) };
        let lacks = lacks_of(&tables_of(state, own)?, ddl);
        Ok(lacks.iter().map(ToString::to_string).collect())
    };
    let mut state = State::default();
    let mut found: Vec<String> = Vec::new();
    for migration in all {
        let is_told = told.contains(&migration.id());
        for operation in &migration.operations {
            if !is_told {
                operation.apply(&mut state)?;
                continue;
            }
            let before = of(&state, operation.table())?;
            operation.apply(&mut state)?;
            for lack in of(&state, name_after(operation))? {
                if !before.contains(&lack) && !found.contains(&lack) {
                    found.push(lack);
                }
            }
        }
    }
    Ok(found)
}
