//! Relations of which only some rows count.

use std::sync::Arc;

use carafe_model::model::{Hop, PathEnd};
use carafe_model::query::{Expr, Expression, Filter, Filtered, Node};
use carafe_model::{Column, Field, Model};

/// A relation of which only some rows count (Django's `FilteredRelation`): the condition stands in
/// the join, so that rows without any such row are kept.
///
/// ```
/// use carafe::prelude::*;
/// use carafe::db::functions::{count, filtered};
///
/// # #[derive(Model)] struct Book { id: i64, title: String, #[model(by = Review::BOOK)] reviews: HasMany<Review> }
/// # #[derive(Model)] struct Review { id: i64, book: ForeignKey<Book>, stars: i32, by: String }
/// let good = filtered(Book::REVIEWS, Book::REVIEWS.on(Review::STARS).ge(4));
/// let praised = Book::all().values((Book::TITLE, good.on(Review::BY))).annotate(count(&good));
/// ```
///
/// The condition may speak of the relation and of the row itself.
pub fn filtered<M: Model, T: Field + Hop>(
    relation: Column<M, T>,
    condition: Filter<M>,
) -> FilteredRelation<M, T> {
    let filtered = Filtered { path: relation.path_data(), condition: condition.into_node() };
    FilteredRelation { filtered: Arc::new(filtered), types: std::marker::PhantomData }
}

/// See [`filtered`].
pub struct FilteredRelation<M, T> {
    filtered: Arc<Filtered>,
    types: std::marker::PhantomData<fn() -> (M, T)>,
}

impl<M, T: Hop> FilteredRelation<M, T> {
    /// A field of the rows that count.
    pub fn on<U: PathEnd>(&self, field: Column<T::To, U>) -> Expr<M, T::On<U>> {
        Expr::new(Node::Filtered(self.filtered.clone(), Some(field.path_data())))
    }
}

impl<M, T: Field> Expression for FilteredRelation<M, T> {
    type Model = M;
    type Type = T;

    fn node(&self) -> Node {
        Node::Filtered(self.filtered.clone(), None)
    }
}

impl<M, T> Clone for FilteredRelation<M, T> {
    fn clone(&self) -> Self {
        Self { filtered: self.filtered.clone(), types: self.types }
    }
}
