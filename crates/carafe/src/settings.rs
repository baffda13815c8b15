//! Settings: typed sections that apps own, filled from a file, variables and code.

pub use carafe_core::settings::*;
pub use carafe_macros::Settings;
