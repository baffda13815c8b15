//! What narrows a query down, sorts it, and says what of its rows is wanted.

use std::sync::Arc;

use carafe_model::query::{
    Distinct, Expression, Filter, Held, Lock, Node, OrderBy, Output as OutputData, SetOperator,
    Step,
};
use carafe_model::{Column, Model, Value};

use super::relate::ToOne;
use super::returned::{Annotate, Output, Whole};
use super::set::QuerySet;

impl<M: Model, R> QuerySet<M, R> {
    /// Only rows of which the condition is true.
    ///
    /// All that one call says of a to-many relation is about the same related row; another call may
    /// be about another one.
    ///
    /// ```
    /// # use carafe::prelude::*;
    /// # #[derive(Model)] struct Tag { id: i64, name: String, stars: i32 }
    /// # #[derive(Model)] struct Post { id: i64, title: String, tags: ManyToMany<Tag> }
    /// // A tag that is called so and has five stars …
    /// let one = Post::all().filter(Post::TAGS.on(Tag::NAME).eq("rust") & Post::TAGS.on(Tag::STARS).eq(5));
    /// // … and two tags, of which one is called so and one has five stars.
    /// let two = Post::all().filter(Post::TAGS.on(Tag::NAME).eq("rust")).filter(Post::TAGS.on(Tag::STARS).eq(5));
    /// ```
    pub fn filter(mut self, filter: Filter<M>) -> Self {
        self.refuse_sliced("Cannot filter a query once a slice has been taken.");
        self.select.steps.push(Step::Filter(filter.into_node()));
        self
    }

    /// Only rows of which the condition is not true: NULL is kept, and over a to-many relation a row
    /// of whose related rows none fits.
    ///
    /// ```
    /// # use carafe::prelude::*;
    /// # #[derive(Model)] struct User { id: i64, name: String }
    /// # #[derive(Model)] struct Post { id: i64, title: String, author: Option<ForeignKey<User>> }
    /// // Also those by nobody:
    /// let others = Post::all().exclude(Post::AUTHOR.on(User::NAME).eq("Ada"));
    /// ```
    pub fn exclude(self, filter: Filter<M>) -> Self {
        self.filter(!filter)
    }

    /// The order of the rows, in the place of any other; a column alone is ascending.
    ///
    /// ```
    /// # use carafe::prelude::*;
    /// # #[derive(Model)] struct Post { id: i64, title: String, views: i32 }
    /// let posts = Post::all().order_by((Post::VIEWS.desc(), Post::TITLE));
    /// ```
    pub fn order_by(mut self, order: impl Orders<M>) -> Self {
        self.refuse_sliced("Cannot reorder a query once a slice has been taken.");
        self.select.order = Some(order.into_terms());
        self.select.reversed = false;
        self
    }

    /// In no order, the model's own included.
    pub fn unordered(mut self) -> Self {
        self.select.order = Some(Vec::new());
        self
    }

    /// In the opposite order.
    pub fn reverse(mut self) -> Self {
        self.refuse_sliced("Cannot reverse a query once a slice has been taken.");
        self.select.reversed = !self.select.reversed;
        self
    }

    /// Equal rows once.
    ///
    /// ```
    /// # use carafe::prelude::*;
    /// # #[derive(Model)] struct Post { id: i64, title: String, views: i32 }
    /// let titles = Post::all().values(Post::TITLE).distinct().order_by(Post::TITLE);
    /// ```
    pub fn distinct(mut self) -> Self {
        self.refuse_sliced("Cannot create distinct fields once a slice has been taken.");
        self.select.distinct = Distinct::Rows;
        self
    }

