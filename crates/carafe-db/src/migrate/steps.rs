//! The functions of a program that its migrations call.

use std::collections::BTreeMap;
use std::fmt;

use carafe_core::routing::Origin;
use carafe_core::suggest::nearest;
use carafe_core::{Error, Result};

use super::{History, Operation, Tables};
use crate::statement::BoxFuture;

/// A function that a migration calls: an `async fn(&mut Tables) -> Result<()>`.
pub type StepFn = for<'t> fn(&'t mut Tables) -> BoxFuture<'t, Result<()>>;

/// The functions of a program that its migrations call, by crate and name: what
/// [`steps![…]`](crate::steps) makes.
#[derive(Clone, Default)]
pub struct Steps {
    crates: BTreeMap<&'static str, BTreeMap<&'static str, StepFn>>,
    twice: Vec<(&'static str, &'static str)>,
}

impl Steps {
    /// No functions.
    pub const fn new() -> Self {
        Self { crates: BTreeMap::new(), twice: Vec::new() }
    }

    /// What `steps![…]` expands to.
    #[doc(hidden)]
    pub fn of(owner: Origin, entries: &[(&'static str, StepFn)]) -> Self {
        let mut steps = Self::new();
        for (path, function) in entries {
            let name = path.rsplit("::").next().unwrap_or(path).trim();
            steps.add(owner.name, name, *function);
        }
        steps
    }

    /// All of several lists. Two functions of one name in a crate are an error.
    pub fn join(lists: impl IntoIterator<Item = Self>) -> Result<Self> {
        let mut all = Self::new();
        for list in lists {
            for (owner, functions) in list.crates {
                for (name, function) in functions {
                    all.add(owner, name, function);
                }
            }
            all.twice.extend(list.twice);
        }
        let errors = all.twice.iter().map(|(owner, name)| {
            Error::setup(format!("two steps of {owner} are called `{name}`"))
                .hint("a migration names a step by its name alone: rename one of them")
        });
        Error::all(errors.collect())?;
        Ok(all)
    }

    fn add(&mut self, owner: &'static str, name: &'static str, function: StepFn) {
        let known = self.crates.entry(owner).or_default().insert(name, function);
        if known.is_some_and(|known| !std::ptr::fn_addr_eq(known, function)) {
            self.twice.push((owner, name));
        }
    }

    /// The names of those of a crate.
    pub fn names(&self, owner: &str) -> impl Iterator<Item = &'static str> {
        self.crates.get(owner).into_iter().flat_map(|own| own.keys().copied())
    }

    /// The function of that name that a crate lists.
    pub(super) fn find(&self, owner: &str, name: &str) -> Result<StepFn> {
        let found = self.crates.get(owner).and_then(|own| own.get(name));
        found.copied().ok_or_else(|| {
            let error = Error::setup(format!("{owner} has no step `{name}`"));
            let names: Vec<&str> = self.names(owner).collect();
            match nearest(name, names.iter().copied()) {
                Some(known) => error.hint(format!("did you mean `{known}`?")),
                None if names.is_empty() => error.hint(format!(
                    "list it at the app: `.steps(steps![{name}])`, in the crate whose migration it is"
                )),
                None => error.hint(format!("`steps![…]` lists: {}", names.join(", "))),
            }
        })
    }

    /// An error that names the files which call a function that there is not.
    pub(super) fn check(&self, history: &History) -> Result<()> {
        let mut errors = Vec::new();
        for migration in history {
            for operation in &migration.operations {
                let Operation::Run(own) = operation else { continue };
                for name in own.names() {
                    let found = self.find(&migration.owner, name);
                    errors.extend(found.err().map(|error| {
                        let (name, owner) = (&migration.name, &migration.owner);
                        error.at(format!("migrations/{name}.toml of the crate {owner}"))
                    }));
                }
            }
        }
        Error::all(errors)
    }
}

impl fmt::Debug for Steps {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names = self.crates.iter().map(|(owner, own)| (owner, own.keys()));
        f.debug_map().entries(names).finish()
    }
}

/// Lists the functions that migrations of a crate call: `steps![fill_slugs, authors::split_names]`.
///
/// The crate that it stands in is the one whose migrations may name them, by their last word:
///
/// ```
/// use carafe::prelude::*;
///
/// async fn fill_slugs(tables: &mut Tables) -> Result<()> {
///     let posts = tables.table("post")?;
///     let mut batches = posts.filter_by("slug", "")?.batches(500);
///     while let Some(mut rows) = batches.next(tables).await? {
///         for row in &mut rows {
///             let title: String = row.get("title")?;
///             row.set("slug", title.to_lowercase().replace(' ', "-"))?;
///         }
///         posts.bulk_update(&mut rows, &["slug"], tables).await?;
///     }
///     Ok(())
/// }
///
/// let app = App::new("blog").plugin(Database::from_settings()).steps(steps![fill_slugs]);
/// ```
///
/// ```toml
/// [[operations]]
/// op = "run"
/// run = "fill_slugs"
/// undo = "nothing"
/// ```
#[macro_export]
macro_rules! steps {
    ($($step:path),* $(,)?) => {
        $crate::migrate::Steps::of(
            $crate::__private::Origin { name: ::core::env!("CARGO_PKG_NAME"), dir: ::core::env!("CARGO_MANIFEST_DIR") },
            &[$((::core::stringify!($step), {
                fn step<'t>(
                    tables: &'t mut $crate::migrate::Tables,
                ) -> $crate::BoxFuture<'t, $crate::__private::Result<()>> {
                    ::std::boxed::Box::pin($step(tables))
                }
                step as $crate::migrate::StepFn
            })),*],
        )
    };
}
