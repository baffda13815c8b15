//! What changes in tables that stay.

use carafe_core::Result;
use carafe_model::Value;

use super::Way;
use crate::ddl::state::{
    DefaultState, ExpressionState, FieldState, LiteralState, ReferenceState, TableState,
};
use crate::migrate::{Operation, Piece, TableOptions, Why};

impl Way<'_> {
    pub(super) fn alter_tables(&mut self) -> Result<()> {
        for table in self.both() {
            let (now, wanted) = (&self.now.tables[&table], &self.wanted.tables[&table]);
            let (from, to) = (TableOptions::of(now), TableOptions::of(wanted));
            let owners = (now.owner.clone(), wanted.owner.clone());
            if owners.0 != owners.1 {
                let (from, to) = owners;
                self.push(Operation::MoveTable { table: table.clone(), from, to })?;
            }
            if from != to {
                self.push(Operation::AlterTable { table, from, to })?;
            }
        }
        Ok(())
    }

    pub(super) fn remove_pieces(&mut self) -> Result<()> {
        for table in self.both() {
            let wanted = Piece::all(&self.wanted.tables[&table]);
            let gone = Piece::all(&self.now.tables[&table]);
            for piece in gone.into_iter().filter(|piece| !wanted.contains(piece)) {
                self.push(Operation::Remove { table: table.clone(), piece })?;
            }
        }
        Ok(())
    }

    pub(super) fn add_pieces(&mut self) -> Result<()> {
        for table in self.both() {
            let now = Piece::all(&self.now.tables[&table]);
            let wanted = Piece::all(&self.wanted.tables[&table]);
            for piece in wanted.into_iter().filter(|piece| !now.contains(piece)) {
                self.push(Operation::Add { table: table.clone(), piece })?;
            }
        }
        Ok(())
    }

    /// Removes the fields that are gone, and those that become something else than what they are.
    pub(super) fn remove_fields(&mut self) -> Result<()> {
        for table in self.both() {
            let wanted = &self.wanted.tables[&table];
            let stays = |field: &FieldState| {
                wanted.field(&field.name).is_some_and(|wanted| can_become(field, wanted))
            };
            let mut gone: Vec<FieldState> =
                self.now.tables[&table].fields.iter().filter(|own| !stays(own)).cloned().collect();
            // What is computed goes before what it is computed from.
            gone.sort_by_key(|field| field.generated.is_none());
            for field in gone {
                self.take_field(table.clone(), Box::new(field))?;
            }
        }
        Ok(())
    }

    pub(super) fn change_fields(&mut self) -> Result<()> {
        for table in self.both() {
            let to: &TableState = &self.to.tables[&table];
            let mut fields: Vec<FieldState> = self.wanted.tables[&table].fields.clone();
            // What is computed comes after what it is computed from, and a key is given up before
            // another one is taken.
            fields.sort_by_key(|field| {
                let is_new = self.now.tables[&table].field(&field.name).is_none();
                (field.generated.is_some(), is_new)
            });
            for wanted in fields {
                let said = to.field(&wanted.name).and_then(|field| field.default.as_ref());
                match self.now.tables[&table].field(&wanted.name).cloned() {
                    Some(now) if now == wanted => {}
                    Some(now) => {
                        let strict = now.null && !wanted.null && has_column(&wanted);
                        let fill = if strict {
                            self.fill(&table, &wanted, said, Why::NotNull)?
                        } else {
                            None
                        };
                        let (from, to) = (Box::new(now), Box::new(wanted));
                        self.push(Operation::AlterField { table: table.clone(), from, to, fill })?;
                    }
                    None => {
                        let fill = self.fill(&table, &wanted, said, Why::Added)?;
                        let field = Box::new(wanted);
                        self.push(Operation::AddField { table: table.clone(), field, fill })?;
                    }
                }
            }
        }
        Ok(())
    }

    /// What rows hold that are there already.
    fn fill(
        &mut self,
        table: &str,
        field: &FieldState,
        said: Option<&DefaultState>,
        why: Why,
    ) -> Result<Option<ExpressionState>> {
        let is_free = field.null
            || field.counted
            || field.generated.is_some()
            || field.default.is_some()
            || !has_column(field);
        if is_free || !self.now.tables[table].managed {
            return Ok(None);
        }
        match said {
            Some(DefaultState::Now) => {
                return Ok(Some(ExpressionState::Call("now".to_owned(), Vec::new())));
            }
            Some(DefaultState::Constant(value)) => {
                if let Some(literal) = literal(value) {
                    return Ok(Some(ExpressionState::Literal(literal)));
                }
            }
            _ => {}
        }
        self.ask.fill(table, field, why)
    }
}

fn has_column(field: &FieldState) -> bool {
    !matches!(field.reference, Some(ReferenceState::Many { .. }))
}

/// Whether a database can change the one into the other and keep what is in it.
fn can_become(now: &FieldState, wanted: &FieldState) -> bool {
    has_column(now) == has_column(wanted) && now.generated == wanted.generated
}

/// A value as a file can hold it.
fn literal(value: &Value) -> Option<LiteralState> {
    Some(match value {
        Value::Null => LiteralState::Null,
        Value::Bool(value) => LiteralState::Bool(*value),
        Value::I64(value) => LiteralState::I64(*value),
        Value::F64(value) => LiteralState::F64(*value),
        Value::Text(value) => LiteralState::Text(value.clone()),
        _ => return None,
    })
}
