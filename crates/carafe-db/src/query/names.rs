//! Queries by names: `Post::all().filter_by("author__name__icontains", "ann")?`.
//!
//! For what is known only when the program runs: the admin's filters, parameters of an address. The
//! names are looked up in the schema and values are checked by the field's kind; no text of theirs
//! becomes SQL.

mod lookup;
mod path;
mod value;

use std::marker::PhantomData;

use carafe_core::Result;
use carafe_model::query::{Filter, Function, Node, OrderTerm, Output as OutputData, Step};
use carafe_model::{IntoValue, Model, Reader, Value};

pub(crate) use self::lookup::condition;
use self::path::Reached;
pub(crate) use self::path::{find, kind_of};
pub(crate) use self::value::as_kind;
use super::returned::{At, Returned};
use super::set::QuerySet;
use crate::sql::COMPUTED;

/// A condition by names, in Django's way: fields and relations with `__` between, and a lookup.
///
/// ```
/// use carafe::prelude::*;
/// use carafe::db::query::named;
///
/// #[derive(Model)]
/// struct User { id: i64, name: String }
/// #[derive(Model)]
/// struct Post { id: i64, title: String, views: i32, author: ForeignKey<User> }
///
/// let wanted = named::<Post>("author__name__icontains", "ann")? & named("views__gte", "10")?;
/// let posts = Post::all().filter(wanted);
///
/// let error = named::<Post>("titel", "Hi").unwrap_err();
/// assert_eq!(
///     error.to_string(),
///     "Cannot resolve keyword 'titel' into field. Choices are: author, author_id, id, title, views",
/// );
/// assert!(named::<Post>("views", "many").is_err());
/// # Ok::<(), carafe::Error>(())
/// ```
///
/// All of Django's lookups are there: `exact`, `iexact`, `contains`, `icontains`, `startswith`,
/// `istartswith`, `endswith`, `iendswith`, `in`, `gt`, `gte`, `lt`, `lte`, `range`, `isnull`,
/// `regex`, `iregex`; of dates `year`, `month`, `date` and so on, on which more may follow; of JSON
/// the keys, `has_key`, `has_keys`, `has_any_keys`, `contains` and `contained_by`. `pk` is the
/// primary key, and the way back over a relation has the name of the `HasMany` or `HasOne` field.
///
/// A text is read as the field's kind; `in` and `range` take an [`Array`](carafe_model::Array), or a
/// text with commas. Errors are of kind `Invalid`: a wrong address, not a fault of the program.
pub fn named<M: Model>(name: &str, value: impl IntoValue) -> Result<Filter<M>> {
    lookup::condition(M::schema(), name, value.into_value()).map(Filter::new)
}

impl<M: Model, R> QuerySet<M, R> {
    /// Only rows of which that is true, by a name: see [`named`].
    ///
    /// ```
    /// use carafe::prelude::*;
    /// # #[derive(Model)] struct Post { id: i64, title: String, views: i32 }
    /// # fn doc(query: Vec<(String, String)>) -> Result<()> {
    /// let mut posts = Post::all();
    /// for (name, value) in &query {
    ///     posts = posts.filter_by(name, value.as_str())?;
    /// }
    /// # Ok(()) }
    /// ```
    pub fn filter_by(self, name: &str, value: impl IntoValue) -> Result<Self> {
        Ok(self.filter(named(name, value)?))
    }

    /// Only rows of which that is not true.
    ///
    /// ```
    /// use carafe::prelude::*;
    /// # #[derive(Model)] struct Post { id: i64, title: String, views: i32 }
    /// let seen = Post::all().exclude_by("views", 0)?;
    /// # Ok::<(), carafe::Error>(())
    /// ```
    pub fn exclude_by(self, name: &str, value: impl IntoValue) -> Result<Self> {
        Ok(self.exclude(named(name, value)?))
    }

    /// The order of the rows by names; `-` before one turns it round, `?` is a random order.
    ///
    /// ```
    /// use carafe::prelude::*;
    /// # #[derive(Model)] struct User { id: i64, name: String }
    /// # #[derive(Model)] struct Post { id: i64, created: i64, author: ForeignKey<User> }
    /// let posts = Post::all().order_by_names(["-created", "author__name"])?;
    /// # Ok::<(), carafe::Error>(())
    /// ```
    ///
    /// A relation stands for the key of the row that it leads to.
    pub fn order_by_names<'n>(mut self, names: impl IntoIterator<Item = &'n str>) -> Result<Self> {
        let mut terms = Vec::new();
        for name in names {
            let (name, descending) = match name.strip_prefix('-') {
                Some(name) => (name, true),
                None => (name, false),
            };
            let node = match name {
                "?" => Node::Call(Function::Random, Vec::new()),
                name => output(M::schema(), name)?,
            };
            terms.push(OrderTerm { node, descending, nulls: None });
        }
        // The sentence of a sliced query is told by the method that anybody would have called.
        self = self.order_by(Vec::new());
        self.select.order = Some(terms);
        Ok(self)
    }

    /// Columns by names in the place of the rows: each row is a list of values (Django's
    /// `values_list`).
    ///
    /// ```
    /// use carafe::prelude::*;
    /// use carafe::db::Value;
    /// # #[derive(Model)] struct User { id: i64, name: String }
    /// # #[derive(Model)] struct Post { id: i64, title: String, author: ForeignKey<User> }
    /// # async fn doc(db: &Db) -> Result<()> {
    /// let rows: Vec<Vec<Value>> = Post::all().values_by(["title", "author__name"])?.fetch(db).await?;
    /// # let _ = rows; Ok(()) }
    /// ```
    ///
    /// The values are those that fields of their kinds would send; parts of dates and places in JSON
    /// come as the database has them.
    pub fn values_by<'n>(
        mut self,
        names: impl IntoIterator<Item = &'n str>,
    ) -> Result<QuerySet<M, Named>> {
        let nodes: Result<Vec<_>> =
            names.into_iter().map(|name| output(M::schema(), name)).collect();
        let grouped = !self.select.annotations().any(Node::aggregates);
        self.select.steps.retain(|step| matches!(step, Step::Filter(_)));
        self.select.output = OutputData::Values { nodes: nodes?, grouped };
        self.select.related.clear();
        self.prefetch.clear();
        Ok(self.reading())
    }
}

/// What a name means where a value is wanted: no lookup may stand behind it.
pub(crate) fn output(
    model: &'static carafe_model::schema::ModelSchema,
    name: &str,
) -> Result<Node> {
    let reached = Reached::by(model, name)?;
    match reached.rest.first() {
        None => Ok(reached.node()),
        Some(_) => lookup::transformed(&reached),
    }
}

/// Rows of columns that were named: lists of values.
pub struct Named(PhantomData<()>);

impl Returned for Named {
    type Row = Vec<Value>;

    fn read(reader: &mut dyn Reader, at: At<'_>) -> Result<Vec<Value>> {
        let outputs = at.0.outputs.iter();
        let values = outputs.map(|(column, field)| {
            Ok(if std::ptr::eq(*field, &raw const COMPUTED) {
                reader.value(*column)?
            } else {
                path::kind_of(field).read(reader, *column)?
            })
        });
        values.collect()
    }
}
