//! What is wrong with a row, by itself and beside the other rows.
//!
//! It checks what the database would refuse, and tells all of it at once, by field, in Django's words. Between
//! a check and the write another row may come: the database has the last word.

mod constraint;
mod dates;
mod expression;
mod full;
mod reference;
mod unique;

pub use full::FullClean;

use std::future::Future;
use std::panic::Location;

use carafe_core::Result;
use carafe_model::Model;
use carafe_model::query::Select;

use crate::executor::Executor;
use crate::sql::Shape;
use crate::statement::Access;
use crate::write::Ready;

/// Checks a row with its database before it is saved (Django's `full_clean`).
pub trait Cleans: Model {
    /// Checks each field, the rows that it refers to, the model's own `clean`, what is unique, and the
    /// constraints. All that is wrong is one error of kind `Invalid`, whose cause
    /// ([`Invalids`](carafe_model::Invalids)) has it by field.
    ///
    /// ```
    /// use carafe::models::Invalids;
    /// use carafe::prelude::*;
    ///
    /// #[derive(Model)]
    /// struct Book { id: i64, #[model(max_length = 13, unique)] isbn: String }
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<()> {
    /// # let db = Db::open("sqlite::memory:").await?.with_models(models![Book]);
    /// # db.create_tables().await?;
    /// Book { isbn: "9780".into(), ..Book::blank() }.create(&db).await?;
    /// let same = Book { isbn: "9780".into(), ..Book::blank() };
    /// let error = same.full_clean(&db).await.unwrap_err();
    /// let errors: &Invalids = error.cause().unwrap();
    /// assert_eq!(errors.field("isbn")[0].message, "Book with this Isbn already exists.");
    /// # Ok(()) }
    /// ```
    ///
    /// A row is compared with all others but the one of its own key. What has a wrong value by itself is
    /// compared with nothing. [`FullClean`] leaves out fields, or takes the row for a new one.
    #[track_caller]
    fn full_clean(&self, executor: &dyn Executor) -> impl Future<Output = Result<()>> + Send {
        FullClean::of(self).run(executor)
    }

    /// Checks only what is unique: fields, and dates in which a value exists once (Django's
    /// `validate_unique`). Combinations are [constraints](Self::validate_constraints).
    #[track_caller]
    fn validate_unique(&self, executor: &dyn Executor) -> impl Future<Output = Result<()>> + Send {
        FullClean::of(self).unique(executor)
    }

    /// Checks only the constraints of the model: unique combinations, checks, exclusions (Django's
    /// `validate_constraints`).
    #[track_caller]
    fn validate_constraints(
        &self,
        executor: &dyn Executor,
    ) -> impl Future<Output = Result<()>> + Send {
        FullClean::of(self).constraints(executor)
    }
}

impl<M: Model> Cleans for M {}

/// Whether a query has rows.
async fn any(
    select: &Select,
    executor: &dyn Executor,
    caller: &'static Location<'static>,
) -> Result<bool> {
    let mut shape = Shape::default();
    // The text is that of `exists`.
    shape.byte(2);
    shape.select(select);
    let ready = Ready::of(executor, shape, Access::Read, |compiler| compiler.any(select))?;
    Ok(ready.number(executor, caller).await?.is_some())
}
