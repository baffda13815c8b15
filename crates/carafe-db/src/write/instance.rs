//! One row that is made, saved, read anew or deleted.

use std::future::Future;
use std::panic::Location;

use carafe_core::Result;
use carafe_model::model::Hop;
use carafe_model::query::{Select, Step};
use carafe_model::schema::FieldSchema;
use carafe_model::{Column, Model};

use super::bulk::{BulkCreate, BulkUpdate};
use super::delete::{self, Deleted};
use super::related::RelatedSet;
use super::save::{Save, Which};
use crate::executor::Executor;
use crate::query::{QuerySet, is_row, line};

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
            Save::Create.run(&mut row, executor, caller).await?;
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
        let save = Save::Upsert { is_row: is_row(self), has_key: self.pk().is_some() };
        async move { save.run(self, executor, caller).await }
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
            let save = Save::Existing { is_row: is_row(self), fields: Which::These(named) };
            save.run(self, executor, caller).await
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
        let save = Save::Existing { is_row: is_row(self), fields: Which::Changed(since) };
        async move { save.run(self, executor, caller).await }
    }

    /// Updates the row; one that is not there is an error of kind `NotFound` (Django's
    /// `force_update`).
    #[track_caller]
    fn save_existing(
        &mut self,
        executor: &dyn Executor,
    ) -> impl Future<Output = Result<()>> + Send {
        let caller = Location::caller();
        let save = Save::Existing { is_row: is_row(self), fields: Which::All };
        async move { save.run(self, executor, caller).await }
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
