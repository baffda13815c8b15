//! Settings: typed sections that apps own, filled from a file, variables and code.
//!
//! Sources, weakest first: the defaults that a struct declares, those of the app, `carafe.toml`, its table of the
//! running environment (`[env.production.server]`), `.env`, the variables of the process, the
//! program itself. Every value knows where it comes from. Invariants: nothing here is global,
//! the environment of the process is only ever read, and no error or report shows a [`Secret`].
//!
//! ```
//! # extern crate carafe_core as carafe;
//! use std::time::Duration;
//!
//! use carafe::settings::{ByteSize, Environment, Secret, SettingsLoader};
//! use carafe_macros::Settings;
//!
//! /// What the blog can be told.
//! #[derive(Settings)]
//! #[settings(section = "blog")]
//! struct BlogSettings {
//!     /// Posts on a page.
//!     #[setting(default = 10)]
//!     per_page: u32,
//!     /// The title above every page.
//!     title: String,
//!     #[setting(default = "30s")]
//!     timeout: Duration,
//!     #[setting(default = "2 MiB")]
//!     max_upload: ByteSize,
//!     key: Option<Secret>,
//! }
//!
//! let settings = SettingsLoader::new(Environment::TEST)
//!     .toml("[blog]\ntitle = \"Notes\"")
//!     .variables([("CARAFE_BLOG__PER_PAGE", "20")])
//!     .load()?;
//! let blog = settings.section::<BlogSettings>()?;
//! assert_eq!((blog.title.as_str(), blog.per_page), ("Notes", 20));
//! assert_eq!(blog.timeout, Duration::from_secs(30));
//! # let _ = (blog.max_upload, &blog.key);
//! # Ok::<(), carafe_core::Error>(())
//! ```

mod base;
mod byte_size;
pub(crate) mod declare;
mod dot_env;
mod environment;
mod fault;
mod loader;
mod mistake;
mod node;
mod origin;
mod overrides;
mod reader;
mod report;
mod secret;
mod secret_key;
mod section;
mod store;
mod text;
mod toml_file;
mod typed;
mod unknown;
mod variables;

pub use base::{
    CoreSettings, DevSettings, LimitSettings, LogSettings, SecuritySettings, ServerSettings,
    TlsSettings,
};
pub use byte_size::{ByteSize, ByteSizeError};
pub use environment::Environment;
pub use loader::SettingsLoader;
pub use origin::Origin;
pub use overrides::{Overrides, SettingValue};
pub use report::{Report, Row};
pub use secret::Secret;
pub use secret_key::{Keys, secret_keys};
pub use section::{
    DefaultValue, FieldSchema, KnownSection, Literal, Place, Section, SectionSchema,
};
pub use store::Settings;
pub(crate) use store::Strangers;

#[doc(hidden)]
pub use reader::{SectionReader, Setting};
