//! The app: one concrete type from a page to a site of a hundred models.

mod answering;
mod asked;
mod assemble;
mod checkers;
mod dispatch;
mod foreign;
mod hooks;
mod layers;
mod node;
pub mod plugin;
mod route;
mod run;
mod settle;
mod site;
mod statics;

pub use asked::Asked;
pub use assemble::Draft;
pub use hooks::{BeforeOutcome, Hook};
pub use layers::Stack;
#[cfg(feature = "testing")]
pub(crate) use run::Serving;
pub use site::Site;
pub use statics::AssetBundle;

use std::convert::Infallible;
use std::panic::Location;
use std::sync::Arc;

use axum::Router;
use axum::extract::Request;
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use tower::{Layer, Service};

use crate::command::{Command, CommandOutcome, Commands};
use crate::deposits::Deposits;
use crate::error::{Error, Result};
use crate::events::Events;
use crate::middleware::Slot;
use crate::routing::{Route, Routes};
use crate::services::Services;
use crate::settings::{
    Environment, KnownSection, Overrides, Section, SettingValue, Settings, SettingsLoader,
};
use asked::Asking;
use hooks::{AfterHook, BeforeHook, StartStep, TeardownHook};
use layers::StoredLayer;
use node::Catch;
use plugin::{Erased, Plugin};

/// An app: routes, what runs around them, and other apps mounted in it.
///
/// It is the same thing at every size. It runs alone, or is mounted in another one, where it
/// keeps its hooks, error handlers, services and templates to itself.
///
/// ```
/// use carafe_core::App;
///
/// fn site() -> App {
///     App::new("site").mount("/blog", App::new("blog"))
/// }
/// # let _ = site();
/// ```
pub struct App {
    name: String,
    place: &'static Location<'static>,
    routes: Vec<Route>,
    mounts: Vec<Mount>,
    foreign: Vec<Router>,
    layers: Vec<StoredLayer>,
    before: Vec<BeforeHook>,
    after: Vec<AfterHook>,
    teardown: Vec<TeardownHook>,
    catches: Vec<Catch>,
    services: Services,
    plugins: Vec<Box<dyn Erased>>,
    deposits: Deposits,
    events: Events,
    slashes: Option<Slashes>,
    automatic_options: bool,
    overrides: Overrides,
    defaults: Overrides,
    sections: Vec<Wanted>,
    commands: Vec<Command>,
    on_start: Vec<StartStep>,
    on_stop: Vec<StartStep>,
    slots: Vec<Slot>,
    faults: Vec<Error>,
    asks: Vec<Asking>,
}

/// A section of the settings that an app asks for: how it becomes a service.
type Wanted = (KnownSection, fn(&Settings, &mut Services) -> Result<()>);

struct Mount {
    prefix: String,
    host: Option<String>,
    app: App,
}

/// What happens to `/users` where the route is `/users/`, and to `/about/` where it is `/about`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Slashes {
    /// `/users` is redirected to `/users/` (308, query kept); `/about/` is not found: Flask's rule.
    #[default]
    Redirect,
    /// Only the path as it is written.
    Strict,
    /// Both are the same page.
    Lenient,
}

