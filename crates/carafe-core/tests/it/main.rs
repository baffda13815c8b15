//! The public door of carafe-core.

mod serve;
