//! What operations make of the state of the tables.

use carafe_core::suggest::nearest;
use carafe_core::{Error, Result};
use carafe_model::schema::Kind;

use super::{FieldName, Operation, TableName, TableOptions};
use crate::ddl::state::{
    ExpressionState, FieldState, LiteralState, ReferenceState, State, TableState,
};
use crate::migrate::{Piece, Side};

impl Operation {
    /// Changes the state as it changes the tables. An error where the state is not the one that it was
    /// made for: somebody edited or reordered the files.
    pub fn apply(&self, state: &mut State) -> Result<()> {
        match self {
            Self::CreateTable(table) => {
                if state.tables.contains_key(&table.name) {
                    return Err(there(&format!("table `{}`", table.name)));
                }
                state.tables.insert(table.name.clone(), (**table).clone());
            }
            Self::DeleteTable(table) => {
                state.tables.remove(&table.name).ok_or_else(|| missing(&table.name))?;
            }
            Self::RenameTable { from, to } => rename_table(state, from, to)?,
            Self::AlterTable { table, from, to } => {
                let own = find(state, table)?;
                if TableOptions::of(own) != *from {
                    return Err(other_than(&format!("`{table}`")));
                }
                own.model.clone_from(&to.model);
                own.managed = to.managed;
                own.comment.clone_from(&to.comment);
            }
            Self::MoveTable { table, from, to } => {
                let own = find(state, table)?;
                if own.owner != *from {
                    return Err(other_than(&format!("the owner of `{table}`")));
                }
                own.owner.clone_from(to);
            }
            Self::AddField { table, field, fill } => {
                let own = find(state, table)?;
                if own.field(&field.name).is_some() {
                    return Err(there(&format!("field `{table}.{}`", field.name)));
                }
                check_fill(own, field, fill.as_ref())?;
                own.fields.push((**field).clone());
            }
            Self::RemoveField { table, field, .. } => {
                let own = find(state, table)?;
                check_field(own, field)?;
                own.fields.retain(|other| other.name != field.name);
            }
            Self::RenameField { table, from, to } => rename_field(find(state, table)?, from, to)?,
            Self::AlterField { table, from, to, fill } => {
                let own = find(state, table)?;
                check_field(own, from)?;
                // What undoes it says so, too, and needs it no more.
                check_fill(own, to, fill.as_ref().filter(|_| from.null && !to.null))?;
                let field = own.fields.iter_mut().find(|other| other.name == from.name);
                if let Some(field) = field {
                    *field = (**to).clone();
                }
            }
            Self::Add { table, piece } => piece.add_to(find(state, table)?)?,
            Self::Remove { table, piece } => piece.take_from(find(state, table)?)?,
            Self::Only(Side::State, own) | Self::Noted(own, _) => own.apply(state)?,
            Self::Only(Side::Database, own) => own.on_database(state).map(drop)?,
            Self::Sql(_) | Self::Run(_) => {}
            Self::Backfill(own, _) => own.check(state)?,
            Self::AddMirror(own) | Self::RemoveMirror(own) => own.check(state)?,
        }
        Ok(())
    }

    /// What a change of the database alone leads from and to, where this is known of its tables.
    ///
    /// Forwards it leads away from what is known; backwards it comes back to it.
    pub(in crate::migrate) fn on_database(&self, known: &State) -> Result<(State, State)> {
        let mut other = known.clone();
        match self.apply(&mut other) {
            Ok(()) => Ok((known.clone(), other)),
            Err(error) => {
                let mut other = known.clone();
                match self.reversed().apply(&mut other) {
                    Ok(()) => Ok((other, known.clone())),
                    Err(_) => Err(error),
                }
            }
        }
    }
}

fn find<'s>(state: &'s mut State, table: &str) -> Result<&'s mut TableState> {
    state.tables.get_mut(table).ok_or_else(|| missing(table))
}

fn check_field(table: &TableState, field: &FieldState) -> Result<()> {
    match table.field(&field.name) {
        None => Err(Error::setup(format!(
            "`{}` has no field `{}` at that point",
            table.name, field.name
        ))),
        Some(found) if found != field => {
            Err(other_than(&format!("`{}.{}`", table.name, field.name)))
        }
        Some(_) => Ok(()),
    }
}

