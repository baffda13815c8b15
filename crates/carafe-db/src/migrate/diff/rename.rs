//! What has got another name: told by the model, or asked; never guessed.

use carafe_core::Result;

use super::Way;
use crate::ddl::state::{FieldState, TableState};
use crate::migrate::{FieldName, Operation, TableName};

impl Way<'_> {
    pub(super) fn rename_tables(&mut self) -> Result<()> {
        let added: Vec<String> = self.added_tables();
        for name in &added {
            let to = &self.to.tables[name];
            let told = to.was.clone().filter(|was| self.is_gone(was));
            if let Some(from) = told {
                self.rename_table(&from, to)?;
            }
        }
        for name in self.added_tables() {
            let to = &self.to.tables[&name];
            let gone: Vec<String> =
                self.now.tables.keys().filter(|name| self.is_gone(name)).cloned().collect();
            for from in gone {
                let before = &self.now.tables[&from];
                if are_alike(before, &self.wanted.tables[&name])
                    && self.ask.renamed_table(before, to)?
                {
                    self.rename_table(&from, to)?;
                    break;
                }
            }
        }
        Ok(())
    }

    fn rename_table(&mut self, from: &str, to: &TableState) -> Result<()> {
        let (from, to) = (TableName::of(&self.now.tables[from]), TableName::of(to));
        self.push(Operation::RenameTable { from, to })
    }

    fn added_tables(&self) -> Vec<String> {
        let wanted = self.wanted.tables.keys();
        wanted.filter(|name| !self.now.tables.contains_key(name)).cloned().collect()
    }

    fn is_gone(&self, table: &str) -> bool {
        self.now.tables.contains_key(table) && !self.wanted.tables.contains_key(table)
    }

    pub(super) fn rename_fields(&mut self) -> Result<()> {
        for name in self.both() {
            let to = &self.to.tables[&name];
            for field in &to.fields {
                let now = &self.now.tables[&name];
                if now.field(&field.name).is_some() {
                    continue;
                }
                let gone: Vec<FieldState> = now
                    .fields
                    .iter()
                    .filter(|own| to.field(&own.name).is_none())
                    .cloned()
                    .collect();
                let told = field
                    .was
                    .as_ref()
                    .and_then(|was| gone.iter().find(|own| own.name == *was).cloned());
                let from = match told {
                    Some(from) => Some(from),
                    None => self.asked(&name, gone, field)?,
                };
                if let Some(from) = from {
                    let (from, to) = (FieldName::of(&from), FieldName::of(field));
                    self.push(Operation::RenameField { table: name.clone(), from, to })?;
                }
            }
        }
        Ok(())
    }

    /// The field that is gone whose name is another one now.
    fn asked(
        &mut self,
        table: &str,
        gone: Vec<FieldState>,
        to: &FieldState,
    ) -> Result<Option<FieldState>> {
        let Some(wanted) = self.wanted.tables[table].field(&to.name) else { return Ok(None) };
        let wanted = nameless(wanted);
        for from in gone {
            if nameless(&from) == wanted && self.ask.renamed_field(table, &from, to)? {
                return Ok(Some(from));
            }
        }
        Ok(None)
    }
}

/// Whether two tables have the same kinds of fields, so that one may be the other. Fields may have got
/// other names at the same time.
fn are_alike(one: &TableState, other: &TableState) -> bool {
    let fields = |table: &TableState| {
        let mut fields: Vec<String> = table
            .fields
            .iter()
            // A relation of a table with itself leads to another name.
            .map(|field| match &field.reference {
                Some(_) => format!("{} {}", field.kind, field.null),
                None => format!("{:?}", nameless(&without_place(field))),
            })
            .collect();
        fields.sort();
        fields
    };
    one.managed == other.managed && fields(one) == fields(other)
}

fn without_place(field: &FieldState) -> FieldState {
    FieldState { comment: None, ..field.clone() }
}

/// A field without its names.
fn nameless(field: &FieldState) -> FieldState {
    use crate::ddl::state::{ReferenceState, ThroughState};
    let mut own = FieldState { name: String::new(), column: String::new(), ..field.clone() };
    if let Some(ReferenceState::Many { through, .. }) = &mut own.reference {
        *through = ThroughState { table: String::new(), ..through.clone() };
    }
    own
}
