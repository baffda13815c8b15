//! What is asked of a connection, which is done to its end whatever becomes of who asked.

use std::pin::{Pin, pin};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use carafe_core::{Error, Kind, Result};
use carafe_model::Value;
use futures_util::future::{Either, select};
use tokio::sync::{Mutex, Notify};

use super::client::Client;
use super::cursor::Rows;
use super::lent::Slot;
use super::pool::Pool;
use crate::driver::{Batch, Step};
use crate::statement::{BoxFuture, Fetched, Sink, Statement};

/// How long a statement whose future was dropped may go on before the server is asked to break it
/// off: mostly it is done by then.
const QUICK: Duration = Duration::from_millis(10);

/// How long a connection is given to become quiet after that.
const PATIENCE: Duration = Duration::from_secs(5);

/// What is asked.
pub(super) enum Job {
    Fetch(Statement, Vec<Value>, Box<dyn Sink>),
    /// A query, whose rows are then read.
    Open(Statement, Vec<Value>),
    /// Further rows of a query, up to so many.
    Read(Arc<Rows>, usize, Box<dyn Sink>),
    Script(Statement),
    Step(Step),
}

/// What came of it.
pub(super) enum Outcome {
    Nothing,
    Fetched(Fetched),
    Opened(Arc<Rows>),
    Read(Batch),
}

/// What is asked of a connection, in its turn. Dropped after it has begun, it is finished by a task.
pub(super) struct Work {
    run: Option<BoxFuture<'static, Result<Outcome>>>,
    order: Arc<Order>,
}

/// What the two sides tell each other.
#[derive(Default)]
struct Order {
    begun: AtomicBool,
    given_up: Notify,
}

impl Work {
    pub(super) fn new(slot: Arc<Mutex<Slot>>, pool: Arc<Pool>, job: Job) -> Self {
        let order = Arc::new(Order::default());
        let told = order.clone();
        let run = async move {
            let mut slot = slot.lock_owned().await;
            told.begun.store(true, Ordering::Relaxed);
            let Some(client) = &mut slot.client else {
                return Err(Error::internal("a connection is used after it went back"));
            };
            if client.is_lost() {
                return Err(lost());
            }
            let done = watched(client, &pool, job, &told).await;
            if client.is_lost() {
                pool.forget();
            }
            done
        };
        Self { run: Some(Box::pin(run)), order }
    }
}

impl Future for Work {
    type Output = Result<Outcome>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        // It is empty only after its answer, when nobody polls it again.
        let Some(run) = &mut self.run else { return Poll::Pending };
        let done = std::task::ready!(run.as_mut().poll(context));
        self.run = None;
        Poll::Ready(done)
    }
}

impl Drop for Work {
    fn drop(&mut self) {
        let Some(run) = self.run.take() else { return };
        if !self.order.begun.load(Ordering::Relaxed) {
            return;
        }
        self.order.given_up.notify_one();
        // Without a runtime the connection ends with it.
        if let Ok(runtime) = tokio::runtime::Handle::try_current() {
            runtime.spawn(run);
        }
    }
}

/// Does what is asked; breaks it off where it takes too long, or nobody wants it any more.
async fn watched(client: &mut Client, pool: &Pool, job: Job, order: &Order) -> Result<Outcome> {
    let id = client.id();
    let limit = match &job {
        // A script takes as long as it takes, of which the server limits each statement.
        Job::Script(_) => None,
        _ => pool.connector.patience(),
    };
    let is_step = matches!(job, Job::Step(_));
    let (late, ended) = {
        let mut run = pin!(client.run(&pool.connector, job));
        let late = {
            let end = pin!(end(limit, order, is_step));
            match select(run.as_mut(), end).await {
                Either::Left((done, _)) => return done,
                Either::Right((late, _)) => late,
            }
        };
        if late.is_none()
            && let Ok(done) = tokio::time::timeout(QUICK, run.as_mut()).await
        {
            return done;
        }
        let broken_off = pool.connector.kill(id).await.is_ok();
        let ended = tokio::time::timeout(PATIENCE, run).await.ok();
        (late.unwrap_or_default(), ended.filter(|_| broken_off))
    };
    match ended {
        Some(done) => {
            client.settle(&pool.connector).await;
            // It was done all the same, a COMMIT above all; of a query the rows will not come.
            match done {
                Ok(Outcome::Opened(_)) | Err(_) => {}
                done => return done,
            }
        }
        None => client.lose(),
    }
    Err(Error::new(Kind::Timeout, format!("the database server did not answer within {late:?}"))
        .hint("`database.statement` is the longest that a statement may take"))
}

/// Waits until it has taken too long, and tells the limit; or until nobody wants it any more.
async fn end(limit: Option<Duration>, order: &Order, is_step: bool) -> Option<Duration> {
    let given_up = async {
        // A step is quick, and half of one is no use.
        if is_step {
            std::future::pending::<()>().await;
        }
        order.given_up.notified().await;
    };
    let Some(limit) = limit else {
        given_up.await;
        return None;
    };
    match select(pin!(given_up), pin!(tokio::time::sleep(limit))).await {
        Either::Left(_) => None,
        Either::Right(_) => Some(limit),
    }
}

fn lost() -> Error {
    Error::new(Kind::Unavailable, "the connection to the database server has ended")
        .hint("the transaction is undone; try it again")
}
