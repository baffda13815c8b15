//! One environment of `MiniJinja` a site, with all that its apps left for it.

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

use axum::extract::Request;
use carafe_core::assets::Assets;
use carafe_core::settings::{Environment, Settings};
use carafe_core::values::PageValue;
use carafe_core::{Error, Result, Scope};
use minijinja::syntax::SyntaxConfig;
use minijinja::{Environment as MiniJinja, ErrorKind, Template, UndefinedBehavior, Value};

use crate::asks::Asked;
use crate::context::Context;
use crate::deposits::{Addition, ContextFunction};
use crate::error::{Surroundings, explain};
use crate::folder::TemplateFolder;
use crate::lookup::Lookup;
use crate::root::{Root, value_of};
use crate::{filters, formatter, functions, reload};

/// What renders the pages of a site.
pub(crate) struct Engine {
    environment: MiniJinja<'static>,
    lookup: Arc<Lookup>,
    asked: Asked,
    functions: Vec<(String, ContextFunction)>,
}

/// How templates are treated, where it is not as the environment has it; see
/// [`Templates`](crate::Templates).
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Options {
    pub(crate) undefined: Option<UndefinedBehavior>,
    pub(crate) reload: Option<bool>,
    pub(crate) trims_blocks: bool,
}

impl Options {
    fn of(scope: &Scope) -> Self {
        scope.service::<Self>().map(|options| *options).unwrap_or_default()
    }
}

/// Whether the rules of production hold.
fn is_strict(scope: &Scope) -> bool {
    match scope.service::<Settings>() {
        Some(settings) => settings.environment().is_strict(),
        None => Environment::of_build().is_strict(),
    }
}

impl Engine {
    /// The engine of the site, made at the first call.
    pub(crate) fn of(scope: &Scope) -> Result<Arc<Self>> {
        scope.once(Self::new)
    }

    fn new(scope: &Scope) -> Result<Self> {
        let options = Options::of(scope);
        let is_strict = is_strict(scope);
        let reload = options.reload.unwrap_or(!is_strict);
        let undefined = options.undefined.unwrap_or(if is_strict {
            UndefinedBehavior::Lenient
        } else {
            UndefinedBehavior::SemiStrict
        });
        let mut folders: Vec<(String, TemplateFolder)> = Vec::new();
        let own = scope.deposits::<TemplateFolder>().map(|(app, folder)| (app, folder.clone()));
        let assets = scope.deposits::<Assets>().map(|(app, assets)| (app, (*assets).into()));
        for (app, folder) in own.chain(assets) {
            // Two apps of one crate have its folder in common.
            if folders.iter().all(|(other, known)| (other.as_str(), known) != (app, &folder)) {
                folders.push((app.to_owned(), folder));
            }
        }
        let order: Vec<_> = scope.app_paths().collect();
        folders.sort_by_key(|(app, _)| order.iter().position(|path| path == app));
        let lookup = Arc::new(Lookup::new(folders));

        let mut environment = MiniJinja::new();
        environment.set_undefined_behavior(undefined);
        environment.set_auto_escape_callback(formatter::auto_escape);
        environment.set_formatter(formatter::write);
        environment.set_debug(reload);
        if options.trims_blocks {
            let trims = SyntaxConfig::builder().trim_blocks(true).lstrip_blocks(true).build();
            environment.set_syntax(trims?);
        }
        filters::add_to(&mut environment);
        functions::add_to(&mut environment);
        // The outermost app's come last, so that they win.
        let additions: Vec<_> = scope.deposits::<Addition>().collect();
        for (_, addition) in additions.into_iter().rev() {
            addition.add_to(&mut environment);
        }
        reload::connect(&mut environment, &lookup, reload);
        let values = scope.deposits::<PageValue>().map(|(_, value)| value.clone());
        let functions = scope.deposits::<ContextFunction>();
        Ok(Self {
            environment,
            lookup,
            asked: Asked::new(values, reload),
            functions: functions
                .map(|(app, function)| (app.to_owned(), function.clone()))
                .collect(),
        })
    }

