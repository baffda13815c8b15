//! Queries in queries.

use std::sync::Arc;

use carafe_model::query::{Expr, Filter, Node};
use carafe_model::{Column, Field, Model};

use crate::query::{Flat, QuerySet, Returned};

/// Whether a query has rows; it may speak of the row around it by [`outer`].
///
/// ```
/// use carafe::prelude::*;
/// use carafe::db::functions::{exists, outer};
///
/// # #[derive(Model)] struct Book { id: i64, title: String }
/// # #[derive(Model)] struct Review { id: i64, book: ForeignKey<Book>, stars: i32 }
/// let praised = Book::all().filter(exists(
///     Review::all().filter(Review::BOOK.eq(outer(Book::ID)) & Review::STARS.eq(5)),
/// ));
/// ```
pub fn exists<M, N: Model, R: Returned>(query: QuerySet<N, R>) -> Filter<M> {
    Filter::new(Node::Exists(Arc::new(query.into_select())))
}

/// The first value of a query of one column, or NULL.
///
/// ```
/// use carafe::prelude::*;
/// use carafe::db::functions::{outer, subquery};
///
/// # #[derive(Model)] struct Book { id: i64, title: String }
/// # #[derive(Model)] struct Review { id: i64, book: ForeignKey<Book>, stars: i32 }
/// let best = Review::all().filter(Review::BOOK.eq(outer(Book::ID))).order_by(Review::STARS.desc());
/// let books = Book::all().annotate(subquery(best.values(Review::STARS)));
/// ```
pub fn subquery<M, N: Model, T: Field>(query: QuerySet<N, Flat<T>>) -> Expr<M, T::Null>
where
    T::Null: Field,
{
    Expr::new(Node::Subquery(Arc::new(query.limit(1).into_select())))
}

/// A column of the row around: in a query inside another one (Django's `OuterRef`).
///
/// ```
/// use carafe::prelude::*;
/// use carafe::db::functions::{exists, outer};
///
/// # #[derive(Model)] struct Book { id: i64, title: String }
/// # #[derive(Model)] struct Review { id: i64, book: ForeignKey<Book> }
/// let unread = Book::all().exclude(exists(Review::all().filter(Review::BOOK.eq(outer(Book::ID)))));
/// ```
pub fn outer<M, N: Model, T: Field>(column: Column<N, T>) -> Expr<M, T> {
    Expr::new(Node::Outer(column.path_data(), N::schema))
}
