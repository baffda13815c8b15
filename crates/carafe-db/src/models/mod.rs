//! The models of a program.

mod check;
mod join;
mod listed;
mod reference;

pub use join::Join;
pub use listed::Listed;
pub use reference::Reference;

use std::collections::BTreeMap;
use std::sync::OnceLock;

use carafe_core::Result;
use carafe_core::routing::Origin;
use carafe_model::Entry;

/// The models of a program, or of a part of it: what `models![Post, Tag]` makes, and what an app
/// takes ([`AppModels`](crate::AppModels)).
///
/// ```
/// use carafe::models::{ForeignKey, Model};
/// use carafe_db::{Db, models};
///
/// #[derive(Model)]
/// struct User { id: i64, name: String }
/// #[derive(Model)]
/// struct Post { id: i64, author: ForeignKey<User> }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> carafe_core::Result<()> {
/// let all = models![User, Post];
/// assert_eq!(all.table("user").unwrap().schema().name, "User");
/// assert_eq!(all.named("Post").unwrap().owner().name, env!("CARGO_PKG_NAME"));
/// assert_eq!(all.referring("user")[0].columns(), ["author_id"]);
///
/// // A database that knows them can make their tables.
/// let db = Db::open("sqlite::memory:").await?.with_models(all);
/// # Ok(()) }
/// ```
#[derive(Clone, Debug, Default)]
pub struct Models {
    all: Vec<Listed>,
    tables: BTreeMap<&'static str, usize>,
    /// By the table that is referred to; made when it is first asked for.
    references: OnceLock<BTreeMap<&'static str, Vec<Reference>>>,
}

impl Models {
    /// No models.
    pub const fn new() -> Self {
        Self { all: Vec::new(), tables: BTreeMap::new(), references: OnceLock::new() }
    }

    /// What `models![…]` expands to.
    #[doc(hidden)]
    pub fn of(owner: Origin, entries: &[Entry]) -> Self {
        let mut models = Self::new();
        for entry in entries {
            models.add(Listed::new(*entry, owner));
        }
        models
    }

    /// All of several lists. A model that stands in several of them is one; two models of one table
    /// are an error that names both.
    pub fn join(lists: impl IntoIterator<Item = Self>) -> Result<Self> {
        let mut models = Self::new();
        for listed in lists.into_iter().flat_map(|list| list.all) {
            models.add(listed);
        }
        models.check()?;
        Ok(models)
    }

    /// All of them, in the order in which they were listed.
    pub fn iter(&self) -> std::slice::Iter<'_, Listed> {
        self.all.iter()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.all.is_empty()
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.all.len()
    }

    /// The model of that table. One that shows the table of another model is found by its name only.
    pub fn table(&self, table: &str) -> Option<&Listed> {
        self.tables.get(table).map(|index| &self.all[*index])
    }

    /// The model of that name, if there is one of it; of several of one name, none.
    pub fn named(&self, name: &str) -> Option<&Listed> {
        let mut of_name = self.all.iter().filter(|listed| listed.schema().name == name);
        of_name.next().filter(|_| of_name.next().is_none())
    }

    /// All that refers to the rows of that table: foreign keys of the models listed here, and the
    /// tables between of their many-to-many relations.
    pub fn referring(&self, table: &str) -> &[Reference] {
        let references = self.references.get_or_init(|| reference::by_table(&self.all));
        references.get(table).map_or(&[], Vec::as_slice)
    }

    fn add(&mut self, listed: Listed) {
        let schema = listed.schema();
        if self.all.iter().any(|known| std::ptr::eq(known.schema(), schema)) {
            return;
        }
        if schema.proxy_of.is_none() {
            self.tables.entry(schema.table).or_insert(self.all.len());
        }
        self.all.push(listed);
        self.references = OnceLock::new();
    }
}

impl<'m> IntoIterator for &'m Models {
    type Item = &'m Listed;
    type IntoIter = std::slice::Iter<'m, Listed>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

/// Lists models: `models![Post, Tag]`.
///
/// The crate that it stands in owns them: the history of their tables is kept in its folder
/// `migrations`.
///
/// ```
/// use carafe::prelude::*;
///
/// #[derive(Model)]
/// struct Post { id: i64, title: String }
///
/// let app = App::new("blog").models(models![Post]);
/// ```
#[macro_export]
macro_rules! models {
    ($($model:ty),* $(,)?) => {
        $crate::Models::of(
            $crate::__private::Origin { name: ::core::env!("CARGO_PKG_NAME"), dir: ::core::env!("CARGO_MANIFEST_DIR") },
            &[$($crate::__private::Entry::of::<$model>()),*],
        )
    };
}
