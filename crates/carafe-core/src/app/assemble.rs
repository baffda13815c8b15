//! From an app to a site: the tree laid flat, components set up, the table frozen and checked.

use std::any::TypeId;
use std::collections::HashSet;
use std::sync::Arc;

use clap::Arg;

use super::asked::Asking;
use super::checkers::{self, Checker};
use super::foreign::Foreign;
use super::hooks::ServingStep;
use super::node::{Catch, Chain, Node};
use super::plugin::{Erased, Setup};
use super::route::Hosts;
use super::site::Site;
use super::{App, Mount, layers};
use crate::advice::Advisers;
use crate::checks::Inspections;
use crate::command::{Command, Commands, Line, builtin};
use crate::error::{Error, Kind, Result};
use crate::events::Events;
use crate::frame::{Base, Frame, Place, endpoint};
use crate::middleware::{Pipeline, TrustedProxies, sessions};
use crate::once::Once;
use crate::routing::{Host, Pattern, Route, Routes, Rule, Table};
use crate::scope::Scope;
use crate::settings::{CoreSettings, SecuritySettings, Settings, SettingsLoader, Strangers};

/// A site while it is put together: what components add to.
pub struct Draft {
    nodes: Vec<DraftNode>,
    settings: Settings,
    checkers: Vec<Checker>,
    keeps_headers: bool,
    pub(super) advisers: Advisers,
    pub(super) inspections: Inspections,
    pub(super) serve_flags: Vec<Arg>,
    pub(super) before_serving: Vec<ServingStep>,
}

struct DraftNode {
    app: App,
    path: String,
    parent: Option<usize>,
    prefix: Pattern,
    host: Option<Host>,
}

pub(super) fn build(mut app: App, settings: SettingsLoader) -> Result<Arc<Site>> {
    let settings = load(&mut app, settings)?;
    let mut draft = Draft {
        nodes: Vec::new(),
        settings,
        checkers: Vec::new(),
        keeps_headers: false,
        advisers: Advisers::default(),
        inspections: Inspections::default(),
        serve_flags: Vec::new(),
        before_serving: Vec::new(),
    };
    let root = Pattern::parse("/")?;
    draft.lay_flat(app, None, String::new(), root, None)?;
    draft.check_names()?;
    let provided = draft.provide_settings();
    for value in sessions::page_values() {
        draft.add_deposit(0, value);
    }
    let set_up = draft.set_up();
    // Before all else, and all at once: what came of a wrong setting is no news beside it.
    draft.settings.check_with(match set_up {
        Ok(()) => Strangers::Refused,
        Err(_) => Strangers::LeftAlone,
    })?;
    provided.and(set_up)?;
    draft.freeze()
}

/// The settings, with the sections and the values that the apps of the tree bring.
fn load(app: &mut App, loader: SettingsLoader) -> Result<Settings> {
    gather(app, loader.sections(sessions::known())).begin()
}

/// The inner apps first, so that what an outer one sets is the stronger.
fn gather(app: &mut App, mut loader: SettingsLoader) -> SettingsLoader {
    for mount in &mut app.mounts {
        loader = gather(&mut mount.app, loader);
    }
    loader
        .overrides(std::mem::take(&mut app.overrides))
        .defaults(std::mem::take(&mut app.defaults))
        .sections(app.sections.iter().map(|(section, _)| *section))
}

impl Draft {
    pub(crate) fn settings(&self) -> &Settings {
        &self.settings
    }

    pub(crate) fn add_commands(&mut self, node: usize, commands: Commands) {
        self.nodes[node].app.commands.extend(commands.0);
    }

    /// Each app's sections become its services; the whole of the settings is the outermost's.
    fn provide_settings(&mut self) -> Result<()> {
        let mut errors = Vec::new();
        for node in &mut self.nodes {
            for (_, provide) in &node.app.sections {
                errors.extend(provide(&self.settings, &mut node.app.services).err());
            }
        }
        self.nodes[0].app.services.insert(self.settings.clone());
        Error::all(errors)
    }

    pub(crate) fn add_routes(&mut self, node: usize, routes: Routes) {
        self.nodes[node].app.routes.extend(routes.0);
    }

