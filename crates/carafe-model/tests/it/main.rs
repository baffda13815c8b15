//! Models through their public doors.

mod chain;
mod choices;
mod columns;
mod data;
mod expression;
mod instance;
mod keys;
mod kinds;
mod parts;
mod relations;
mod sample;
mod schema;
mod validate;