/// An error where rows would be filled with what the table has not, or with values of another kind: a
/// database may take a name that it does not know for a text.
pub(in crate::migrate) fn check_fill(
    table: &TableState,
    field: &FieldState,
    fill: Option<&ExpressionState>,
) -> Result<()> {
    let Some(fill) = fill else { return Ok(()) };
    let mut unknown = None;
    fill.fields(&mut |name| {
        if table.field(name).is_none_or(is_many) {
            unknown = unknown.or(Some(name));
        }
    });
    let place = format!("what `{}.{}` is filled with", table.name, field.name);
    if let Some(name) = unknown {
        let error = Error::setup(format!("`{}` has no field `{name}` at that point", table.name));
        let names = table.fields.iter().map(|field| field.name.as_str());
        return Err(error.at(place).hint(match nearest(name, names) {
            Some(known) => format!("did you mean `{known}`? a text stands between quotes"),
            None => "a text stands between quotes: `\"none\"`".to_owned(),
        }));
    }
    let ExpressionState::Literal(literal) = fill else { return Ok(()) };
    let Some(kind) = field.kind.plain().filter(|kind| *kind != Kind::Key) else { return Ok(()) };
    let fits = match literal {
        LiteralState::Null => field.null,
        LiteralState::Bool(_) => kind == Kind::Bool,
        LiteralState::I64(number) => match kind.range() {
            Some((least, most)) => (least..=most).contains(number),
            None => !kind.is_text() && kind != Kind::Bool,
        },
        LiteralState::F64(_) => matches!(kind, Kind::Real | Kind::Float | Kind::Decimal),
        LiteralState::Text(_) => kind != Kind::Bool && kind.range().is_none(),
    };
    if fits {
        return Ok(());
    }
    Err(Error::setup(format!("`{fill}` is no value of the kind `{}`", field.kind)).at(place))
}

fn is_many(field: &FieldState) -> bool {
    matches!(field.reference, Some(ReferenceState::Many { .. }))
}

fn rename_table(state: &mut State, from: &TableName, to: &TableName) -> Result<()> {
    if from.table != to.table && state.tables.contains_key(&to.table) {
        return Err(there(&format!("table `{}`", to.table)));
    }
    let mut table = state.tables.remove(&from.table).ok_or_else(|| missing(&from.table))?;
    if table.model != from.model {
        return Err(other_than(&format!("the model of `{}`", from.table)));
    }
    table.name.clone_from(&to.table);
    table.model.clone_from(&to.model);
    state.tables.insert(to.table.clone(), table);
    let leads =
        |field: &FieldState| field.reference.as_ref().is_some_and(|own| own.table() == from.table);
    for table in state.tables.changing(|table| table.fields.iter().any(leads)) {
        for field in table.fields.iter_mut().filter(|field| leads(field)) {
            if let Some(ReferenceState::Key { table, .. } | ReferenceState::Many { table, .. }) =
                &mut field.reference
            {
                table.clone_from(&to.table);
            }
        }
    }
    Ok(())
}

fn rename_field(table: &mut TableState, from: &FieldName, to: &FieldName) -> Result<()> {
    if from.name != to.name && table.field(&to.name).is_some() {
        return Err(there(&format!("field `{}.{}`", table.name, to.name)));
    }
    let pieces: Result<Vec<Piece>> =
        Piece::all(table).iter().map(|piece| piece.renamed(&from.name, &to.name)).collect();
    let found = table.fields.iter_mut().find(|field| field.name == from.name);
    match found {
        Some(field) if field.column == from.column => {
            field.name.clone_from(&to.name);
            field.column.clone_from(&to.column);
        }
        Some(_) => return Err(other_than(&format!("`{}.{}`", table.name, from.name))),
        None => {
            return Err(Error::setup(format!(
                "`{}` has no field `{}` at that point",
                table.name, from.name
            )));
        }
    }
    let name =
        |field: &str| Ok(if field == from.name { to.name.clone() } else { field.to_owned() });
    for field in &mut table.fields {
        if let Some(generated) = &mut field.generated {
            generated.expression = generated.expression.renamed(&name)?;
        }
    }
    table.uniques.clear();
    table.checks.clear();
    table.exclusions.clear();
    table.indexes.clear();
    for piece in pieces? {
        piece.add_to(table)?;
    }
    Ok(())
}

fn missing(table: &str) -> Error {
    Error::setup(format!("there is no table `{table}` at that point"))
}

fn there(what: &str) -> Error {
    Error::setup(format!("the {what} is there already at that point"))
}

fn other_than(what: &str) -> Error {
    Error::setup(format!("{what} is another one at that point than the migration says"))
        .hint("was an earlier migration changed, or were two branches merged? take over in `from` what the earlier ones lead to")
}
