//! All routes of a site: mounts resolved, conflicts found, ready to be asked.

use std::any::TypeId;
use std::cmp::Ordering;
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use super::{Entry, Methods, Pattern, Route, SegmentKind};
use crate::error::{Error, Result};

/// The routes of a site, frozen: the router, URLs, `routes` and checks read the same table.
#[derive(Debug, Default)]
pub struct Table {
    rules: Vec<Arc<Rule>>,
    by_key: HashMap<TypeId, Vec<usize>>,
    by_endpoint: HashMap<String, Vec<usize>>,
}

/// One path of one route, as it stands in the site.
#[derive(Debug)]
pub struct Rule {
    endpoint: String,
    app: usize,
    route: Arc<Route>,
    pattern: Pattern,
    host: Option<Host>,
    positions: Vec<Option<usize>>,
}

/// The host that a rule answers to: `admin.example.com` or `{user}.example.com`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct Host {
    /// The name of the first label where it is a capture.
    pub(crate) capture: Option<String>,
    /// What follows the capture with its dot, or the whole host.
    pub(crate) suffix: String,
}

/// The routes of one host, grouped by the shape of their path, in the order that a router can
/// take them; and those with the rest of the path that stand where others have one capture.
pub(crate) struct Grouped {
    pub(crate) host: Option<Host>,
    pub(crate) entries: Vec<(String, Arc<Entry>)>,
    pub(crate) rest: Arc<Entry>,
    lookup: matchit::Router<usize>,
}

impl Table {
    /// Adds one path of a route.
    pub(crate) fn add(&mut self, rule: Rule) {
        let index = self.rules.len();
        if let Some(key) = rule.route.key {
            self.by_key.entry(key).or_default().push(index);
        }
        self.by_endpoint.entry(rule.endpoint.clone()).or_default().push(index);
        self.rules.push(Arc::new(rule));
    }

    /// Every rule, in the order of registration.
    pub fn rules(&self) -> impl Iterator<Item = &Rule> {
        self.rules.iter().map(|rule| &**rule)
    }

    pub(crate) fn of_key(&self, key: TypeId) -> impl Iterator<Item = &Rule> {
        self.by_key.get(&key).into_iter().flatten().map(|index| &*self.rules[*index])
    }

    pub(crate) fn of_endpoint(&self, endpoint: &str) -> impl Iterator<Item = &Rule> {
        self.by_endpoint.get(endpoint).into_iter().flatten().map(|index| &*self.rules[*index])
    }

    /// Whether the routes next to a path speak JSON: all that say what they speak, of those that
    /// share the longest beginning with it. It is asked where no route of the path says so itself.
    pub(crate) fn speaks_json_around(&self, host: &str, path: &str) -> bool {
        let of_host = self
            .rules()
            .filter(|rule| rule.host.as_ref().is_none_or(|own| own.matches(host).is_some()));
        let saying = of_host
            .filter_map(|rule| Some((rule.pattern.shared_with(path), rule.route.speaks_json()?)));
        let nearest = saying.reduce(|near, next| match next.0.cmp(&near.0) {
            Ordering::Less => near,
            Ordering::Equal => (near.0, near.1 && next.1),
            Ordering::Greater => next,
        });
        nearest.is_some_and(|(_, json)| json)
    }

    /// The names of all endpoints, sorted.
    pub fn endpoints(&self) -> Vec<&str> {
        let mut names: Vec<_> = self.by_endpoint.keys().map(String::as_str).collect();
        names.sort_unstable();
        names
    }

