//! Names of files that come from outside: from a URL, from a form, from an archive.
//!
//! - A path made of such a name MUST go through [`safe_join`], a name under which an upload is
//!   kept through [`secure_filename`].
//! - Both look at text only. A folder that strangers can put symbolic links into needs the second
//!   check that [`StaticFolder`](crate::static_files::StaticFolder) makes, on the real path.

mod ascii;
mod safe_join;
mod secure_filename;

pub(crate) use ascii::to_ascii;
pub use safe_join::safe_join;
pub use secure_filename::secure_filename;
