//! Tools for tests: a client that needs no socket, and assertions that say what was there.

mod address;
mod assert;
mod client;
mod jar;
mod request;
mod response;

pub use client::{Ran, TestClient, Watched};
pub use request::TestRequest;
pub use response::TestResponse;
