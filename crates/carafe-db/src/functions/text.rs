//! Functions of texts and of values of any kind.

use carafe_model::query::{Base, Expr, Expression, Function, Node, Operand, Textual};
use carafe_model::{ColumnType, Field};

fn call<M, T>(function: Function, arguments: Vec<Node>) -> Expr<M, T> {
    Expr::new(Node::Call(function, arguments))
}

/// The text in small letters.
pub fn lower<E: Expression<Type: Field<Base: Textual>>>(text: E) -> Expr<E::Model, E::Type> {
    call(Function::Lower, vec![text.node()])
}

/// The text in capital letters.
pub fn upper<E: Expression<Type: Field<Base: Textual>>>(text: E) -> Expr<E::Model, E::Type> {
    call(Function::Upper, vec![text.node()])
}

/// How many letters a text has.
pub fn length<E: Expression<Type: Field<Base: Textual>>>(text: E) -> Expr<E::Model, i64> {
    call(Function::Length, vec![text.node()])
}

/// The expression, or the other one where it is NULL.
pub fn coalesce<E: Expression, How>(
    first: E,
    other: impl Operand<E::Model, Base<E>, How>,
) -> Expr<E::Model, Base<E>> {
    call(Function::Coalesce, vec![first.node(), other.into_node()])
}

/// A value as an expression.
pub fn value<M, T: ColumnType>(value: T) -> Expr<M, T> {
    Expr::new(Node::Typed(value.into_value(), T::KIND))
}
