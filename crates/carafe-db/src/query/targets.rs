//! The models that a reference to rows of any model is followed to.

use std::sync::Arc;

use carafe_core::{Error, Result};
use carafe_model::Model;

use super::QuerySet;
use crate::load::Target;

/// The models that a reference to rows of any model is followed to, whose keys are `K`: a query, or a
/// tuple of queries.
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not say which models a reference by keys of the type `{K}` leads to",
    note = "a query of a model with keys of that type does, `Post::all()`, and a tuple of those"
)]
pub trait Targets<K> {
    /// The same as data.
    #[doc(hidden)]
    fn into_list(self) -> Listed;
}

/// Models that are followed to, or why not.
#[doc(hidden)]
pub struct Listed(pub(crate) Result<Vec<Arc<Target>>>);

impl<K, T: Model<Key = K>> Targets<K> for QuerySet<T> {
    fn into_list(self) -> Listed {
        let sliced = match self.check() {
            Ok(()) if self.select.is_sliced() => {
                Err(Error::internal("The query of a prefetch cannot be sliced.")
                    .hint("filter by what the rows have in common"))
            }
            checked => checked,
        };
        Listed(sliced.map(|()| vec![Arc::new(Target::of::<T>(self.select, self.prefetch))]))
    }
}

macro_rules! targets {
    ($($name:ident)+) => {
        impl<K, $($name: Targets<K>),+> Targets<K> for ($($name,)+) {
            #[expect(non_snake_case, reason = "a type parameter and its value share a name")]
            fn into_list(self) -> Listed {
                let ($($name,)+) = self;
                let mut all = Vec::new();
                $(
                    match $name.into_list() {
                        Listed(Ok(targets)) => all.extend(targets),
                        wrong => return wrong,
                    }
                )+
                Listed(Ok(all))
            }
        }
    };
}

targets!(A);
targets!(A B);
targets!(A B C);
targets!(A B C D);
targets!(A B C D E);
targets!(A B C D E F);
targets!(A B C D E F G);
targets!(A B C D E F G H);
