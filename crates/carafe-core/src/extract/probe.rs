//! Questions that any type may be asked.

use std::marker::PhantomData;

/// Asks a type whether it is [`Provided`](super::Provided) or [`Plain`](super::Plain), which any
/// type may be asked.
///
/// A method of the type itself wins over one of a reference to it: so those that tell their need
/// are heard, and all others say that they have none.
#[doc(hidden)]
pub struct Probe<T>(PhantomData<fn() -> T>);

impl<T> Default for Probe<T> {
    fn default() -> Self {
        Self(PhantomData)
    }
}
