//! Which field a reverse relation is the other side of.

use super::{ForeignKey, GenericForeignKey, GenericKey, ManyToMany, OneToOne};
use crate::model::{Column, Model};

/// A relation to `T`, which may be the other side of a `HasMany` or `HasOne`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not lead to `{T}`",
    note = "`by` names the field of the other model that leads back here: a `ForeignKey`, `OneToOne` or `ManyToMany` of this model, or a `GenericForeignKey` with keys of its type"
)]
pub trait PointsTo<T> {}

impl<T: Model> PointsTo<T> for ForeignKey<T> {}
impl<T: Model> PointsTo<T> for Option<ForeignKey<T>> {}
impl<T: Model> PointsTo<T> for OneToOne<T> {}
impl<T: Model> PointsTo<T> for Option<OneToOne<T>> {}
impl<T: Model> PointsTo<T> for ManyToMany<T> {}
impl<K: GenericKey, T: Model<Key = K>> PointsTo<T> for GenericForeignKey<K> {}

/// The place of that field in the other model; for the derive.
#[doc(hidden)]
pub fn reverse_of<M: Model, R: Model, T: PointsTo<M>>(column: Column<R, T>) -> u16 {
    column.hops().and_then(<[u16]>::first).copied().unwrap_or_default()
}
