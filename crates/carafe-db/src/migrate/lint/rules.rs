//! The rules, by operation.

use carafe_core::Result;

use super::{Look, Pace};
use crate::ddl::state::{DefaultState, FieldState, ReferenceState, State};
use crate::ddl::{Ddl, column_type, tables_of};
use crate::migrate::{Operation, Piece};

const LATER: &str = "take it out of the program first, and away in a migration that says `deploy = \"after\"`, which `migrate --before-deploy` leaves out: `makemigrations --safe` writes that";

impl Look<'_> {
    pub(super) fn rules(
        &mut self,
        own: &Operation,
        before: &State,
        after: &State,
        pace: Pace,
    ) -> Result<()> {
        let hazards = self.hazards;
        match own {
            Operation::DeleteTable(table) => {
                let why = format!("the version that runs now still uses `{}`", table.name);
                self.breaks("drop", own, why, LATER);
            }
            Operation::RenameTable { from, to } if from.table != to.table => {
                let why = format!("the version that runs now knows the table as `{}`", from.table);
                let instead =
                    format!("let the model keep the table: `#[model(table = \"{}\")]`", from.table);
                self.breaks("rename", own, why, &instead);
            }
            Operation::RenameField { from, to, .. } if from.column != to.column => {
                let why =
                    format!("the version that runs now knows the column as `{}`", from.column);
                let instead = format!(
                    "let the field keep its column, `#[model(column = \"{}\")]`; or have both for a while, kept in step: `makemigrations --safe` writes that",
                    from.column
                );
                self.breaks("rename", own, why, &instead);
            }
            Operation::RemoveField { field, .. } => {
                let why =
                    format!("the version that runs now still reads and writes `{}`", field.name);
                self.breaks("drop", own, why, LATER);
            }
            Operation::AddField { field, fill, .. } => {
                self.added(own, field);
                let mut names = false;
                if let Some(fill) = fill {
                    fill.fields(&mut |_| names = true);
                }
                if names {
                    self.waits("fill", own, hazards.fill, pace);
                }
                self.brought(own, (None, field), pace);
            }
            Operation::AlterField { table, from, to, fill } => {
                if from.null && !to.null {
                    let why =
                        format!("the version that runs now still writes NULL into `{}`", to.name);
                    let instead = "say so in a migration with `deploy = \"after\"`, or fill what it leaves open by a mirror: `makemigrations --safe` writes that";
                    self.breaks("required", own, why, instead);
                    if fill.is_some() {
                        self.waits("fill", own, hazards.fill, pace);
                    }
                    self.waits("not_null", own, hazards.not_null, pace);
                }
                if is_written_anew(table, (before, from), (after, to), self.ddl)? {
                    self.always("retype", own, hazards.retype);
                }
                self.brought(own, (Some(from), to), pace);
            }
            Operation::Add { piece, .. } => {
                let (rule, hazard) = match piece {
                    Piece::Unique(_) => ("unique", hazards.unique),
                    Piece::Check(_) => ("check", hazards.check),
                    Piece::Index(_) => ("index", hazards.index),
                    Piece::Exclusion(_) => {
                        self.always("exclusion", own, hazards.exclusion);
                        return Ok(());
                    }
                };
                self.waits(rule, own, hazard, pace);
            }
            Operation::Remove { piece: Piece::Index(_), .. } => {
                self.waits("index", own, hazards.index_away, pace);
            }
            _ => {}
        }
        Ok(())
    }

    /// What a new field is by itself.
    fn added(&mut self, own: &Operation, field: &FieldState) {
        if matches!(field.reference, Some(ReferenceState::Many { .. })) {
            return;
        }
        let is_computed = field.counted || field.generated.as_ref().is_some_and(|own| own.stored);
        if is_computed {
            self.always("computed", own, self.hazards.computed);
        }
        let has_default = matches!(field.default, Some(DefaultState::Database(_)));
        if !field.null && !has_default && !field.counted && field.generated.is_none() {
            let why = format!(
                "the version that runs now knows nothing of `{}`, and its INSERTs fail for want of a value",
                field.name
            );
            let instead = "let it be an `Option`, or give it a default of the database for as long as that version runs: `makemigrations --safe` writes that";
            self.breaks("required", own, why, instead);
        }
    }

    /// What a field brings along: indexes, constraints.
    fn brought(
        &mut self,
        own: &Operation,
        (from, to): (Option<&FieldState>, &FieldState),
        pace: Pace,
    ) {
        let hazards = self.hazards;
        let is_new = |has: fn(&FieldState) -> bool| has(to) && !from.is_some_and(has);
        if is_new(|field| field.unique) {
            self.waits("unique", own, hazards.unique, pace);
        }
        if is_new(|field| field.indexed) && !to.unique {
            self.waits("index", own, hazards.index, pace);
        }
        if is_new(refers) {
            self.waits("foreign_key", own, hazards.foreign_key, pace);
        }
    }
}

/// Whether the column of a field gets a type whose values are kept in another way.
pub(in crate::migrate) fn is_written_anew(
    table: &str,
    (before, from): (&State, &FieldState),
    (after, to): (&State, &FieldState),
    ddl: &dyn Ddl,
) -> Result<bool> {
    let ty = |state: &State, field: &FieldState| -> Result<Option<String>> {
        let Some(own) = state.tables.get(table) else { return Ok(None) };
        let made = tables_of(state, own)?.into_iter().find(|made| made.name == own.name);
        let column = made.as_ref().and_then(|made| made.column(&field.column));
        column.map(|column| column_type(ddl, &column.ty)).transpose()
    };
    Ok(match (ty(before, from)?, ty(after, to)?) {
        (Some(old), Some(new)) => old != new && !ddl.becomes(&old, &new),
        _ => false,
    })
}

fn refers(field: &FieldState) -> bool {
    matches!(field.reference, Some(ReferenceState::Key { constrained: true, .. }))
}