    /// What is wrong with the table as a whole: names that stand for two routes, and requests
    /// that two routes would answer.
    pub(crate) fn conflicts(&self) -> Vec<Error> {
        let twice = self.by_endpoint.iter().filter_map(|(endpoint, rules)| {
            let first = &self.rules[rules[0]].route;
            let other = rules.iter().map(|index| &self.rules[*index].route).find(|route| !Arc::ptr_eq(route, first))?;
            Some(
                Error::setup(format!("two routes are called `{endpoint}`: {} and {}", first.place, other.place))
                    .hint("rename one, say `name = \"…\"` in its attribute, or mount the app under another name with `.named(\"…\")`"),
            )
        });
        let mut shapes: BTreeMap<(Option<&Host>, String), Vec<&Rule>> = BTreeMap::new();
        for rule in self.rules() {
            shapes.entry((rule.host.as_ref(), rule.pattern.shape())).or_default().push(rule);
        }
        let clashes = shapes.values().flat_map(|rules| {
            rules.iter().enumerate().filter_map(|(i, rule)| {
                let other = rules[..i].iter().find(|other| other.clashes_with(rule))?;
                Some(
                    Error::setup(format!(
                        "two routes answer {} {}: `{}` ({}) and `{}` ({})",
                        rule.methods(),
                        rule.pattern,
                        other.endpoint,
                        other.route.place,
                        rule.endpoint,
                        rule.route.place,
                    ))
                    .hint("take one away, or give it another path, method or segment type"),
                )
            })
        });
        let mut all: Vec<_> = twice.chain(clashes).collect();
        all.sort_by_key(ToString::to_string);
        all
    }

    /// The entries of each host.
    pub(crate) fn grouped(&self) -> Vec<Grouped> {
        let mut hosts: BTreeMap<Option<Host>, Vec<&Arc<Rule>>> =
            BTreeMap::from([(None, Vec::new())]);
        for rule in &self.rules {
            hosts.entry(rule.host.clone()).or_default().push(rule);
        }
        hosts.into_iter().map(|(host, rules)| Grouped::new(host, &rules)).collect()
    }
}

impl Grouped {
    fn new(host: Option<Host>, rules: &[&Arc<Rule>]) -> Self {
        let mut shapes: BTreeMap<(bool, String), Vec<&Arc<Rule>>> = BTreeMap::new();
        for rule in rules {
            // The rest of the path comes last: where it stands beside a capture, the router
            // refuses it, and it is asked after the router found nothing.
            shapes.entry((rule.pattern.takes_rest(), rule.pattern.shape())).or_default().push(rule);
        }
        let with_captures: Vec<_> =
            rules.iter().filter(|rule| rule.pattern.names().next().is_some()).collect();
        let mut grouped = Self {
            host,
            entries: Vec::new(),
            rest: Arc::new(Entry::new(Vec::new())),
            lookup: matchit::Router::new(),
        };
        let mut rest = Vec::new();
        for own in shapes.into_values() {
            let first = own[0];
            let path = first.pattern.router_path();
            if grouped.lookup.insert(&path, grouped.entries.len()).is_err() {
                rest.extend(own.into_iter().cloned());
                continue;
            }
            let wider = with_captures.iter().filter(|rule| {
                !own.iter().any(|own| Arc::ptr_eq(own, rule))
                    && rule.pattern.overlaps(&first.pattern)
            });
            let rules = own.iter().copied().chain(wider.map(|rule| **rule)).cloned().collect();
            grouped.entries.push((path, Arc::new(Entry::new(rules))));
        }
        grouped.rest = Arc::new(Entry::new(rest));
        grouped
    }

    /// The entry of the router that a path belongs to.
    pub(crate) fn entry(&self, path: &str) -> Option<&Entry> {
        self.lookup.at(path).ok().map(|at| &*self.entries[*at.value].1)
    }

    /// The route that answers this path, by whatever method; asked only after a 404.
    pub(crate) fn find(&self, path: &str) -> Option<&Rule> {
        let main = self.entry(path);
        let entry = main.filter(|entry| entry.first_at(path).is_some()).unwrap_or(&self.rest);
        entry.first_at(path).map(|index| &*entry.rules()[index])
    }
}

impl Rule {
    pub(crate) fn new(
        endpoint: String,
        app: usize,
        route: Arc<Route>,
        pattern: Pattern,
        host: Option<Host>,
    ) -> Self {
        let positions = route
            .captures
            .iter()
            .map(|capture| pattern.names().position(|name| name == capture.name))
            .collect();
        Self { endpoint, app, route, pattern, host, positions }
    }

    /// The name of its endpoint: `blog.show`.
    pub fn endpoint(&self) -> &str {
        &self.endpoint
    }