impl App {
    /// An empty app. Its name is the first part of its endpoints (`blog.show`) once it is mounted.
    #[track_caller]
    pub fn new(name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            place: Location::caller(),
            routes: Vec::new(),
            mounts: Vec::new(),
            foreign: Vec::new(),
            layers: Vec::new(),
            before: Vec::new(),
            after: Vec::new(),
            teardown: Vec::new(),
            catches: Vec::new(),
            services: Services::default(),
            plugins: Vec::new(),
            deposits: Deposits::default(),
            events: Events::default(),
            slashes: None,
            automatic_options: true,
            overrides: Overrides::new(),
            defaults: Overrides::new(),
            sections: Vec::new(),
            commands: Vec::new(),
            on_start: Vec::new(),
            on_stop: Vec::new(),
            slots: Vec::new(),
            faults: Vec::new(),
            asks: Vec::new(),
        }
    }

    /// Takes another name, so that an app can be mounted twice.
    #[must_use]
    pub fn named(mut self, name: impl Into<String>) -> Self {
        self.name = name.into();
        self
    }

    /// Adds handlers: `.routes(routes![index, show])`.
    #[must_use]
    pub fn routes(mut self, routes: impl Into<Routes>) -> Self {
        self.routes.extend(routes.into().0);
        self
    }

    /// Puts another app below a prefix (Flask's `register_blueprint`). The prefix may capture:
    /// `/{lang}`; the app's handlers read it with [`Captured`](crate::extract::Captured).
    #[must_use]
    pub fn mount(mut self, prefix: impl Into<String>, app: Self) -> Self {
        self.mounts.push(Mount { prefix: prefix.into(), host: None, app });
        self
    }

    /// Puts another app on a host: `admin.example.com`, or `{user}.example.com` with a capture.
    #[must_use]
    pub fn host(mut self, host: impl Into<String>, app: Self) -> Self {
        self.mounts.push(Mount { prefix: "/".to_owned(), host: Some(host.into()), app });
        self
    }

    /// Takes in a router made with axum, below this app's prefix. Its routes are asked after
    /// this site's own, before a path is redirected for its slash; a fallback of its own is
    /// replaced by the site's 404.
    #[must_use]
    pub fn axum(mut self, router: Router) -> Self {
        self.foreign.push(router);
        self
    }

    /// Wraps every route of this app, and of those mounted in it, in a tower layer. The first
    /// layer is the outermost. An unknown path is only seen by the layers of the outermost app.
    #[must_use]
    pub fn layer<L>(mut self, layer: L) -> Self
    where
        L: Layer<Stack> + Send + Sync + 'static,
        L::Service: Service<Request, Error: Into<Infallible>, Response: IntoResponse, Future: Send>
            + Clone
            + Send
            + Sync
            + 'static,
    {
        self.layers.push(layers::store(layer));
        self
    }

    /// Runs before each handler of this app and of those mounted in it, in the order of
    /// registration, the outer app's first (Flask's `before_request`). A hook that returns an
    /// answer ends the request: no further `before` hook and no handler runs, `after` hooks do.
    #[must_use]
    #[track_caller]
    pub fn before<A, H>(mut self, hook: H) -> Self
    where
        H: Hook<(), A, Output: BeforeOutcome>,
    {
        self.asks.push(Asking::new("a `before` hook", H::asks_for()));
        self.before.push(hooks::before(hook));
        self
    }

    /// Runs after each handler with the response, the last registered and innermost first
    /// (Flask's `after_request`).
    #[must_use]
    #[track_caller]
    pub fn after<A, H>(mut self, hook: H) -> Self
    where
        H: Hook<Response, A, Output: IntoResponse>,
    {
        self.asks.push(Asking::new("an `after` hook", H::asks_for()));
        self.after.push(hooks::after(hook));
        self
    }

    /// Runs when a request is over, whatever became of it: an error, a panic, a client that
    /// left (Flask's `teardown_request`). [`Caught`](crate::extract::Caught) tells what went wrong.
    #[must_use]
    #[track_caller]
    pub fn teardown<A, H>(mut self, hook: H) -> Self
    where
        H: Hook<(), A, Output = ()>,
    {
        self.asks.push(Asking::new("a `teardown` hook", H::asks_for()));
        self.teardown.push(hooks::teardown(hook));
        self
    }

    /// Answers errors of a status (Flask's `errorhandler(404)`), for this app and those mounted
    /// in it; the innermost handler answers.
    #[must_use]
    #[track_caller]
    pub fn catch<A, H>(mut self, status: u16, handler: H) -> Self
    where
        H: Hook<(), A, Output: IntoResponse>,
    {
        self.asks.push(Asking::new("a handler of errors", H::asks_for()));
        match StatusCode::from_u16(status) {
            Ok(status) => self.catches.push(Catch::Status(status, hooks::error(handler))),
            Err(_) => self.faults.push(
                Error::setup(format!("`.catch({status}, …)`: {status} is no status"))
                    .at(self.place.to_string()),
            ),
        }
        self
    }

    /// Answers errors that an `E` caused (Flask's `errorhandler(MyError)`).
    #[must_use]
    #[track_caller]
    pub fn catch_error<E, A, H>(mut self, handler: H) -> Self
    where
        E: std::error::Error + 'static,
        H: Hook<(), A, Output: IntoResponse>,
    {
        self.asks.push(Asking::new("a handler of errors", H::asks_for()));
        let matches = Arc::new(|error: &Error| error.cause::<E>().is_some());
        self.catches.push(Catch::Matching(matches, hooks::error(handler)));
        self
    }

    /// Provides a value to the handlers of this app and of those mounted in it, which ask for it
    /// with [`Service<T>`](crate::extract::Service).
    #[must_use]
    pub fn service<T: Send + Sync + 'static>(mut self, value: T) -> Self {
        self.services.insert(value);
        self
    }

    /// Adds a component. Each kind is set up once in a site, however often it is asked for.
    #[must_use]
    pub fn plugin<P: Plugin>(mut self, plugin: P) -> Self {
        self.plugins.push(plugin::erase(plugin));
        self
    }

    /// Leaves a value for a component to collect, as models for the database.
    #[must_use]
    pub fn deposit<T: Send + Sync + 'static>(mut self, value: T) -> Self {
        self.deposits.add(value);
        self
    }

    /// Listens to events of a type (Flask's signals): ours in [`events`](crate::events), or your own.
    #[must_use]
    pub fn on<E: Send + Sync + 'static>(
        mut self,
        listener: impl Fn(&E) + Send + Sync + 'static,
    ) -> Self {
        self.events.on(listener);
        self
    }

    /// Sets one of the fixed slots around all routes, as
    /// `.middleware(TrustedHosts::of(["example.com"]))`; see [`middleware`](crate::middleware) for
    /// them and their order. The outermost app's word counts.
    #[must_use]
    pub fn middleware(mut self, slot: impl Into<Slot>) -> Self {
        self.slots.push(slot.into());
        self
    }

    /// Says what `/users` is where the route is `/users/`; the outermost app's word counts.
    #[must_use]
    pub fn slashes(mut self, slashes: Slashes) -> Self {
        self.slashes = Some(slashes);
        self
    }

    /// Sets a setting, stronger than all files and variables: `.set("server.port", 8080)`. What
    /// an outer app sets wins over what a mounted one does.
    ///
    /// This is for tests and for what nobody may change. What a deployment may is a
    /// [`default_setting`](Self::default_setting).
    #[must_use]
    pub fn set(mut self, key: impl Into<String>, value: impl Into<SettingValue>) -> Self {
        self.overrides = self.overrides.set(key, value);
        self
    }

    /// Sets a setting that files and variables may change:
    /// `.default_setting("database.url", "sqlite:blog.sqlite3")`. It takes the place of the
    /// default that the section declares; an outer app's wins over a mounted one's.
    #[must_use]
    pub fn default_setting(
        mut self,
        key: impl Into<String>,
        value: impl Into<SettingValue>,
    ) -> Self {
        self.defaults = self.defaults.set(key, value);
        self
    }

    /// Owns a section of the settings: handlers of this app take it as `Service<BlogSettings>`,
    /// and what is wrong or missing in it is found at start.
    #[must_use]
    pub fn settings<S: Section>(mut self) -> Self {
        self.sections.push((KnownSection::of::<S>(), |settings, services| {
            services.share(settings.section::<S>()?);
            Ok(())
        }));
        self
    }

    /// Adds commands of its own to the program: `.commands(commands![init_db])`.
    #[must_use]
    pub fn commands(mut self, commands: impl Into<Commands>) -> Self {
        self.commands.extend(commands.into().0);
        self
    }

    /// Does something before the first request, once: an `async fn` of extractors that need no
    /// request, which may return a `Result`. An error refuses the start.
    #[must_use]
    pub fn on_start<A, H>(mut self, step: H) -> Self
    where
        H: Hook<(), A, Output: CommandOutcome>,
    {
        self.on_start.push(hooks::start_step(step));
        self
    }

    /// Does something after the last request, when the server stops.
    #[must_use]
    pub fn on_stop<A, H>(mut self, step: H) -> Self
    where
        H: Hook<(), A, Output: CommandOutcome>,
    {
        self.on_stop.push(hooks::start_step(step));
        self
    }

    /// Leaves `OPTIONS` to the handlers; without one it is 405. The outermost app's word counts.
    #[must_use]
    pub fn without_automatic_options(mut self) -> Self {
        self.automatic_options = false;
        self
    }

    /// Puts the app together with the settings of the working folder, as [`run`](Self::run) does
    /// before it listens.
    pub fn build(self) -> Result<Arc<Site>> {
        let environment = Environment::detect(".")?;
        self.build_with(SettingsLoader::new(environment).dir(".").process_variables())
    }

    /// Puts the app together with settings from elsewhere.
    pub fn build_with(self, settings: SettingsLoader) -> Result<Arc<Site>> {
        assemble::build(self, settings)
    }

    /// A plain axum router that answers as this app does, for somebody's existing server.
    pub async fn into_router(self) -> Result<Router> {
        let site = self.build()?;
        site.start().await?;
        Ok(Router::new().fallback(move |request: Request| {
            let site = site.clone();
            async move { site.handle(request).await }
        }))
    }
}

impl std::fmt::Debug for App {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("App")
            .field("name", &self.name)
            .field("routes", &self.routes.len())
            .field("mounts", &self.mounts.len())
            .finish_non_exhaustive()
    }
}
