//! Two operations that follow each other as one, or as none.

use crate::ddl::state::{ExpressionState, FieldState, State, TableState};
use crate::migrate::{FieldName, Operation, blank};

/// The operation that does what two do; nothing, where the second undoes the first. `None` where it takes
/// two.
pub(super) fn merged(first: &Operation, second: &Operation) -> Option<Vec<Operation>> {
    if first.is_by_hand() || second.is_by_hand() || first.table_after() != second.table() {
        return None;
    }
    match (first, second) {
        (Operation::CreateTable(_), Operation::DeleteTable(_)) => Some(Vec::new()),
        (Operation::CreateTable(table), _) if is_of_the_whole(second) => {
            changed(table, second).map(|table| vec![Operation::CreateTable(table)])
        }
        (_, Operation::DeleteTable(table)) if is_of_the_whole(first) => {
            changed(table, &first.reversed()).map(|table| vec![Operation::DeleteTable(table)])
        }
        (Operation::RenameTable { from, .. }, Operation::RenameTable { to, .. }) => {
            let (from, to) = (from.clone(), to.clone());
            Some(if from == to { Vec::new() } else { vec![Operation::RenameTable { from, to }] })
        }
        (Operation::AlterTable { table, from, to: between }, Operation::AlterTable { to, .. })
            if from.managed == between.managed && between.managed == to.managed =>
        {
            let (table, from, to) = (table.clone(), from.clone(), to.clone());
            Some(if from == to {
                Vec::new()
            } else {
                vec![Operation::AlterTable { table, from, to }]
            })
        }
        (Operation::Add { piece, .. }, Operation::Remove { piece: other, .. })
        | (Operation::Remove { piece, .. }, Operation::Add { piece: other, .. })
            if piece == other =>
        {
            Some(Vec::new())
        }
        _ => of_field(first, second),
    }
}

/// Whether it changes a table in a way that can be part of making or dropping it.
fn is_of_the_whole(own: &Operation) -> bool {
    match own {
        Operation::CreateTable(_)
        | Operation::DeleteTable(_)
        | Operation::MoveTable { .. }
        | Operation::AddMirror(_)
        | Operation::RemoveMirror(_) => false,
        // Whether it was made here decides what is there.
        Operation::AlterTable { from, to, .. } => from.managed == to.managed,
        Operation::Noted(own, _) => is_of_the_whole(own),
        _ => true,
    }
}

/// A table after an operation.
fn changed(table: &TableState, operation: &Operation) -> Option<Box<TableState>> {
    let mut state = State::default();
    state.tables.insert(table.name.clone(), table.clone());
    operation.apply(&mut state).ok()?;
    state.tables.values().next().cloned().map(Box::new)
}

/// Two of one field.
fn of_field(first: &Operation, second: &Operation) -> Option<Vec<Operation>> {
    match (first, second) {
        (Operation::AddField { field, .. }, Operation::RemoveField { field: gone, .. })
            if field.name == gone.name =>
        {
            Some(Vec::new())
        }
        (
            Operation::AddField { table, field, fill },
            Operation::AlterField { from, to, fill: later, .. },
        ) if field.name == from.name => {
            let Filled(fill) = filled(None, fill.as_ref(), from, later.as_ref(), to)?;
            let (table, field) = (table.clone(), to.clone());
            Some(vec![Operation::AddField { table, field, fill }])
        }
        (Operation::AddField { table, field, fill }, Operation::RenameField { from, to, .. })
            if field.name == from.name =>
        {
            let field = Box::new(called(field, to));
            Some(vec![Operation::AddField { table: table.clone(), field, fill: fill.clone() }])
        }
        (
            Operation::AlterField { table, from, to: between, fill },
            Operation::AlterField { from: same, to, fill: later, .. },
        ) if between.name == same.name => {
            let Filled(fill) = filled(Some(from), fill.as_ref(), between, later.as_ref(), to)?;
            if from == to {
                // What was put in place of NULL stays.
                return fill.is_none().then(Vec::new);
            }
            let (table, from, to) = (table.clone(), from.clone(), to.clone());
            Some(vec![Operation::AlterField { table, from, to, fill }])
        }
        (
            Operation::AlterField { table, from, to, .. },
            Operation::RemoveField { field: gone, fill, .. },
        ) if to.name == gone.name => {
            let same = from.kind == to.kind && from.null == to.null;
            let fill = if same { fill.clone() } else { blank(from) };
            let (table, field) = (table.clone(), from.clone());
            Some(vec![Operation::RemoveField { table, field, fill }])
        }
        (
            Operation::RenameField { table, from, to },
            Operation::RemoveField { field: gone, fill, .. },
        ) if to.name == gone.name => {
            let (table, field) = (table.clone(), Box::new(called(gone, from)));
            Some(vec![Operation::RemoveField { table, field, fill: fill.clone() }])
        }
        (
            Operation::RenameField { table, from, to: between },
            Operation::RenameField { from: same, to, .. },
        ) if between == same => {
            let (table, from, to) = (table.clone(), from.clone(), to.clone());
            Some(if from == to {
                Vec::new()
            } else {
                vec![Operation::RenameField { table, from, to }]
            })
        }
        _ => None,
    }
}

fn called(field: &FieldState, name: &FieldName) -> FieldState {
    FieldState { name: name.name.clone(), column: name.column.clone(), ..field.clone() }
}

/// What fills rows, if anything does.
struct Filled(Option<ExpressionState>);

/// What fills rows where two operations become one, of which the first makes a field (`start` is `None`)
/// or alters it to `between`, and the second alters that to `to`. `None` where rows would not hold what
/// the two give them.
fn filled(
    start: Option<&FieldState>,
    first: Option<&ExpressionState>,
    between: &FieldState,
    second: Option<&ExpressionState>,
    to: &FieldState,
) -> Option<Filled> {
    let is_strict = |start: Option<&FieldState>| start.is_none_or(|start| start.null);
    let gives_default =
        between.default.is_some() && is_strict(start) && (start.is_none() || !between.null);
    if first.is_some() || gives_default {
        let same = between.kind == to.kind
            && between.reference == to.reference
            && (first.is_some() || between.default == to.default)
            && (start.is_none() || !to.null)
            && second.is_none();
        return same.then(|| Filled(first.cloned()));
    }
    // Nothing is put into rows before the second one.
    if start.is_none() && to.default.is_some() && between.null && to.null {
        return None;
    }
    let Some(fill) = second.filter(|_| is_strict(start)) else { return Some(Filled(None)) };
    let mut is_own = false;
    fill.fields(&mut |name| is_own |= name == to.name);
    (!is_own).then(|| Filled(Some(fill.clone())))
}
