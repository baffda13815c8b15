//! A table, on its way to a model.

use std::collections::{BTreeMap, HashMap, HashSet};

use carafe_model::schema::Kind;

use super::key::{self, Key};
use super::lead::Lead;
use super::{FoundTable, Place, constraint, field};
use crate::catalog::expression::{self, Seen};
use crate::catalog::{Described, DescribedColumn, Shape};
use crate::ddl::state::{ExpressionState, FieldState, TableState};

/// A table on its way to a model.
pub(super) struct Draft<'d> {
    pub(super) own: &'d Described,
    pub(super) model: String,
    pub(super) key: Key,
    pub(super) leads: Vec<Lead>,
    /// Columns that are no fields.
    pub(super) omitted: Vec<&'d str>,
    pub(super) notes: Vec<String>,
}

impl<'d> Draft<'d> {
    /// Why there is no model of it, where there is none.
    pub(super) fn of(own: &'d Described, place: &Place<'_>) -> Result<Self, String> {
        if own.columns.is_empty() {
            return Err(format!("The table `{}` has no columns.", own.name));
        }
        let unreadable = |column: &&DescribedColumn| {
            let plain = |name: &str| {
                let column = own.column(name)?;
                let kind = place.catalog.known(column).and_then(|known| known.kind.plain());
                Some(Seen { field: name.to_owned(), kind })
            };
            let generated = column.generated.as_deref();
            generated
                .is_some_and(|sql| expression::read(sql, place.catalog.sql(), &plain).is_none())
        };
        let mut notes = Vec::new();
        let mut omitted = Vec::new();
        for column in own.columns.iter().filter(unreadable) {
            omitted.push(column.name.as_str());
            notes.push(format!(
                "The column `{}` is left out: the database computes it from `{}`, which is not said here.",
                column.name,
                column.generated.as_deref().unwrap_or_default()
            ));
        }
        let Some(key) = key::of(own, &omitted, place) else {
            return Err(format!(
                "The table `{}` has no column by which rows can be told apart.",
                own.name
            ));
        };
        match own.shape {
            Shape::View => notes.push("A view.".to_owned()),
            Shape::Partition => notes.push("A part of another table.".to_owned()),
            Shape::Spread => notes.push("Its rows are kept in other tables.".to_owned()),
            Shape::Table => {}
        }
        if !key.is_real {
            notes.push(format!(
                "No primary key that a model can have: rows are told apart by `{}`. Look whether that is so.",
                key.columns.join("`, `")
            ));
        }
        Ok(Self { own, model: String::new(), key, leads: Vec::new(), omitted, notes })
    }

    /// Whether migrations can make it.
    fn can_be_made(&self) -> bool {
        self.own.shape == Shape::Table && self.key.is_real && self.omitted.is_empty()
    }
}

/// A table on its way, and what was learned of it.
pub(super) struct Making<'m> {
    pub(super) draft: &'m Draft<'m>,
    pub(super) place: &'m Place<'m>,
    pub(super) fields: Vec<FieldState>,
    /// The fields of columns that fill one alone, by column.
    pub(super) of_columns: HashMap<&'m str, usize>,
    pub(super) notes: Vec<String>,
    pub(super) of_fields: BTreeMap<String, Vec<String>>,
    /// Which checks are said by the kinds of columns.
    pub(super) claimed: HashSet<usize>,
}

impl Making<'_> {
    /// The field of a column, as expressions see it.
    pub(super) fn seen(&self, column: &str) -> Option<Seen> {
        let field = &self.fields[*self.of_columns.get(column)?];
        Some(Seen { field: field.name.clone(), kind: field.kind.plain() })
    }

    pub(super) fn read(&self, sql: &str) -> Option<ExpressionState> {
        expression::read(sql, self.place.catalog.sql(), &|column| self.seen(column))
    }

    pub(super) fn note(&mut self, field: &str, note: String) {
        self.of_fields.entry(field.to_owned()).or_default().push(note);
    }
}

/// Makes the table.
pub(super) fn found(
    draft: &Draft<'_>,
    drafts: &[Draft<'_>],
    places: &HashMap<&str, usize>,
    counted: &HashMap<String, Kind>,
    place: &Place<'_>,
) -> FoundTable {
    let mut making = Making {
        draft,
        place,
        fields: Vec::new(),
        of_columns: HashMap::new(),
        notes: draft.notes.clone(),
        of_fields: BTreeMap::new(),
        claimed: HashSet::new(),
    };
    field::fields(&mut making, counted.get(&draft.own.name).copied());
    field::compare_with_keys(&mut making, drafts, places);
    field::computed(&mut making);
    let constraints = constraint::constraints(&mut making);
    let Making { fields, notes, of_fields, .. } = making;
    let state = TableState {
        name: draft.own.name.clone(),
        was: None,
        model: draft.model.clone(),
        owner: String::new(),
        managed: place.managed && draft.can_be_made(),
        comment: draft.own.comment.clone(),
        fields,
        uniques: constraints.uniques,
        checks: constraints.checks,
        exclusions: constraints.exclusions,
        indexes: constraints.indexes,
    };
    FoundTable { state, notes, of_fields }
}