    /// Its path with the prefixes of the mounts.
    pub fn pattern(&self) -> &Pattern {
        &self.pattern
    }

    /// The route that it belongs to.
    pub fn route(&self) -> &Route {
        &self.route
    }

    /// The methods that it answers.
    pub fn methods(&self) -> &Methods {
        &self.route.methods
    }

    pub(crate) fn app(&self) -> usize {
        self.app
    }

    pub(crate) fn host(&self) -> Option<&Host> {
        self.host.as_ref()
    }

    /// Where the handler's capture stands among those of the whole path.
    pub(crate) fn position(&self, capture: usize) -> Option<usize> {
        self.positions[capture]
    }

    /// The values of a path that spells out a default (`/all/page/1`), for which there is a
    /// shorter address (`/all/`).
    pub(crate) fn spelled_out(
        &self,
        path: &str,
        spans: &super::Spans,
    ) -> Option<Vec<(String, String)>> {
        let spelled = self.route.captures.iter().enumerate().any(|(index, capture)| {
            let (Some(position), Some(default)) = (self.positions[index], capture.default) else {
                return false;
            };
            spans.text(path, position) == default()
        });
        spelled.then(|| super::Captured::new(path, spans, self).all())
    }

    /// The types of the captures from the left; those of a mount's prefix are text.
    pub(crate) fn kinds(&self) -> Vec<SegmentKind> {
        let kind = |name: &str| {
            self.route
                .captures
                .iter()
                .find(|capture| capture.name == name)
                .map(|capture| capture.kind)
        };
        self.pattern.names().map(|name| kind(name).unwrap_or(SegmentKind::Text)).collect()
    }

    fn type_names(&self) -> Vec<&'static str> {
        let type_of = |name: &str| {
            self.route
                .captures
                .iter()
                .find(|capture| capture.name == name)
                .map(|capture| capture.type_name)
        };
        self.pattern.names().map(|name| type_of(name).unwrap_or_default()).collect()
    }

    /// Whether one request would fit both, of two rules of one shape.
    fn clashes_with(&self, other: &Self) -> bool {
        let distinct_words =
            |kind: &SegmentKind| matches!(kind, SegmentKind::Choice | SegmentKind::Formatted);
        self.methods().overlaps(other.methods())
            && self.pattern.literal_weight() == other.pattern.literal_weight()
            && self.pattern.overlaps(&other.pattern)
            && self.kinds() == other.kinds()
            && (!self.kinds().iter().any(distinct_words) || self.type_names() == other.type_names())
    }
}

impl Host {
    /// Reads `admin.example.com`, `{user}.example.com`.
    pub(crate) fn parse(text: &str) -> Result<Self> {
        let wrong = || {
            Error::setup(format!("`{text}` is no host"))
                .hint("write `admin.example.com`, or `{user}.example.com` to capture one label")
        };
        let (capture, suffix) = match text.strip_prefix('{').map(|rest| rest.split_once('}')) {
            None => (None, text),
            Some(Some((name, suffix)))
                if !name.is_empty() && suffix.len() > 1 && suffix.starts_with('.') =>
            {
                (Some(name.to_owned()), suffix)
            }
            Some(_) => return Err(wrong()),
        };
        let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | ':' | '[' | ']');
        if suffix.is_empty() || !suffix.chars().all(fits) {
            return Err(wrong());
        }
        Ok(Self { capture, suffix: suffix.to_ascii_lowercase() })
    }

    /// The captured label (empty where the host has none), if `host` (without its port) is one of these.
    pub(crate) fn matches<'h>(&self, host: &'h str) -> Option<&'h str> {
        let split = host.len().checked_sub(self.suffix.len())?;
        let (label, suffix) = host.split_at_checked(split)?;
        let fits = match self.capture {
            None => label.is_empty(),
            Some(_) => !label.is_empty() && !label.contains('.'),
        };
        (fits && suffix.eq_ignore_ascii_case(&self.suffix)).then_some(label)
    }

    /// The name of the capture with the label that stands for it.
    pub(crate) fn captured<'h>(&'h self, host: &'h str) -> Option<(&'h str, &'h str)> {
        Some((self.capture.as_deref()?, self.matches(host)?))
    }
}
