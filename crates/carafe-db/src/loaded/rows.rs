//! Relations that are loaded for rows that were read before.

use std::future::Future;
use std::panic::Location;
use std::sync::Arc;

use carafe_core::{Error, Result};
use carafe_model::model::Hop;
use carafe_model::model::relation::Generic;
use carafe_model::query::{Path, Select};
use carafe_model::{Column, Model, Record};

use crate::executor::Executor;
use crate::load::{Loading, Prefetch, Unloaded, wrong_slice};
use crate::query::{Leads, Listed, QuerySet, Targets, line};

/// Loads relations of rows that are there already (Django's `prefetch_related_objects`): of one row,
/// or of a list of them at once.
///
/// ```
/// # use carafe::prelude::*;
/// # #[derive(Model)] struct Tag { id: i64, name: String }
/// # #[derive(Model)] struct Post { id: i64, title: String, tags: ManyToMany<Tag> }
/// # async fn doc(db: &Db) -> Result<()> {
/// let mut posts = Post::all().fetch(db).await?;
/// posts.load_related(Post::TAGS, db).await?;
/// for post in &posts {
///     println!("{} has {} tags", post.title, post.tags.get()?.len());
/// }
/// # Ok(()) }
/// ```
pub trait LoadRelated {
    /// The model of the rows.
    type Model: Model;

    /// The rows, without their type.
    #[doc(hidden)]
    fn records(&mut self) -> Vec<&mut dyn Record>;

    /// Loads what a relation leads to, and what is on the way there: one query a relation, whatever
    /// the number of rows. What is loaded already stays as it is, and is gone on from.
    #[track_caller]
    fn load_related<T: Leads>(
        &mut self,
        relation: Column<Self::Model, T>,
        executor: &dyn Executor,
    ) -> impl Future<Output = Result<()>> + Send {
        let prefetch = prefetch(relation.path_data(), None, Vec::new());
        load(self.records(), prefetch, executor, Location::caller())
    }

    /// The same with a query that says which of the rows, in which order, and with what of their own;
    /// what the relation had loaded is loaded anew.
    ///
    /// ```
    /// # use carafe::prelude::*;
    /// # #[derive(Model)] struct Author { id: i64, #[model(by = Post::AUTHOR)] posts: HasMany<Post> }
    /// # #[derive(Model)] struct Post { id: i64, author: ForeignKey<Author>, views: i32 }
    /// # async fn doc(author: &mut Author, db: &Db) -> Result<()> {
    /// let popular = Post::all().filter(Post::VIEWS.gt(100)).order_by(Post::VIEWS.desc());
    /// author.load_related_with(Author::POSTS, popular, db).await?;
    /// # Ok(()) }
    /// ```
    #[track_caller]
    fn load_related_with<T: Leads + Hop<To = N>, N: Model>(
        &mut self,
        relation: Column<Self::Model, T>,
        query: QuerySet<N>,
        executor: &dyn Executor,
    ) -> impl Future<Output = Result<()>> + Send {
        let caller = Location::caller();
        let checked = match (query.check(), wrong_slice(&query.select)) {
            (Ok(()), Some((wrong, hint))) => Err(Error::internal(wrong).hint(hint)),
            (checked, _) => checked,
        };
        let prefetch = prefetch(relation.path_data(), Some(query.select), query.prefetch);
        let records = self.records();
        async move {
            checked.map_err(|error| error.at(line(caller)))?;
            load(records, prefetch, executor, caller).await
        }
    }

    /// Loads what references to rows of any model lead to, of the models whose queries are given: one
    /// query a model (see [`prefetch_generic`](QuerySet::prefetch_generic)).
    #[track_caller]
    fn load_generic<K, T: Generic<K>>(
        &mut self,
        reference: Column<Self::Model, T>,
        targets: impl Targets<K>,
        executor: &dyn Executor,
    ) -> impl Future<Output = Result<()>> + Send {
        let caller = Location::caller();
        let (path, Listed(targets)) = (reference.path_data(), targets.into_list());
        let records = self.records();
        async move {
            let targets = targets.map_err(|error| error.at(line(caller)))?;
            let prefetch = Arc::new(Prefetch { path, query: None, then: Vec::new(), targets });
            load(records, prefetch, executor, caller).await
        }
    }
}

impl<M: Model> LoadRelated for M {
    type Model = M;

    fn records(&mut self) -> Vec<&mut dyn Record> {
        vec![self]
    }
}

impl<M: Model> LoadRelated for [M] {
    type Model = M;

    fn records(&mut self) -> Vec<&mut dyn Record> {
        self.iter_mut().map(|row| row as &mut dyn Record).collect()
    }
}

fn prefetch(path: Path, query: Option<Select>, then: Vec<Arc<Prefetch>>) -> Arc<Prefetch> {
    Arc::new(Prefetch { path, query, then, targets: Vec::new() })
}

async fn load(
    records: Vec<&mut dyn Record>,
    prefetch: Arc<Prefetch>,
    executor: &dyn Executor,
    caller: &'static Location<'static>,
) -> Result<()> {
    Loading { executor, caller, unloaded: Unloaded::Alone }.load(records, &[prefetch]).await
}
