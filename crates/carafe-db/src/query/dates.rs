//! The days, months or years that there are.

use carafe_model::Model;
use carafe_model::query::{
    Base, Computed, DatePart, Dated, Distinct, Expr, Expression, Function, Lookups, Node, Step,
};

use super::returned::Flat;
use super::set::QuerySet;

impl<M: Model, R> QuerySet<M, R> {
    /// The years, months or days that there are, each once and in order (Django's `dates` and
    /// `datetimes`): the moments at which they began.
    ///
    /// ```
    /// use carafe::prelude::*;
    /// use carafe::models::query::DatePart;
    /// use jiff::civil::Date;
    ///
    /// # #[derive(Model)] struct Book { id: i64, published: Option<Date> }
    /// # async fn doc(db: &Db) -> Result<()> {
    /// let months: Vec<Date> = Book::all().dates(Book::PUBLISHED, DatePart::Month).fetch(db).await?;
    /// # let _ = months; Ok(()) }
    /// ```
    ///
    /// NULL is left out. `.reverse()` turns the order round; instants are looked at in UTC, or in the
    /// zone of [`in_zone`](crate::functions::in_zone).
    pub fn dates<E>(self, moment: E, part: DatePart) -> QuerySet<M, Flat<Base<E>>>
    where
        E: Expression<Model = M, Type: Computed<Base: Dated>>,
    {
        let civil = <Base<E> as Dated>::civil(moment.node());
        let begun = Node::Call(Function::Truncate(part), vec![civil]);
        let begun = Expr::<M, Base<E>>::new(<Base<E> as Dated>::from_civil(begun));
        let mut dates = self.values(&begun).order_by(&begun);
        dates.select.steps.push(Step::Filter(moment.is_not_null().into_node()));
        dates.select.distinct = Distinct::Rows;
        dates
    }
}
