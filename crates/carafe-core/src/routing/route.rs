//! What the attribute of a handler writes down.

use std::any::TypeId;
use std::borrow::Cow;
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use axum::extract::Request;
use axum::response::Response;
use http::Method;

use super::{Captured, Constraint, Methods, PathSegment, SegmentKind};

/// A response that is on its way.
pub type Answer = Pin<Box<dyn Future<Output = Response> + Send>>;

/// How a handler is called: it reads its path segments at once and the rest when polled.
pub type Call = fn(Request, &Captured<'_>) -> Answer;

/// One handler with its paths: plain data, from which the table, URLs, checks and the API's
/// description are made.
#[derive(Clone, Debug)]
pub struct Route {
    pub(crate) key: Option<TypeId>,
    pub(crate) name: Cow<'static, str>,
    pub(crate) methods: Methods,
    pub(crate) paths: Vec<Cow<'static, str>>,
    pub(crate) captures: Vec<Capture>,
    pub(crate) endpoint: Endpoint,
    pub(crate) needs: Vec<Need>,
    pub(crate) asks_for: Vec<TypeId>,
    /// Whether its handler may look for what axum's router and the server put into a request's
    /// extensions.
    pub(crate) reads_facts: bool,
    pub(crate) options: Options,
    pub(crate) docs: &'static str,
    pub(crate) place: Place,
    pub(crate) origin: Option<Origin>,
}

/// One `{capture}` of a handler's path.
#[derive(Clone, Copy, Debug)]
pub struct Capture {
    pub(crate) name: &'static str,
    pub(crate) type_name: &'static str,
    pub(crate) kind: SegmentKind,
    parses: fn(&str) -> bool,
    constraints: &'static [Constraint],
    pub(crate) default: Option<fn() -> String>,
}

impl Capture {
    #[doc(hidden)]
    pub fn of<T: PathSegment>(
        name: &'static str,
        type_name: &'static str,
        constraints: &'static [Constraint],
        default: Option<fn() -> String>,
    ) -> Self {
        Self {
            name,
            type_name,
            kind: T::KIND,
            parses: |text| T::parse(text).is_some(),
            constraints,
            default,
        }
    }

    /// Whether a text (percent-decoded) is a value of its type that keeps its constraints.
    pub(crate) fn accepts(&self, text: &str) -> bool {
        self.constraints.iter().all(|rule| rule.allows(text)) && (self.parses)(text)
    }
}

/// A call that may hold what it needs.
pub(super) type SharedCall = Arc<dyn Fn(Request, &Captured<'_>) -> Answer + Send + Sync>;

/// What is called.
#[derive(Clone)]
pub enum Endpoint {
    /// A handler with an attribute.
    Function(Call),
    /// Anything else: a folder of files, a page of a component.
    Shared(SharedCall),
}

/// A service that a handler asks for.
#[derive(Clone, Copy, Debug)]
pub struct Need {
    /// Its type.
    pub service: TypeId,
    /// Its name for messages.
    pub name: &'static str,
    /// What to write to have it.
    pub hint: &'static str,
}

/// What the attribute says beside the path: `#[post("/hook", csrf = false, body_limit = "10 MiB")]`.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Options {
    /// `csrf = false` takes the route out of the protection.
    pub csrf: Option<bool>,
    /// Whether it speaks JSON, in which its errors are then told to clients that take anything. The
    /// signature of a handler says it (`Json`, or `String`), or says nothing (`StatusCode`,
    /// `Response`): then the routes around it count. `json = true` and `json = false` have the last word.
    pub json: Option<bool>,
    /// How many bytes the body of a request may have here.
    pub body_limit: Option<usize>,
    /// Whether `/about` and `/about/` are the same address here.
    pub strict_slashes: Option<bool>,
}

/// A place in the user's source.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// The path of the module.
    pub module: &'static str,
    /// The file.
    pub file: &'static str,
    /// The line.
    pub line: u32,
}

/// The crate that a list of routes was written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Origin {
    /// Its name.
    pub name: &'static str,
    /// Its folder when it was compiled.
    pub dir: &'static str,
}

/// What `routes![…]` makes.
#[derive(Clone, Debug, Default)]
pub struct Routes(pub(crate) Vec<Route>);

/// What the attribute of a handler knows; the macro's door into [`Route`].
#[doc(hidden)]
pub struct Declared {
    pub key: TypeId,
    pub name: &'static str,
    pub methods: &'static [&'static str],
    pub paths: &'static [&'static str],
    pub captures: Vec<Capture>,
    pub call: Call,
    pub needs: Vec<Option<Need>>,
    pub asks_for: Vec<TypeId>,
    pub reads_facts: Vec<bool>,
    pub options: Options,
    pub docs: &'static str,
    pub place: Place,
}

