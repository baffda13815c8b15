//! How a component joins an app.

use std::any::{Any, TypeId};
use std::convert::Infallible;
use std::future::Future;
use std::sync::Arc;

use axum::extract::Request;
use axum::response::IntoResponse;
use clap::{Arg, ArgMatches};
use tower::{Layer, Service};

use super::Draft;
use super::layers::{self, Stack};
pub use crate::advice::Advising;
use crate::checks::Check;
use crate::command::Commands;
use crate::error::{Error, Result};
use crate::routing::Routes;
use crate::scope::Scope;
use crate::settings::{Environment, Section};

/// A component: something that adds routes, services, hooks and commands to an app.
///
/// A component is set up once in a site, whichever app asks for it; two that are unlike are an
/// error at start. It is set up after those that it `NEEDS`.
///
/// ```
/// use carafe_core::plugin::{Plugin, Setup};
/// use carafe_core::Result;
///
/// #[derive(PartialEq)]
/// struct Greeter { word: &'static str }
///
/// impl Plugin for Greeter {
///     const NAME: &'static str = "greeter";
///     fn setup(self, setup: &mut Setup<'_>) -> Result<()> {
///         setup.service(self.word.to_owned());
///         Ok(())
///     }
/// }
/// # let _ = carafe_core::App::new("site").plugin(Greeter { word: "hi" });
/// ```
pub trait Plugin: PartialEq + Send + Sync + 'static {
    /// Its name, for messages and for `NEEDS`.
    const NAME: &'static str;

    /// The names of the components that must be set up before it.
    const NEEDS: &'static [&'static str] = &[];

    /// Adds what it has to the app that asked for it.
    fn setup(self, setup: &mut Setup<'_>) -> Result<()>;
}

/// What a component may add to.
pub struct Setup<'d> {
    pub(crate) draft: &'d mut Draft,
    pub(crate) node: usize,
}

impl Setup<'_> {
    /// Adds routes to the app that asked for the component.
    pub fn routes(&mut self, routes: impl Into<Routes>) {
        self.draft.add_routes(self.node, routes.into());
    }

    /// Provides a service to that app and to those mounted in it.
    pub fn service<T: Send + Sync + 'static>(&mut self, value: T) {
        self.draft.add_service(self.node, value);
    }

    /// Wraps every route of that app, and of those mounted in it, in a tower layer, within those that the
    /// app has ([`App::layer`](crate::App::layer)).
    pub fn layer<L>(&mut self, layer: L)
    where
        L: Layer<Stack> + Send + Sync + 'static,
        L::Service: Service<Request, Error: Into<Infallible>, Response: IntoResponse, Future: Send>
            + Clone
            + Send
            + Sync
            + 'static,
    {
        self.draft.add_layer(self.node, layers::store(layer));
    }

    /// Adds commands to the program.
    pub fn commands(&mut self, commands: impl Into<Commands>) {
        self.draft.add_commands(self.node, commands.into());
    }

    /// A section of the settings, which is known from now on.
    pub fn settings<S: Section>(&self) -> Result<Arc<S>> {
        self.draft.settings().section::<S>()
    }

    /// The environment that the site runs in.
    pub fn environment(&self) -> &Environment {
        self.draft.settings().environment()
    }

    /// Provides a service to all apps of the site, but to those that have their own.
    pub fn site_service<T: Send + Sync + 'static>(&mut self, value: T) {
        self.draft.add_service(0, value);
    }

    /// Leaves a value for another component, as [`App::deposit`](crate::App::deposit) does.
    pub fn deposit<T: Send + Sync + 'static>(&mut self, value: T) {
        self.draft.add_deposit(self.node, value);
    }

    /// Looks at the site once it is put together, before it answers a request: what is wrong
    /// keeps it from starting.
    pub fn check(&mut self, checker: impl Fn(&Scope) -> Vec<Check> + Send + Sync + 'static) {
        self.draft.add_checker(Box::new(checker));
    }

    /// Looks at the site when the command `check` is asked for, and not at each start: it may read files
    /// and ask a database.
    pub fn inspect<F, Fut>(&mut self, inspection: F)
    where
        F: Fn() -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Vec<Check>> + Send + 'static,
    {
        self.draft.inspections.add(inspection);
    }

    /// Says what to do about an error that does not say so itself, wherever it was met: the page of an
    /// error, the log and the command line show it. The adviser is asked of every error that leaves a
    /// handler or a command; one that it knows it looks into by the future that it returns, which is given
    /// two seconds.
    pub fn advise(&mut self, adviser: impl Fn(&Error) -> Option<Advising> + Send + Sync + 'static) {
        self.draft.advisers.add(adviser);
    }

    /// Adds flags to the command `serve`, and does something before it listens, with the words on its
    /// line. Tests and other servers, which get the site as a value, do without.
    pub fn before_serving<F, Fut>(&mut self, flags: impl IntoIterator<Item = Arg>, step: F)
    where
        F: Fn(ArgMatches) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<()>> + Send + 'static,
    {
        self.draft.serve_flags.extend(flags);
        self.draft.before_serving.push(Arc::new(move |matches| Box::pin(step(matches))));
    }

    /// Keeps the headers of every request for [`Scope::headers`].
    pub fn keep_headers(&mut self) {
        self.draft.keep_headers();
    }

    /// What the apps of the whole site left for this component, with the name of the app.
    pub fn deposits<T: 'static>(&self) -> Vec<(&str, &T)> {
        self.draft.deposits()
    }
}

/// A component whose type is forgotten.
pub(crate) trait Erased: Send + Sync {
    fn name(&self) -> &'static str;
    fn needs(&self) -> &'static [&'static str];
    fn kind(&self) -> TypeId;
    fn same_as(&self, other: &dyn Any) -> bool;
    fn as_any(&self) -> &dyn Any;
    fn setup(self: Box<Self>, setup: &mut Setup<'_>) -> Result<()>;
}

pub(crate) fn erase<P: Plugin>(plugin: P) -> Box<dyn Erased> {
    Box::new(plugin)
}

impl<P: Plugin> Erased for P {
    fn name(&self) -> &'static str {
        P::NAME
    }
    fn needs(&self) -> &'static [&'static str] {
        P::NEEDS
    }
    fn kind(&self) -> TypeId {
        TypeId::of::<P>()
    }
    fn same_as(&self, other: &dyn Any) -> bool {
        other.downcast_ref() == Some(self)
    }
    fn as_any(&self) -> &dyn Any {
        self
    }
    fn setup(self: Box<Self>, setup: &mut Setup<'_>) -> Result<()> {
        Plugin::setup(*self, setup)
    }
}
