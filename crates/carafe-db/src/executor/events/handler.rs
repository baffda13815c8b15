//! A function that is called when something happens.

use std::future::Future;

use carafe_core::Result;

/// A function that is called when something happens to a row, or to a relation: an `async fn`.
///
/// Its arguments are those that the method of [`Events`](super::Events) names which takes it. They live for
/// as long as the function runs, which is why it is the function itself that is stored, and no future.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be called for this event",
    note = "before a save: `async fn f(post: &mut Post, saving: Saving<'_>) -> Result<()>`, after it: `(post: &Post, saved: Saved<'_>)`; before and after a delete: `(post: &Post, deletion: Deletion<'_>)`; around a change of a relation: `(change: RelationChange<'_, Post, Tag>)`; around migrations: `(migrating: Migrating<'_>)`",
    note = "its future has to be `Send`; what it needs besides comes by `events::with(mailer, f)`, as its first argument"
)]
pub trait Handler<'h, Arguments>: Send + Sync + 'static {
    /// What it returns.
    type Future: Future<Output = Result<()>> + Send + 'h;

    /// Calls it.
    fn call(&self, arguments: Arguments) -> Self::Future;
}

impl<'h, F, A: 'h, R> Handler<'h, (A,)> for F
where
    F: Fn(A) -> R + Send + Sync + 'static,
    R: Future<Output = Result<()>> + Send + 'h,
{
    type Future = R;

    fn call(&self, (one,): (A,)) -> R {
        self(one)
    }
}

impl<'h, F, A: 'h, B: 'h, R> Handler<'h, (A, B)> for F
where
    F: Fn(A, B) -> R + Send + Sync + 'static,
    R: Future<Output = Result<()>> + Send + 'h,
{
    type Future = R;

    fn call(&self, (one, other): (A, B)) -> R {
        self(one, other)
    }
}

/// A function that gets something else besides, as its first argument: made by [`with`].
#[derive(Clone, Debug)]
pub struct With<S, F> {
    state: S,
    function: F,
}

/// Has a function called with a clone of something, before what it is told.
///
/// ```
/// use carafe::db::events::{Events, Saved, with};
/// use carafe::prelude::*;
/// use std::sync::Arc;
///
/// # #[derive(Model)] struct Post { id: i64, title: String }
/// struct Search { /* … */ }
///
/// impl Search {
///     async fn index(&self, title: &str) -> Result<()> { Ok(()) }
/// }
///
/// async fn index(search: Arc<Search>, post: &Post, _: Saved<'_>) -> Result<()> {
///     search.index(&post.title).await
/// }
///
/// let events = Events::new().after_save(with(Arc::new(Search {}), index));
/// # let _ = events;
/// ```
pub fn with<S: Clone + Send + Sync + 'static, F>(state: S, function: F) -> With<S, F> {
    With { state, function }
}

impl<'h, S, F, A: 'h, R> Handler<'h, (A,)> for With<S, F>
where
    S: Clone + Send + Sync + 'static,
    F: Fn(S, A) -> R + Send + Sync + 'static,
    R: Future<Output = Result<()>> + Send + 'h,
{
    type Future = R;

    fn call(&self, (one,): (A,)) -> R {
        (self.function)(self.state.clone(), one)
    }
}

impl<'h, S, F, A: 'h, B: 'h, R> Handler<'h, (A, B)> for With<S, F>
where
    S: Clone + Send + Sync + 'static,
    F: Fn(S, A, B) -> R + Send + Sync + 'static,
    R: Future<Output = Result<()>> + Send + 'h,
{
    type Future = R;

    fn call(&self, (one, other): (A, B)) -> R {
        (self.function)(self.state.clone(), one, other)
    }
}