    pub(crate) fn environment(&self) -> &MiniJinja<'static> {
        &self.environment
    }

    pub(crate) fn lookup(&self) -> &Lookup {
        &self.lookup
    }

    /// The template of a name.
    pub(crate) fn template(&self, name: &str) -> Result<Template<'_, '_>> {
        self.environment
            .get_template(name)
            .map_err(|error| self.explain(error, &Context::default()))
    }

    /// The first template that exists.
    pub(crate) fn choose<'n>(
        &self,
        names: &'n [Cow<'static, str>],
    ) -> Result<&'n Cow<'static, str>> {
        for name in names {
            match self.environment.get_template(name) {
                Ok(_) => return Ok(name),
                Err(error) if error.kind() == ErrorKind::TemplateNotFound => {}
                Err(error) => return Err(self.explain(error, &Context::default())),
            }
        }
        let list = names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
        Err(Error::internal(format!("none of these templates exists: {list}"))
            .hint("the first that exists is rendered: add one of them"))
    }

    /// What a template is rendered with, after all that takes waiting.
    pub(crate) async fn root(
        &self,
        scope: &Scope,
        template: Source<'_>,
        context: &Context,
    ) -> Result<Value> {
        let mut extras: Vec<(Cow<'static, str>, Value)> = Vec::new();
        if !self.functions.is_empty() {
            self.call_functions(scope, &mut extras).await?;
        }
        let asked = match template {
            Source::Name(name) => self.asked.of_name(&self.environment, name),
            Source::Text(template) => self.asked.of_template(&self.environment, template),
        };
        for value in asked {
            let name = value.name();
            let known = context.get(name).is_some() || extras.iter().any(|(own, _)| own == name);
            if !known {
                extras.push((name.into(), value_of(value.load(scope).await?)));
            }
        }
        Ok(Root { context: context.clone(), extras }.into_value())
    }

    /// An error of `MiniJinja` as ours; `context` is what the page could name.
    pub(crate) fn explain(&self, error: minijinja::Error, context: &Context) -> Error {
        explain(error, &Around { engine: self, context })
    }

    /// Runs the context functions of the app that answers and of those around it; the innermost
    /// app's word counts.
    async fn call_functions(
        &self,
        scope: &Scope,
        to: &mut Vec<(Cow<'static, str>, Value)>,
    ) -> Result<()> {
        let here = scope.app_path();
        let stands_in = |app: &str| {
            app.is_empty()
                || here
                    .strip_prefix(app)
                    .is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
        };
        let mut parts = parts_of(scope);
        for (_, function) in self.functions.iter().filter(|(app, _)| stands_in(app)) {
            let context = function.call(&mut parts).await?;
            for name in context.names() {
                let value = context.get(name).cloned().unwrap_or_default();
                to.retain(|(own, _)| own != name);
                to.push((name.to_owned().into(), value));
            }
        }
        Ok(())
    }
}

/// A template by its name, or one that is a text.
#[derive(Clone, Copy)]
pub(crate) enum Source<'t> {
    Name(&'t str),
    Text(&'t Template<'t, 't>),
}

/// The head of the request for extractors, as far as it is kept.
fn parts_of(scope: &Scope) -> http::request::Parts {
    let mut request = Request::new(axum::body::Body::empty());
    if let Some(method) = scope.method() {
        request.method_mut().clone_from(method);
    }
    if let Some(uri) = scope.uri() {
        request.uri_mut().clone_from(uri);
    }
    if let Some(headers) = scope.headers() {
        request.headers_mut().clone_from(headers);
    }
    request.into_parts().0
}

struct Around<'e> {
    engine: &'e Engine,
    context: &'e Context,
}

impl Surroundings for Around<'_> {
    fn text(&self, name: &str) -> Option<String> {
        let found = self.engine.lookup.find(name).ok().flatten();
        found.map(|(_, found)| found.text.into_owned())
    }

    fn place(&self, name: &str) -> String {
        self.engine.lookup.place(name)
    }

    fn templates(&self) -> Vec<String> {
        self.engine.lookup.names().unwrap_or_default()
    }

    fn names(&self, kind: ErrorKind) -> Vec<String> {
        match kind {
            ErrorKind::UnknownFilter => FILTERS.iter().map(|name| (*name).to_owned()).collect(),
            ErrorKind::UndefinedError | ErrorKind::UnknownFunction => {
                let globals = self.engine.environment.globals().map(|(name, _)| name.to_owned());
                let own = self.context.names().map(str::to_owned);
                globals.chain(own).chain(self.engine.asked.names().map(str::to_owned)).collect()
            }
            _ => Vec::new(),
        }
    }
}

/// The names of Jinja's filters, which the environment does not tell.
const FILTERS: [&str; 58] = [
    "abs",
    "attr",
    "batch",
    "bool",
    "capitalize",
    "center",
    "chain",
    "count",
    "default",
    "dictsort",
    "escape",
    "filesizeformat",
    "first",
    "float",
    "forceescape",
    "format",
    "groupby",
    "indent",
    "int",
    "items",
    "join",
    "last",
    "length",
    "lines",
    "list",
    "lower",
    "map",
    "max",
    "min",
    "pluralize",
    "pprint",
    "random",
    "reject",
    "rejectattr",
    "replace",
    "reverse",
    "round",
    "safe",
    "select",
    "selectattr",
    "slice",
    "sort",
    "split",
    "string",
    "striptags",
    "sum",
    "title",
    "tojson",
    "trim",
    "truncate",
    "unique",
    "upper",
    "urlencode",
    "urlize",
    "wordcount",
    "wordwrap",
    "xmlattr",
    "zip",
];

impl fmt::Debug for Engine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Engine").field("lookup", &self.lookup).finish_non_exhaustive()
    }
}
