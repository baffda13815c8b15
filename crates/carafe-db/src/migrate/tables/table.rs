//! The rows of a table as it stands at that point, or some of them.

use std::any::Any;
use std::future::Future;
use std::panic::Location;

use carafe_core::suggest::nearest;
use carafe_core::{Error, Kind, Result};
use carafe_model::query::{Node, OrderTerm, Path, Select, Step};
use carafe_model::schema::ModelSchema;
use carafe_model::{Columns, IntoValue, Reader, Record, Value};

use super::row::{TableRow, fitting, named};
use super::{Batches, Tables};
use crate::query::{condition, line, output};
use crate::sql::Shape;
use crate::statement::{Access, Sink};
use crate::write::{Ready, create_records, delete_rows, update_records, update_rows};

/// The rows of a table as it stands at that point of a migration, or some of them: made by
/// [`Tables::table`].
///
/// Names of fields are those of that point, over relations with `__` between, with Django's lookups
/// ([`named`](crate::query::named)): `posts.filter_by("author__name__icontains", "ann")?`. Values are sent
/// beside the SQL, never in it.
#[derive(Clone, Debug)]
pub struct Table {
    select: Select,
}

impl Table {
    pub(super) fn new(model: &'static ModelSchema) -> Self {
        Self { select: Select::new(model) }
    }

