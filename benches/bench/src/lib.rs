//! What the benchmarks share: figures of rounds and how they compare, the words of a command line,
//! the programs that are built, the machine.

mod bound;
mod build;
mod figures;
mod machine;
mod python;
mod target;
mod words;

pub use bound::Bound;
pub use build::{Package, build};
pub use figures::{Figures, ratio};
pub use machine::{locked, machine, pin_to};
pub use python::Python;
pub use target::target;
pub use words::{known, list, number, words};
