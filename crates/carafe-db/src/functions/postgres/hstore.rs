//! Texts by name.

use carafe_model::query::{Expr, Expression, Filter, Function, Node};
use carafe_model::schema::Kind;
use carafe_model::{Array, Field, FieldType, HStore, Value};

use super::{infix, named};

/// What may be asked of an hstore (Django's `HStoreField` lookups).
///
/// ```
/// use carafe::prelude::*;
/// use carafe::db::functions::postgres::HStoreLookups;
/// use carafe::models::HStore;
///
/// # #[derive(Model)] struct Ware { id: i64, sizes: HStore }
/// let wide = Ware::all().filter(Ware::SIZES.entry("width").eq("20 cm") & Ware::SIZES.has_entry("height"));
/// ```
pub trait HStoreLookups: Expression<Type: Field<Base = HStore>> {
    /// The text of that name; NULL where there is none.
    fn entry(&self, name: &str) -> Expr<Self::Model, Option<String>> {
        Expr::new(Node::Call(Function::Infix("->"), vec![self.node(), text(name)]))
    }

    /// Whether there is something of that name (`has_key`).
    fn has_entry(&self, name: &str) -> Filter<Self::Model> {
        infix(self.node(), "?", text(name))
    }

    /// Whether there is something of each of these names (`has_keys`).
    fn has_entries<'n>(&self, names: impl IntoIterator<Item = &'n str>) -> Filter<Self::Model> {
        infix(self.node(), "?&", texts(names))
    }

    /// Whether there is something of any of these names (`has_any_keys`).
    fn has_any_entry<'n>(&self, names: impl IntoIterator<Item = &'n str>) -> Filter<Self::Model> {
        infix(self.node(), "?|", texts(names))
    }

    /// Whether all of the other is in it (`contains`).
    fn includes(&self, other: HStore) -> Filter<Self::Model> {
        infix(self.node(), "@>", Node::Typed(other.into_value(), Kind::HStore))
    }

    /// Whether all of it is in the other (`contained_by`).
    fn included_in(&self, other: HStore) -> Filter<Self::Model> {
        infix(self.node(), "<@", Node::Typed(other.into_value(), Kind::HStore))
    }

    /// The names (`keys`).
    fn names(&self) -> Expr<Self::Model, Option<Array<String>>> {
        Expr::new(named("AKEYS", vec![self.node()]))
    }

    /// The texts (`values`).
    fn texts(&self) -> Expr<Self::Model, Option<Array<Option<String>>>> {
        Expr::new(named("AVALS", vec![self.node()]))
    }
}

impl<E: Expression<Type: Field<Base = HStore>>> HStoreLookups for E {}

fn text(text: &str) -> Node {
    Node::Value(Value::Text(text.to_owned()))
}

fn texts<'n>(names: impl IntoIterator<Item = &'n str>) -> Node {
    let names = names.into_iter().map(|name| Value::Text(name.to_owned()));
    Node::Value(Value::Array(names.collect()))
}