    /// The first of the rows that have these in common, in the order of the query, which begins with
    /// them (PostgreSQL's `DISTINCT ON`).
    ///
    /// ```
    /// # use carafe::prelude::*;
    /// # #[derive(Model)] struct Post { id: i64, title: String, views: i32 }
    /// // The most popular post of each title:
    /// let posts = Post::all().distinct_on(Post::TITLE).order_by((Post::TITLE, Post::VIEWS.desc()));
    /// ```
    pub fn distinct_on(mut self, columns: impl Output<M>) -> Self {
        self.refuse_sliced("Cannot create distinct fields once a slice has been taken.");
        self.select.distinct = Distinct::On(columns.into_nodes());
        self
    }

    /// At most so many rows.
    ///
    /// ```
    /// # use carafe::prelude::*;
    /// # #[derive(Model)] struct Post { id: i64, title: String, views: i32 }
    /// let third_page = Post::all().order_by(Post::TITLE).offset(40).limit(20);
    /// ```
    pub fn limit(mut self, rows: u32) -> Self {
        let before = match &self.select.limit {
            Some(Value::I64(before)) => *before,
            _ => i64::MAX,
        };
        self.select.limit = Some(Value::I64(before.min(i64::from(rows))));
        self
    }

    /// Without the first so many rows.
    pub fn offset(mut self, rows: u32) -> Self {
        let rows = i64::from(rows);
        if let Some(Value::I64(limit)) = &mut self.select.limit {
            *limit = (*limit - rows).max(0);
        }
        let before = match &self.select.offset {
            Some(Value::I64(before)) => *before,
            _ => 0,
        };
        self.select.offset = Some(Value::I64(before + rows));
        self
    }

    /// A computed column beside the rows: they are read as tuples. An aggregate is computed for each
    /// row, over its related rows.
    ///
    /// ```
    /// # use carafe::prelude::*;
    /// use carafe::db::functions::count;
    /// # #[derive(Model)] struct User { id: i64, name: String, #[model(by = Post::AUTHOR)] posts: HasMany<Post> }
    /// # #[derive(Model)] struct Post { id: i64, author: ForeignKey<User> }
    /// # async fn doc(db: &Db) -> Result<()> {
    /// let posts = count(User::POSTS);
    /// let busy: Vec<(User, i64)> = User::all().annotate(&posts).filter(posts.gt(10)).fetch(db).await?;
    /// # let _ = busy; Ok(()) }
    /// ```
    pub fn annotate<E: Expression<Model = M>>(mut self, expression: E) -> QuerySet<M, R::With>
    where
        R: Annotate<E::Type>,
    {
        self.refuse_sliced("Cannot annotate a query once a slice has been taken.");
        self.select.steps.push(Step::Annotate(expression.node()));
        self.reading()
    }

    /// Columns in the place of the rows (Django's `values_list`): one, or a tuple of them. Aggregates
    /// that are annotated behind it are computed for each combination of them (`GROUP BY`).
    ///
    /// ```
    /// # use carafe::prelude::*;
    /// use carafe::db::functions::count;
    /// # #[derive(Model)] struct Post { id: i64, title: String, year: i32 }
    /// # async fn doc(db: &Db) -> Result<()> {
    /// let titles: Vec<String> = Post::all().values(Post::TITLE).fetch(db).await?;
    /// let a_year: Vec<(i32, i64)> = Post::all().values(Post::YEAR).annotate(count(Post::ID)).fetch(db).await?;
    /// # let _ = (titles, a_year); Ok(()) }
    /// ```
    pub fn values<O: Output<M>>(mut self, columns: O) -> QuerySet<M, O::Returned> {
        let grouped = !self.select.annotations().any(Node::aggregates);
        if self.select.annotations().next().is_some() {
            // What was annotated before is still filtered by, but returned only where it is named.
            self.select.steps.retain(|step| matches!(step, Step::Filter(_)));
        }
        self.select.output = OutputData::Values { nodes: columns.into_nodes(), grouped };
        self.select.related.clear();
        self.prefetch.clear();
        self.reading()
    }

