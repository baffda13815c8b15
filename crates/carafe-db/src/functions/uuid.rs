//! Keys that the database makes.

use carafe_model::query::{Expr, Function};
use uuid::Uuid;

use super::call;

/// A random UUID that the database makes (Django's `UUID4`).
///
/// ```
/// use carafe::prelude::*;
/// use carafe::db::functions::uuid4;
///
/// # #[derive(Model)] struct Post { id: i64 }
/// let keys = Post::all().values((Post::ID, uuid4()));
/// ```
pub fn uuid4<M>() -> Expr<M, Uuid> {
    call(Function::Uuid4, Vec::new())
}

/// A UUID that begins with the time (Django's `UUID7`); PostgreSQL has it from version 18 on.
///
/// ```
/// use carafe::prelude::*;
/// use carafe::db::functions::uuid7;
///
/// # #[derive(Model)] struct Post { id: i64 }
/// let keys = Post::all().values((Post::ID, uuid7()));
/// ```
pub fn uuid7<M>() -> Expr<M, Uuid> {
    call(Function::Uuid7, Vec::new())
}
