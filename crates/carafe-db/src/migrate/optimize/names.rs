//! What an operation names, and the same operation under other names.

use std::slice;

use crate::ddl::state::{ExpressionState, FieldState, ReferenceState};
use crate::migrate::{FieldName, Operation};

impl Operation {
    /// The table that it changes, by its name after.
    pub(super) fn table_after(&self) -> &str {
        match self {
            Self::RenameTable { to, .. } => &to.table,
            other => other.table(),
        }
    }

    /// Whether it changes the table of that name, or gives or takes the name.
    pub(super) fn owns(&self, table: &str) -> bool {
        self.table() == table || self.table_after() == table
    }

    /// Whether one of its fields leads to that table.
    pub(super) fn leads_to(&self, table: &str) -> bool {
        let leads =
            |field: &FieldState| field.reference.as_ref().is_some_and(|own| own.table() == table);
        self.field_states().any(leads)
    }

    /// The tables between that its relations have.
    pub(super) fn between(&self) -> impl Iterator<Item = &str> {
        self.field_states().filter_map(|field| match &field.reference {
            Some(ReferenceState::Many { through, .. }) => Some(through.table.as_str()),
            _ => None,
        })
    }

    /// The fields that it describes.
    pub(super) fn field_states(&self) -> impl Iterator<Item = &FieldState> {
        let (these, others) = self.states();
        these.iter().chain(others)
    }

    fn states(&self) -> (&[FieldState], &[FieldState]) {
        match self {
            Self::CreateTable(table) | Self::DeleteTable(table) => (&table.fields, &[]),
            Self::AddField { field, .. } | Self::RemoveField { field, .. } => {
                (slice::from_ref(&**field), &[])
            }
            Self::AlterField { from, to, .. } => (slice::from_ref(&**from), slice::from_ref(&**to)),
            Self::Noted(own, _) => own.states(),
            _ => (&[], &[]),
        }
    }

    /// The fields of its table that it names.
    pub(super) fn fields(&self) -> Vec<&str> {
        let mut names: Vec<&str> = Vec::new();
        let mut each = |name| names.push(name);
        for field in self.field_states() {
            each(&field.name);
            if let Some(generated) = &field.generated {
                generated.expression.fields(&mut each);
            }
        }
        match self {
            Self::AddField { fill: Some(fill), .. }
            | Self::RemoveField { fill: Some(fill), .. }
            | Self::AlterField { fill: Some(fill), .. } => fill.fields(&mut each),
            Self::Add { piece, .. } | Self::Remove { piece, .. } => piece.fields(&mut each),
            Self::RenameField { from, to, .. } => {
                each(&from.name);
                each(&to.name);
            }
            _ => {}
        }
        names
    }

    /// The same, of a table whose name, and that which fields lead to, is another one.
    pub(super) fn with_table(&self, from: &str, to: &str) -> Self {
        let mut own = self.clone();
        let rename = |name: &mut String| {
            if name == from {
                to.clone_into(name);
            }
        };
        let lead = |field: &mut FieldState| {
            if let Some(ReferenceState::Key { table, .. } | ReferenceState::Many { table, .. }) =
                &mut field.reference
            {
                rename(table);
            }
        };
        match &mut own {
            Self::CreateTable(table) | Self::DeleteTable(table) => {
                rename(&mut table.name);
                table.fields.iter_mut().for_each(lead);
            }
            Self::RenameTable { from, to } => {
                rename(&mut from.table);
                rename(&mut to.table);
            }
            Self::AddField { table, field, .. } | Self::RemoveField { table, field, .. } => {
                rename(table);
                lead(field);
            }
            Self::AlterField { table, from, to, .. } => {
                rename(table);
                lead(from);
                lead(to);
            }
            Self::AlterTable { table, .. }
            | Self::MoveTable { table, .. }
            | Self::RenameField { table, .. }
            | Self::Add { table, .. }
            | Self::Remove { table, .. } => rename(table),
            // Nothing is moved past what people wrote by hand.
            Self::Sql(_) | Self::Run(_) | Self::Only(..) => {}
            Self::Noted(inner, _) => **inner = inner.with_table(from, to),
            Self::Backfill(inner, _) => rename(&mut inner.table),
            Self::AddMirror(inner) | Self::RemoveMirror(inner) => rename(&mut inner.table),
        }
        own
    }

    /// The same, of a table one of whose fields has another name. None where it makes that field, drops
    /// it, or renames it.
    pub(super) fn with_field(&self, from: &FieldName, to: &FieldName) -> Option<Self> {
        let mut own = self.clone();
        match &mut own {
            Self::AddField { field, fill, .. } | Self::RemoveField { field, fill, .. } => {
                if field.name == from.name {
                    return None;
                }
                rename_in(field, from, to)?;
                rename_fill(fill, from, to)?;
            }
            Self::AlterField { from: one, to: other, fill, .. } => {
                for field in [one, other] {
                    if field.name == from.name {
                        if field.column != from.column {
                            return None;
                        }
                        field.name.clone_from(&to.name);
                        field.column.clone_from(&to.column);
                    }
                    rename_in(field, from, to)?;
                }
                rename_fill(fill, from, to)?;
            }
            Self::Add { piece, .. } | Self::Remove { piece, .. } => {
                *piece = piece.renamed(&from.name, &to.name).ok()?;
            }
            _ => return None,
        }
        Some(own)
    }
}

fn rename_in(field: &mut FieldState, from: &FieldName, to: &FieldName) -> Option<()> {
    if let Some(generated) = &mut field.generated {
        generated.expression = renamed(&generated.expression, from, to)?;
    }
    Some(())
}

fn rename_fill(fill: &mut Option<ExpressionState>, from: &FieldName, to: &FieldName) -> Option<()> {
    if let Some(own) = fill {
        *own = renamed(own, from, to)?;
    }
    Some(())
}

fn renamed(
    expression: &ExpressionState,
    from: &FieldName,
    to: &FieldName,
) -> Option<ExpressionState> {
    let name = |field: &str| Ok(if field == from.name { &to.name } else { field }.to_owned());
    expression.renamed(&name).ok()
}
