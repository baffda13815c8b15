//! What the rows of a query are read as.

use std::marker::PhantomData;

use carafe_core::Result;
use carafe_model::model::{Cursor, Model, Record};
use carafe_model::query::{Expression, Node};
use carafe_model::{Column, Field, Reader};

use crate::load::attach;
use crate::sql::Plan;

/// What the rows of a query are read as.
pub trait Returned: 'static {
    /// The type of a row.
    type Row: Send + 'static;

    /// Reads one.
    #[doc(hidden)]
    fn read(reader: &mut dyn Reader, at: At<'_>) -> Result<Self::Row>;

    /// The rows of the model among them, so that relations may be loaded.
    #[doc(hidden)]
    fn records(rows: &mut [Self::Row]) -> Vec<&mut dyn Record> {
        let _ = rows;
        Vec::new()
    }
}

/// Where things stand in a row.
#[doc(hidden)]
#[derive(Clone, Copy)]
pub struct At<'p>(pub(crate) &'p Plan);

/// Rows of the model.
pub struct Whole<M>(PhantomData<fn() -> M>);
/// Rows of the model with computed columns: tuples.
pub struct Annotated<M, T>(PhantomData<fn() -> (M, T)>);
/// Columns: tuples.
pub struct Values<T>(PhantomData<fn() -> T>);
/// One column.
pub struct Flat<T>(PhantomData<fn() -> T>);

impl<M: Model> Returned for Whole<M> {
    type Row = M;

    fn read(reader: &mut dyn Reader, at: At<'_>) -> Result<M> {
        row(reader, at)
    }

    fn records(rows: &mut [M]) -> Vec<&mut dyn Record> {
        // Loops, here and below: an adapter would be compiled for each model.
        let mut records: Vec<&mut dyn Record> = Vec::with_capacity(rows.len());
        for row in rows {
            records.push(row);
        }
        records
    }
}

impl<T: Field> Returned for Flat<T> {
    type Row = T;

    fn read(reader: &mut dyn Reader, at: At<'_>) -> Result<T> {
        computed(reader, at, 0)
    }
}

fn row<M: Model>(reader: &mut dyn Reader, at: At<'_>) -> Result<M> {
    let mut row = M::read(&mut Cursor::skipping(reader, 0, M::schema(), &at.0.deferred))?;
    if !at.0.related.is_empty() {
        attach(&mut row, None, reader, at.0)?;
    }
    Ok(row)
}

fn computed<T: Field>(reader: &mut dyn Reader, at: At<'_>, output: usize) -> Result<T> {
    match at.0.outputs.get(output) {
        Some((column, field)) => Ok(T::read(reader, *column, field)?),
        None => Err(carafe_model::Error::no_column(output, reader.count()).into()),
    }
}

/// What rows are read as with one more column.
#[diagnostic::on_unimplemented(
    message = "no more columns can be added to these rows",
    note = "up to eight values can stand beside a row; read more by a `#[derive(Row)]` of your own"
)]
pub trait Annotate<T> {
    /// With it.
    type With: Returned;
}

impl<M: Model, T: Field> Annotate<T> for Whole<M> {
    type With = Annotated<M, (T,)>;
}

impl<A: Field, T: Field> Annotate<T> for Flat<A> {
    type With = Values<(A, T)>;
}

macro_rules! tuples {
    ($($name:ident $index:tt),+) => {
        impl<M: Model, $($name: Field),+> Returned for Annotated<M, ($($name,)+)> {
            type Row = (M, $($name),+);

            fn read(reader: &mut dyn Reader, at: At<'_>) -> Result<Self::Row> {
                Ok((row(reader, at)?, $(computed::<$name>(reader, at, $index)?),+))
            }

            fn records(rows: &mut [Self::Row]) -> Vec<&mut dyn Record> {
                let mut records: Vec<&mut dyn Record> = Vec::with_capacity(rows.len());
                for row in rows {
                    records.push(&mut row.0);
                }
                records
            }
        }

        impl<$($name: Field),+> Returned for Values<($($name,)+)> {
            type Row = ($($name,)+);

            fn read(reader: &mut dyn Reader, at: At<'_>) -> Result<Self::Row> {
                Ok(($(computed::<$name>(reader, at, $index)?,)+))
            }
        }
    };
}

macro_rules! growing {
    ($($name:ident),+) => {
        impl<M: Model, T: Field, $($name: Field),+> Annotate<T> for Annotated<M, ($($name,)+)> {
            type With = Annotated<M, ($($name,)+ T,)>;
        }

        impl<T: Field, $($name: Field),+> Annotate<T> for Values<($($name,)+)> {
            type With = Values<($($name,)+ T,)>;
        }
    };
}

macro_rules! outputs {
    ($($name:ident),+) => {
        impl<M, $($name: Expression<Model = M>),+> Output<M> for ($($name,)+) {
            type Returned = Values<($($name::Type,)+)>;

            #[expect(non_snake_case, reason = "a type parameter and its value share a name")]
            fn into_nodes(self) -> Vec<Node> {
                let ($($name,)+) = self;
                vec![$($name.node()),+]
            }
        }
    };
}

tuples!(A 0);
tuples!(A 0, B 1);
tuples!(A 0, B 1, C 2);
tuples!(A 0, B 1, C 2, D 3);
tuples!(A 0, B 1, C 2, D 3, E 4);
tuples!(A 0, B 1, C 2, D 3, E 4, F 5);
tuples!(A 0, B 1, C 2, D 3, E 4, F 5, G 6);
tuples!(A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7);
growing!(A);
growing!(A, B);
growing!(A, B, C);
growing!(A, B, C, D);
growing!(A, B, C, D, E);
growing!(A, B, C, D, E, F);
growing!(A, B, C, D, E, F, G);
outputs!(A);
outputs!(A, B);
outputs!(A, B, C);
outputs!(A, B, C, D);
outputs!(A, B, C, D, E);
outputs!(A, B, C, D, E, F);
outputs!(A, B, C, D, E, F, G);
outputs!(A, B, C, D, E, F, G, H);

/// What may be returned in the place of rows: a column or expression, or a tuple of those.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be what a query returns",
    note = "a column or expression of the model can, and a tuple of up to eight"
)]
pub trait Output<M> {
    /// What the rows are read as.
    type Returned: Returned;

    /// The same as data.
    fn into_nodes(self) -> Vec<Node>;
}

impl<M: Model, T: Field> Output<M> for Column<M, T> {
    type Returned = Flat<T>;

    fn into_nodes(self) -> Vec<Node> {
        vec![self.node()]
    }
}

impl<M, T: Field> Output<M> for carafe_model::query::Expr<M, T> {
    type Returned = Flat<T>;

    fn into_nodes(self) -> Vec<Node> {
        vec![self.node()]
    }
}

impl<M, T: Field> Output<M> for &carafe_model::query::Expr<M, T> {
    type Returned = Flat<T>;

    fn into_nodes(self) -> Vec<Node> {
        vec![self.node()]
    }
}
