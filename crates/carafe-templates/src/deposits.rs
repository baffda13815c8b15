//! What apps leave for the engine: filters and functions, and context functions.

use std::fmt;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};

use carafe_core::app::Hook;
use carafe_core::{Error, Result};
use http::request::Parts;
use minijinja::Environment;

use crate::context::{Context, IntoContext};

type Register = Box<dyn FnOnce(&mut Environment<'static>) + Send>;

/// A filter, test or global; the engine, which is made once, takes it out.
pub(crate) struct Addition(Mutex<Option<Register>>);

impl Addition {
    pub(crate) fn new(register: impl FnOnce(&mut Environment<'static>) + Send + 'static) -> Self {
        Self(Mutex::new(Some(Box::new(register))))
    }

    pub(crate) fn add_to(&self, environment: &mut Environment<'static>) {
        let register = self.0.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(register) = register {
            register(environment);
        }
    }
}

type Running<'p> = Pin<Box<dyn Future<Output = Result<Context>> + Send + 'p>>;

/// A function whose context every page of an app gets (Flask's `context_processor`).
#[derive(Clone)]
pub(crate) struct ContextFunction(Arc<dyn for<'p> Fn(&'p mut Parts) -> Running<'p> + Send + Sync>);

impl ContextFunction {
    pub(crate) fn new<A, H>(hook: H) -> Self
    where
        H: Hook<(), A, Output: IntoContext>,
    {
        Self(Arc::new(move |parts| {
            let hook = hook.clone();
            Box::pin(async move {
                match hook.call((), parts).await {
                    Ok(context) => context.into_context(),
                    Err(refused) => Err(Error::internal(format!(
                        "an argument of a context function was refused: {}",
                        refused.status()
                    ))
                    .hint("it may take what does not depend on the body: `Scope`, `Locals`, `Service`, `Query`, `Session` …")),
                }
            })
        }))
    }

    pub(crate) async fn call(&self, parts: &mut Parts) -> Result<Context> {
        (self.0)(parts).await
    }
}

impl fmt::Debug for ContextFunction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ContextFunction")
    }
}
