//! The pages of errors: the only place that turns an error into something to read.

mod plain;

pub(crate) use plain::of;
