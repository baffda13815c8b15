//! Whether two operations that follow each other may do so the other way round.

use crate::migrate::{FieldName, Operation, TableName};

/// What becomes of two operations when the second one comes first.
pub(super) enum Swap {
    /// They cannot be swapped.
    Blocked,
    /// They stay as they are.
    AsTheyAre,
    /// The one that comes first now, and the one that comes second now.
    Changed(Box<(Operation, Operation)>),
}

impl Swap {
    fn changed(first: Operation, second: Operation) -> Self {
        Self::Changed(Box::new((first, second)))
    }
}

/// Swaps two operations that follow each other.
pub(super) fn swapped(first: &Operation, second: &Operation) -> Swap {
    // What is done for a site that is running is done in the order that somebody thought of.
    let is_fixed = |own: &Operation| own.is_by_hand() || is_live(own);
    if is_fixed(first) || is_fixed(second) || are_in_the_way(first, second) {
        return Swap::Blocked;
    }
    match (first, second) {
        (_, Operation::RenameTable { from, to }) if from.table != to.table => {
            match under(first, from, to) {
                Under::Blocked => Swap::Blocked,
                Under::AsItIs => Swap::AsTheyAre,
                Under::Changed(first) => Swap::changed(second.clone(), *first),
            }
        }
        (Operation::RenameTable { from, to }, _) if from.table != to.table => {
            match under(second, to, from) {
                Under::Blocked => Swap::Blocked,
                Under::AsItIs => Swap::AsTheyAre,
                Under::Changed(second) => Swap::changed(*second, first.clone()),
            }
        }
        _ if first.table() != second.table() => between_tables(first, second),
        (_, Operation::RenameField { from, to, .. }) => match of_fields(first, from, to) {
            Under::Blocked => Swap::Blocked,
            Under::AsItIs => Swap::AsTheyAre,
            Under::Changed(first) => Swap::changed(second.clone(), *first),
        },
        (Operation::RenameField { from, to, .. }, _) => match of_fields(second, to, from) {
            Under::Blocked => Swap::Blocked,
            Under::AsItIs => Swap::AsTheyAre,
            Under::Changed(second) => Swap::changed(*second, first.clone()),
        },
        _ => within_table(first, second),
    }
}

fn is_live(own: &Operation) -> bool {
    matches!(
        own,
        Operation::Noted(..)
            | Operation::Backfill(..)
            | Operation::AddMirror(_)
            | Operation::RemoveMirror(_)
    )
}

/// Whether both make or drop a table of the same name, be it one between.
fn are_in_the_way(first: &Operation, second: &Operation) -> bool {
    let meets = |one: &Operation, other: &Operation| {
        one.between().any(|table| {
            other.between().any(|own| own == table) || (shakes(other) && other.owns(table))
        })
    };
    meets(first, second) || meets(second, first)
}

/// An operation, on the other side of one that gives another name.
enum Under {
    Blocked,
    AsItIs,
    Changed(Box<Operation>),
}

/// An operation that is made for a table's name `from`, where it is called `to`.
fn under(own: &Operation, from: &TableName, to: &TableName) -> Under {
    if own.owns(&to.table) || own.leads_to(&to.table) {
        return Under::Blocked;
    }
    match own {
        Operation::CreateTable(_)
        | Operation::DeleteTable(_)
        | Operation::RenameTable { .. }
        | Operation::AlterTable { .. }
            if own.owns(&from.table) =>
        {
            Under::Blocked
        }
        _ if own.owns(&from.table) || own.leads_to(&from.table) => {
            Under::Changed(Box::new(own.with_table(&from.table, &to.table)))
        }
        _ => Under::AsItIs,
    }
}

/// An operation of the same table that is made for a field's name `from`, where it is called `to`.
fn of_fields(own: &Operation, from: &FieldName, to: &FieldName) -> Under {
    if matches!(own, Operation::CreateTable(_) | Operation::DeleteTable(_)) {
        return Under::Blocked;
    }
    let fields = own.fields();
    if fields.contains(&&*to.name) {
        return Under::Blocked;
    }
    if !fields.contains(&&*from.name) {
        return Under::AsItIs;
    }
    own.with_field(from, to).map_or(Under::Blocked, |own| Under::Changed(Box::new(own)))
}

/// Two of different tables: one may lead to the other.
fn between_tables(first: &Operation, second: &Operation) -> Swap {
    let needs = |one: &Operation, other: &Operation| {
        shakes(one) && (other.leads_to(one.table()) || other.leads_to(one.table_after()))
    };
    if needs(first, second) || needs(second, first) { Swap::Blocked } else { Swap::AsTheyAre }
}

/// Whether what leads to its table may not be what it was: the table comes, goes, or gets another key.
fn shakes(own: &Operation) -> bool {
    match own {
        Operation::CreateTable(_) | Operation::DeleteTable(_) | Operation::RenameTable { .. } => {
            true
        }
        Operation::AlterTable { from, to, .. } => from.managed != to.managed,
        _ => changes_key(own),
    }
}

fn changes_key(own: &Operation) -> bool {
    own.field_states().any(|field| field.primary_key)
}

/// Two of the same table, of which none gives another name.
fn within_table(first: &Operation, second: &Operation) -> Swap {
    let both = [first, second];
    let is_whole = |own: &Operation| {
        matches!(
            own,
            Operation::CreateTable(_)
                | Operation::DeleteTable(_)
                | Operation::RenameTable { .. }
                | Operation::MoveTable { .. }
        ) || (matches!(own, Operation::AlterTable { .. }) && shakes(own))
    };
    let is_alter = |own: &Operation| matches!(own, Operation::AlterTable { .. });
    let fields = second.fields();
    let is_free = !both.into_iter().any(is_whole)
        && !both.into_iter().all(is_alter)
        // A key is given up before another one is taken.
        && !both.into_iter().all(changes_key)
        && !first.fields().iter().any(|field| fields.contains(field));
    if is_free { Swap::AsTheyAre } else { Swap::Blocked }
}
