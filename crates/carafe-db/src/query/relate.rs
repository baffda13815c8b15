//! Relations that a query may follow, and queries that others look into.

use std::sync::Arc;

use carafe_model::model::Hop;
use carafe_model::query::{Base, Expression, Filter, KeyOf, Node};
use carafe_model::{Field, ForeignKey, HasMany, HasOne, ManyToMany, Model, OneToOne};

use super::returned::{Flat, Returned, Whole};
use super::set::QuerySet;

/// Whether a value is among those of a query: `Book::PUBLISHER.is_among(Publisher::all())`.
pub trait Among: Expression {
    /// One of the rows of a query (Django's `in`): of its one column, or for a relation of the rows
    /// themselves.
    fn is_among<N: Model, R: ReturnsOnly<Base<Self>>>(
        &self,
        query: QuerySet<N, R>,
    ) -> Filter<Self::Model> {
        Filter::new(Node::InQuery(Box::new(self.node()), Arc::new(query.into_select())))
    }
}

impl<E: Expression> Among for E {}

/// The rows of a query whose only value can be compared with a field of `B`.
#[diagnostic::on_unimplemented(
    message = "the rows of this query cannot be compared with a field of `{B}`",
    note = "a query of one column of the same type can, `.values(Post::TITLE)`, or for a relation one of the rows themselves"
)]
pub trait ReturnsOnly<B>: Returned {}

#[diagnostic::do_not_recommend]
impl<T: Field> ReturnsOnly<T::Base> for Flat<T> {}
impl<R: Model> ReturnsOnly<KeyOf<R>> for Whole<R> {}

/// A relation, whose rows may be loaded.
#[diagnostic::on_unimplemented(
    message = "`{Self}` leads to no rows",
    note = "a relation does: `ForeignKey`, `OneToOne`, `ManyToMany`, `HasMany` and `HasOne`"
)]
pub trait Leads: Hop<To: Model> {}

impl<R: Model> Leads for ForeignKey<R> {}
impl<R: Model> Leads for Option<ForeignKey<R>> {}
impl<R: Model> Leads for OneToOne<R> {}
impl<R: Model> Leads for Option<OneToOne<R>> {}
impl<R: Model> Leads for HasOne<R> {}
impl<R: Model> Leads for HasMany<R> {}
impl<R: Model> Leads for ManyToMany<R> {}

/// A relation to one row, which may be read along with the row that leads to it.
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not lead to one row",
    note = "`select_related` follows `ForeignKey`, `OneToOne` and `HasOne`; the rows of `ManyToMany` and `HasMany` are loaded by `prefetch_related`"
)]
pub trait ToOne {}

impl<R: Model> ToOne for ForeignKey<R> {}
impl<R: Model> ToOne for Option<ForeignKey<R>> {}
impl<R: Model> ToOne for OneToOne<R> {}
impl<R: Model> ToOne for Option<OneToOne<R>> {}
impl<R: Model> ToOne for HasOne<R> {}
