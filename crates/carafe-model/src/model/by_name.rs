//! A model that is read from a row of any statement, by the names of its columns.

use super::{Cursor, Model};
use crate::schema::FieldSchema;
use crate::{Columns, Error, Order, Reader, Result, Row};

/// By the names of its columns, wherever they stand and whatever else the row has (Django's `raw`). A
/// [`Deferred`](super::Deferred) field may be missing.
#[diagnostic::do_not_recommend]
impl<M: Model> Row for M {
    fn order(columns: &dyn Columns) -> Result<Order> {
        let schema = M::schema();
        let fields: Vec<(&FieldSchema, Vec<String>)> =
            schema.stored().map(|field| (field, field.columns())).collect();
        let wanted = fields.iter().filter_map(|(field, columns)| {
            columns.first().map(|column| (&**column, field.deferrable))
        });
        let order = Order::named(schema.name, wanted, columns)?;
        for (place, (field, parts)) in order.places().iter().zip(&fields) {
            // What fills several columns is read from one on.
            let Some(first) = place else { continue };
            let together =
                parts.iter().enumerate().all(|(at, part)| columns.name(first + at) == part);
            if !together {
                return Err(Error::shape(format!(
                    "the columns of `{}.{}` do not stand side by side: {}",
                    schema.name,
                    field.name,
                    parts.join(", ")
                )));
            }
        }
        Ok(order)
    }

    fn from_row(reader: &mut dyn Reader, order: &Order) -> Result<Self> {
        <M as Model>::read(&mut Cursor::placed(reader, M::schema(), order.places()))
    }
}
