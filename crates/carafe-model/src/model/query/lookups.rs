//! What may be asked of an expression.

use super::{Base, Expression, Filter, Node, Nulls, Operand, Operator, OrderTerm, TextMatch, like};
use crate::model::Field;
use crate::{FilePath, StoredFile, StoredImage, Value};

/// What may be asked of every expression: comparisons, and the order by it. The names are Django's
/// lookups.
///
/// ```
/// use carafe::models::{Model, query::{Lookups, TextLookups}};
///
/// #[derive(Model)]
/// struct Post { id: i64, title: String, views: i32, rating: Option<f64> }
///
/// let _ = Post::TITLE.icontains("rust") & Post::VIEWS.between(10, 99) & !Post::ID.is_in([1, 2]);
/// let _ = Post::RATING.is_null() | Post::RATING.gt(4.5);
/// ```
pub trait Lookups: Expression {
    /// Equal (`exact`); `None` asks for NULL.
    fn eq<How>(&self, other: impl Operand<Self::Model, Base<Self>, How>) -> Filter<Self::Model> {
        Filter::new(equal(self.node(), other.into_node()))
    }

    /// Not equal, NULL included: the opposite of [`eq`](Self::eq).
    fn ne<How>(&self, other: impl Operand<Self::Model, Base<Self>, How>) -> Filter<Self::Model> {
        !Lookups::eq(self, other)
    }

    /// Less (`lt`).
    fn lt<How>(&self, other: impl Operand<Self::Model, Base<Self>, How>) -> Filter<Self::Model> {
        compare(self.node(), Operator::Lt, other.into_node())
    }

    /// Less or equal (`lte`).
    fn le<How>(&self, other: impl Operand<Self::Model, Base<Self>, How>) -> Filter<Self::Model> {
        compare(self.node(), Operator::Le, other.into_node())
    }

    /// Greater (`gt`).
    fn gt<How>(&self, other: impl Operand<Self::Model, Base<Self>, How>) -> Filter<Self::Model> {
        compare(self.node(), Operator::Gt, other.into_node())
    }

    /// Greater or equal (`gte`).
    fn ge<How>(&self, other: impl Operand<Self::Model, Base<Self>, How>) -> Filter<Self::Model> {
        compare(self.node(), Operator::Ge, other.into_node())
    }

    /// From the first to the second, both included (`range`).
    fn between<First, Last>(
        &self,
        first: impl Operand<Self::Model, Base<Self>, First>,
        last: impl Operand<Self::Model, Base<Self>, Last>,
    ) -> Filter<Self::Model> {
        let parts = [self.node(), first.into_node(), last.into_node()];
        Filter::new(Node::Between(Box::new(parts)))
    }

    /// One of these (`in`). Among none there is nothing: the database is not asked.
    ///
    /// `None` among them finds nothing, as NULL equals nothing.
    fn is_in<How, T: Operand<Self::Model, Base<Self>, How>>(
        &self,
        list: impl IntoIterator<Item = T>,
    ) -> Filter<Self::Model> {
        let list = list.into_iter().map(Operand::into_node);
        let list: Vec<Node> =
            list.filter(|node| !matches!(node, Node::Value(Value::Null))).collect();
        Filter::new(if list.is_empty() {
            Node::never()
        } else {
            Node::In(Box::new(self.node()), list)
        })
    }

    /// NULL, or a relation that leads nowhere (`isnull`).
    fn is_null(&self) -> Filter<Self::Model> {
        Filter::new(Node::IsNull(Box::new(self.node())))
    }

    /// The opposite of [`is_null`](Self::is_null).
    fn is_not_null(&self) -> Filter<Self::Model> {
        !Lookups::is_null(self)
    }

    /// From the smallest to the largest.
    fn asc(&self) -> OrderBy<Self::Model> {
        OrderBy::new(OrderTerm { node: self.node(), descending: false, nulls: None })
    }

    /// From the largest to the smallest.
    fn desc(&self) -> OrderBy<Self::Model> {
        OrderBy::new(OrderTerm { node: self.node(), descending: true, nulls: None })
    }
}

impl<E: Expression> Lookups for E {}

/// What may be asked of texts.
///
/// The letters `%` and `_` in what is looked for are those letters, nothing more. Which letters are
/// one whatever the case is the database's business: SQLite knows those of ASCII only. It also looks
/// only for what stands before a NUL, where a text has one; PostgreSQL refuses such a text.
pub trait TextLookups: Expression<Type: Field<Base: Textual>> {
    /// Holds it (`contains`).
    fn contains<How>(&self, text: impl Operand<Self::Model, String, How>) -> Filter<Self::Model> {
        text_match(self.node(), text.into_node(), TextMatch::Contains)
    }

