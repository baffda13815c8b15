//! Arrays.

use std::sync::Arc;

use carafe_model::query::{Expr, Expression, Filter, Node, Operator, RawPart};
use carafe_model::{Array, Element, Field, FieldType, Model, Value};

use super::{infix, named};
use crate::query::{Flat, QuerySet};

/// All values of a query of one column, as an array (Django's `ArraySubquery`); it may speak of the row
/// around it by [`outer`](crate::functions::outer).
///
/// ```
/// use carafe::prelude::*;
/// use carafe::db::functions::{outer, postgres::array_of};
///
/// # #[derive(Model)] struct Book { id: i64, title: String }
/// # #[derive(Model)] struct Review { id: i64, book: ForeignKey<Book>, stars: i32 }
/// let stars = Review::all().filter(Review::BOOK.eq(outer(Book::ID))).order_by(Review::STARS);
/// let books = Book::all().annotate(array_of(stars.values(Review::STARS)));
/// ```
pub fn array_of<M, N: Model, T: Element>(query: QuerySet<N, Flat<T>>) -> Expr<M, Array<T>> {
    let query = Node::Subquery(Arc::new(query.into_select()));
    Expr::new(Node::Raw(vec![RawPart::Sql("ARRAY".into()), RawPart::Node(query)]))
}

/// What may be asked of an array (Django's `ArrayField` lookups).
///
/// ```
/// use carafe::prelude::*;
/// use carafe::db::functions::postgres::ArrayLookups;
/// use carafe::models::Array;
///
/// # #[derive(Model)] struct Post { id: i64, tags: Array<String> }
/// let about_wine = Post::all().filter(Post::TAGS.holds(["wine".to_owned()]) & Post::TAGS.len().gt(1));
/// let first = Post::all().values(Post::TAGS.element(0));
/// ```
pub trait ArrayLookups<T: Element>: Expression<Type: Field<Base = Array<T>>> {
    /// Whether all of these are in it (`contains`).
    fn holds<V: Into<T>>(&self, values: impl IntoIterator<Item = V>) -> Filter<Self::Model> {
        infix(self.node(), "@>", array::<T, V>(values))
    }

    /// Whether it has nothing but these (`contained_by`).
    fn held_by<V: Into<T>>(&self, values: impl IntoIterator<Item = V>) -> Filter<Self::Model> {
        infix(self.node(), "<@", array::<T, V>(values))
    }

    /// Whether any of these is in it (`overlap`).
    fn overlaps<V: Into<T>>(&self, values: impl IntoIterator<Item = V>) -> Filter<Self::Model> {
        infix(self.node(), "&&", array::<T, V>(values))
    }

    /// How many there are (`len`).
    fn len(&self) -> Expr<Self::Model, Option<i64>> {
        Expr::new(named("CARDINALITY", vec![self.node()]))
    }

    /// Whether there are none.
    fn is_empty(&self) -> Filter<Self::Model> {
        let none = Node::Value(Value::I64(0));
        Filter::new(Node::binary(named("CARDINALITY", vec![self.node()]), Operator::Eq, none))
    }

    /// The one at that place, from 0; NULL where there is none.
    fn element(&self, index: u16) -> Expr<Self::Model, T::Null>
    where
        T: Field<Null: Field>,
    {
        let at = (i32::from(index) + 1).to_string();
        Expr::new(bracket(self.node(), at))
    }

    /// Those from one place on, from 0, to before another one.
    fn slice(&self, places: std::ops::Range<u16>) -> Expr<Self::Model, Self::Type> {
        let at = format!("{}:{}", i32::from(places.start) + 1, places.end);
        Expr::new(bracket(self.node(), at))
    }
}

impl<T: Element, E: Expression<Type: Field<Base = Array<T>>>> ArrayLookups<T> for E {}

fn array<T: Element, V: Into<T>>(values: impl IntoIterator<Item = V>) -> Node {
    let values = values.into_iter().map(|value| FieldType::into_value(value.into()));
    Node::Value(Value::Array(values.collect()))
}

fn bracket(array: Node, at: String) -> Node {
    Node::Raw(vec![
        RawPart::Sql("(".into()),
        RawPart::Node(array),
        RawPart::Sql(format!(")[{at}]").into()),
    ])
}
