//! The first of some cases.

use std::marker::PhantomData;

use carafe_model::query::{Expr, Filter, Node, Operand};
use carafe_model::{ColumnType, Field};

/// Cases, of which the first one that is true says what the value of type `B` is (Django's `Case` and
/// `When`).
///
/// ```
/// use carafe::prelude::*;
/// use carafe::db::functions::case;
///
/// # #[derive(Model)] struct Book { id: i64, pages: i32 }
/// let size = case::<String, _>().when(Book::PAGES.lt(100), "short").when(Book::PAGES.lt(400), "usual").otherwise("long");
/// let sizes = Book::all().values((Book::ID, size));
/// ```
pub fn case<B: ColumnType, M>() -> Case<M, B> {
    Case { cases: Vec::new(), types: PhantomData }
}

/// See [`case`].
pub struct Case<M, B> {
    cases: Vec<(Node, Node)>,
    types: PhantomData<fn() -> (M, B)>,
}

impl<M, B: ColumnType> Case<M, B> {
    /// Where this is true, the value is that.
    pub fn when<How>(mut self, condition: Filter<M>, then: impl Operand<M, B, How>) -> Self {
        self.cases.push((condition.into_node(), then.into_node()));
        self
    }

    /// In all other cases it is that.
    pub fn otherwise<How>(self, value: impl Operand<M, B, How>) -> Expr<M, B> {
        Expr::new(Node::Case(self.cases, Some(Box::new(value.into_node()))))
    }

    /// In all other cases it is NULL.
    pub fn end(self) -> Expr<M, Option<B>>
    where
        Option<B>: Field,
    {
        Expr::new(Node::Case(self.cases, None))
    }
}