impl Route {
    /// A route that no attribute declared, under its own name.
    #[track_caller]
    pub fn new<F, Fut>(
        name: impl Into<Cow<'static, str>>,
        path: impl Into<Cow<'static, str>>,
        handler: F,
    ) -> Self
    where
        F: Fn(Request, &Captured<'_>) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Response> + Send + 'static,
    {
        let caller = std::panic::Location::caller();
        Self {
            key: None,
            name: name.into(),
            methods: Methods::of([Method::GET]),
            paths: vec![path.into()],
            captures: Vec::new(),
            endpoint: Endpoint::Shared(Arc::new(move |request, captured| {
                Box::pin(handler(request, captured))
            })),
            needs: Vec::new(),
            asks_for: Vec::new(),
            reads_facts: true,
            options: Options::default(),
            docs: "",
            place: Place { module: "", file: caller.file(), line: caller.line() },
            origin: None,
        }
    }

    /// Answers these methods instead of `GET`.
    #[must_use]
    pub fn methods(mut self, methods: Methods) -> Self {
        self.methods = methods;
        self
    }

    /// Sets what an attribute would say beside the path.
    #[must_use]
    pub fn options(mut self, options: Options) -> Self {
        self.options = options;
        self
    }

    /// Says that its handler reads nothing from a request's extensions, which need not be put
    /// there then.
    #[must_use]
    pub(crate) fn without_facts(self) -> Self {
        Self { reads_facts: false, ..self }
    }

    /// The documentation of its handler.
    pub fn docs(&self) -> &str {
        self.docs
    }

    /// How many bytes a request's body may have here, where its attribute says so.
    pub fn body_limit(&self) -> Option<usize> {
        self.options.body_limit
    }

    /// What its attribute says of slashes: `Some(false)` where `/about` and `/about/` are one.
    pub fn strict_slashes(&self) -> Option<bool> {
        self.options.strict_slashes
    }

    /// Whether it speaks JSON, where its handler's signature or its attribute says so.
    pub fn speaks_json(&self) -> Option<bool> {
        self.options.json
    }

    /// Where its handler stands.
    pub fn place(&self) -> Place {
        self.place
    }

    /// The crate that listed it, where `routes!` did.
    pub fn origin(&self) -> Option<Origin> {
        self.origin
    }

    #[doc(hidden)]
    pub fn declared(from: Declared) -> Self {
        Self {
            key: Some(from.key),
            name: from.name.into(),
            // The macro took the names from its own attribute or checked them as tokens.
            methods: Methods::of(from.methods.iter().filter_map(|name| name.parse().ok())),
            paths: from.paths.iter().map(|path| (*path).into()).collect(),
            captures: from.captures,
            endpoint: Endpoint::Function(from.call),
            needs: from.needs.into_iter().flatten().collect(),
            asks_for: from.asks_for,
            reads_facts: from.reads_facts.contains(&true),
            options: from.options,
            docs: from.docs,
            place: from.place,
            origin: None,
        }
    }
}

impl Routes {
    #[doc(hidden)]
    pub fn of(origin: Origin, routes: Vec<Route>) -> Self {
        Self(routes.into_iter().map(|route| Route { origin: Some(origin), ..route }).collect())
    }
}

impl From<Route> for Routes {
    fn from(route: Route) -> Self {
        Self(vec![route])
    }
}

impl Endpoint {
    pub(crate) fn call(&self, request: Request, captured: &Captured<'_>) -> Answer {
        match self {
            Self::Function(call) => call(request, captured),
            Self::Shared(call) => call(request, captured),
        }
    }
}

impl fmt::Debug for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Function(_) => "Function",
            Self::Shared(_) => "Shared",
        })
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.file, self.line)
    }
}

/// Lists handlers: `routes![index, blog::show]`.
///
/// Each must be a function with a route attribute (`#[get(…)]` and its like); of a function
/// without one the compiler says "expected type, found function".
#[macro_export]
macro_rules! routes {
    ($($handler:ty),* $(,)?) => {
        $crate::routing::Routes::of(
            $crate::routing::Origin { name: ::core::env!("CARGO_PKG_NAME"), dir: ::core::env!("CARGO_MANIFEST_DIR") },
            ::std::vec![$(<$handler>::__route()),*],
        )
    };
}
