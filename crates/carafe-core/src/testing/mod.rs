//! Tools for tests: a client that needs no socket, and assertions that say what was there.

mod address;
mod assert;
mod client;
mod diff;
mod events;
mod html;
mod jar;
mod live;
mod location;
mod multipart;
mod request;
mod response;
#[cfg(feature = "sessions")]
mod session;
#[cfg(feature = "ws")]
mod socket;
mod stream;
#[cfg(feature = "ws")]
mod upgrade;

pub use client::{Ran, TestClient, Watched};
pub use events::ServerEvent;
pub use html::{assert_html_contains, assert_html_eq, assert_html_lacks};
pub use live::LiveServer;
pub use request::TestRequest;
pub use response::TestResponse;
#[cfg(feature = "ws")]
pub use socket::TestSocket;
pub use stream::TestStream;
#[cfg(feature = "ws")]
pub use upgrade::TestUpgrade;
