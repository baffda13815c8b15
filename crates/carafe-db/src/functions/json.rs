//! JSON documents: places in them, and making them.

use std::marker::PhantomData;

use carafe_model::query::{
    AggregateFunction, Expr, Expression, Filter, Function, JsonAs, JsonStep, Lookups, Node,
    Operator,
};
use carafe_model::{ColumnType, Field, JsonField, Value};
use serde_json::Value as Json;

use super::{Aggregated, call};
use crate::query::{Flat, Output};

/// A type that is kept as JSON.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no JSON, so there are no places in it",
    note = "columns of `serde_json::Value` and `JsonField<T>` have places"
)]
pub trait JsonDocument: ColumnType {}

impl JsonDocument for Json {}
impl<T> JsonDocument for JsonField<T> where Self: ColumnType {}

/// What may be asked of a JSON document, and of a place in one.
///
/// ```
/// use carafe::prelude::*;
/// use carafe::db::functions::JsonLookups;
///
/// # #[derive(Model)] struct Book { id: i64, meta: serde_json::Value }
/// let english = Book::all().filter(Book::META.key("lang").eq("en"));
/// let second_edition = Book::all().filter(Book::META.key("edition").key("number").gt(1));
/// let last_tag = Book::all().values(Book::META.key("tags").at(-1).as_text());
/// let without = Book::all().filter(Book::META.key("lang").is_null());
/// ```
pub trait JsonLookups: Expression<Type: Field<Base: JsonDocument>> {
    /// What stands under a key.
    fn key(&self, key: impl Into<String>) -> JsonPlace<Self::Model> {
        JsonPlace::new(self.node(), JsonStep::Key(key.into()))
    }

    /// What stands at a place of an array, from 0; from the end where it is negative.
    fn at(&self, index: i64) -> JsonPlace<Self::Model> {
        JsonPlace::new(self.node(), JsonStep::Index(index))
    }

    /// Whether there is something under the key, JSON's null included (`has_key`).
    fn has_key(&self, key: impl Into<String>) -> Filter<Self::Model> {
        let key = Node::Value(Value::Text(key.into()));
        Filter::new(Node::Call(Function::JsonHasKey, vec![self.node(), key]))
    }

    /// Whether there is something under each of the keys (`has_keys`).
    fn has_keys<K: Into<String>>(&self, keys: impl IntoIterator<Item = K>) -> Filter<Self::Model> {
        Filter::all(keys.into_iter().map(|key| self.has_key(key)))
    }

    /// Whether there is something under any of the keys (`has_any_keys`).
    fn has_any_keys<K: Into<String>>(
        &self,
        keys: impl IntoIterator<Item = K>,
    ) -> Filter<Self::Model> {
        Filter::any(keys.into_iter().map(|key| self.has_key(key)))
    }

    /// Whether it holds the other document: all of its keys with their values, all elements of its
    /// arrays (`contains`). SQLite cannot tell.
    fn contains(&self, document: impl Into<Json>) -> Filter<Self::Model> {
        Filter::new(Node::Call(Function::JsonContains, vec![self.node(), json(document)]))
    }

    /// Whether the other document holds it (`contained_by`). SQLite cannot tell.
    fn contained_by(&self, document: impl Into<Json>) -> Filter<Self::Model> {
        Filter::new(Node::Call(Function::JsonContainedBy, vec![self.node(), json(document)]))
    }
}

impl<E: Expression<Type: Field<Base: JsonDocument>>> JsonLookups for E {}

fn json(value: impl Into<Json>) -> Node {
    Node::Value(Value::Json(value.into().to_string()))
}

/// A place in a JSON document: NULL where there is nothing.
///
/// It is compared with values of any kind that JSON has, and by what they are: 1 equals 1.0, and 10
/// is more than 9. Values of different kinds are never equal. `serde_json::Value::Null` is JSON's
/// null; a place where nothing stands is found by `is_null()`.
///
/// Turned round, a comparison finds no document without the place, as in Django:
/// `Book::META.key("lang").ne("en")`.
pub struct JsonPlace<M> {
    document: Node,
    steps: Vec<JsonStep>,
    model: PhantomData<fn() -> M>,
}

impl<M> JsonPlace<M> {
    fn new(document: Node, step: JsonStep) -> Self {
        let (document, mut steps) = match document {
            Node::Json(document, steps, JsonAs::Json) => (*document, steps),
            other => (other, Vec::new()),
        };
        steps.push(step);
        Self { document, steps, model: PhantomData }
    }

    fn read_as(&self, read_as: JsonAs) -> Node {
        Node::Json(Box::new(self.document.clone()), self.steps.clone(), read_as)
    }

    fn compare(&self, operator: Operator, other: impl Into<Json>) -> Filter<M> {
        Filter::new(Node::binary(self.read_as(JsonAs::Json), operator, json(other)))
    }

