//! Things that happened, by type, for those who watch: what Flask's signals are.

use std::any::{Any, TypeId};
use std::collections::HashMap;
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use http::{Method, StatusCode, Uri};

use crate::error::Error;

type Listener = Arc<dyn Fn(&(dyn Any + Send + Sync)) + Send + Sync>;

/// The listeners of a site, by the type of event.
#[derive(Clone, Default)]
pub(crate) struct Events(HashMap<TypeId, Vec<Listener>>);

impl Events {
    pub(crate) fn on<E: Send + Sync + 'static>(
        &mut self,
        listener: impl Fn(&E) + Send + Sync + 'static,
    ) {
        self.0.entry(TypeId::of::<E>()).or_default().push(Arc::new(move |event| {
            if let Some(event) = event.downcast_ref() {
                listener(event);
            }
        }));
    }

    /// Tells the listeners; `event` is only made if there are any.
    pub(crate) fn emit<E: Send + Sync + 'static>(&self, event: impl FnOnce() -> E) {
        if self.0.is_empty() {
            return;
        }
        if let Some(listeners) = self.0.get(&TypeId::of::<E>()) {
            let event = event();
            for listener in listeners {
                // Who listens only watches: its panic is its own.
                let told = catch_unwind(AssertUnwindSafe(|| listener(&event)));
                if told.is_err() {
                    tracing::error!(event = std::any::type_name::<E>(), "a listener panicked");
                }
            }
        }
    }

    pub(crate) fn merge(&mut self, other: Self) {
        for (key, listeners) in other.0 {
            self.0.entry(key).or_default().extend(listeners);
        }
    }
}

impl fmt::Debug for Events {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Events({})", self.0.len())
    }
}

/// A request came in (Flask's `request_started`).
#[derive(Clone, Debug)]
pub struct RequestStarted {
    /// Its method.
    pub method: Method,
    /// Its address.
    pub uri: Uri,
}

/// A response is ready to go out (Flask's `request_finished`).
#[derive(Clone, Debug)]
pub struct RequestFinished {
    /// The request's method.
    pub method: Method,
    /// The request's address.
    pub uri: Uri,
    /// The endpoint that answered, if one was found.
    pub endpoint: Option<String>,
    /// The status of the response.
    pub status: StatusCode,
}

/// A request failed by a fault of the server (Flask's `got_request_exception`).
#[derive(Clone, Debug)]
pub struct RequestFailed {
    /// The request's address.
    pub uri: Uri,
    /// What happened.
    pub error: Arc<Error>,
}

/// A message was left for the next page (Flask's `message_flashed`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MessageFlashed {
    /// What kind of message it is.
    pub category: String,
    /// The text.
    pub message: String,
}
