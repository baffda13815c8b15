//! A row that is read field by field.

use super::Field;
use crate::schema::{FieldSchema, ModelSchema};
use crate::{Error, Reader, Result};

/// A row that is read field by field, from some column on: each field takes as many as it fills.
pub struct Cursor<'a> {
    reader: &'a mut dyn Reader,
    column: usize,
    fields: std::slice::Iter<'static, FieldSchema>,
    skipped: &'a [u16],
    /// Where the fields that fill columns stand, where that is not one behind the other.
    places: Option<std::slice::Iter<'a, Option<usize>>>,
}

impl<'a> Cursor<'a> {
    /// Starts at a column of the row, where the first column of that model stands.
    pub fn new(reader: &'a mut dyn Reader, column: usize, schema: &ModelSchema) -> Self {
        Self::skipping(reader, column, schema, &[])
    }

    /// The same where the query has left out fields, by their place in the model: they take no
    /// column. One that is no [`Deferred`](super::Deferred) is an error when it is read.
    pub fn skipping(
        reader: &'a mut dyn Reader,
        column: usize,
        schema: &ModelSchema,
        skipped: &'a [u16],
    ) -> Self {
        Self { reader, column, fields: schema.fields.iter(), skipped, places: None }
    }

    /// Reads fields from where they stand: a place for each that fills columns, none where it was
    /// left out.
    pub(super) fn placed(
        reader: &'a mut dyn Reader,
        schema: &ModelSchema,
        places: &'a [Option<usize>],
    ) -> Self {
        Self { places: Some(places.iter()), ..Self::new(reader, 0, schema) }
    }

    /// Reads the next field.
    pub fn field<T: Field>(&mut self) -> Result<T> {
        let Some(schema) = self.fields.next() else {
            return Err(Error::no_column(self.column, self.reader.count()));
        };
        if T::SHAPE.width > 0 && self.skipped.contains(&schema.index) {
            return T::missing(schema);
        }
        if let Some(places) = &mut self.places
            && T::SHAPE.width > 0
        {
            return match places.next().copied().flatten() {
                Some(column) => T::read(self.reader, column, schema),
                None => T::missing(schema),
            };
        }
        let value = T::read(self.reader, self.column, schema)?;
        self.column += usize::from(T::SHAPE.width);
        Ok(value)
    }

    /// The column that is read next.
    pub fn column(&self) -> usize {
        self.column
    }
}