    /// The text of a string, and of anything else as JSON writes it.
    pub fn as_text(&self) -> Expr<M, Option<String>> {
        Expr::new(self.read_as(JsonAs::Text))
    }

    /// Equal.
    pub fn eq(&self, other: impl Into<Json>) -> Filter<M> {
        self.compare(Operator::Eq, other)
    }

    /// Not equal; of documents that have such a place.
    pub fn ne(&self, other: impl Into<Json>) -> Filter<M> {
        !self.eq(other)
    }

    /// Less.
    pub fn lt(&self, other: impl Into<Json>) -> Filter<M> {
        self.compare(Operator::Lt, other)
    }

    /// Less or equal.
    pub fn le(&self, other: impl Into<Json>) -> Filter<M> {
        self.compare(Operator::Le, other)
    }

    /// Greater.
    pub fn gt(&self, other: impl Into<Json>) -> Filter<M> {
        self.compare(Operator::Gt, other)
    }

    /// Greater or equal.
    pub fn ge(&self, other: impl Into<Json>) -> Filter<M> {
        self.compare(Operator::Ge, other)
    }

    /// From the first to the second, both included.
    pub fn between(&self, first: impl Into<Json>, last: impl Into<Json>) -> Filter<M> {
        self.ge(first) & self.le(last)
    }

    /// One of these.
    pub fn is_in<T: Into<Json>>(&self, list: impl IntoIterator<Item = T>) -> Filter<M> {
        Filter::any(list.into_iter().map(|one| self.eq(one)))
    }
}

impl<M> Clone for JsonPlace<M> {
    fn clone(&self) -> Self {
        Self { document: self.document.clone(), steps: self.steps.clone(), model: PhantomData }
    }
}

impl<M> Expression for JsonPlace<M> {
    type Model = M;
    type Type = Option<Json>;

    fn node(&self) -> Node {
        self.read_as(JsonAs::Json)
    }
}

impl<M> Output<M> for JsonPlace<M> {
    type Returned = Flat<Option<Json>>;

    fn into_nodes(self) -> Vec<Node> {
        vec![self.node()]
    }
}

impl<M> crate::query::Orders<M> for &JsonPlace<M> {
    fn into_terms(self) -> Vec<carafe_model::query::OrderTerm> {
        Lookups::asc(self).into_terms()
    }
}

/// A JSON array that is made of expressions (Django's `JSONArray`): one, or a tuple of them.
///
/// ```
/// use carafe::prelude::*;
/// use carafe::db::functions::json_array;
///
/// # #[derive(Model)] struct Book { id: i64, title: String, pages: i32 }
/// # async fn doc(db: &Db) -> Result<()> {
/// let rows = Book::all().values(json_array((Book::TITLE, Book::PAGES)));
/// let rows: Vec<serde_json::Value> = rows.fetch(db).await?;
/// # let _ = rows; Ok(()) }
/// ```
pub fn json_array<M>(of: impl Output<M>) -> Expr<M, Json> {
    call(Function::JsonArray, of.into_nodes())
}

/// A JSON object that is made of expressions (Django's `JSONObject`): the keys, and as many
/// expressions.
///
/// ```
/// use carafe::prelude::*;
/// use carafe::db::functions::json_object;
///
/// # #[derive(Model)] struct Book { id: i64, title: String, pages: i32 }
/// let rows = Book::all().values(json_object(["title", "pages"], (Book::TITLE, Book::PAGES)));
/// ```
///
/// Other numbers of keys and expressions are an error when the database is asked.
pub fn json_object<M, K: Into<String>>(
    keys: impl IntoIterator<Item = K>,
    of: impl Output<M>,
) -> Expr<M, Json> {
    let keys: Vec<K> = keys.into_iter().collect();
    let nodes = of.into_nodes();
    if keys.len() != nodes.len() {
        let (keys, values) = (keys.len(), nodes.len());
        let sentence = format!("`json_object` has {keys} keys, and {values} values");
        return Expr::new(Node::Wrong(sentence.into()));
    }
    let mut pairs = Vec::with_capacity(keys.len() * 2);
    for (key, node) in keys.into_iter().zip(nodes) {
        pairs.push(Node::Value(Value::Text(key.into())));
        pairs.push(node);
    }
    call(Function::JsonObject, pairs)
}

/// The values as a JSON array, NULL included (Django's `JSONBAgg`).
///
/// ```
/// use carafe::prelude::*;
/// use carafe::db::functions::json_agg;
///
/// # #[derive(Model)] struct Tag { id: i64, post: i64, name: String }
/// let tags = Tag::all().values(Tag::POST).annotate(json_agg(Tag::NAME).order_by(Tag::NAME));
/// ```
///
/// Of nothing it is `None` in PostgreSQL, and an empty array in SQLite.
pub fn json_agg<E: Expression>(of: E) -> Aggregated<E::Model, Option<Json>> {
    Aggregated::new(AggregateFunction::JsonAgg, Some(of.node()))
}
