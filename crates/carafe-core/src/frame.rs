//! What every part of a site may know of it: its apps by name, its routes, services and address.

use std::sync::Arc;

use crate::advice::Advisers;
use crate::checks::Inspections;
use crate::deposits::Deposits;
use crate::error::{Error, Kind, Result};
use crate::events::Events;
use crate::once::Once;
use crate::origin::Origin;
use crate::routing::Table;
use crate::services::Services;

/// What stands fixed once a site is put together, apart from what runs.
pub(crate) struct Frame {
    pub(crate) name: String,
    pub(crate) places: Vec<Place>,
    pub(crate) table: Table,
    pub(crate) events: Events,
    pub(crate) base: Option<Base>,
    /// Whether error pages show how the program works inside.
    pub(crate) debug: bool,
    /// What components made of the site as a whole.
    pub(crate) once: Once,
    pub(crate) advisers: Advisers,
    pub(crate) inspections: Inspections,
}

/// One app where it stands.
pub(crate) struct Place {
    /// The names of the mounts with dots: empty for the outermost, `blog`, `blog.admin`.
    pub(crate) path: String,
    pub(crate) parent: Option<usize>,
    pub(crate) services: Services,
    pub(crate) deposits: Deposits,
}

/// The configured address of the site.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Base {
    pub(crate) origin: Origin,
    pub(crate) path: String,
}

impl Frame {
    /// A service of an app, its own or of one that it stands within.
    pub(crate) fn service<T: Send + Sync + 'static>(&self, app: usize) -> Option<Arc<T>> {
        self.places[app].services.get()
    }

    pub(crate) fn root_path(&self) -> &str {
        self.base.as_ref().map_or("", |base| &base.path)
    }

    /// The endpoint of this name in an app: `show` in `blog` is `blog.show`.
    pub(crate) fn endpoint_in(&self, app: usize, name: &str) -> String {
        endpoint(&self.places[app].path, name)
    }

    /// Whether the app stands at, or within, the mount of this name.
    pub(crate) fn is_mount(&self, app: usize, name: &str) -> bool {
        let path = &self.places[app].path;
        path == name
            || path.split('.').any(|own| own == name)
            || path.starts_with(&format!("{name}."))
    }

    /// The names of the mounts, for messages.
    pub(crate) fn mount_names(&self, apps: &[usize]) -> String {
        apps.iter()
            .map(|app| format!("`{}`", self.places[*app].path))
            .collect::<Vec<_>>()
            .join(", ")
    }

    /// Of several apps the one that shares most of its mounts with `here`, if one does.
    pub(crate) fn nearest(&self, here: usize, apps: &[usize]) -> Option<usize> {
        let own = self.lineage(here);
        let shared = |app: &usize| {
            own.iter().zip(self.lineage(*app)).take_while(|(one, other)| **one == *other).count()
        };
        let most = apps.iter().map(shared).max()?;
        let mut nearest = apps.iter().filter(|app| shared(app) == most);
        nearest.next().filter(|_| nearest.next().is_none()).copied()
    }

    /// Whether an app is another one, or stands within it.
    pub(crate) fn is_within(&self, app: usize, outer: usize) -> bool {
        self.lineage(app).contains(&outer)
    }

    fn lineage(&self, app: usize) -> Vec<usize> {
        let mut line: Vec<_> =
            std::iter::successors(Some(app), |app| self.places[*app].parent).collect();
        line.reverse();
        line
    }
}

impl Base {
    /// Reads `https://example.com/below`.
    pub(crate) fn parse(text: &str) -> Result<Self> {
        let wrong = || {
            Error::new(Kind::Settings, format!("`base_url` is `{text}`, which is no address"))
                .hint("write scheme and host, as `https://example.com`")
        };
        let (scheme, rest) = text
            .split_once("://")
            .filter(|(scheme, _)| matches!(*scheme, "http" | "https"))
            .ok_or_else(wrong)?;
        let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
        if host.is_empty() || host.contains(|c: char| c.is_whitespace() || c == '@') {
            return Err(wrong());
        }
        let path = path.trim_end_matches('/');
        let path = if path.is_empty() { String::new() } else { format!("/{path}") };
        Ok(Self { origin: Origin::new(scheme, host), path })
    }
}

/// The endpoint of a route in an app.
pub(crate) fn endpoint(path: &str, name: &str) -> String {
    if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") }
}
