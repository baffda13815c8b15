//! One row that is made, saved, read anew or deleted.

use std::future::Future;
use std::panic::Location;

use carafe_core::{Error, Kind, Result};
use carafe_model::model::Hop;
use carafe_model::query::{Node, Select, Step};
use carafe_model::schema::FieldSchema;
use carafe_model::{Column, Model, Record, Value};

use super::bulk::{BulkCreate, BulkUpdate};
use super::delete::{self, Deleted};
use super::insert::{self, Conflict};
use super::moment::stamp;
use super::related::RelatedSet;
use super::run::Ready;
use super::update::update;
use crate::executor::Executor;
use crate::query::{QuerySet, is_row, line};
use crate::sql::Shape;
use crate::statement::Access;

/// What makes, changes and deletes rows.
pub trait Writes: Model {
    /// Inserts the row; gives it back with its key and what else the database made.
    ///
    /// A required value that stayed blank is an error of kind `Invalid`, whose cause
    /// ([`Invalids`](carafe_model::Invalids)) names the fields; a constraint that does not hold one of
    /// kind `Conflict`, whose cause is a [`Violation`](crate::Violation).
    ///
    /// ```
    /// # use carafe::prelude::*;
    /// # #[derive(Model)] struct User { id: i64, name: String }
    /// # #[derive(Model)] struct Post { id: i64, title: String, author: ForeignKey<User> }
    /// # async fn doc(db: &Db) -> Result<()> {
    /// let ada = User { name: "Ada".into(), ..User::blank() }.create(db).await?;
    /// let post = Post { title: "Hi".into(), author: ada.key(), ..Post::blank() }.create(db).await?;
    /// assert!(post.id > 0);
    /// # Ok(()) }
    /// ```
    #[track_caller]
    fn create(self, executor: &dyn Executor) -> impl Future<Output = Result<Self>> + Send {
        let caller = Location::caller();
        async move {
            let mut row = self;
            insert::insert(&mut [&mut row], &Conflict::Refuse, executor, caller).await?;
            Ok(row)
        }
    }

    /// Saves the row: one that has no key yet is inserted; one that has is updated, or inserted where
    /// there is none of its key.
    ///
    /// ```
    /// # use carafe::prelude::*;
    /// # #[derive(Model)] struct Post { id: i64, title: String, views: i32 }
    /// # async fn doc(db: &Db) -> Result<()> {
    /// let mut post = Post { title: "Hi".into(), ..Post::blank() };
    /// post.save(db).await?;             // inserts it, and counts its key
    /// post.title = "Hello".into();
    /// post.save(db).await?;             // updates it
    /// # Ok(()) }
    /// ```
    #[track_caller]
    fn save(&mut self, executor: &dyn Executor) -> impl Future<Output = Result<()>> + Send {
        let caller = Location::caller();
        let (is_row, has_key) = (is_row(self), self.pk().is_some());
        async move { save(self, is_row, has_key, executor, caller).await }
    }

