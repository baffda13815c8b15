//! What happens to rows, and who is told: what Django's signals of models are.

mod handler;
mod migrate;
mod relation;
mod row;
mod told;

pub use handler::{Handler, With, with};
pub(crate) use migrate::OfMigrations;
pub use migrate::{Migrating, MigrationStep};
pub(crate) use relation::ChangeData;
pub use relation::{Change, RelationChange};
pub use row::{Deletion, Saved, Saving};
pub(crate) use told::{OfModel, OfRelation};

use std::collections::BTreeMap;
use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;

use carafe_model::schema::{FieldSchema, ModelSchema};
use carafe_model::{Column, ManyToMany, Model};

/// Who is told when rows of models are saved and deleted, and when their relations change (Django's
/// `pre_save`, `post_save`, `pre_delete`, `post_delete`, `m2m_changed`).
///
/// An app takes them ([`AppModels::events`](crate::AppModels::events)), or a database
/// ([`Db::with_events`](crate::Db::with_events)). A function is called in the transaction of the write, and
/// its error undoes that:
///
/// ```
/// use carafe::db::events::{Events, Saved, Saving};
/// use carafe::prelude::*;
///
/// #[derive(Model)]
/// struct Post { id: i64, title: String, slug: String }
/// #[derive(Model)]
/// struct Entry { id: i64, text: String }
///
/// async fn make_slug(post: &mut Post, _: Saving<'_>) -> Result<()> {
///     if post.slug.is_empty() {
///         post.slug = post.title.to_lowercase().replace(' ', "-");
///     }
///     Ok(())
/// }
///
/// async fn note(post: &Post, saved: Saved<'_>) -> Result<()> {
///     if saved.created() {
///         Entry { text: format!("{} is new", post.slug), ..Entry::blank() }.create(saved.tx()).await?;
///     }
///     Ok(())
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<()> {
/// let db = Db::open("sqlite::memory:").await?.with_models(models![Post, Entry]);
/// let db = db.with_events(Events::new().before_save(make_slug).after_save(note));
/// # db.create_tables().await?;
/// let post = Post { title: "Hello World".into(), ..Post::blank() }.create(&db).await?;
/// assert_eq!(post.slug, "hello-world");
/// assert_eq!(Entry::all().get(&db).await?.text, "hello-world is new");
/// # Ok(()) }
/// ```
///
/// `update(…)` of a query and what is done in bulk tell nobody, nor does what the database does by itself
/// (`db_cascade`). Where nobody is to be told nothing is done for it.
#[derive(Clone, Default)]
pub struct Events {
    /// By the model.
    rows: BTreeMap<usize, OfModel>,
    /// By the model whose field it is, and the place of the field.
    relations: BTreeMap<(usize, u16), OfRelation>,
    migrations: OfMigrations,
    /// What was asked for that never happens.
    mistakes: Vec<String>,
}

impl Events {
    /// Nobody is told.
    pub const fn new() -> Self {
        Self {
            rows: BTreeMap::new(),
            relations: BTreeMap::new(),
            migrations: OfMigrations::new(),
            mistakes: Vec::new(),
        }
    }

    /// Calls a function before a row is inserted or updated (Django's `pre_save`). It may change the row.
    pub fn before_save<M: Model>(
        mut self,
        handler: impl for<'h> Handler<'h, (&'h mut M, Saving<'h>)>,
    ) -> Self {
        self.of::<M>().before_save.push(Arc::new(move |row, saving| {
            told::mutably::<M>(row, |row| Box::pin(handler.call((row, saving))))
        }));
        self
    }

    /// Calls a function after a row was inserted or updated (Django's `post_save`).
    pub fn after_save<M: Model>(
        mut self,
        handler: impl for<'h> Handler<'h, (&'h M, Saved<'h>)>,
    ) -> Self {
        self.of::<M>().after_save.push(Arc::new(move |row, saved| {
            told::shared::<M>(row, |row| Box::pin(handler.call((row, saved))))
        }));
        self
    }

    /// Calls a function before a row is deleted (Django's `pre_delete`), also where it goes with another one. It
    /// gets the row as it stands in the database.
    pub fn before_delete<M: Model>(
        mut self,
        handler: impl for<'h> Handler<'h, (&'h M, Deletion<'h>)>,
    ) -> Self {
        self.of::<M>().before_delete.push(Arc::new(move |row, deletion| {
            told::shared::<M>(row, |row| Box::pin(handler.call((row, deletion))))
        }));
        self
    }

    /// Calls a function after a row was deleted (Django's `post_delete`), also where it went with another one.
    pub fn after_delete<M: Model>(
        mut self,
        handler: impl for<'h> Handler<'h, (&'h M, Deletion<'h>)>,
    ) -> Self {
        self.of::<M>().after_delete.push(Arc::new(move |row, deletion| {
            told::shared::<M>(row, |row| Box::pin(handler.call((row, deletion))))
        }));
        self
    }

    /// Calls a function before rows are added to, or taken from, a relation, from either side (Django's
    /// `m2m_changed` with `pre_add`, `pre_remove`, `pre_clear`).
    ///
    /// ```
    /// # use carafe::prelude::*;
    /// use carafe::db::events::{Change, Events, RelationChange};
    /// # #[derive(Model)] struct Tag { id: i64, name: String }
    /// # #[derive(Model)] struct Post { id: i64, tags: ManyToMany<Tag> }
    /// async fn keep_some(change: RelationChange<'_, Post, Tag>) -> Result<()> {
    ///     match change.change() {
    ///         Change::Clear => Err(Error::bad_request("a post keeps its tags")),
    ///         _ => Ok(()),
    ///     }
    /// }
    /// let events = Events::new().before_m2m_change(Post::TAGS, keep_some);
    /// # let _ = events;
    /// ```
    pub fn before_m2m_change<M: Model, R: Model>(
        mut self,
        relation: Column<M, ManyToMany<R>>,
        handler: impl for<'h> Handler<'h, (RelationChange<'h, M, R>,)>,
    ) -> Self {
        if let Some(of) = self.of_relation(&relation) {
            of.before.push(Arc::new(move |data| {
                Box::pin(handler.call((RelationChange { data, types: PhantomData },)))
            }));
        }
        self
    }

    /// Calls a function after rows were added to, or taken from, a relation, from either side (Django's
    /// `m2m_changed` with `post_add`, `post_remove`, `post_clear`).
    pub fn after_m2m_change<M: Model, R: Model>(
        mut self,
        relation: Column<M, ManyToMany<R>>,
        handler: impl for<'h> Handler<'h, (RelationChange<'h, M, R>,)>,
    ) -> Self {
        if let Some(of) = self.of_relation(&relation) {
            of.after.push(Arc::new(move |data| {
                Box::pin(handler.call((RelationChange { data, types: PhantomData },)))
            }));
        }
        self
    }

    /// Calls a function before migrations are run, for each crate that has models (Django's `pre_migrate`).
    /// An error of it ends the command before anything is done. See [`after_migrate`](Self::after_migrate).
    pub fn before_migrate(mut self, handler: impl for<'h> Handler<'h, (Migrating<'h>,)>) -> Self {
        self.migrations
            .before
            .push(Arc::new(move |migrating| Box::pin(handler.call((migrating,)))));
        self
    }

    /// Calls a function after migrations were run, for each crate that has models (Django's `post_migrate`):
    /// for rows that a site cannot do without.
    ///
    /// ```
    /// use carafe::db::events::{Events, Migrating};
    /// use carafe::prelude::*;
    ///
    /// # #[derive(Model)] struct Site { id: i64, domain: String }
    /// async fn first_site(migrating: Migrating<'_>) -> Result<()> {
    ///     if migrating.crate_name() == env!("CARGO_PKG_NAME") && !Site::all().exists(migrating.db()).await? {
    ///         Site { domain: "example.com".into(), ..Site::blank() }.create(migrating.db()).await?;
    ///     }
    ///     Ok(())
    /// }
    /// let events = Events::new().after_migrate(first_site);
    /// # let _ = events;
    /// ```
    ///
    /// It is called at each `migrate` and `serve --migrate`, also where nothing was to be done, as Django does:
    /// so it should look whether its work is done already. It stands outside of the transactions of the
    /// migrations, which last whatever it returns; an error of it is that of the command. Several programs that
    /// migrate at once each call their own. `--fake` calls it, `--plan` and `--check` do not.
    pub fn after_migrate(mut self, handler: impl for<'h> Handler<'h, (Migrating<'h>,)>) -> Self {
        self.migrations.after.push(Arc::new(move |migrating| Box::pin(handler.call((migrating,)))));
        self
    }

    /// These, and behind them those.
    #[must_use]
    pub fn and(mut self, others: Self) -> Self {
        for (model, of) in others.rows {
            match self.rows.get_mut(&model) {
                Some(own) => own.extend(of),
                None => drop(self.rows.insert(model, of)),
            }
        }
        for (relation, of) in others.relations {
            self.relations.entry(relation).or_default().extend(of);
        }
        self.migrations.extend(others.migrations);
        self.mistakes.extend(others.mistakes);
        self
    }

    /// Who is told of rows of a model.
    pub(crate) fn of_model(&self, model: &'static ModelSchema) -> Option<&OfModel> {
        self.rows.get(&address(model))
    }

    /// Who is told of a relation.
    pub(crate) fn of_field(
        &self,
        model: &'static ModelSchema,
        field: &FieldSchema,
    ) -> Option<&OfRelation> {
        self.relations.get(&(address(model), field.index))
    }

    /// Who is told of migrations.
    pub(crate) fn of_migrations(&self) -> &OfMigrations {
        &self.migrations
    }

    /// What was asked for that never happens.
    pub(crate) fn mistakes(&self) -> &[String] {
        &self.mistakes
    }

    fn of<M: Model>(&mut self) -> &mut OfModel {
        self.rows.entry(address(M::schema())).or_insert_with(OfModel::new::<M>)
    }

    fn of_relation<M: Model, R: Model>(
        &mut self,
        relation: &Column<M, ManyToMany<R>>,
    ) -> Option<&mut OfRelation> {
        let Some([field]) = relation.hops() else {
            self.mistakes.push(format!(
                "`{relation}` is no relation of {} itself: name it by the model that has the field",
                M::schema().name
            ));
            return None;
        };
        Some(self.relations.entry((address(M::schema()), *field)).or_default())
    }
}

/// Models are told apart by where their schemas stand.
fn address(model: &'static ModelSchema) -> usize {
    std::ptr::from_ref(model).addr()
}

impl fmt::Debug for Events {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut debug = f.debug_struct("Events");
        debug.field("models", &self.rows.len()).field("relations", &self.relations.len());
        debug.finish_non_exhaustive()
    }
}
