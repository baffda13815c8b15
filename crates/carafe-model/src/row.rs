//! A struct or tuple that is read from a row.

use crate::{Columns, Error, FieldType, Reader, Result};

/// A type that is read from a row: by name (`#[derive(Row)]`, or a [`Model`](crate::Model)), or a
/// tuple, by position.
///
/// Names are looked up once a statement ([`order`](Row::order)); every row is then read by index.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be read from a row",
    note = "put `#[derive(Row)]` on the struct, or read a tuple: `(i64,)`; for one value a row use `query_scalar`"
)]
pub trait Row: Sized + Send + 'static {
    /// Where each field of the type stands among the columns; an error that names what is missing.
    fn order(columns: &dyn Columns) -> Result<Order>;

    /// Reads one row.
    fn from_row(reader: &mut dyn Reader, order: &Order) -> Result<Self>;
}

/// Where each field of a type stands among the columns of an answer.
#[derive(Clone, Debug, Default)]
pub struct Order(Vec<Option<usize>>);

/// A field that a row is asked for.
#[doc(hidden)]
#[derive(Clone, Copy, Debug)]
pub struct Wanted {
    /// The column's name.
    pub column: &'static str,
    /// Whether the field has its default where there is no such column.
    pub optional: bool,
}

impl Order {
    /// Finds columns by name.
    #[doc(hidden)]
    pub fn by_name(row: &str, wanted: &[Wanted], columns: &dyn Columns) -> Result<Self> {
        Self::named(row, wanted.iter().map(|field| (field.column, field.optional)), columns)
    }

    /// Finds columns by name, of which some may be missing.
    pub(crate) fn named<'n>(
        row: &str,
        wanted: impl Iterator<Item = (&'n str, bool)>,
        columns: &dyn Columns,
    ) -> Result<Self> {
        let mut order = Vec::with_capacity(wanted.size_hint().0);
        let mut missing = Vec::new();
        for (column, optional) in wanted {
            let mut places = (0..columns.count()).filter(|index| columns.name(*index) == column);
            let place = places.next();
            if places.next().is_some() {
                return Err(Error::shape(format!(
                    "the row has several columns `{column}`, and `{row}` reads one: name them apart with `as`"
                )));
            }
            if place.is_none() && !optional {
                missing.push(column);
            }
            order.push(place);
        }
        if missing.is_empty() { Ok(Self(order)) } else { Err(lacks(row, &missing, columns)) }
    }

    /// Takes the columns as they come; their number must be right.
    #[doc(hidden)]
    pub fn by_position(row: &str, wanted: usize, columns: &dyn Columns) -> Result<Self> {
        if columns.count() == wanted {
            return Ok(Self((0..wanted).map(Some).collect()));
        }
        Err(Error::shape(format!(
            "the row has {}, and `{row}` reads {wanted}",
            counted(columns.count())
        )))
    }

    /// Where each field stands; nowhere where it is left out.
    pub(crate) fn places(&self) -> &[Option<usize>] {
        &self.0
    }

    fn at(&self, field: usize) -> Option<usize> {
        self.0.get(field).copied().flatten()
    }
}

/// Reads the field of a row that stands at `field` of its [`Order`].
#[doc(hidden)]
pub fn read_field<T: FieldType>(reader: &mut dyn Reader, order: &Order, field: usize) -> Result<T> {
    match order.at(field) {
        Some(column) => T::from_reader(reader, column),
        None => Err(Error::no_column(field, reader.count())),
    }
}

/// The same, with the default where the row has no such column.
#[doc(hidden)]
pub fn read_field_or_default<T: FieldType + Default>(
    reader: &mut dyn Reader,
    order: &Order,
    field: usize,
) -> Result<T> {
    order.at(field).map_or_else(|| Ok(T::default()), |column| T::from_reader(reader, column))
}

/// A row of one column, as its value: what `query_scalar` reads.
#[derive(Clone, Debug, PartialEq)]
pub struct Scalar<T>(pub T);

impl<T: FieldType> Row for Scalar<T> {
    fn order(columns: &dyn Columns) -> Result<Order> {
        if columns.count() == 1 {
            return Ok(Order(vec![Some(0)]));
        }
        Err(Error::shape(format!(
            "the row has {}, and a single value is asked for",
            counted(columns.count())
        )))
    }

    fn from_row(reader: &mut dyn Reader, order: &Order) -> Result<Self> {
        read_field(reader, order, 0).map(Self)
    }
}

macro_rules! tuple {
    ($count:literal $($ty:ident $index:literal)+) => {
        impl<$($ty: FieldType),+> Row for ($($ty,)+) {
            fn order(columns: &dyn Columns) -> Result<Order> {
                Order::by_position("the tuple", $count, columns)
            }

            fn from_row(reader: &mut dyn Reader, order: &Order) -> Result<Self> {
                Ok(($(read_field::<$ty>(reader, order, $index)?,)+))
            }
        }
    };
}

tuple!(1 A 0);
tuple!(2 A 0 B 1);
tuple!(3 A 0 B 1 C 2);
tuple!(4 A 0 B 1 C 2 D 3);
tuple!(5 A 0 B 1 C 2 D 3 E 4);
tuple!(6 A 0 B 1 C 2 D 3 E 4 F 5);
tuple!(7 A 0 B 1 C 2 D 3 E 4 F 5 G 6);
tuple!(8 A 0 B 1 C 2 D 3 E 4 F 5 G 6 H 7);
tuple!(9 A 0 B 1 C 2 D 3 E 4 F 5 G 6 H 7 I 8);
tuple!(10 A 0 B 1 C 2 D 3 E 4 F 5 G 6 H 7 I 8 J 9);
tuple!(11 A 0 B 1 C 2 D 3 E 4 F 5 G 6 H 7 I 8 J 9 K 10);
tuple!(12 A 0 B 1 C 2 D 3 E 4 F 5 G 6 H 7 I 8 J 9 K 10 L 11);

/// A row of any columns, for code that knows none of them.
impl Row for Vec<crate::Value> {
    fn order(columns: &dyn Columns) -> Result<Order> {
        Ok(Order((0..columns.count()).map(Some).collect()))
    }

    fn from_row(reader: &mut dyn Reader, _: &Order) -> Result<Self> {
        (0..reader.count()).map(|column| reader.value(column)).collect()
    }
}

fn lacks(row: &str, missing: &[&str], columns: &dyn Columns) -> Error {
    let quoted = |names: &[&str]| {
        names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
    };
    let there: Vec<&str> = (0..columns.count()).map(|index| columns.name(index)).collect();
    let noun = if missing.len() == 1 { "column" } else { "columns" };
    Error::shape(format!(
        "the row has no {noun} {}, which `{row}` reads; it has {}",
        quoted(missing),
        quoted(&there)
    ))
}

fn counted(columns: usize) -> String {
    if columns == 1 { "1 column".to_owned() } else { format!("{columns} columns") }
}
