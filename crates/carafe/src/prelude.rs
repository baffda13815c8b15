//! What nearly every file of an app needs: `use carafe::prelude::*;`.

pub use carafe_core::command::Console;
pub use carafe_core::extract::{Captured, Caught, ClientAddr, Form, Json, Query, Service};
pub use carafe_core::respond::{
    File, Html, IntoResponse, Problem, Redirect, Response, StatusCode, redirect,
};
pub use carafe_core::routing::PathSegment;
#[cfg(feature = "sessions")]
pub use carafe_core::session::Session;
pub use carafe_core::settings::{ByteSize, Secret, Settings};
pub use carafe_core::{App, Error, Locals, Result, Scope, Url, commands, routes};
pub use carafe_macros::{
    PathSegment, Settings, any, assets, command, delete, extractor, get, head, options, patch,
    post, put, route,
};

#[cfg(feature = "db")]
pub use crate::db::functions::{DateLookups, JsonLookups};
#[cfg(feature = "db")]
pub use crate::db::query::Among;
#[cfg(feature = "db")]
pub use crate::db::{
    AppModels, Assign, Cleans, Database, Db, Executor, LoadRelated, LoadRelation, Queries,
    QuerySet, Row, Tx, Writes,
};
#[cfg(feature = "db")]
pub use crate::models::{
    Choices, ForeignKey, HasMany, HasOne, ManyToMany, Model, OneToOne, Record, Validate,
    query::{Expression, Filter, Lookups, TextLookups},
};
#[cfg(feature = "db")]
pub use carafe_db::migrate::Tables;
#[cfg(feature = "db")]
pub use carafe_db::{models, steps};
#[cfg(feature = "templates")]
pub use carafe_templates::{AppTemplates, Context, Page, context, page};
