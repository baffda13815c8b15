//! Relations that are loaded for rows that are there already.

mod relation;
mod rows;

pub use relation::LoadRelation;
pub use rows::LoadRelated;
