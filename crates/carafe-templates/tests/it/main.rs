//! What a user of templates would notice.
#![allow(missing_docs, clippy::unwrap_used, clippy::unused_async, clippy::needless_pass_by_value)]

extern crate carafe_core as carafe;

