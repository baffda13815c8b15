//! What handlers answer with, beside what axum knows.

mod blocking;
mod late;
mod redirect;

pub use blocking::blocking;
pub use late::{Late, Later};
pub use redirect::{Redirect, redirect};