    /// Its name.
    pub fn name(&self) -> &'static str {
        let ModelSchema { table, .. } = self.model();
        table
    }

    pub(super) fn model(&self) -> &'static ModelSchema {
        self.select.model
    }

    /// Only rows of which that is true.
    pub fn filter_by(&self, name: &str, value: impl IntoValue) -> Result<Self> {
        let node = self.condition(name, value.into_value())?;
        Ok(self.with(node))
    }

    /// Only rows of which that is not true.
    pub fn exclude_by(&self, name: &str, value: impl IntoValue) -> Result<Self> {
        let node = self.condition(name, value.into_value())?;
        Ok(self.with(Node::Not(Box::new(node))))
    }

    fn condition(&self, name: &str, value: Value) -> Result<Node> {
        condition(self.model(), name, value).map_err(|error| self.with_hint(error, name))
    }

    /// The error with a name that is much like the one that is not there.
    fn with_hint(&self, error: Error, name: &str) -> Error {
        let first = name.split("__").next().unwrap_or(name);
        let names = || self.model().fields.iter().map(|field| field.name);
        match nearest(first, names()) {
            Some(known) if known != first => error.hint(format!("did you mean `{known}`?")),
            _ => error,
        }
    }

    pub(super) fn with(&self, condition: Node) -> Self {
        let mut narrower = self.clone();
        narrower.select.steps.push(Step::Filter(condition));
        narrower
    }

    /// The order of the rows; `-` before a name turns it round.
    pub fn order_by<'n>(&self, names: impl IntoIterator<Item = &'n str>) -> Result<Self> {
        let mut terms = Vec::new();
        for name in names {
            let (name, descending) = match name.strip_prefix('-') {
                Some(name) => (name, true),
                None => (name, false),
            };
            let node = output(self.model(), name).map_err(|error| self.with_hint(error, name))?;
            terms.push(OrderTerm { node, descending, nulls: None });
        }
        let mut ordered = self.clone();
        ordered.select.order = Some(terms);
        Ok(ordered)
    }

    /// In the order of the key.
    pub(super) fn by_key(&self) -> Self {
        let mut ordered = self.clone();
        let term = |index: u16| OrderTerm {
            node: Node::Column(Path::at(index.into())),
            descending: false,
            nulls: None,
        };
        let key = self.model().primary_key();
        ordered.select.order = Some(key.map(|field| term(field.index)).collect());
        ordered
    }

    /// At most so many rows.
    #[must_use]
    pub fn limit(&self, rows: u32) -> Self {
        let mut fewer = self.clone();
        fewer.select.limit = Some(Value::I64(rows.into()));
        fewer
    }

    /// A row with nothing in it, to fill and create.
    ///
    /// ```
    /// # use carafe::prelude::*;
    /// # async fn doc(tables: &mut Tables) -> Result<()> {
    /// let mut tag = tables.table("tag")?.row();
    /// tag.set("name", "rust")?;
    /// let tag = tag.create(tables).await?;
    /// let id: i64 = tag.get("id")?;
    /// # let _ = id; Ok(()) }
    /// ```
    pub fn row(&self) -> TableRow {
        TableRow::blank(self.model())
    }

    /// All rows at once; [`batches`](Self::batches) of them where there are many.
    #[track_caller]
    pub fn fetch<'t>(
        &self,
        tables: &'t Tables,
    ) -> impl Future<Output = Result<Vec<TableRow>>> + Send + use<'t> {
        fetch(self.select.clone(), tables, Location::caller())
    }

    /// The only row: an error where there is none, and where there are several.
    #[track_caller]
    pub fn get<'t>(
        &self,
        tables: &'t Tables,
    ) -> impl Future<Output = Result<TableRow>> + Send + use<'t> {
        let (select, caller, name) = (self.limit(2).select, Location::caller(), self.name());
        async move {
            let mut rows = fetch(select, tables, caller).await?;
            let error = match (rows.pop(), rows.len()) {
                (Some(row), 0) => return Ok(row),
                (None, _) => Error::not_found(format!("there is no such row of `{name}`")),
                _ => Error::new(
                    Kind::MultipleFound,
                    format!("there are several such rows of `{name}`"),
                ),
            };
            Err(error.at(line(caller)))
        }
    }

    /// The first row, by the key where nothing else is said.
    #[track_caller]
    pub fn first<'t>(
        &self,
        tables: &'t Tables,
    ) -> impl Future<Output = Result<Option<TableRow>>> + Send + use<'t> {
        let ordered = if self.select.order.is_some() { self.clone() } else { self.by_key() };
        let rows = fetch(ordered.limit(1).select, tables, Location::caller());
        async move { Ok(rows.await?.pop()) }
    }

    /// How many rows there are.
    #[track_caller]
    pub fn count<'t>(
        &self,
        tables: &'t Tables,
    ) -> impl Future<Output = Result<u64>> + Send + use<'t> {
        let (select, caller) = (self.select.clone(), Location::caller());
        async move {
            let mut shape = Shape::default();
            shape.byte(1);
            shape.select(&select);
            let count = Ready::of(tables, shape, Access::Read, |words| words.count(&select))?;
            let rows = count.number(tables, caller).await?.unwrap_or(0);
            Ok(u64::try_from(rows).unwrap_or(0))
        }
    }

    /// The rows by the key, so many at a time, for a table that is larger than memory should be. What has
    /// come may be changed meanwhile.
    ///
    /// ```
    /// # use carafe::prelude::*;
    /// # async fn doc(tables: &mut Tables) -> Result<()> {
    /// let posts = tables.table("post")?;
    /// let mut batches = posts.filter_by("slug", "")?.batches(500);
    /// while let Some(mut rows) = batches.next(tables).await? {
    ///     for row in &mut rows {
    ///         let title: String = row.get("title")?;
    ///         row.set("slug", title.to_lowercase())?;
    ///     }
    ///     posts.bulk_update(&mut rows, &["slug"], tables).await?;
    /// }
    /// # Ok(()) }
    /// ```
    pub fn batches(&self, rows: u32) -> Batches {
        Batches::new(self, rows)
    }

    /// Sets a field of all rows to a value, in one statement; tells how many there were.
    #[track_caller]
    pub fn update<'t, V: IntoValue>(
        &self,
        field: &str,
        value: V,
        tables: &'t Tables,
    ) -> impl Future<Output = Result<u64>> + Send + use<'t, V> {
        let (select, caller) = (self.select.clone(), Location::caller());
        let set = self.set(field, value.into_value());
        async move {
            let set = vec![set.map_err(|error| error.at(line(caller)))?];
            update_rows(&select, set, tables, caller).await
        }
    }

    fn set(&self, field: &str, value: Value) -> Result<(u16, Node)> {
        if self.select.is_sliced() {
            return Err(Error::internal("a part of the rows that `limit` takes is not changed")
                .hint("filter by the keys of the rows instead"));
        }
        let (_, field) = named(self.model(), field)?;
        Ok((field.index, Node::Value(fitting(self.model(), field, value)?)))
    }

    /// Inserts rows, in as few statements as there can be; gives them back with their keys.
    #[track_caller]
    pub fn bulk_create<'t>(
        &self,
        rows: Vec<TableRow>,
        tables: &'t Tables,
    ) -> impl Future<Output = Result<Vec<TableRow>>> + Send + use<'t> {
        let (caller, own) = (Location::caller(), self.owns(&rows));
        async move {
            own?;
            let mut rows = rows;
            create_records(&mut records(&mut rows), tables, caller).await?;
            Ok(rows)
        }
    }

    /// Updates some fields of rows, each to what it holds, in as few statements as there can be; tells
    /// how many there were.
    #[track_caller]
    pub fn bulk_update<'t>(
        &self,
        rows: &'t mut [TableRow],
        fields: &[&str],
        tables: &'t Tables,
    ) -> impl Future<Output = Result<u64>> + Send + use<'t> {
        let (caller, own) = (Location::caller(), self.owns(rows));
        let named = fields.iter().map(|name| named(self.model(), name).map(|(_, field)| field));
        let fields: Result<Vec<_>> = named.collect();
        async move {
            own?;
            let fields = fields.map_err(|error| error.at(line(caller)))?;
            update_records(&mut records(rows), &fields, tables, caller).await
        }
    }

    /// An error where rows are of another table.
    fn owns(&self, rows: &[TableRow]) -> Result<()> {
        match rows.iter().find(|row| !std::ptr::eq(row.model(), self.model())) {
            None => Ok(()),
            Some(row) => Err(Error::internal(format!(
                "a row of `{}` is none of `{}`",
                row.model().table,
                self.name()
            ))),
        }
    }

    /// Deletes all rows, and nothing with them; tells how many there were. What refers to them goes
    /// before: the database refuses it otherwise.
    #[track_caller]
    pub fn delete<'t>(
        &self,
        tables: &'t Tables,
    ) -> impl Future<Output = Result<u64>> + Send + use<'t> {
        let (select, caller) = (self.select.clone(), Location::caller());
        async move {
            if select.is_sliced() {
                return Err(Error::internal(
                    "a part of the rows that `limit` takes is not deleted",
                )
                .hint("filter by the keys of the rows instead")
                .at(line(caller)));
            }
            delete_rows(select, tables, caller).await
        }
    }
}

