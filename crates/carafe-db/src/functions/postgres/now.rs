//! When the transaction began.

use carafe_model::query::Expr;
use jiff::Timestamp;

use super::named;

/// When the transaction began (Django's `TransactionNow`): the same for all that it does. The moment of
/// the statement is [`now`](crate::functions::now).
///
/// ```
/// use carafe::prelude::*;
/// use carafe::db::functions::postgres::transaction_now;
///
/// # #[derive(Model)] struct Job { id: i64, begun: jiff::Timestamp }
/// let begin = Job::all().filter(Job::ID.eq(7)).update(Job::BEGUN.set(transaction_now()));
/// ```
pub fn transaction_now<M>() -> Expr<M, Timestamp> {
    Expr::new(named("TRANSACTION_TIMESTAMP", Vec::new()))
}
