//! Models: structs that are rows of tables, and the same as data.
//!
//! ```
//! use carafe::prelude::*;
//!
//! #[derive(Model)]
//! #[model(ordering = "-id")]
//! struct Post {
//!     id: i64,
//!     #[model(max_length = 200)]
//!     title: String,
//! }
//! assert_eq!(Post::schema().table, "post");
//! ```

pub use carafe_macros::{Choices, Model};
pub use carafe_model::*;
