//! A row of a table as it stands at that point.

use std::fmt;
use std::future::Future;
use std::panic::Location;

use carafe_core::suggest::nearest;
use carafe_core::{Error, Result};
use carafe_model::model::AnyField;
use carafe_model::model::relation::Slot;
use carafe_model::schema::{FieldSchema, ModelSchema};
use carafe_model::{FieldType, IntoValue, Reader, Record, Value, read_values};

use super::Tables;
use crate::query::{as_kind, find, kind_of};
use crate::write::{create_records, delete_rows, only_record, save_record};

/// A row of a table as it stands at that point of a migration.
///
/// Its fields go by the names that they have then. A reference has the key of the row that it leads to, and may
/// be named by its column, too: `author`, `author_id`.
#[derive(Clone)]
pub struct TableRow {
    model: &'static ModelSchema,
    fields: Vec<Held>,
}

/// What is in a field.
#[derive(Clone, Debug)]
enum Held {
    /// It has no column.
    Nothing,
    Value(Value),
}

impl TableRow {
    /// A row with nothing in it.
    pub(super) fn blank(model: &'static ModelSchema) -> Self {
        let held = |field: &FieldSchema| match field.width {
            0 => Held::Nothing,
            _ => Held::Value(Value::Null),
        };
        Self { model, fields: model.fields.iter().map(held).collect() }
    }

    /// Reads a row, whose columns are those of the table.
    pub(super) fn read(model: &'static ModelSchema, reader: &mut dyn Reader) -> Result<Self> {
        let mut row = Self::blank(model);
        let stored = row.fields.iter_mut().zip(model.fields).filter(|(_, field)| field.width > 0);
        for (column, (held, field)) in stored.enumerate() {
            *held = Held::Value(kind_of(field).read(reader, column)?);
        }
        Ok(row)
    }

    /// What is in a field, as its type.
    ///
    /// ```
    /// # use carafe::prelude::*;
    /// # use carafe::db::migrate::TableRow;
    /// # fn doc(post: &TableRow) -> Result<()> {
    /// let title: String = post.get("title")?;
    /// let author: Option<i64> = post.get("author")?;
    /// # let _ = (title, author); Ok(()) }
    /// ```
    pub fn get<T: FieldType>(&self, field: &str) -> Result<T> {
        let (index, field) = named(self.model, field)?;
        let Some(Held::Value(value)) = self.fields.get(index) else {
            return Err(no_column(self.model, field));
        };
        let read = read_values(vec![value.clone()], |reader| T::from_reader(reader, 0));
        read.map_err(|error| Error::from(error).at(place(self.model, field)))
    }

    /// Puts a value into a field; an error where it is none of the field's kind. A text is read as that
    /// kind: `row.set("born", "1815-12-10")`.
    pub fn set(&mut self, field: &str, value: impl IntoValue) -> Result<()> {
        let (index, field) = named(self.model, field)?;
        let value = fitting(self.model, field, value.into_value())?;
        match self.fields.get_mut(index) {
            Some(Held::Value(held)) => *held = value,
            _ => return Err(no_column(self.model, field)),
        }
        Ok(())
    }

    /// Inserts it; gives it back with its key and what else the database made.
    #[track_caller]
    pub fn create(self, tables: &Tables) -> impl Future<Output = Result<Self>> + Send + use<'_> {
        let caller = Location::caller();
        async move {
            let mut row = self;
            create_records(&mut [&mut row], tables, caller).await?;
            Ok(row)
        }
    }

    /// Saves it: it is updated where there is one of its key, else inserted.
    #[track_caller]
    pub fn save<'t>(
        &'t mut self,
        tables: &'t Tables,
    ) -> impl Future<Output = Result<()>> + Send + use<'t> {
        save_record(self, tables, Location::caller())
    }

    /// Deletes it, and nothing with it: what refers to it goes before.
    #[track_caller]
    pub fn delete<'t>(
        &self,
        tables: &'t Tables,
    ) -> impl Future<Output = Result<u64>> + Send + use<'t> {
        delete_rows(only_record(self), tables, Location::caller())
    }
}

/// The field of that name, and its place.
pub(super) fn named(
    model: &'static ModelSchema,
    name: &str,
) -> Result<(usize, &'static FieldSchema)> {
    let field = find(model, name)?.ok_or_else(|| {
        let error = Error::setup(format!("`{}` has no field `{name}` at that point", model.table));
        let names: Vec<&str> = model.fields.iter().map(|field| field.name).collect();
        match nearest(name, names.iter().copied()) {
            Some(known) => error.hint(format!("did you mean `{known}`?")),
            None => error.hint(format!("there are: {}", names.join(", "))),
        }
    })?;
    Ok((usize::from(field.index), field))
}

/// A value as the kind of a field.
pub(super) fn fitting(model: &ModelSchema, field: &FieldSchema, value: Value) -> Result<Value> {
    as_kind(value, kind_of(field), field.name).map_err(|error| error.at(place(model, field)))
}

fn place(model: &ModelSchema, field: &FieldSchema) -> String {
    format!("{}.{}", model.table, field.name)
}

fn no_column(model: &ModelSchema, field: &FieldSchema) -> Error {
    let error = Error::setup(format!("`{}` holds no value of a row", place(model, field)));
    error.hint("the rows of the table between say what it leads to: `tables.table(…)`")
}

impl Record for TableRow {
    fn model(&self) -> &'static ModelSchema {
        self.model
    }

    fn field_at(&self, index: usize) -> Option<&dyn AnyField> {
        self.fields.get(index).map(|field| field as &dyn AnyField)
    }

    fn field_at_mut(&mut self, index: usize) -> Option<&mut dyn AnyField> {
        self.fields.get_mut(index).map(|field| field as &mut dyn AnyField)
    }
}

impl AnyField for Held {
    fn write(&self, values: &mut Vec<Value>) {
        if let Self::Value(value) = self {
            values.push(value.clone());
        }
    }

    fn is_missing(&self) -> bool {
        false
    }

    fn assign(&mut self, values: Vec<Value>, _: &'static FieldSchema) -> carafe_model::Result<()> {
        if let Self::Value(held) = self {
            *held = values.into_iter().next().unwrap_or_default();
        }
        Ok(())
    }

    fn slot(&mut self) -> Option<&mut dyn Slot> {
        None
    }

    fn slot_ref(&self) -> Option<&dyn Slot> {
        None
    }
}

// What is in a row is nobody's business who looks at a log.
impl fmt::Debug for TableRow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TableRow").field("table", &self.model.table).finish_non_exhaustive()
    }
}