    /// The column is left out: its field says so when it is asked (Django's `defer`). Only a
    /// [`Deferred`](carafe_model::Deferred) field can.
    ///
    /// ```
    /// # use carafe::prelude::*;
    /// use carafe::models::Deferred;
    /// # #[derive(Model)] struct Post { id: i64, title: String, body: Deferred<String> }
    /// # async fn doc(db: &Db) -> Result<()> {
    /// let posts = Post::all().defer(Post::BODY).fetch(db).await?;
    /// assert!(posts[0].body.get().is_err());
    /// # Ok(()) }
    /// ```
    pub fn defer<T: carafe_model::Field>(
        mut self,
        column: Column<M, carafe_model::Deferred<T>>,
    ) -> Self
    where
        carafe_model::Deferred<T>: carafe_model::Field,
    {
        match column.hops() {
            Some([field]) => self.select.deferred.push(*field),
            _ => self.wrong(
                "Only columns of the query's own model can be left out.",
                "load the other rows by `prefetch`, with a query that leaves the column out",
            ),
        }
        self
    }

    /// Of the columns that a query may leave out, those of [`Deferred`](carafe_model::Deferred) fields,
    /// only these are read (Django's `only`): one, or a tuple of them. Other columns are always read, so
    /// that `.only(Post::ID)` leaves out what can be.
    ///
    /// ```
    /// # use carafe::prelude::*;
    /// use carafe::models::Deferred;
    /// # #[derive(Model)] struct Post { id: i64, title: String, body: Deferred<String>, notes: Deferred<String> }
    /// # async fn doc(db: &Db) -> Result<()> {
    /// let posts = Post::all().only(Post::BODY).fetch(db).await?;
    /// assert!(posts[0].body.get().is_ok() && posts[0].notes.get().is_err());
    /// # Ok(()) }
    /// ```
    pub fn only(mut self, columns: impl Output<M>) -> Self {
        let mut named = Vec::new();
        for node in columns.into_nodes() {
            match &node {
                Node::Column(path) if let Some([field]) = path.hops() => named.push(*field),
                _ => self.wrong(
                    "Only columns of the query's own model can be left out.",
                    "load the other rows by `prefetch`, with a query that leaves columns out",
                ),
            }
        }
        let left_out =
            M::schema().stored().filter(|field| field.deferrable && !named.contains(&field.index));
        self.select.deferred = left_out.map(|field| field.index).collect();
        self
    }

    /// The rows are locked until the transaction ends (`select_for_update`); outside of one that is
    /// an error.
    ///
    /// ```
    /// # use carafe::prelude::*;
    /// # #[derive(Model)] struct Post { id: i64, title: String, views: i32 }
    /// # async fn doc(db: &Db) -> Result<()> {
    /// db.atomic(async |tx| {
    ///     let mut post = Post::all().filter(Post::ID.eq(7)).for_update().get(tx).await?;
    ///     post.views += 1;
    ///     post.save(tx).await
    /// })
    /// .await?;
    /// # Ok(()) }
    /// ```
    pub fn for_update(self) -> Self {
        self.lock(|_| {})
    }

    /// Locked, against changes but not against rows that refer to them.
    pub fn for_no_key_update(self) -> Self {
        self.lock(|lock| lock.no_key = true)
    }

    /// Rows that others have locked are passed over.
    ///
    /// ```
    /// # use carafe::prelude::*;
    /// # #[derive(Model)] struct Job { id: i64, done: bool }
    /// # async fn doc(db: &Db) -> Result<()> {
    /// db.atomic(async |tx| {
    ///     let job = Job::all().filter(Job::DONE.eq(false)).for_update().skip_locked().first(tx).await?;
    /// #   let _ = job; Ok(())
    /// })
    /// .await?;
    /// # Ok(()) }
    /// ```
    pub fn skip_locked(self) -> Self {
        self.lock(|lock| lock.held = Held::Skip)
    }

    /// Rows that others have locked are an error of kind `Timeout` at once.
    pub fn nowait(self) -> Self {
        self.lock(|lock| lock.held = Held::NoWait)
    }

