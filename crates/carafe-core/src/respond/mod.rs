//! What handlers answer with, beside what axum knows.

mod blocking;
mod checksum;
mod conditional;
mod disposition;
mod entity_tag;
mod file;
mod file_body;
mod finish;
mod late;
mod offload;
mod range;
mod redirect;

pub use blocking::blocking;
pub use conditional::{Validators, Verdict, conditional};
pub use entity_tag::EntityTag;
pub use file::File;
pub use late::{Late, Later};
pub use offload::Offload;
pub use redirect::{Redirect, redirect};

pub(crate) use checksum::{checksum, checksum_on};
pub(crate) use file::{Cache, content_type};
