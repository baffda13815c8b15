//! Fewer operations that lead to the same tables.
//!
//! What holds afterwards:
//! - Applied to the state that the operations were made for, they lead to the same state, in which the
//!   order of fields and constraints may be another one.
//! - Undone, they lead back to where they began.
//! - Rows hold what they would have held.
//!
//! An operation is merged with an earlier one once one of the two can be moved to the other: past what
//! has nothing to do with it, and past new names, which it takes over. Each merge makes the list
//! shorter, so that it comes to an end.

mod merge;
mod names;
mod swap;

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use super::Operation;
use merge::merged;
use swap::{Swap, swapped};

/// The same change of tables by fewer operations, where some can be merged (Django's
/// `MigrationOptimizer`).
///
/// ```
/// use carafe_db::migrate::{Migration, optimize};
///
/// let file = r#"
/// [[operations]]
/// op = "add_field"
/// table = "post"
/// field = { name = "slug", kind = "text", null = true }
///
/// [[operations]]
/// op = "rename_field"
/// table = "post"
/// from = "slug"
/// to = "short"
/// "#;
/// let migration = Migration::parse("blog", "0002_slug", file)?;
/// let told: Vec<String> = optimize(migration.operations).iter().map(|own| own.describe()).collect();
/// assert_eq!(told, ["Add field short to post"]);
/// # Ok::<(), carafe_core::Error>(())
/// ```
pub fn optimize(mut operations: Vec<Operation>) -> Vec<Operation> {
    loop {
        let before = operations.len();
        operations = operations.into_iter().fold(Vec::with_capacity(before), with);
        if operations.len() == before {
            return operations;
        }
    }
}

/// Some operations and one more, which is merged with one of them if that can be.
fn with(mut kept: Vec<Operation>, own: Operation) -> Vec<Operation> {
    if !moved_back(&mut kept, &own) && !moved_on(&mut kept, &own) {
        kept.push(own);
    }
    kept
}

/// Moves an operation back to one that it can be merged with, if there is such a one.
fn moved_back(kept: &mut Vec<Operation>, own: &Operation) -> bool {
    let mut own = own.clone();
    let mut changed = BTreeMap::new();
    for place in (0..kept.len()).rev() {
        if let Some(merged) = merged(&kept[place], &own) {
            take_over(kept, changed);
            drop(kept.splice(place..=place, merged));
            return true;
        }
        match swapped(&kept[place], &own) {
            Swap::Blocked => return false,
            Swap::AsTheyAre => {}
            Swap::Changed(swapped) => {
                let (first, second) = *swapped;
                own = first;
                changed.insert(place, second);
            }
        }
    }
    false
}

/// Moves an earlier operation of the same table on to a new last one that it can be merged with, if
/// there is such a one.
fn moved_on(kept: &mut Vec<Operation>, last: &Operation) -> bool {
    let same = |own: &Operation| own.table_after() == last.table();
    for place in (0..kept.len()).rev().filter(|place| same(&kept[*place])).collect::<Vec<_>>() {
        let mut own = kept[place].clone();
        let mut changed = BTreeMap::new();
        let is_free = (place + 1..kept.len()).all(|next| match swapped(&own, &kept[next]) {
            Swap::Blocked => false,
            Swap::AsTheyAre => true,
            Swap::Changed(swapped) => {
                let (first, second) = *swapped;
                own = second;
                changed.insert(next, first);
                true
            }
        });
        if let Some(merged) = merged(&own, last).filter(|_| is_free) {
            take_over(kept, changed);
            kept.remove(place);
            kept.extend(merged);
            return true;
        }
    }
    false
}

fn take_over(kept: &mut [Operation], changed: BTreeMap<usize, Operation>) {
    for (place, operation) in changed {
        kept[place] = operation;
    }
}
