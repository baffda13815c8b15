//! Databases beside the one of the app, by name.

use std::any::TypeId;
use std::collections::BTreeMap;
use std::fmt;
use std::marker::PhantomData;
use std::ops::Deref;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use carafe_core::extract::{Need, NotProvided, Plain, Provided};
use carafe_core::plugin::{Plugin, Setup};
use carafe_core::settings::{
    DefaultValue, FieldSchema, Place, Section, SectionReader, SectionSchema,
};
use carafe_core::{Error, Result, Scope};

use crate::db::Db;
use crate::learn::learn_models;
use crate::settings::DatabaseSettings;

/// The tables `[databases.NAME]` of the settings.
struct NamedSettings(BTreeMap<String, DatabaseSettings>);

impl Section for NamedSettings {
    const SCHEMA: &'static SectionSchema = &SectionSchema::new(
        "NamedSettings",
        Place::Section("databases"),
        "The databases beside that of `[database]`.",
        &[FieldSchema {
            key: FieldSchema::EVERY_KEY,
            docs: "A database by its name, with the keys of `[database]`.",
            type_name: "DatabaseSettings",
            env: &[],
            default: DefaultValue::OfType,
            // What is secret in it masks the whole by itself.
            secret: false,
            nested: None,
        }],
    );

    fn read(reader: &mut SectionReader<'_>) -> Option<Self> {
        reader.field_or_default(0).map(Self)
    }
}

/// Gives an app databases beside its own, by name (Django's `DATABASES`).
///
/// ```toml
/// [databases.reports]
/// url = "postgres://reader@db.example.com/reports"
/// ```
///
/// ```
/// use carafe::prelude::*;
/// use carafe::db::Databases;
///
/// #[get("/sales")]
/// async fn sales(databases: Databases) -> Result<String> {
///     let reports = databases.get("reports")?;
///     let sum: i64 = reports.query_scalar("select sum(cents) from sale", ()).one().await?;
///     Ok(sum.to_string())
/// }
///
/// let app = App::new("shop")
///     .plugin(Database::from_settings())
///     .plugin(Databases::from_settings())
///     .routes(routes![sales]);
/// ```
///
/// Each knows the models of the app, as that of [`Database`](crate::Database) does.
///
/// It is an extractor too. [`Named`] is one for a database whose name is a type.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Databases {
    given: BTreeMap<String, Db>,
    section: bool,
}

/// A type that names a database, for [`Named`].
pub trait DatabaseName: Send + Sync + 'static {
    /// The name, as in `[databases.reports]`.
    const NAME: &'static str;
}

/// The database that a type names, as an argument of a handler: `reports: Named<Reports>`.
///
/// ```
/// use carafe::prelude::*;
/// use carafe::db::{DatabaseName, Named};
///
/// struct Reports;
///
/// impl DatabaseName for Reports {
///     const NAME: &'static str = "reports";
/// }
///
/// #[get("/sales")]
/// async fn sales(reports: Named<Reports>) -> Result<String> {
///     let sum: i64 = reports.query_scalar("select sum(cents) from sale", ()).one().await?;
///     Ok(sum.to_string())
/// }
/// ```
pub struct Named<N> {
    db: Db,
    name: PhantomData<fn() -> N>,
}

impl Databases {
    /// Those of the tables `[databases.NAME]` of the settings.
    pub fn from_settings() -> Self {
        Self { given: BTreeMap::new(), section: true }
    }

    /// None but those that are added by [`with`](Self::with).
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds one, in the place of one of that name: a test gives those that it has made.
    pub fn with(mut self, name: impl Into<String>, db: Db) -> Self {
        self.given.insert(name.into(), db);
        self
    }

    /// The database of a name; an error that tells which there are.
    pub fn get(&self, name: &str) -> Result<Db> {
        self.given.get(name).cloned().ok_or_else(|| {
            let known: Vec<_> = self.names().map(|name| format!("`{name}`")).collect();
            let known = if known.is_empty() { "none".to_owned() } else { known.join(", ") };
            Error::internal(format!("there is no database of the name `{name}`; there is {known}"))
                .hint(format!("write `url = …` under [databases.{name}] in carafe.toml"))
        })
    }

    /// The names that there are.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.given.keys().map(String::as_str)
    }
}

impl Plugin for Databases {
    const NAME: &'static str = "databases";

    fn setup(mut self, setup: &mut Setup<'_>) -> Result<()> {
        if self.section {
            for (name, settings) in &setup.settings::<NamedSettings>()?.0 {
                if self.given.contains_key(name) {
                    continue;
                }
                let place = || format!("databases.{name}");
                if settings.url.expose().is_empty() {
                    return Err(Error::new(
                        carafe_core::Kind::Settings,
                        "a database needs a `url`",
                    )
                    .at(place())
                    .hint("write `url = \"sqlite:reports.sqlite3\"`"));
                }
                let db = Db::from_settings(settings).map_err(|error| error.at(place()))?;
                self.given.insert(name.clone(), db);
            }
        }
        learn_models(self.given.values_mut(), setup);
        setup.service(self);
        Ok(())
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Databases {
    type Rejection = NotProvided;

    async fn from_request_parts(_: &mut Parts, _: &S) -> Result<Self, NotProvided> {
        let databases = Scope::current()?.service::<Self>();
        databases.map(|databases| (*databases).clone()).ok_or_else(|| Self::need().into())
    }
}

impl Plain for Databases {}

impl Provided for Databases {
    fn need() -> Need {
        Need { service: TypeId::of::<Self>(), name: "Databases", hint: HINT }
    }
}

impl<N: DatabaseName, S: Send + Sync> FromRequestParts<S> for Named<N> {
    type Rejection = NotProvided;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, NotProvided> {
        let databases = Databases::from_request_parts(parts, state).await?;
        Ok(Self { db: databases.get(N::NAME)?, name: PhantomData })
    }
}

impl<N> Plain for Named<N> {}

impl<N> Provided for Named<N> {
    fn need() -> Need {
        Need { service: TypeId::of::<Databases>(), name: "Databases", hint: HINT }
    }
}

impl<N> Named<N> {
    /// The database, to keep.
    pub fn into_inner(self) -> Db {
        self.db
    }
}

impl<N> Deref for Named<N> {
    type Target = Db;

    fn deref(&self) -> &Db {
        &self.db
    }
}

impl<N: DatabaseName> fmt::Debug for Named<N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Named").field(&N::NAME).field(&self.db).finish()
    }
}

const HINT: &str = "add `.plugin(Databases::from_settings())` to your App";
