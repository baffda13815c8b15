//! Models through their public doors.
#![expect(clippy::unwrap_used, reason = "a test fails by a panic")]

mod choices;
mod columns;
mod data;
mod deferred;
mod expression;
mod expressions;
mod generic;
mod inheritance;
mod instance;
mod keys;
mod kinds;
mod options;
mod parts;
mod postgres;
mod relations;
mod sample;
mod schema;
mod validate;
