//! All that generated code may touch.

pub use carafe_core::__private::*;