fn records(rows: &mut [TableRow]) -> Vec<&mut dyn Record> {
    rows.iter_mut().map(|row| row as &mut dyn Record).collect()
}

/// The rows of a query.
async fn fetch(
    select: Select,
    tables: &Tables,
    caller: &'static Location<'static>,
) -> Result<Vec<TableRow>> {
    if crate::query::is_empty(&select) {
        return Ok(Vec::new());
    }
    let mut shape = Shape::default();
    shape.byte(b'R');
    shape.select(&select);
    let ready = Ready::of(tables, shape, Access::Read, |compiler| Ok(compiler.select(&select)?.0))?;
    let sink = Box::new(Rows { model: select.model, rows: Vec::new() });
    let sink: Box<dyn Any> = ready.fetch(tables, sink, caller).await?.sink;
    match sink.downcast::<Rows>() {
        Ok(sink) => Ok(sink.rows),
        Err(_) => Err(Error::internal("the driver gave back another sink than it was given")),
    }
}

/// Collects rows.
struct Rows {
    model: &'static ModelSchema,
    rows: Vec<TableRow>,
}

impl Sink for Rows {
    fn start(&mut self, _: &dyn Columns) -> Result<()> {
        self.rows.clear();
        Ok(())
    }

    fn row(&mut self, reader: &mut dyn Reader) -> Result<()> {
        self.rows.push(TableRow::read(self.model, reader)?);
        Ok(())
    }
}
