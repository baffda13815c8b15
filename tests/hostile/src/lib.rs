//! What the tables of hostile requests in `tests/it` stand on: a site with one of everything, its
//! server on a real socket, and the row of a table. Never published.
//!
//! Whatever a row sends, five things MUST hold, which [`Live::check`] looks at after each:
//! - the answers are the expected ones, in number, status and end of the connection;
//! - no answer holds what lies outside the static folder, nor a header that the client made up;
//! - no answer is a fault of the server (5xx), unless the row says so;
//! - the server answers `GET /` on a new connection within a second;
//! - the memory of the process stays within a bound.
#![allow(
    clippy::unwrap_used,
    clippy::missing_panics_doc,
    reason = "only tests use it; a panic is their failure"
)]
#![allow(clippy::disallowed_methods, reason = "the tests are synchronous clients, which may sleep")]

mod answer;
mod live;
mod memory;
mod row;
mod site;

pub use answer::{Answer, Ending};
pub use live::Live;
pub use row::{Row, Step, get, post, row};
pub use site::{SECRET, site};