    /// Holds it, whatever the case (`icontains`).
    fn icontains<How>(&self, text: impl Operand<Self::Model, String, How>) -> Filter<Self::Model> {
        text_match(self.node(), text.into_node(), TextMatch::IContains)
    }

    /// Begins with it (`startswith`).
    fn starts_with<How>(
        &self,
        text: impl Operand<Self::Model, String, How>,
    ) -> Filter<Self::Model> {
        text_match(self.node(), text.into_node(), TextMatch::StartsWith)
    }

    /// Begins with it, whatever the case (`istartswith`).
    fn istarts_with<How>(
        &self,
        text: impl Operand<Self::Model, String, How>,
    ) -> Filter<Self::Model> {
        text_match(self.node(), text.into_node(), TextMatch::IStartsWith)
    }

    /// Ends with it (`endswith`).
    fn ends_with<How>(&self, text: impl Operand<Self::Model, String, How>) -> Filter<Self::Model> {
        text_match(self.node(), text.into_node(), TextMatch::EndsWith)
    }

    /// Ends with it, whatever the case (`iendswith`).
    fn iends_with<How>(&self, text: impl Operand<Self::Model, String, How>) -> Filter<Self::Model> {
        text_match(self.node(), text.into_node(), TextMatch::IEndsWith)
    }

    /// Equal, whatever the case (`iexact`).
    fn ieq<How>(&self, text: impl Operand<Self::Model, String, How>) -> Filter<Self::Model> {
        text_match(self.node(), text.into_node(), TextMatch::IExact)
    }

    /// Matches a regular expression, in the database's syntax (`regex`); in SQLite in that of
    /// Rust's `regex` crate.
    fn regex<How>(&self, pattern: impl Operand<Self::Model, String, How>) -> Filter<Self::Model> {
        text_match(self.node(), pattern.into_node(), TextMatch::Regex)
    }

    /// The same, whatever the case (`iregex`).
    fn iregex<How>(&self, pattern: impl Operand<Self::Model, String, How>) -> Filter<Self::Model> {
        text_match(self.node(), pattern.into_node(), TextMatch::IRegex)
    }
}

impl<E: Expression<Type: Field<Base: Textual>>> TextLookups for E {}

/// A type that is kept as text, so that it may be searched.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no text, so nothing can be looked for in it",
    note = "`contains`, `starts_with`, `regex` and the like are asked of text; compare numbers and dates by `eq`, `lt`, `between` …"
)]
pub trait Textual {}

impl Textual for String {}
impl Textual for StoredFile {}
impl Textual for StoredImage {}
impl Textual for FilePath {}

/// What the rows of a model are sorted by: `Post::CREATED.desc()`.
pub struct OrderBy<M> {
    term: OrderTerm,
    model: std::marker::PhantomData<fn() -> M>,
}

impl<M> OrderBy<M> {
    fn new(term: OrderTerm) -> Self {
        Self { term, model: std::marker::PhantomData }
    }

    /// NULL stands before all.
    pub fn nulls_first(mut self) -> Self {
        self.term.nulls = Some(Nulls::First);
        self
    }

    /// NULL stands behind all.
    pub fn nulls_last(mut self) -> Self {
        self.term.nulls = Some(Nulls::Last);
        self
    }

    /// The same as data.
    pub fn into_term(self) -> OrderTerm {
        self.term
    }
}

impl<M> Clone for OrderBy<M> {
    fn clone(&self) -> Self {
        Self::new(self.term.clone())
    }
}

/// Equal; NULL is asked for where NULL is given.
pub fn equal(left: Node, right: Node) -> Node {
    match right {
        Node::Value(Value::Null) => Node::IsNull(Box::new(left)),
        right => Node::binary(left, Operator::Eq, right),
    }
}

fn compare<M>(left: Node, operator: Operator, right: Node) -> Filter<M> {
    Filter::new(Node::binary(left, operator, right))
}

/// A condition on a text. A value becomes a pattern here; what stands in a column becomes one in
/// the database.
pub fn matching(text: Node, pattern: Node, how: TextMatch) -> Node {
    let pattern = match pattern {
        Node::Value(Value::Text(text)) => Node::Value(Value::Text(like::pattern(&text, how))),
        other => other,
    };
    Node::Text(Box::new([text, pattern]), how)
}

fn text_match<M>(text: Node, pattern: Node, how: TextMatch) -> Filter<M> {
    Filter::new(matching(text, pattern, how))
}