    pub(crate) fn add_service<T: Send + Sync + 'static>(&mut self, node: usize, value: T) {
        self.nodes[node].app.services.insert(value);
    }

    pub(crate) fn add_layer(&mut self, node: usize, layer: layers::StoredLayer) {
        self.nodes[node].app.layers.push(layer);
    }

    pub(crate) fn add_deposit<T: Send + Sync + 'static>(&mut self, node: usize, value: T) {
        self.nodes[node].app.deposits.add(value);
    }

    pub(crate) fn add_checker(&mut self, checker: Checker) {
        self.checkers.push(checker);
    }

    pub(crate) fn keep_headers(&mut self) {
        self.keeps_headers = true;
    }

    pub(crate) fn deposits<T: 'static>(&self) -> Vec<(&str, &T)> {
        self.nodes
            .iter()
            .flat_map(|node| {
                node.app.deposits.of::<T>().map(|value| (node.app.name.as_str(), value))
            })
            .collect()
    }

    /// An app, then the apps mounted in it: outermost first.
    fn lay_flat(
        &mut self,
        mut app: App,
        parent: Option<usize>,
        path: String,
        prefix: Pattern,
        host: Option<Host>,
    ) -> Result<()> {
        let index = self.nodes.len();
        let mounts = std::mem::take(&mut app.mounts);
        self.nodes.push(DraftNode {
            app,
            path: path.clone(),
            parent,
            prefix: prefix.clone(),
            host: host.clone(),
        });
        for Mount { prefix: below, host: own, app } in mounts {
            let at =
                |error: Error| error.at(format!("the mount of `{}` ({})", app.name, app.place));
            let below = prefix.join(&Pattern::parse(&below).map_err(at)?).map_err(at)?;
            let host = match own {
                Some(own) => Some(Host::parse(&own).map_err(at)?),
                None => host.clone(),
            };
            let path = endpoint(&path, &app.name);
            self.lay_flat(app, Some(index), path, below, host)?;
        }
        Ok(())
    }

    fn check_names(&self) -> Result<()> {
        let mut seen = HashSet::new();
        match self.nodes.iter().find(|node| !seen.insert(&node.path)) {
            None => Ok(()),
            Some(node) => Err(Error::setup(format!("two apps are mounted as `{}`", node.path))
                .at(node.app.place.to_string())
                .hint("give one another name: `.mount(\"/b2\", blog::app().named(\"blog2\"))`")),
        }
    }

    /// Sets up each kind of component once: outermost first, and after what it needs. One whose
    /// settings are wrong does not keep the others from saying what is wrong with theirs.
    fn set_up(&mut self) -> Result<()> {
        let mut waiting: Vec<(usize, Box<dyn Erased>)> = Vec::new();
        for (index, node) in self.nodes.iter_mut().enumerate() {
            for plugin in std::mem::take(&mut node.app.plugins) {
                match waiting.iter().find(|(_, other)| other.kind() == plugin.kind()) {
                    None => waiting.push((index, plugin)),
                    Some((_, other)) if plugin.same_as(other.as_any()) => {}
                    Some((first, _)) => {
                        let first = *first;
                        return Err(Error::setup(format!(
                            "`{}` is added twice with unlike settings",
                            plugin.name()
                        ))
                        .hint(format!(
                            "add it once, to the outermost app; it was added to `{}` and `{}`",
                            self.nodes[first].app.name, self.nodes[index].app.name
                        )));
                    }
                }
            }
        }
        let mut done: HashSet<&'static str> = HashSet::new();
        let mut wrong = Vec::new();
        while !waiting.is_empty() {
            let ready = waiting
                .iter()
                .position(|(_, plugin)| plugin.needs().iter().all(|need| done.contains(need)));
            let Some(ready) = ready else { return Err(missing(&waiting, &done)) };
            let (node, plugin) = waiting.remove(ready);
            done.insert(plugin.name());
            match plugin.setup(&mut Setup { draft: self, node }) {
                Err(error) if error.kind() == Kind::Settings => wrong.push(error),
                // What lacks a component that has failed is no mistake of its own.
                Err(error) if wrong.is_empty() => return Err(error),
                Ok(()) | Err(_) => {}
            }
        }
        Error::all(wrong)
    }

    fn freeze(mut self) -> Result<Arc<Site>> {
        let root = &mut self.nodes[0].app;
        let name = root.name.clone();
        let (slashes, automatic_options) =
            (root.slashes.unwrap_or_default(), root.automatic_options);
        let pipeline = Pipeline::new(&self.settings, std::mem::take(&mut root.slots))?;
        let core = self.settings.section::<CoreSettings>()?;
        let security = self.settings.section::<SecuritySettings>()?;
        let mut errors = Vec::new();
        // Told with what else is wrong with the site; nothing stands in its place till then.
        let mut wrong = |error| errors.push(error);
        let proxies = TrustedProxies::from_settings(&security);
        let proxies = proxies.map_err(&mut wrong).unwrap_or_default();
        let base = core.base_url.as_deref().map(Base::parse).transpose();
        let base = base.map_err(&mut wrong).unwrap_or_default();
        let debug = core.debug.unwrap_or(self.settings.environment().is_development());
        let mut table = Table::default();
        let mut nodes: Vec<Node> = Vec::new();
        let mut places: Vec<Place> = Vec::new();
        let mut foreign = Vec::new();
        let mut events = Events::default();
        let mut stacks: Vec<Vec<layers::StoredLayer>> = Vec::new();
        let mut commands = builtin();
        let (mut on_start, mut on_stop) = (Vec::new(), Vec::new());
        let mut asked_for: HashSet<TypeId> = HashSet::new();
        let mut asks: Vec<(usize, Asking)> = Vec::new();
        let mut answers: Vec<usize> = Vec::new();
        for (index, node) in self.nodes.into_iter().enumerate() {
            let mut services = node.app.services;
            if let Some(parent) = node.parent {
                services.inherit(&places[parent].services);
            }
            let outer = node.parent.map(|parent| nodes[parent].chain_handle());
            let chain = Chain::within(
                outer.as_deref(),
                node.app.before,
                node.app.after,
                node.app.teardown,
                node.app.catches,
            );
            if index == 0 || !node.app.routes.is_empty() || !node.app.foreign.is_empty() {
                answers.push(index);
            }
            let mut layers = node.parent.map(|parent| stacks[parent].clone()).unwrap_or_default();
            layers.extend(node.app.layers);
            for route in node.app.routes {
                asked_for.extend(&route.asks_for);
                let missing =
                    route.needs.iter().filter(|need| !services.has(need.service)).map(|need| {
                        Error::missing_service(need.name)
                            .at(format!(
                                "{} {} ({})",
                                route.methods,
                                route.paths.first().map_or("", |path| path),
                                endpoint(&node.path, &route.name)
                            ))
                            .hint(need.hint)
                    });
                errors.extend(missing);
                if let Err(error) =
                    add(&mut table, index, &node.path, route, &node.prefix, node.host.as_ref())
                {
                    errors.push(error);
                }
            }
            for router in node.app.foreign {
                foreign.push(Foreign::new(index, node.host.clone(), &node.prefix, router)?);
            }
            commands.extend(node.app.commands);
            errors.extend(node.app.faults);
            asked_for.extend(node.app.asks.iter().flat_map(Asking::kinds));
            asks.extend(node.app.asks.into_iter().map(|asking| (index, asking)));
            on_start.extend(node.app.on_start);
            on_stop.extend(node.app.on_stop);
            events.merge(node.app.events);
            nodes.push(Node { chain: Arc::new(chain), stack: layers::stack(&layers) });
            let deposits = node.app.deposits;
            places.push(Place { path: node.path, parent: node.parent, services, deposits });
            stacks.push(layers);
        }
        errors.extend(twice(&commands));
        errors.extend(table.conflicts());
        Error::all(errors)?;
        let grouped = table.grouped();
        let frame = Arc::new(Frame {
            name,
            places,
            table,
            events,
            base,
            debug,
            once: Once::default(),
            advisers: self.advisers,
            inspections: self.inspections,
        });
        Error::all(missing_in_hooks(&frame, &asks, &answers))?;
        let scope = Scope::of_site(frame.clone());
        sessions::prepare(&scope, |kind| asked_for.contains(&kind))?;
        checkers::run(&self.checkers, &scope)?;
        let has_short_ways = pipeline.time_limit().is_none() && nodes.iter().any(Node::is_plain);
        Ok(Arc::new_cyclic(|site| {
            let hosts = Hosts::new(site, grouped, foreign, slashes, automatic_options);
            Site {
                frame,
                nodes,
                hosts,
                pipeline,
                proxies,
                keeps_headers: debug || self.keeps_headers,
                has_short_ways,
                line: Line::new(commands, self.serve_flags),
                before_serving: self.before_serving,
                on_start,
                on_stop,
            }
        }))
    }
}

