//! Functions that run around handlers: before, after, at teardown, and for errors.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::response::{IntoResponse, Response};
use clap::ArgMatches;
use http::request::Parts;

use super::asked::Asked;
use crate::command::{CommandOutcome, refusal};
use crate::error::Result;
use crate::scope;

type Boxed<'p, T> = Pin<Box<dyn Future<Output = T> + Send + 'p>>;
type Stored<L, T> = Arc<dyn for<'p> Fn(L, &'p mut Parts) -> Boxed<'p, T> + Send + Sync>;

pub(crate) type BeforeHook = Stored<(), Option<Response>>;
pub(crate) type AfterHook = Stored<Response, Response>;
pub(crate) type TeardownHook = Stored<(), ()>;
pub(crate) type ErrorHook = Stored<(), Response>;

/// An `async fn` of extractors, which runs around handlers.
///
/// Its arguments are axum extractors that leave the body alone; what runs after the handler
/// gets the response first. The last extractor may be anything that a handler's could be, but
/// not one that reads the body.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be a hook here",
    note = "a hook is an `async fn` whose arguments are extractors that leave the body alone (`after` hooks take the `Response` first)"
)]
pub trait Hook<Lead, Arguments>: Clone + Send + Sync + 'static {
    /// What the function returns.
    type Output;

    /// The arguments, for those who prepare them and look for them at start.
    fn asks_for() -> Vec<Asked>;

    /// Extracts the arguments and calls the function; a refused argument is the answer.
    fn call(
        self,
        lead: Lead,
        parts: &mut Parts,
    ) -> impl Future<Output = Result<Self::Output, Response>> + Send;
}

/// Arguments of a hook, fetched one after the other.
trait Arguments: Sized {
    fn asks_for() -> Vec<Asked>;

    fn fetch(parts: &mut Parts) -> impl Future<Output = Result<Self, Response>> + Send;
}

impl Arguments for () {
    fn asks_for() -> Vec<Asked> {
        Vec::new()
    }

    async fn fetch(_: &mut Parts) -> Result<Self, Response> {
        Ok(())
    }
}

macro_rules! arguments {
    ($($argument:ident $value:ident)+) => {
        impl<$($argument),+> Arguments for ($($argument,)+)
        where
            $($argument: FromRequestParts<(), Rejection: 'static> + Send + 'static,)+
        {
            fn asks_for() -> Vec<Asked> {
                vec![$(Asked::of::<$argument>()),+]
            }

            async fn fetch(parts: &mut Parts) -> Result<Self, Response> {
                // A hook's arguments have no names that a macro could read.
                scope::set_argument("");
                $(let $value = $argument::from_request_parts(parts, &()).await.map_err(IntoResponse::into_response)?;)+
                Ok(($($value,)+))
            }
        }
    };
}

macro_rules! hook {
    ($lead:ty, $given:pat, ($($first:ident: $type:ty)?) $($argument:ident $value:ident)*) => {
        impl<F, Fut, $($argument,)*> Hook<$lead, ($($argument,)*)> for F
        where
            F: Fn($($type,)? $($argument),*) -> Fut + Clone + Send + Sync + 'static,
            Fut: Future + Send,
            $($argument: FromRequestParts<(), Rejection: 'static> + Send + 'static,)*
        {
            type Output = Fut::Output;

            fn asks_for() -> Vec<Asked> {
                <($($argument,)*)>::asks_for()
            }

            async fn call(self, $given: $lead, parts: &mut Parts) -> Result<Self::Output, Response> {
                let ($($value,)*) = <($($argument,)*)>::fetch(parts).await?;
                Ok(self($($first,)? $($value),*).await)
            }
        }
    };
}

/// Functions of so many arguments are hooks, with and without a response in front.
macro_rules! hooks {
    ($($argument:ident $value:ident)*) => {
        hook!((), (), () $($argument $value)*);
        hook!(Response, response, (response: Response) $($argument $value)*);
    };
}

