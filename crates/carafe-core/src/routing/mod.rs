//! Routes as data: what a handler's attribute writes down, the table that all of them form, and
//! the URLs that are made from it.

mod captured;
mod entry;
mod listing;
mod method;
mod pattern;
mod route;
mod segment;
#[cfg(feature = "jiff")]
mod segment_dates;
#[cfg(feature = "uuid")]
mod segment_uuid;
mod table;

pub use captured::Captured;
pub(crate) use entry::{Choice, Entry};
pub use listing::{Listing, Sort};
pub use method::Methods;
pub use pattern::Pattern;
pub(crate) use pattern::{Spans, encode_again};
#[doc(hidden)]
pub use route::Declared;
pub use route::{Answer, Call, Capture, Endpoint, Need, Options, Origin, Place, Route, Routes};
pub use segment::{Constraint, PathSegment, SegmentKind};
pub(crate) use table::{Grouped, Host};
pub use table::{Rule, Table};