/// What hooks ask for and nothing provides: to their own app, or to one within it, where they run
/// too. An app without routes answers nothing, unless it is the outermost.
fn missing_in_hooks(frame: &Arc<Frame>, asks: &[(usize, Asking)], answers: &[usize]) -> Vec<Error> {
    let missing = |(app, asking): &(usize, Asking)| {
        let runs_in = answers.iter().filter(|answering| frame.is_within(**answering, *app));
        let mut of_each = runs_in.map(|answering| {
            let scope = Scope::of_site(frame.clone());
            scope.set_app(*answering);
            asking.missing(&scope).collect::<Vec<_>>()
        });
        of_each.find(|errors| !errors.is_empty()).unwrap_or_default()
    };
    asks.iter().flat_map(missing).collect()
}

/// Two commands of one name, or one that is called as one of ours.
fn twice(commands: &[Command]) -> impl Iterator<Item = Error> {
    let known = |at: usize, name: &str| {
        name == "serve" || commands[..at].iter().any(|other| other.name() == name)
    };
    let again = commands.iter().enumerate().filter(move |(at, command)| known(*at, command.name()));
    again.map(|(_, command)| {
        Error::setup(format!("two commands are called `{}`", command.name()))
            .hint("give one another name: `#[command(name = \"…\")]`")
    })
}