arguments!(A a);
arguments!(A a B b);
arguments!(A a B b C c);
arguments!(A a B b C c D d);
arguments!(A a B b C c D d E e);
arguments!(A a B b C c D d E e G g);
hooks!();
hooks!(A a);
hooks!(A a B b);
hooks!(A a B b C c);
hooks!(A a B b C c D d);
hooks!(A a B b C c D d E e);
hooks!(A a B b C c D d E e G g);

/// What a `before` hook may return: nothing, to go on, or the answer.
#[diagnostic::on_unimplemented(
    message = "a `before` hook cannot return `{Self}`",
    note = "it returns `()`, `Option<impl IntoResponse>` (an answer ends the request), or a `Result` of these"
)]
pub trait BeforeOutcome {
    /// The answer, if the hook gave one.
    fn into_answer(self) -> Option<Response>;
}

impl BeforeOutcome for () {
    fn into_answer(self) -> Option<Response> {
        None
    }
}

impl<R: IntoResponse> BeforeOutcome for Option<R> {
    fn into_answer(self) -> Option<Response> {
        self.map(IntoResponse::into_response)
    }
}

impl<T: BeforeOutcome, E: IntoResponse> BeforeOutcome for Result<T, E> {
    fn into_answer(self) -> Option<Response> {
        match self {
            Ok(outcome) => outcome.into_answer(),
            Err(error) => Some(error.into_response()),
        }
    }
}

pub(crate) fn before<A, H>(hook: H) -> BeforeHook
where
    H: Hook<(), A, Output: BeforeOutcome>,
{
    Arc::new(move |(), parts| {
        let hook = hook.clone();
        Box::pin(async move {
            match hook.call((), parts).await {
                Ok(outcome) => outcome.into_answer(),
                Err(refused) => Some(refused),
            }
        })
    })
}

pub(crate) fn after<A, H>(hook: H) -> AfterHook
where
    H: Hook<Response, A, Output: IntoResponse>,
{
    Arc::new(move |response, parts| {
        let hook = hook.clone();
        Box::pin(async move {
            match hook.call(response, parts).await {
                Ok(response) => response.into_response(),
                Err(refused) => refused,
            }
        })
    })
}

pub(crate) fn teardown<A, H>(hook: H) -> TeardownHook
where
    H: Hook<(), A, Output = ()>,
{
    Arc::new(move |(), parts| {
        let hook = hook.clone();
        Box::pin(async move {
            if hook.call((), parts).await.is_err() {
                tracing::error!("a teardown hook did not run: one of its arguments was refused");
            }
        })
    })
}

pub(crate) fn error<A, H>(hook: H) -> ErrorHook
where
    H: Hook<(), A, Output: IntoResponse>,
{
    Arc::new(move |(), parts| {
        let hook = hook.clone();
        Box::pin(async move {
            match hook.call((), parts).await {
                Ok(response) => response.into_response(),
                Err(refused) => refused,
            }
        })
    })
}

/// A step at the start or the end of the site, outside of a request.
pub(crate) type StartStep = Arc<dyn Fn() -> Boxed<'static, Result<()>> + Send + Sync>;

/// A step of the command `serve`, before it listens, which sees the words on the line.
pub(crate) type ServingStep = Arc<dyn Fn(ArgMatches) -> Boxed<'static, Result<()>> + Send + Sync>;

pub(crate) fn start_step<A, H>(hook: H) -> StartStep
where
    H: Hook<(), A, Output: CommandOutcome>,
{
    Arc::new(move || {
        let hook = hook.clone();
        Box::pin(async move {
            let (mut parts, ()) = http::Request::new(()).into_parts();
            match hook.call((), &mut parts).await {
                Ok(outcome) => outcome.into_result(),
                Err(refused) => Err(refusal(refused)),
            }
        })
    })
}
