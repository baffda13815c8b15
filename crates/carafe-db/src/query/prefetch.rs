//! Relations that are loaded behind a query.

use std::sync::Arc;

use carafe_model::model::Hop;
use carafe_model::model::relation::Generic;
use carafe_model::{Column, Model};

use super::Targets;
use super::relate::Leads;
use super::returned::Whole;
use super::set::{Problem, QuerySet};
use crate::load::{Prefetch, Unloaded, wrong_slice};

impl<M: Model, R> QuerySet<M, R> {
    /// The rows that a relation leads to are loaded behind the query, for all its rows at once: one
    /// query more for each relation on the path (Django's `prefetch_related`).
    ///
    /// ```
    /// # use carafe::prelude::*;
    /// # #[derive(Model)] struct Tag { id: i64, name: String }
    /// # #[derive(Model)] struct Post { id: i64, title: String, tags: ManyToMany<Tag> }
    /// # async fn doc(db: &Db) -> Result<()> {
    /// for post in Post::all().prefetch_related(Post::TAGS).fetch(db).await? {
    ///     let tags: Vec<&str> = post.tags.get()?.iter().map(|tag| &*tag.name).collect();
    ///     println!("{}: {}", post.title, tags.join(", "));
    /// }
    /// # Ok(()) }
    /// ```
    pub fn prefetch_related<T: Leads>(mut self, relation: Column<M, T>) -> Self {
        let prefetch = Prefetch {
            path: relation.path_data(),
            query: None,
            then: Vec::new(),
            targets: Vec::new(),
        };
        self.prefetch.push(Arc::new(prefetch));
        self
    }

    /// The same, with a query that says which of the rows, in which order, and with what of their own
    /// (Django's `Prefetch`).
    ///
    /// ```
    /// # use carafe::prelude::*;
    /// # #[derive(Model)] struct Author { id: i64, #[model(by = Post::AUTHOR)] posts: HasMany<Post> }
    /// # #[derive(Model)] struct Post { id: i64, author: ForeignKey<Author>, views: i32 }
    /// let popular = Post::all().filter(Post::VIEWS.gt(100)).order_by(Post::VIEWS.desc());
    /// let authors = Author::all().prefetch(Author::POSTS, popular);
    /// ```
    ///
    /// A slice of it is one of each row's own: `popular.limit(3)` loads the three most popular posts
    /// of each author.
    pub fn prefetch<T: Leads + Hop<To = N>, N: Model>(
        mut self,
        relation: Column<M, T>,
        query: QuerySet<N, Whole<N>>,
    ) -> Self {
        if let Some(problem) = query.problem {
            self.problem.get_or_insert(problem);
        }
        if let Some((wrong, hint)) = wrong_slice(&query.select) {
            self.wrong(wrong, hint);
        }
        let prefetch = Prefetch {
            path: relation.path_data(),
            query: Some(query.select),
            then: query.prefetch,
            targets: Vec::new(),
        };
        self.prefetch.push(Arc::new(prefetch));
        self
    }

    /// The rows that references to rows of any model lead to are loaded behind the query, of the models
    /// whose queries are given: one query more a model (Django's `GenericPrefetch`).
    ///
    /// ```
    /// # use carafe::prelude::*;
    /// use carafe::models::GenericForeignKey;
    ///
    /// # #[derive(Model)] struct User { id: i64 }
    /// # #[derive(Model)] struct Post { id: i64, title: String, author: ForeignKey<User> }
    /// # #[derive(Model)] struct Photo { id: i64, path: String }
    /// # #[derive(Model)] struct Tag { id: i64, name: String, #[model(flatten)] target: GenericForeignKey }
    /// # async fn doc(db: &Db) -> Result<()> {
    /// let targets = (Post::all().select_related(Post::AUTHOR), Photo::all());
    /// for tag in Tag::all().prefetch_generic(Tag::TARGET, targets).fetch(db).await? {
    ///     match tag.target.content_type() {
    ///         "post" => println!("{}: {}", tag.name, tag.target.get::<Post>()?.title),
    ///         _ => println!("{}: {}", tag.name, tag.target.get::<Photo>()?.path),
    ///     }
    /// }
    /// # Ok(()) }
    /// ```
    ///
    /// References to rows of other models stay as they are.
    pub fn prefetch_generic<K, T: Generic<K>>(
        mut self,
        reference: Column<M, T>,
        targets: impl Targets<K>,
    ) -> Self {
        match targets.into_list().0 {
            Ok(targets) => self.prefetch.push(Arc::new(Prefetch {
                path: reference.path_data(),
                query: None,
                then: Vec::new(),
                targets,
            })),
            Err(error) => {
                self.problem.get_or_insert(Problem {
                    sentence: error.message().to_owned().into(),
                    hint: "see the queries of the prefetch",
                });
            }
        }
        self
    }

    /// Relations that the query does not load are loaded for all of its rows at once, when the first
    /// of them is asked for by [`load`](crate::LoadRelation::load) (Django's `FETCH_PEERS`); so too
    /// those of the rows that are loaded then.
    ///
    /// ```
    /// # use carafe::prelude::*;
    /// # #[derive(Model)] struct User { id: i64, name: String }
    /// # #[derive(Model)] struct Post { id: i64, title: String, author: Option<ForeignKey<User>> }
    /// # async fn doc(db: &Db) -> Result<()> {
    /// // Two queries, or one if no post has an author.
    /// for post in Post::all().fetch_peers().fetch(db).await? {
    ///     let author = post.author.load(db).await?;
    ///     println!("{} by {}", post.title, author.map_or("nobody".into(), |user| user.name.clone()));
    /// }
    /// # Ok(()) }
    /// ```
    ///
    /// It is for code that does not know which relations will be needed; who knows says
    /// [`select_related`](Self::select_related) or [`prefetch_related`](Self::prefetch_related).
    /// Nothing is asked in silence, here neither: `get` of what is not loaded stays an error.
    pub fn fetch_peers(mut self) -> Self {
        self.unloaded = Unloaded::Peers;
        self
    }
}
