//! Tools for tests: a client that needs no socket, and assertions that say what was there.

mod address;
mod assert;
mod client;
mod jar;
mod live;
mod request;
mod response;
#[cfg(feature = "sessions")]
mod session;

pub use client::{Ran, TestClient, Watched};
pub use live::LiveServer;
pub use request::TestRequest;
pub use response::TestResponse;
