//! All that generated code may touch.

pub use carafe_core::__private::*;
#[cfg(feature = "db")]
pub use carafe_db::__private::row;
#[cfg(feature = "db")]
pub use carafe_model::__private::model;
#[cfg(feature = "templates")]
pub use carafe_templates::__private::bundle;