/// Adds a route with its paths below the prefix of its app.
fn add(
    table: &mut Table,
    app: usize,
    path: &str,
    route: Route,
    prefix: &Pattern,
    host: Option<&Host>,
) -> Result<()> {
    let name = endpoint(path, &route.name);
    let route = Arc::new(route);
    for text in &route.paths {
        let at = |error: Error| error.at(format!("{name} ({})", route.place));
        let pattern = prefix.join(&Pattern::parse(text).map_err(at)?).map_err(at)?;
        table.add(Rule::new(name.clone(), app, route.clone(), pattern, host.cloned()));
    }
    Ok(())
}

fn missing(waiting: &[(usize, Box<dyn Erased>)], done: &HashSet<&'static str>) -> Error {
    let names: HashSet<_> = waiting.iter().map(|(_, plugin)| plugin.name()).collect();
    let lacking = waiting.iter().find_map(|(_, plugin)| {
        let need =
            plugin.needs().iter().find(|need| !done.contains(**need) && !names.contains(**need))?;
        Some((plugin.name(), *need))
    });
    match lacking {
        Some((name, need)) => Error::setup(format!("`{name}` needs `{need}`, which is not there"))
            .hint(format!("add the plugin `{need}` to your app")),
        None => Error::setup("components need each other in a ring")
            .hint("their `NEEDS` must not lead back to themselves"),
    }
}

impl Chain {
    /// The hooks of an app within another: before from the outside in, the others from the
    /// inside out and the last registered first.
    fn within(
        outer: Option<&Self>,
        before: Vec<super::hooks::BeforeHook>,
        after: Vec<super::hooks::AfterHook>,
        teardown: Vec<super::hooks::TeardownHook>,
        catches: Vec<Catch>,
    ) -> Self {
        let none = Self::default();
        let outer = outer.unwrap_or(&none);
        Self {
            before: outer.before.iter().cloned().chain(before).collect(),
            after: after.into_iter().rev().chain(outer.after.iter().cloned()).collect(),
            teardown: teardown.into_iter().rev().chain(outer.teardown.iter().cloned()).collect(),
            // What an app says of an error's type is nearer than what it says of its status.
            catches: sorted(catches).into_iter().chain(outer.catches.iter().cloned()).collect(),
        }
    }
}

fn sorted(mut catches: Vec<Catch>) -> Vec<Catch> {
    catches.sort_by_key(|catch| matches!(catch, Catch::Status(..)));
    catches
}
