//! The fixed slots around all routes.
//!
//! Their order is the same in every site, so that no order of installation can undo security:
//! request id and access log, compression, security headers, CORS, body limit, trusted hosts, time
//! limit; within, around the route, CSRF protection and sessions. Each is on, off or
//! configured in one line of [`App::middleware`](crate::App::middleware).

#[cfg(feature = "compression")]
mod compression;
#[cfg(not(feature = "compression"))]
#[path = "without_compression.rs"]
mod compression;
mod cors;
mod headers;
mod hosts;
mod limits;
mod pipeline;
mod proxies;
#[cfg(feature = "sessions")]
mod rejoin;
#[cfg(feature = "dev")]
mod reload;
#[cfg(not(feature = "dev"))]
#[path = "without_reload.rs"]
mod reload;
mod request_id;
#[cfg(feature = "sessions")]
pub(crate) mod sessions;
#[cfg(not(feature = "sessions"))]
#[path = "without_sessions.rs"]
pub(crate) mod sessions;

pub use compression::Compression;
pub use cors::Cors;
pub use headers::SecurityHeaders;
pub use hosts::TrustedHosts;
pub use limits::{BodyLimit, TimeLimit};
pub use pipeline::{AccessLog, Slot};
pub(crate) use pipeline::{Admission, Passage, Pipeline};
pub use proxies::TrustedProxies;
pub use request_id::RequestId;
