//! A link to a route: checked when the program is compiled, written where the request is known.

use std::any::TypeId;
use std::borrow::Cow;
use std::fmt;

use serde_core::{Serialize, Serializer};

use crate::error::{Error, Result};
use crate::routing::{Rule, Table};
use crate::scope::Scope;

/// A link to a route, as `show::url(7)` makes it.
///
/// It holds the route and its segments; the mount's prefix, and the host where the route has
/// another one, are added when it is written out, from the request (or command, task, test) that
/// is running. Written outside of one it is an error that names [`Scope`]: never a link without
/// its prefix. In a template, in JSON, in `redirect` and by `to_string()` it is its path.
///
/// ```
/// use carafe_core::Url;
/// # fn show(url: Url) -> Url {
/// url.query("q", "a b").query("page", 2).fragment("top")     // /posts/7?q=a+b&page=2#top
/// # }
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Url {
    target: Target,
    values: Vec<(Cow<'static, str>, String)>,
    query: Vec<(String, String)>,
    fragment: Option<String>,
    of: Option<String>,
    absolute: bool,
}

#[derive(Clone, Debug, PartialEq)]
enum Target {
    Handler(TypeId, &'static str),
    Endpoint(String),
}

impl Url {
    #[doc(hidden)]
    pub fn to_handler(
        key: TypeId,
        name: &'static str,
        values: Vec<(&'static str, String)>,
    ) -> Self {
        let values = values.into_iter().map(|(name, text)| (name.into(), text)).collect();
        Self { values, ..Self::to(Target::Handler(key, name)) }
    }

    /// A link to an endpoint by its name (`blog.show`, or `.show` inside the blog itself), as
    /// templates make it. Values that the path has no place for go into the query.
    pub fn to_endpoint(endpoint: impl Into<String>) -> Self {
        Self::to(Target::Endpoint(endpoint.into()))
    }

    fn to(target: Target) -> Self {
        Self {
            target,
            values: Vec::new(),
            query: Vec::new(),
            fragment: None,
            of: None,
            absolute: false,
        }
    }

    /// Gives the value of a capture: one of a mount's prefix or host, which else comes from the
    /// running request, or one of a route that is linked by name.
    #[must_use]
    pub fn with(mut self, name: impl Into<Cow<'static, str>>, value: impl fmt::Display) -> Self {
        let name = name.into();
        self.values.retain(|(own, _)| *own != name);
        self.values.push((name, value.to_string()));
        self
    }

    /// Adds to the query; a name may come several times.
    #[must_use]
    pub fn query(mut self, name: impl Into<String>, value: impl fmt::Display) -> Self {
        self.query.push((name.into(), value.to_string()));
        self
    }

    /// Points at a part of the page (`#name`).
    #[must_use]
    pub fn fragment(mut self, name: impl Into<String>) -> Self {
        self.fragment = Some(name.into());
        self
    }

    /// Names the mount, where an app is mounted twice.
    #[must_use]
    pub fn of(mut self, mount: impl Into<String>) -> Self {
        self.of = Some(mount.into());
        self
    }

    /// Writes the scheme and host too: `https://example.com/posts/7`.
    #[must_use]
    pub fn absolute(mut self) -> Self {
        self.absolute = true;
        self
    }

    /// The link as text, from the running scope; an error says what is missing.
    pub fn to_text(&self) -> Result<String> {
        self.write(&Scope::current()?)
    }

    /// The link as text in a given scope.
    pub(crate) fn write(&self, scope: &Scope) -> Result<String> {
        let rule = self.resolve(scope)?;
        let captures = scope.captures();
        let value = |name: &str| -> Option<&str> {
            let own =
                self.values.iter().find(|(own, _)| own == name).map(|(_, text)| text.as_str());
            own.or_else(|| {
                captures.iter().find(|(own, _)| own == name).map(|(_, text)| text.as_str())
            })
        };
        let mut text = String::new();
        self.write_origin(&mut text, scope, rule, value)?;
        text.push_str(scope.root_path());
        rule.pattern().write(&mut text, value).map_err(|error| {
            error.at(self.name().to_owned()).hint("give it with `.with(name, value)`")
        })?;
        self.write_tail(&mut text, rule);
        Ok(text)
    }

    /// Scheme and host where they are asked for, needed, or the only safe thing to write.
    fn write_origin<'v>(
        &self,
        text: &mut String,
        scope: &Scope,
        rule: &Rule,
        value: impl Fn(&str) -> Option<&'v str>,
    ) -> Result<()> {
        let here = scope.host_name();
        let elsewhere = match rule.host() {
            None => None,
            Some(host) => {
                let label = match &host.capture {
                    None => "",
                    Some(name) => value(name).ok_or_else(|| {
                        Error::internal(format!("the host {host} needs a value for `{name}`"))
                            .at(self.name().to_owned())
                            .hint("give it with `.with(name, value)`")
                    })?,
                };
                let full = format!("{label}{}", host.suffix);
                (here != Some(full.as_str())).then_some(full)
            }
        };
        if elsewhere.is_none() && !self.absolute && scope.is_request() {
            return Ok(());
        }
        let origin = scope.origin()?;
        match elsewhere {
            None => text.push_str(&origin.to_string()),
            Some(host) => text.push_str(&origin.on_host(&host).to_string()),
        }
        Ok(())
    }

    fn write_tail(&self, text: &mut String, rule: &Rule) {
        let in_path = |name: &str| {
            rule.pattern().names().any(|own| own == name)
                || rule.route().captures.iter().any(|capture| capture.name == name)
                || rule.host().is_some_and(|host| host.capture.as_deref() == Some(name))
        };
        let unused = self
            .values
            .iter()
            .filter(|(name, _)| !in_path(name))
            .map(|(name, text)| (&**name, text.as_str()));
        let query =
            unused.chain(self.query.iter().map(|(name, text)| (name.as_str(), text.as_str())));
        let query = form_urlencoded::Serializer::new(String::new()).extend_pairs(query).finish();
        if !query.is_empty() {
            text.push('?');
            text.push_str(&query);
        }
        if let Some(fragment) = &self.fragment {
            text.push('#');
            text.extend(percent_encoding::utf8_percent_encode(fragment, FRAGMENT));
        }
    }

    fn name(&self) -> &str {
        match &self.target {
            Target::Handler(_, name) => name,
            Target::Endpoint(name) => name,
        }
    }

    /// The rule that is meant: of the mount that was named, else the one nearest to the request.
    fn resolve<'s>(&self, scope: &'s Scope) -> Result<&'s Rule> {
        let frame = scope.frame();
        let rules: Vec<&Rule> = match &self.target {
            Target::Handler(key, _) => frame.table.of_key(*key).collect(),
            Target::Endpoint(name) => match name.strip_prefix('.') {
                None => frame.table.of_endpoint(name).collect(),
                Some(name) => {
                    frame.table.of_endpoint(&frame.endpoint_in(scope.app(), name)).collect()
                }
            },
        };
        let mut apps: Vec<usize> = rules.iter().map(|rule| rule.app()).collect();
        apps.dedup();
        let app = match (&self.of, apps.as_slice()) {
            (_, []) => return Err(self.unknown(&frame.table)),
            (None, [app]) => *app,
            (Some(mount), apps) => {
                *apps.iter().find(|app| frame.is_mount(**app, mount)).ok_or_else(|| {
                    Error::internal(format!("`{}` has no mount called `{mount}`", self.name()))
                        .hint(format!("it is mounted as {}", frame.mount_names(apps)))
                })?
            }
            (None, apps) => frame.nearest(scope.app(), apps).ok_or_else(|| {
                Error::internal(format!("`{}` is mounted several times", self.name()))
                    .hint(format!("say which one with `.of(\"…\")`: {}", frame.mount_names(apps)))
            })?,
        };
        let mut fitting: Vec<&Rule> = rules.into_iter().filter(|rule| rule.app() == app).collect();
        let all = fitting[0];
        fitting.retain(|rule| self.fits(rule));
        // Of several paths the shortest that says the same: `/all/` rather than `/all/page/1`.
        fitting.sort_by_key(|rule| {
            rule.route()
                .captures
                .iter()
                .enumerate()
                .filter(|(i, _)| rule.position(*i).is_some())
                .count()
        });
        Ok(fitting.first().copied().unwrap_or(all))
    }

    /// Whether a path can stand for the values: those that it leaves out are its defaults.
    fn fits(&self, rule: &Rule) -> bool {
        let value =
            |name: &str| self.values.iter().find(|(own, _)| own == name).map(|(_, text)| text);
        rule.route().captures.iter().enumerate().all(|(i, capture)| {
            match (rule.position(i), value(capture.name)) {
                (Some(_), value) => value.is_some(),
                (None, Some(value)) => capture.default.is_some_and(|default| default() == *value),
                (None, None) => true,
            }
        })
    }

    fn unknown(&self, table: &Table) -> Error {
        let names = table.endpoints();
        let near = crate::suggest::nearest(self.name(), names.iter().copied());
        let error =
            Error::internal(format!("could not build a URL for endpoint `{}`", self.name()));
        match (near, &self.target) {
            (_, Target::Handler(..)) => {
                error.hint("list the handler in `routes![…]` of an app that is mounted")
            }
            (Some(near), _) => error.hint(format!("did you mean `{near}`?")),
            (None, _) => error.hint("`cargo run -- routes` lists the endpoints"),
        }
    }
}

/// What is encoded in a fragment (RFC 3986).
const FRAGMENT: &percent_encoding::AsciiSet = &percent_encoding::CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'<')
    .add(b'>')
    .add(b'`')
    .add(b'#')
    .add(b'%');

/// The path, from the running scope.
///
/// Outside of a scope, or where a value is missing, this is an error of the formatter (so that
/// `to_string()` panics), and the sentence is logged; [`Url::to_text`] returns it.
impl fmt::Display for Url {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.to_text() {
            Ok(text) => f.write_str(&text),
            Err(error) => {
                tracing::error!(%error, "a URL could not be written");
                Err(fmt::Error)
            }
        }
    }
}

impl Serialize for Url {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.to_text().map_err(serde_core::ser::Error::custom)?.serialize(serializer)
    }
}
