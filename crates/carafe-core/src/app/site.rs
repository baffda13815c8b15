//! An app that is put together and frozen: what answers requests.

use std::fmt;
use std::sync::Arc;

use super::node::Node;
use super::route::Hosts;
use crate::events::Events;
use crate::middleware::Pipeline;
use crate::routing::Table;
use crate::scope::{Origin, Scope};

/// An app that is put together, checked and frozen: the same value behind the server, the test
/// client and serverless functions.
pub struct Site {
    pub(super) name: String,
    pub(super) nodes: Vec<Node>,
    pub(super) table: Table,
    pub(super) hosts: Hosts,
    pub(super) events: Events,
    pub(super) pipeline: Pipeline,
    pub(super) keeps_headers: bool,
    pub(super) base: Option<Base>,
}

/// The configured address of the site.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Base {
    pub(crate) origin: Origin,
    pub(crate) path: String,
}

impl Site {
    /// The name of the outermost app.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// All routes.
    pub fn table(&self) -> &Table {
        &self.table
    }

    /// Runs a future in the scope of this site, outside of a request: commands, tasks, tests.
    pub async fn scope<F: Future>(self: &Arc<Self>, future: F) -> F::Output {
        Scope::of_site(self.clone()).run(future).await
    }

    /// A link as text, outside of a request.
    pub fn url(self: &Arc<Self>, url: &crate::routing::Url) -> crate::Result<String> {
        Scope::of_site(self.clone()).url(url)
    }

    /// A service of the outermost app.
    pub(crate) fn service<T: Send + Sync + 'static>(&self, app: usize) -> Option<Arc<T>> {
        self.nodes[app].services().get()
    }

    pub(crate) fn node(&self, app: usize) -> &Node {
        &self.nodes[app]
    }

    pub(crate) fn events(&self) -> &Events {
        &self.events
    }

    pub(crate) fn pipeline(&self) -> &Pipeline {
        &self.pipeline
    }

    pub(crate) fn hosts(&self) -> &Hosts {
        &self.hosts
    }

    pub(crate) fn keeps_headers(&self) -> bool {
        self.keeps_headers
    }

    pub(crate) fn base_origin(&self) -> Option<Origin> {
        self.base.as_ref().map(|base| base.origin.clone())
    }

    pub(crate) fn root_path(&self) -> &str {
        self.base.as_ref().map_or("", |base| &base.path)
    }

    /// The endpoint of this name in an app: `show` in `blog` is `blog.show`.
    pub(crate) fn endpoint_in(&self, app: usize, name: &str) -> String {
        endpoint(self.nodes[app].path(), name)
    }

    /// Whether the app stands at, or within, the mount of this name.
    pub(crate) fn is_mount(&self, app: usize, name: &str) -> bool {
        let path = self.nodes[app].path();
        path == name || path.split('.').any(|own| own == name) || path.starts_with(&format!("{name}."))
    }

    /// The names of the mounts, for messages.
    pub(crate) fn mount_names(&self, apps: &[usize]) -> String {
        apps.iter().map(|app| format!("`{}`", self.nodes[*app].path())).collect::<Vec<_>>().join(", ")
    }

    /// Of several apps the one that shares most of its mounts with `here`, if one does.
    pub(crate) fn nearest(&self, here: usize, apps: &[usize]) -> Option<usize> {
        let own = self.lineage(here);
        let shared = |app: &usize| own.iter().zip(self.lineage(*app)).take_while(|(one, other)| **one == *other).count();
        let most = apps.iter().map(shared).max()?;
        let mut nearest = apps.iter().filter(|app| shared(app) == most);
        nearest.next().filter(|_| nearest.next().is_none()).copied()
    }

    fn lineage(&self, app: usize) -> Vec<usize> {
        let mut line: Vec<_> = std::iter::successors(Some(app), |app| self.nodes[*app].parent).collect();
        line.reverse();
        line
    }
}

/// The endpoint of a route in an app.
pub(super) fn endpoint(path: &str, name: &str) -> String {
    if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") }
}

impl fmt::Debug for Site {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Site").field("name", &self.name).field("routes", &self.table.rules().count()).finish_non_exhaustive()
    }
}