    /// Updates only these fields of the row (Django's `update_fields`); with none nothing is asked. A
    /// row that is not there is an error of kind `NotFound`.
    ///
    /// ```
    /// # use carafe::prelude::*;
    /// # #[derive(Model)] struct Post { id: i64, title: String, views: i32 }
    /// # async fn doc(db: &Db, mut post: Post) -> Result<()> {
    /// post.title = "Better".into();
    /// post.save_fields(["title"], db).await?;
    /// # Ok(()) }
    /// ```
    #[track_caller]
    fn save_fields<'f>(
        &mut self,
        fields: impl IntoIterator<Item = &'f str> + Send,
        executor: &dyn Executor,
    ) -> impl Future<Output = Result<()>> + Send {
        let caller = Location::caller();
        let named: Result<Vec<&'static FieldSchema>> =
            fields.into_iter().map(|name| Ok(Self::schema().field(name)?)).collect();
        async move {
            let named = named.map_err(|error| error.at(line(caller)))?;
            if named.is_empty() {
                return Ok(());
            }
            stamp(self, false)?;
            let fields: Vec<u16> = named.iter().map(|field| field.index).collect();
            update_existing(self, is_row(self), &fields, executor, caller).await
        }
    }

    /// Updates those fields of the row that differ from an earlier copy of it; with none nothing is
    /// asked.
    ///
    /// ```
    /// # use carafe::prelude::*;
    /// # #[derive(Model, Clone)] struct Post { id: i64, title: String, views: i32 }
    /// # async fn doc(db: &Db, mut post: Post) -> Result<()> {
    /// let before = post.clone();
    /// post.title = "Better".into();
    /// post.save_changed(&before, db).await?; // leaves alone what others have changed meanwhile
    /// # Ok(()) }
    /// ```
    #[track_caller]
    fn save_changed(
        &mut self,
        since: &Self,
        executor: &dyn Executor,
    ) -> impl Future<Output = Result<()>> + Send {
        let caller = Location::caller();
        let fields: Vec<u16> = changed(self, since);
        async move {
            if fields.is_empty() {
                return Ok(());
            }
            stamp(self, false)?;
            let moments = Self::schema().stored().filter(|field| {
                field.moment == carafe_model::schema::Moment::Saved
                    && !fields.contains(&field.index)
            });
            let mut all = fields.clone();
            all.extend(moments.map(|field| field.index));
            update_existing(self, is_row(self), &all, executor, caller).await
        }
    }

    /// Updates the row; one that is not there is an error of kind `NotFound` (Django's
    /// `force_update`).
    #[track_caller]
    fn save_existing(
        &mut self,
        executor: &dyn Executor,
    ) -> impl Future<Output = Result<()>> + Send {
        let caller = Location::caller();
        async move {
            stamp(self, false)?;
            update_existing(self, is_row(self), &writable(self), executor, caller).await
        }
    }

    /// Reads the row anew; relations forget what they had loaded.
    ///
    /// ```
    /// # use carafe::prelude::*;
    /// # #[derive(Model)] struct Post { id: i64, title: String, views: i32 }
    /// # async fn doc(db: &Db, mut post: Post) -> Result<()> {
    /// Post::all().filter(Post::ID.eq(post.id)).update(Post::VIEWS.set(Post::VIEWS + 1)).run(db).await?;
    /// post.refresh(db).await?;
    /// # Ok(()) }
    /// ```
    #[track_caller]
    fn refresh(&mut self, executor: &dyn Executor) -> impl Future<Output = Result<()>> + Send {
        let mut query = QuerySet::<Self>::from_select(Select::new(Self::schema()));
        query.select.steps.push(Step::Filter(is_row(self)));
        let row = query.get(executor);
        async move {
            *self = row.await?;
            Ok(())
        }
    }

    /// Deletes the row, and what goes with it by `on_delete`; tells how many rows of which table.
    ///
    /// What refers to it is known where the database knows the models: in an app, or by
    /// [`Db::with_models`](crate::Db::with_models).
    ///
    /// ```
    /// # use carafe::prelude::*;
    /// # #[derive(Model)] struct Post { id: i64, title: String, views: i32 }
    /// # async fn doc(db: &Db, post: Post) -> Result<()> {
    /// let gone = post.delete(db).await?;
    /// println!("{} rows are gone, {} of them posts", gone.total(), gone.of("post"));
    /// # Ok(()) }
    /// ```
    #[track_caller]
    fn delete(&self, executor: &dyn Executor) -> impl Future<Output = Result<Deleted>> + Send {
        let caller = Location::caller();
        let mut select = Select::new(Self::schema());
        select.steps.push(Step::Filter(is_row(self)));
        async move { delete::delete(select, executor, caller).await }
    }

    /// Inserts many rows, in as few statements as there can be.
    ///
    /// ```
    /// # use carafe::prelude::*;
    /// # #[derive(Model)] struct Tag { id: i64, #[model(unique)] name: String }
    /// # async fn doc(db: &Db) -> Result<()> {
    /// let tags = ["rust", "sql"].map(|name| Tag { name: name.into(), ..Tag::blank() });
    /// let tags: Vec<Tag> = Tag::bulk_create(tags).run(db).await?;
    /// # let _ = tags; Ok(()) }
    /// ```
    fn bulk_create(rows: impl IntoIterator<Item = Self>) -> BulkCreate<Self> {
        BulkCreate::new(rows.into_iter().collect())
    }

    /// Updates some fields of many rows, each to its own values, in as few statements as there can be.
    ///
    /// ```
    /// # use carafe::prelude::*;
    /// # #[derive(Model)] struct Post { id: i64, title: String, views: i32 }
    /// # async fn doc(db: &Db) -> Result<()> {
    /// let mut posts = Post::all().fetch(db).await?;
    /// for post in &mut posts {
    ///     post.title = post.title.trim().to_owned();
    /// }
    /// let changed: u64 = Post::bulk_update(&mut posts, &["title"]).run(db).await?;
    /// # let _ = changed; Ok(()) }
    /// ```
    fn bulk_update<'r>(
        rows: impl IntoIterator<Item = &'r mut Self>,
        fields: &[&str],
    ) -> BulkUpdate<'r, Self> {
        BulkUpdate::new(rows.into_iter().collect(), fields)
    }

    /// The rows that a to-many relation of this row leads to: to query, add, remove and set
    /// (Django's related manager).
    ///
    /// ```
    /// # use carafe::prelude::*;
    /// # #[derive(Model)] struct Tag { id: i64, name: String }
    /// # #[derive(Model)] struct Post { id: i64, tags: ManyToMany<Tag> }
    /// # async fn doc(db: &Db, post: Post, rust: Tag) -> Result<()> {
    /// post.related(Post::TAGS).add([&rust], db).await?;
    /// let tags = post.related(Post::TAGS).all().order_by(Tag::NAME).fetch(db).await?;
    /// # let _ = tags; Ok(()) }
    /// ```
    fn related<T: Hop<To = R>, R: Model>(
        &self,
        relation: Column<Self, T>,
    ) -> RelatedSet<'_, Self, R> {
        RelatedSet::new(self, relation.path_data())
    }
}

