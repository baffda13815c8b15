//! Functions of values of any kind.

use std::borrow::Cow;

use carafe_model::query::{
    Base, Both, Cast, Computed, Expr, Expression, Filter, Function, Node, Of, Operand, Textual,
};
use carafe_model::{ColumnType, Field};

use super::call;

/// The expression, or the other one where it is NULL (Django's `Coalesce`). Several stand in each
/// other.
///
/// ```
/// use carafe::prelude::*;
/// use carafe::db::functions::{coalesce, coalesce_or_null};
///
/// # #[derive(Model)] struct User { id: i64, name: Option<String>, nick: Option<String> }
/// let called = User::all().values(coalesce(coalesce_or_null(User::NICK, User::NAME), "someone"));
/// ```
pub fn coalesce<E: Expression, How>(
    first: E,
    other: impl Operand<E::Model, Base<E>, How>,
) -> Expr<E::Model, Base<E>> {
    call(Function::Coalesce, vec![first.node(), other.into_node()])
}

/// The same where the other one may be NULL too.
///
/// ```
/// use carafe::prelude::*;
/// use carafe::db::functions::coalesce_or_null;
///
/// # #[derive(Model)] struct User { id: i64, name: Option<String>, nick: Option<String> }
/// let called: QuerySet<User, _> = User::all().values(coalesce_or_null(User::NICK, User::NAME));
/// ```
pub fn coalesce_or_null<E: Expression, How>(
    first: E,
    other: impl Operand<E::Model, Base<E>, How>,
) -> Expr<E::Model, Option<Base<E>>> {
    call(Function::Coalesce, vec![first.node(), other.into_node()])
}

/// A value as an expression.
///
/// ```
/// use carafe::prelude::*;
/// use carafe::db::functions::{greatest, value};
///
/// # #[derive(Model)] struct Post { id: i64, views: i32 }
/// let at_least_ten = Post::all().values(greatest(Post::VIEWS, value(10)));
/// ```
pub fn value<M, T: ColumnType>(value: T) -> Expr<M, T> {
    Expr::new(Node::Typed(value.into_value(), T::KIND))
}

/// A condition as a value: a column of yes and no.
///
/// ```
/// use carafe::prelude::*;
/// use carafe::db::functions::is;
///
/// # #[derive(Model)] struct Post { id: i64, views: i32 }
/// let popular: QuerySet<Post, _> = Post::all().annotate(is(Post::VIEWS.gt(100)));
/// ```
pub fn is<M>(condition: Filter<M>) -> Expr<M, bool> {
    Expr::new(Node::Case(
        vec![(condition.into_node(), Node::Value(carafe_model::Value::Bool(true)))],
        Some(Box::new(Node::Value(carafe_model::Value::Bool(false)))),
    ))
}

/// As another type (Django's `Cast`).
///
/// ```
/// use carafe::prelude::*;
/// use carafe::db::functions::{cast, concat};
///
/// # #[derive(Model)] struct Book { id: i64, title: String, pages: i32 }
/// let labels = Book::all().values(concat((Book::TITLE, cast::<String, _>(Book::PAGES))));
/// ```
///
/// What cannot be converted is an error in PostgreSQL, and zero or NULL in SQLite.
pub fn cast<T: ColumnType, E: Expression<Type: Computed>>(of: E) -> Expr<E::Model, Of<E, T>> {
    let cast = Cast { kind: T::KIND, max_length: None, digits: T::DIGITS };
    Expr::new(Node::Cast(Box::new(of.node()), cast))
}

/// A text that is compared and sorted by a collation of the database (Django's `Collate`).
///
/// ```
/// use carafe::prelude::*;
/// use carafe::db::functions::collate;
///
/// # #[derive(Model)] struct Book { id: i64, title: String }
/// let sorted = Book::all().order_by(collate(Book::TITLE, "de-x-icu"));
/// ```
///
/// The name is one of the database's: `C` or `de-x-icu` in PostgreSQL, `NOCASE` in SQLite.
pub fn collate<E: Expression<Type: Field<Base: Textual>>>(
    text: E,
    collation: impl Into<Cow<'static, str>>,
) -> Expr<E::Model, E::Type> {
    Expr::new(Node::Collate(Box::new(text.node()), collation.into()))
}

/// The larger of two (Django's `Greatest`); more stand in each other.
///
/// ```
/// use carafe::prelude::*;
/// use carafe::db::functions::greatest;
///
/// # #[derive(Model)] struct Plan { id: i64, low: i32, high: i32, peak: i32 }
/// let most = Plan::all().values(greatest(Plan::LOW, greatest(Plan::HIGH, Plan::PEAK)));
/// ```
///
/// Where one is NULL, PostgreSQL gives the other one, and SQLite NULL.
pub fn greatest<E, F>(one: E, other: F) -> Expr<E::Model, Both<E, F, Base<E>>>
where
    E: Expression<Type: Computed<Base: ColumnType>>,
    F: Expression<Model = E::Model, Type: Computed<Base = Base<E>>>,
{
    call(Function::Greatest, vec![one.node(), other.node()])
}

/// The smaller of two (Django's `Least`), like [`greatest`].
///
/// ```
/// use carafe::prelude::*;
/// use carafe::db::functions::least;
///
/// # #[derive(Model)] struct Plan { id: i64, low: i32, high: i32 }
/// let least = Plan::all().values(least(Plan::LOW, Plan::HIGH));
/// ```
pub fn least<E, F>(one: E, other: F) -> Expr<E::Model, Both<E, F, Base<E>>>
where
    E: Expression<Type: Computed<Base: ColumnType>>,
    F: Expression<Model = E::Model, Type: Computed<Base = Base<E>>>,
{
    call(Function::Least, vec![one.node(), other.node()])
}

/// The expression, or NULL where it equals the other one (Django's `NullIf`).
///
/// ```
/// use carafe::prelude::*;
/// use carafe::db::functions::null_if;
///
/// # #[derive(Model)] struct User { id: i64, nick: String }
/// let nicks = User::all().values(null_if(User::NICK, ""));
/// ```
pub fn null_if<E: Expression, How>(
    of: E,
    other: impl Operand<E::Model, Base<E>, How>,
) -> Expr<E::Model, Option<Base<E>>>
where
    Option<Base<E>>: Field,
{
    call(Function::NullIf, vec![of.node(), other.into_node()])
}
