//! Many values as one.

use carafe_model::query::{AggregateFunction, Base, Expression, Operand, Textual};
use carafe_model::{Array, Element, Field};

use super::Aggregated;

/// The texts with another one between, in the order that `order_by` says; `None` of nothing
/// (Django's `StringAgg`).
///
/// ```
/// use carafe::prelude::*;
/// use carafe::db::functions::string_agg;
///
/// # #[derive(Model)] struct Author { id: i64, name: String }
/// # async fn doc(db: &Db) -> Result<()> {
/// let names = string_agg(Author::NAME, ", ").order_by(Author::NAME);
/// let names: Option<String> = Author::all().aggregate(names, db).await?;
/// # let _ = names; Ok(()) }
/// ```
///
/// NULL is passed over. SQLite cannot join each text once (`distinct`).
pub fn string_agg<E: Expression<Type: Field<Base: Textual>>, How>(
    of: E,
    separator: impl Operand<E::Model, String, How>,
) -> Aggregated<E::Model, Option<String>> {
    Aggregated::of_two(AggregateFunction::StringAgg, of.node(), separator.into_node())
}

/// Any of the values: where they are all the same, or it does not matter (Django's `AnyValue`).
///
/// ```
/// use carafe::prelude::*;
/// use carafe::db::functions::any_value;
///
/// # #[derive(Model)] struct Sale { id: i64, shop: i64, city: String }
/// let cities = Sale::all().values(Sale::SHOP).annotate(any_value(Sale::CITY));
/// ```
pub fn any_value<E: Expression>(of: E) -> Aggregated<E::Model, Option<Base<E>>>
where
    Option<Base<E>>: Field,
{
    Aggregated::new(AggregateFunction::AnyValue, Some(of.node()))
}

/// The values as an array, NULL included; `None` of nothing (Django's `ArrayAgg`). PostgreSQL has it.
///
/// ```
/// use carafe::prelude::*;
/// use carafe::db::functions::array_agg;
///
/// # #[derive(Model)] struct Tag { id: i64, post: i64, name: String }
/// let tags = Tag::all().values(Tag::POST).annotate(array_agg(Tag::NAME).order_by(Tag::NAME));
/// ```
pub fn array_agg<E: Expression>(of: E) -> Aggregated<E::Model, Option<Array<E::Type>>>
where
    E::Type: Element,
    Option<Array<E::Type>>: Field,
{
    Aggregated::new(AggregateFunction::ArrayAgg, Some(of.node()))
}
