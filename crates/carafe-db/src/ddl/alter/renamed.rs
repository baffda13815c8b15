//! A table whose own name, or that of columns, is another one.

use carafe_core::Result;

use crate::ddl::state::{DefaultState, ExpressionState};
use crate::ddl::table::{Part, Table};

/// What has got another name in a table.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Renamed {
    /// Its name, before and after.
    pub(crate) table: (String, String),
    /// Columns, before and after.
    pub(crate) columns: Vec<(String, String)>,
}

impl Renamed {
    /// Between a table before and after: columns at the same place are the same.
    pub(crate) fn between(from: &Table, to: &Table) -> Self {
        let table = (from.name.clone(), to.name.clone());
        let mut columns = Vec::new();
        let same = from.columns.len() == to.columns.len();
        for (one, other) in from.columns.iter().zip(&to.columns).filter(|_| same) {
            let moved = from.column(&other.name).is_some() || to.column(&one.name).is_some();
            if one.name != other.name && !moved {
                columns.push((one.name.clone(), other.name.clone()));
            }
        }
        Self { table, columns }
    }

    /// Whether anything has got another name.
    pub(crate) fn is_something(&self) -> bool {
        self.table.0 != self.table.1 || !self.columns.is_empty()
    }

    /// The name of a column after.
    fn column(&self, name: &str) -> String {
        let found = self.columns.iter().find(|(before, _)| before == name);
        found.map_or(name, |(_, after)| after).to_owned()
    }

    /// The same table under its new names; names of what belongs to it stay.
    pub(crate) fn own(&self, table: &Table) -> Result<Table> {
        let mut made = table.clone();
        made.name.clone_from(&self.table.1);
        let column = |name: &str| Ok(self.column(name));
        let expression = |own: &ExpressionState| own.renamed(&column);
        for own in &mut made.columns {
            own.name = self.column(&own.name);
            if let Some(DefaultState::Database(default)) = &mut own.default {
                *default = expression(default)?;
            }
            if let Some(generated) = &mut own.generated {
                generated.expression = expression(&generated.expression)?;
            }
        }
        let all = |names: &mut Vec<String>| {
            for name in names {
                *name = self.column(name);
            }
        };
        let parts = |parts: &mut Vec<Part>| -> Result<()> {
            for part in parts {
                part.expression = expression(&part.expression)?;
            }
            Ok(())
        };
        let condition = |own: &mut Option<ExpressionState>| -> Result<()> {
            if let Some(own) = own {
                *own = expression(own)?;
            }
            Ok(())
        };
        all(&mut made.key);
        for key in &mut made.foreign_keys {
            all(&mut key.columns);
        }
        for unique in &mut made.uniques {
            parts(&mut unique.parts)?;
            condition(&mut unique.condition)?;
            all(&mut unique.include);
        }
        for check in &mut made.checks {
            check.condition = expression(&check.condition)?;
        }
        for exclusion in &mut made.exclusions {
            for (part, _) in &mut exclusion.parts {
                part.expression = expression(&part.expression)?;
            }
            condition(&mut exclusion.condition)?;
        }
        for index in &mut made.indexes {
            parts(&mut index.parts)?;
            condition(&mut index.condition)?;
            all(&mut index.include);
        }
        self.led_to(&mut made);
        Ok(made)
    }

    /// Lets the foreign keys of a table lead to the new names.
    pub(crate) fn led_to(&self, table: &mut Table) {
        for key in table.foreign_keys.iter_mut().filter(|key| key.table == self.table.0) {
            key.table.clone_from(&self.table.1);
            for column in &mut key.to {
                *column = self.column(column);
            }
        }
    }
}
