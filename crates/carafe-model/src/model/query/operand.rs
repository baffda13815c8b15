//! What may stand beside an expression: a value of its type, or another expression.

use super::{Expression, Node};
use crate::kinds::ColumnType;
use crate::model::relation::{ForeignKey, OneToOne};
use crate::model::{Field, Key, Model};
use crate::{FieldType, Value};

/// What relations are compared by: the keys of the other model.
pub struct KeyOf<R>(std::marker::PhantomData<fn() -> R>);

/// What may be compared with, or put into, a field whose values are `B`: such a value, an `Option`
/// of one, or an expression about the same model.
///
/// A relation takes a row, a reference or a key. `How` tells the ways apart for the compiler, which
/// finds it by itself.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be compared with, or put into, a field of `{B}`",
    note = "a value of the field's type can, an `Option` of one, and a column or expression of that type of the same model; a relation takes `&row`, a `ForeignKey` or a key"
)]
pub trait Operand<M, B, How> {
    /// The same as data.
    fn into_node(self) -> Node;
}

/// A value.
#[doc(hidden)]
pub enum AsValue {}
/// A value that may be missing.
#[doc(hidden)]
pub enum AsOption {}
/// Something borrowed that is kept as a value.
#[doc(hidden)]
pub enum AsBorrowed {}
/// An expression.
#[doc(hidden)]
pub enum AsExpression {}
/// An expression of a key, for a relation.
#[doc(hidden)]
pub enum AsKeyExpression {}
/// The key of a row, for a relation.
#[doc(hidden)]
pub enum AsKey {}
/// A row, for a relation.
#[doc(hidden)]
pub enum AsRow {}
/// A reference, for a relation.
#[doc(hidden)]
pub enum AsReference {}

impl<M, B: ColumnType> Operand<M, B, AsValue> for B {
    fn into_node(self) -> Node {
        Node::Value(self.into_value())
    }
}

impl<M, B: ColumnType> Operand<M, B, AsOption> for Option<B> {
    fn into_node(self) -> Node {
        Node::Value(FieldType::into_value(self))
    }
}

impl<M, B: ColumnType> Operand<M, B, AsBorrowed> for &B {
    fn into_node(self) -> Node {
        Node::Value(self.clone().into_value())
    }
}

impl<M> Operand<M, String, AsBorrowed> for &str {
    fn into_node(self) -> Node {
        Node::Value(Value::Text(self.to_owned()))
    }
}

impl<M> Operand<M, Vec<u8>, AsBorrowed> for &[u8] {
    fn into_node(self) -> Node {
        Node::Value(Value::Bytes(self.to_vec()))
    }
}

#[diagnostic::do_not_recommend]
impl<M, B, E: Expression<Model = M>> Operand<M, B, AsExpression> for E
where
    E::Type: Field<Base = B>,
{
    fn into_node(self) -> Node {
        self.node()
    }
}

#[diagnostic::do_not_recommend]
impl<M, R: Model<Key = K>, K, E: Expression<Model = M>> Operand<M, KeyOf<R>, AsKeyExpression> for E
where
    E::Type: Field<Base = K>,
{
    fn into_node(self) -> Node {
        self.node()
    }
}

impl<M, R: Model<Key = K>, K: Key> Operand<M, KeyOf<R>, AsKey> for K {
    fn into_node(self) -> Node {
        of_key(Some(&self))
    }
}

impl<M, R: Model<Key = String>> Operand<M, KeyOf<R>, AsKey> for &str {
    fn into_node(self) -> Node {
        Node::Value(Value::Text(self.to_owned()))
    }
}

impl<M, R: Model> Operand<M, KeyOf<R>, AsRow> for &R {
    fn into_node(self) -> Node {
        of_key(self.pk().as_ref())
    }
}

impl<M, R: Model> Operand<M, KeyOf<R>, AsReference> for ForeignKey<R> {
    fn into_node(self) -> Node {
        of_key(self.pk())
    }
}

impl<M, R: Model> Operand<M, KeyOf<R>, AsReference> for &ForeignKey<R> {
    fn into_node(self) -> Node {
        of_key(self.pk())
    }
}

impl<M, R: Model> Operand<M, KeyOf<R>, AsReference> for OneToOne<R> {
    fn into_node(self) -> Node {
        of_key(self.pk())
    }
}

impl<M, R: Model> Operand<M, KeyOf<R>, AsOption> for Option<ForeignKey<R>> {
    fn into_node(self) -> Node {
        of_key(self.as_ref().and_then(ForeignKey::pk))
    }
}

/// A key as it is compared: a value, or several where it is composite.
fn of_key<K: Key>(key: Option<&K>) -> Node {
    let mut values = Vec::with_capacity(usize::from(K::WIDTH));
    match key {
        Some(key) => key.write(&mut values),
        None => values.push(Value::Null),
    }
    match values.pop() {
        Some(value) if values.is_empty() => Node::Value(value),
        last => {
            values.extend(last);
            Node::Tuple(values.into_iter().map(Node::Value).collect())
        }
    }
}
