//! What nearly every file of an app needs: `use carafe::prelude::*;`.

pub use carafe_core::extract::{Captured, Caught, Form, Json, Query, Service};
pub use carafe_core::respond::{Redirect, redirect};
pub use carafe_core::routing::PathSegment;
pub use carafe_core::{App, Error, Locals, Result, Scope, Url, routes};
#[cfg(feature = "db")]
pub use carafe_db::{Database, Db, Executor, Row, Tx};
#[cfg(feature = "db")]
pub use carafe_macros::Row;
pub use carafe_macros::{PathSegment, any, delete, get, head, options, patch, post, put, route};
