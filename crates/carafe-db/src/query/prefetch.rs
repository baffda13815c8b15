//! Relations that are loaded behind a query.

use std::sync::Arc;

use carafe_model::model::Hop;
use carafe_model::{Column, Model};

use super::relate::Leads;
use super::returned::Whole;
use super::set::QuerySet;
use crate::load::Prefetch;

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
        let prefetch = Prefetch { path: relation.path_data(), query: None, then: Vec::new() };
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
    pub fn prefetch<T: Leads + Hop<To = N>, N: Model>(
        mut self,
        relation: Column<M, T>,
        query: QuerySet<N, Whole<N>>,
    ) -> Self {
        if let Some(problem) = query.problem {
            self.problem.get_or_insert(problem);
        }
        if query.select.is_sliced() {
            self.wrong(
                "The query of a prefetch cannot be sliced.",
                "the slice would be one of all rows, not one for each parent; rank them by a window and filter by that",
            );
        }
        let prefetch = Prefetch {
            path: relation.path_data(),
            query: Some(query.select),
            then: query.prefetch,
        };
        self.prefetch.push(Arc::new(prefetch));
        self
    }
}
