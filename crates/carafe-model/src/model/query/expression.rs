//! Expressions with their types.

use std::fmt;
use std::marker::PhantomData;
use std::ops::{BitAnd, BitOr, BitXor, Not};

use super::Node;
use crate::kinds::ColumnType;
use crate::model::{Column, Field, Model};

/// An expression about the rows of a model: a [`Column`], or what is made of columns.
pub trait Expression {
    /// The model whose rows it is about.
    type Model;

    /// The type of its value.
    type Type: Field;

    /// The same as data.
    fn node(&self) -> Node;
}

/// What may be compared with an expression: the type of its values without `Option`.
pub type Base<E> = <<E as Expression>::Type as Field>::Base;

/// A type that fills one column, or an `Option` of one.
#[diagnostic::on_unimplemented(
    message = "nothing can be computed of `{Self}`",
    note = "values of one column can be computed with, and `Option` of these; no relations"
)]
pub trait Computed: Field {
    /// Another type that is an `Option` where this one is: of NULL comes NULL.
    type Of<U: ColumnType>: Computed<Base = U>;

    /// Another type that is an `Option` where this one or `Other` is.
    type Both<Other: Computed, U: ColumnType>: Computed<Base = U>;
}

impl<T: ColumnType> Computed for T {
    type Of<U: ColumnType> = U;
    type Both<Other: Computed, U: ColumnType> = Other::Of<U>;
}

impl<T: ColumnType> Computed for Option<T> {
    type Of<U: ColumnType> = Option<U>;
    type Both<Other: Computed, U: ColumnType> = Option<U>;
}

/// The type of what is computed of an expression: `U`, or an `Option` of it where the expression may
/// be NULL.
pub type Of<E, U> = <<E as Expression>::Type as Computed>::Of<U>;

/// The type of what is computed of two expressions: `U`, or an `Option` of it where either may be
/// NULL.
pub type Both<E, F, U> = <<E as Expression>::Type as Computed>::Both<<F as Expression>::Type, U>;

impl<M: Model, T: Field> Expression for Column<M, T> {
    type Model = M;
    type Type = T;

    fn node(&self) -> Node {
        Node::Column(self.path_data())
    }
}

impl<E: Expression + ?Sized> Expression for &E {
    type Model = E::Model;
    type Type = E::Type;

    fn node(&self) -> Node {
        E::node(self)
    }
}

/// An expression about the rows of a model `M`, whose value is a `T`.
pub struct Expr<M, T> {
    node: Node,
    // Not the values: an expression is `Send` whatever its types are.
    types: PhantomData<fn() -> (M, T)>,
}

impl<M, T> Expr<M, T> {
    /// An expression of that type; whoever makes it answers for the type.
    pub fn new(node: Node) -> Self {
        Self { node, types: PhantomData }
    }
}

impl<M, T: Field> Expression for Expr<M, T> {
    type Model = M;
    type Type = T;

    fn node(&self) -> Node {
        self.node.clone()
    }
}

impl<M, T> Clone for Expr<M, T> {
    fn clone(&self) -> Self {
        Self::new(self.node.clone())
    }
}

impl<M, T> fmt::Debug for Expr<M, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.node.fmt(f)
    }
}

/// A condition on the rows of a model (Django's `Q`): joined by `&`, `|` and `^`, turned round by
/// `!`.
///
/// ```
/// use carafe::models::{Model, query::{Filter, Lookups, TextLookups}};
///
/// #[derive(Model)]
/// struct Post { id: i64, title: String, views: i32 }
///
/// let popular: Filter<Post> = Post::VIEWS.ge(100) | Post::TITLE.starts_with("Rust");
/// let quiet: Filter<Post> = !popular;
/// ```
///
/// What is not true of a row is true of it when turned round, NULL or not: `!Post::AUTHOR.eq(7)`
/// holds for posts without an author (Django's `exclude`).
pub struct Filter<M> {
    node: Node,
    model: PhantomData<fn() -> M>,
}

impl<M> Filter<M> {
    /// A condition; whoever makes it answers for its being one of that model.
    pub fn new(node: Node) -> Self {
        Self { node, model: PhantomData }
    }

    /// Holds for every row: where a condition is put together in a loop.
    pub fn always() -> Self {
        Self::new(Node::always())
    }

    /// Holds for no row.
    pub fn never() -> Self {
        Self::new(Node::never())
    }

    /// Holds where all of these do.
    pub fn all(filters: impl IntoIterator<Item = Self>) -> Self {
        Self::new(Node::And(filters.into_iter().map(Self::into_node).collect()))
    }

    /// Holds where any of these does.
    pub fn any(filters: impl IntoIterator<Item = Self>) -> Self {
        Self::new(Node::Or(filters.into_iter().map(Self::into_node).collect()))
    }

    /// The condition as data.
    pub fn into_node(self) -> Node {
        self.node
    }
}

impl<M> Expression for Filter<M> {
    type Model = M;
    type Type = bool;

    fn node(&self) -> Node {
        self.node.clone()
    }
}

impl<M> Clone for Filter<M> {
    fn clone(&self) -> Self {
        Self::new(self.node.clone())
    }
}

impl<M> fmt::Debug for Filter<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.node.fmt(f)
    }
}

impl<M> BitAnd for Filter<M> {
    type Output = Self;

    fn bitand(self, other: Self) -> Self {
        Self::new(match (self.node, other.node) {
            (Node::And(mut left), Node::And(right)) => {
                left.extend(right);
                Node::And(left)
            }
            (Node::And(mut left), right) => {
                left.push(right);
                Node::And(left)
            }
            (left, right) => Node::And(vec![left, right]),
        })
    }
}

impl<M> BitOr for Filter<M> {
    type Output = Self;

    fn bitor(self, other: Self) -> Self {
        Self::new(match (self.node, other.node) {
            (Node::Or(mut left), right) => {
                left.push(right);
                Node::Or(left)
            }
            (left, right) => Node::Or(vec![left, right]),
        })
    }
}

impl<M> BitXor for Filter<M> {
    type Output = Self;

    fn bitxor(self, other: Self) -> Self {
        Self::new(Node::Xor(vec![self.node, other.node]))
    }
}

impl<M> Not for Filter<M> {
    type Output = Self;

    fn not(self) -> Self {
        Self::new(match self.node {
            Node::Not(inner) => *inner,
            node => Node::Not(Box::new(node)),
        })
    }
}