    /// Of the rows that are read along, those of this relation are locked too; the query's own where
    /// no relation is named.
    ///
    /// ```
    /// # use carafe::prelude::*;
    /// # #[derive(Model)] struct User { id: i64, name: String }
    /// # #[derive(Model)] struct Post { id: i64, title: String, author: ForeignKey<User> }
    /// let posts = Post::all().select_related(Post::AUTHOR).for_update().lock_own().lock_of(Post::AUTHOR);
    /// ```
    pub fn lock_of<T: ToOne>(self, relation: Column<M, T>) -> Self {
        self.lock(|lock| lock.of.push(Some(relation.path_data())))
    }

    /// Only the query's own rows are locked, none that are read along.
    pub fn lock_own(self) -> Self {
        self.lock(|lock| lock.of.push(None))
    }

    fn lock(mut self, change: impl FnOnce(&mut Lock)) -> Self {
        change(self.select.lock.get_or_insert_default());
        self
    }

    /// The rows of this query and of others, each once; `order_by` sorts them all.
    ///
    /// ```
    /// # use carafe::prelude::*;
    /// # #[derive(Model)] struct Post { id: i64, title: String, views: i32 }
    /// let popular = Post::all().filter(Post::VIEWS.gt(100)).values(Post::TITLE);
    /// let short = Post::all().filter(Post::VIEWS.lt(10)).values(Post::TITLE);
    /// let both = popular.union(short).limit(20);
    /// ```
    pub fn union(self, other: Self) -> Self {
        self.combine(SetOperator::Union, other)
    }

    /// The rows of this query and of others, as often as they are there.
    pub fn union_all(self, other: Self) -> Self {
        self.combine(SetOperator::UnionAll, other)
    }

    /// The rows of both.
    pub fn intersection(self, other: Self) -> Self {
        self.combine(SetOperator::Intersection, other)
    }

    /// The rows of this query that are not in the other one.
    ///
    /// ```
    /// # use carafe::prelude::*;
    /// # #[derive(Model)] struct Post { id: i64, title: String, views: i32 }
    /// let unseen = Post::all().values(Post::ID).difference(Post::all().filter(Post::VIEWS.gt(0)).values(Post::ID));
    /// ```
    pub fn difference(self, other: Self) -> Self {
        self.combine(SetOperator::Difference, other)
    }

    fn combine(self, operator: SetOperator, other: Self) -> Self {
        let mut whole = Self::from_select(carafe_model::query::Select::new(self.select.model));
        whole.problem = self.problem.or(other.problem);
        whole.prefetch = self.prefetch;
        whole.unloaded = self.unloaded;
        // A member's order means nothing unless it is sliced.
        let member = |mut select: carafe_model::query::Select| {
            if !select.is_sliced() {
                select.order = Some(Vec::new());
            }
            Arc::new(select)
        };
        whole.select.output = self.select.output.clone();
        whole.select.combined =
            vec![(operator, member(self.select)), (operator, member(other.select))];
        whole
    }

    fn refuse_sliced(&mut self, sentence: &'static str) {
        if self.select.is_sliced() {
            self.wrong(sentence, "call `limit` and `offset` last");
        } else if !self.select.combined.is_empty()
            && !sentence.contains("reorder")
            && !sentence.contains("reverse")
        {
            self.wrong(
                "Only the order and a slice can be asked of combined queries.",
                "narrow the queries down before they are combined",
            );
        }
    }
}

impl<M: Model, R> QuerySet<M, R> {
    /// The rows that a to-one relation leads to are read along, by a join (Django's
    /// `select_related`); those on the way there too.
    ///
    /// ```
    /// # use carafe::prelude::*;
    /// # #[derive(Model)] struct User { id: i64, name: String }
    /// # #[derive(Model)] struct Post { id: i64, title: String, author: ForeignKey<User> }
    /// # async fn doc(db: &Db) -> Result<()> {
    /// for post in Post::all().select_related(Post::AUTHOR).fetch(db).await? {
    ///     println!("{} by {}", post.title, post.author.get()?.name);
    /// }
    /// # Ok(()) }
    /// ```
    pub fn select_related<T: ToOne>(mut self, relation: Column<M, T>) -> Self {
        self.select.related.push(relation.path_data());
        self
    }
}

