//! What hooks ask for, looked at before one runs.

use std::any::{Any, TypeId};
use std::panic::Location;
use std::pin::pin;
use std::task::{Context, Poll, Waker};

use axum::extract::FromRequestParts;

use crate::error::Error;
use crate::extract::NotProvided;
use crate::scope::Scope;

/// One argument of a hook.
#[derive(Clone, Copy)]
pub struct Asked {
    kind: TypeId,
    look: Option<fn() -> Option<Error>>,
}

impl Asked {
    /// An argument of this type.
    pub(super) fn of<A: FromRequestParts<(), Rejection: 'static> + 'static>() -> Self {
        let looks_only = TypeId::of::<A::Rejection>() == TypeId::of::<NotProvided>();
        Self { kind: TypeId::of::<A>(), look: looks_only.then_some(missing::<A>) }
    }

    pub(super) fn kind(&self) -> TypeId {
        self.kind
    }
}

/// The arguments of one hook, and where an app got it.
pub(super) struct Asking {
    hook: &'static str,
    place: &'static Location<'static>,
    arguments: Vec<Asked>,
}

impl Asking {
    #[track_caller]
    pub(super) fn new(hook: &'static str, arguments: Vec<Asked>) -> Self {
        Self { hook, place: Location::caller(), arguments }
    }

    pub(super) fn kinds(&self) -> impl Iterator<Item = TypeId> {
        self.arguments.iter().map(Asked::kind)
    }

    /// What nothing provides to the app that a scope is of.
    pub(super) fn missing(&self, scope: &Scope) -> impl Iterator<Item = Error> {
        let looks = self.arguments.iter().filter_map(|asked| asked.look);
        looks.filter_map(move |look| {
            let error = scope.clone().run_sync(look)?;
            Some(error.at(format!("{} ({}:{})", self.hook, self.place.file(), self.place.line())))
        })
    }
}

/// What fetching the argument says where there is no request. It is fetched only if it can be
/// refused by [`NotProvided`] alone, since that is the word that it looks and does nothing else.
fn missing<A: FromRequestParts<(), Rejection: 'static>>() -> Option<Error> {
    let (mut parts, ()) = http::Request::new(()).into_parts();
    let fetched = pin!(A::from_request_parts(&mut parts, &()));
    let Poll::Ready(Err(refused)) = fetched.poll(&mut Context::from_waker(Waker::noop())) else {
        return None;
    };
    let refused: Box<dyn Any> = Box::new(refused);
    refused.downcast::<NotProvided>().ok().map(|refused| Error::from(*refused))
}