impl<M: Model> Writes for M {}

/// The fields of a row that an update may set: not those that its query left out.
fn writable(record: &dyn Record) -> Vec<u16> {
    let is_missing = |field: &FieldSchema| {
        record.field_at(field.index.into()).is_none_or(carafe_model::model::AnyField::is_missing)
    };
    let fields = record
        .model()
        .stored()
        .filter(|field| !field.primary_key && field.generated.is_none() && !is_missing(field));
    fields.map(|field| field.index).collect()
}

/// The fields whose values differ.
fn changed(one: &dyn Record, other: &dyn Record) -> Vec<u16> {
    let values = |record: &dyn Record, field: u16| {
        let mut values = Vec::new();
        if let Some(any) = record.field_at(field.into()) {
            any.write(&mut values);
        }
        values
    };
    let mut fields = writable(one);
    fields.retain(|field| values(one, *field) != values(other, *field));
    fields
}

async fn save(
    record: &mut dyn Record,
    is_row: Node,
    has_key: bool,
    executor: &dyn Executor,
    caller: &'static Location<'static>,
) -> Result<()> {
    if has_key {
        stamp(record, false)?;
        let fields = writable(record);
        if update_fields(record, is_row, &fields, executor, caller).await? > 0 {
            return Ok(());
        }
    }
    insert::insert(&mut [record], &Conflict::Refuse, executor, caller).await.map(drop)
}

async fn update_existing(
    record: &dyn Record,
    is_row: Node,
    fields: &[u16],
    executor: &dyn Executor,
    caller: &'static Location<'static>,
) -> Result<()> {
    match update_fields(record, is_row, fields, executor, caller).await? {
        0 => {
            let name = record.model().name;
            Err(Error::new(
                Kind::NotFound,
                format!("Forced update did not affect any rows: there is no such {name}."),
            )
            .at(line(caller)))
        }
        _ => Ok(()),
    }
}

/// Updates fields of a row to what its record holds; tells whether there was one.
async fn update_fields(
    record: &dyn Record,
    is_row: Node,
    fields: &[u16],
    executor: &dyn Executor,
    caller: &'static Location<'static>,
) -> Result<u64> {
    let mut select = Select::new(record.model());
    select.steps.push(Step::Filter(is_row));
    if fields.is_empty() {
        // A row of nothing but its key is there or not.
        let mut shape = Shape::default();
        shape.byte(1);
        shape.select(&select);
        let count = Ready::of(executor, shape, Access::Read, |compiler| compiler.count(&select))?;
        let there = count.number(executor, caller).await?;
        return Ok(u64::from(there.is_some_and(|rows| rows > 0)));
    }
    let set = fields.iter().map(|field| (*field, value_of(record, *field))).collect();
    match update(&select, set, executor)? {
        Some(ready) => ready.execute(executor, caller).await,
        None => Ok(0),
    }
}

/// What a record holds in a field.
pub(super) fn value_of(record: &dyn Record, field: u16) -> Node {
    let mut values = Vec::with_capacity(1);
    if let Some(any) = record.field_at(field.into()) {
        any.write(&mut values);
    }
    match values.pop() {
        Some(only) if values.is_empty() => Node::Value(only),
        Some(last) => {
            values.push(last);
            Node::Tuple(values.into_iter().map(Node::Value).collect())
        }
        None => Node::Value(Value::Null),
    }
}
