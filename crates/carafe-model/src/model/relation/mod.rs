//! Relations: fields that lead to rows of another model.
//!
//! A relation holds what it has loaded without its type (`Arc<dyn Any>`), and names the other
//! model in a function type only. So the compiler need not look through a whole web of models to
//! know that one of them is `Send`.

mod foreign_key;
mod generic;
mod many;
mod one_to_one;
mod peer;
mod reverse;
mod rows;
#[cfg(feature = "serde")]
mod serialize;
mod slot;

pub use foreign_key::ForeignKey;
pub use generic::{Generic, GenericForeignKey, GenericKey, GenericSlot};
pub use many::{HasMany, ManyToMany};
pub use one_to_one::{HasOne, OneToOne};
pub use peer::Peer;
pub use reverse::{PointsTo, reverse_of};
pub use rows::Rows;
pub use slot::{Packed, Slot};