impl<M: Model> QuerySet<M, Whole<M>> {
    /// Also the rows that are reached from these by going a relation of the model with itself over and
    /// over: a whole branch of a tree (a recursive common table expression).
    ///
    /// ```
    /// # use carafe::prelude::*;
    /// # #[derive(Model)] struct Employee { id: i64, name: String, manager: Option<ForeignKey<Employee>>, #[model(by = Employee::MANAGER)] reports: HasMany<Employee> }
    /// # async fn doc(db: &Db) -> Result<()> {
    /// let her_people = Employee::all().filter(Employee::NAME.eq("Eve")).and_reached(Employee::REPORTS).fetch(db).await?;
    /// # let _ = her_people; Ok(()) }
    /// ```
    pub fn and_reached<T: carafe_model::model::Hop<To = M>>(
        mut self,
        relation: Column<M, T>,
    ) -> Self {
        let start =
            std::mem::replace(&mut self.select, carafe_model::query::Select::new(M::schema()));
        self.select.reached =
            Some(Arc::new(carafe_model::query::Reached { start, relation: relation.path_data() }));
        self
    }
}

/// What rows may be sorted by: a column, `column.desc()`, or a tuple of those; by nothing, `()`, they are
/// in no order.
#[diagnostic::on_unimplemented(
    message = "rows cannot be sorted by `{Self}`",
    note = "a column or expression of the model can, `column.desc()`, and a tuple or `Vec` of those"
)]
pub trait Orders<M> {
    /// The same as data.
    fn into_terms(self) -> Vec<carafe_model::query::OrderTerm>;
}

impl<M> Orders<M> for () {
    fn into_terms(self) -> Vec<carafe_model::query::OrderTerm> {
        Vec::new()
    }
}

impl<M> Orders<M> for OrderBy<M> {
    fn into_terms(self) -> Vec<carafe_model::query::OrderTerm> {
        vec![self.into_term()]
    }
}

impl<M> Orders<M> for Vec<OrderBy<M>> {
    fn into_terms(self) -> Vec<carafe_model::query::OrderTerm> {
        self.into_iter().map(OrderBy::into_term).collect()
    }
}

impl<M: Model, T: carafe_model::Field> Orders<M> for Column<M, T> {
    fn into_terms(self) -> Vec<carafe_model::query::OrderTerm> {
        carafe_model::query::Lookups::asc(&self).into_terms()
    }
}

impl<M: Model, T: carafe_model::Field> Orders<M> for carafe_model::query::Expr<M, T> {
    fn into_terms(self) -> Vec<carafe_model::query::OrderTerm> {
        carafe_model::query::Lookups::asc(&self).into_terms()
    }
}

impl<M: Model, T: carafe_model::Field> Orders<M> for &carafe_model::query::Expr<M, T> {
    fn into_terms(self) -> Vec<carafe_model::query::OrderTerm> {
        carafe_model::query::Lookups::asc(self).into_terms()
    }
}

macro_rules! orders {
    ($($name:ident)+) => {
        impl<M, $($name: Orders<M>),+> Orders<M> for ($($name,)+) {
            #[expect(non_snake_case, reason = "a type parameter and its value share a name")]
            fn into_terms(self) -> Vec<carafe_model::query::OrderTerm> {
                let ($($name,)+) = self;
                let mut terms = Vec::new();
                $(terms.extend($name.into_terms());)+
                terms
            }
        }
    };
}

orders!(A B);
orders!(A B C);
orders!(A B C D);
orders!(A B C D E);
orders!(A B C D E F);
