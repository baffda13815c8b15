//! What is put into fields.

use std::marker::PhantomData;

use carafe_model::query::{Node, Operand};
use carafe_model::{Column, Field, Model};

/// What a field is set to, for [`QuerySet::update`](crate::QuerySet::update).
pub struct Assignment<M> {
    set: Assigned,
    model: PhantomData<fn() -> M>,
}

/// The same, whatever the model: lists of it are compiled once.
#[derive(Clone, Debug)]
pub struct Assigned {
    pub(super) field: u16,
    /// Whether the column is the model's own.
    pub(super) own: bool,
    pub(super) value: Node,
}

/// Sets a field: `Post::VIEWS.set(Post::VIEWS + 1)`.
pub trait Assign<M, T: Field> {
    /// Sets the field to a value, to `None`, or to what is computed of the same row.
    fn set<How>(self, value: impl Operand<M, T::Base, How>) -> Assignment<M>;
}

impl<M: Model, T: Field> Assign<M, T> for Column<M, T> {
    fn set<How>(self, value: impl Operand<M, T::Base, How>) -> Assignment<M> {
        let (field, own) = match self.hops() {
            Some([field]) => (*field, true),
            _ => (0, false),
        };
        let set = Assigned { field, own, value: value.into_node() };
        Assignment { set, model: PhantomData }
    }
}

impl<M> Clone for Assignment<M> {
    fn clone(&self) -> Self {
        Self { set: self.set.clone(), model: PhantomData }
    }
}

/// What fields are set to: one assignment, a tuple or a list of them.
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not say what fields are set to",
    note = "write `Post::TITLE.set(\"…\")`, or a tuple or `Vec` of those"
)]
pub trait Assignments<M> {
    /// The assignments, in their order.
    fn into_list(self) -> Vec<Assigned>;
}

impl<M> Assignments<M> for Assignment<M> {
    fn into_list(self) -> Vec<Assigned> {
        vec![self.set]
    }
}

impl<M> Assignments<M> for Vec<Assignment<M>> {
    fn into_list(self) -> Vec<Assigned> {
        self.into_iter().map(|assignment| assignment.set).collect()
    }
}

impl<M, const N: usize> Assignments<M> for [Assignment<M>; N] {
    fn into_list(self) -> Vec<Assigned> {
        self.into_iter().map(|assignment| assignment.set).collect()
    }
}

macro_rules! tuple {
    ($($name:ident)+) => {
        impl<M, $($name: Assignments<M>),+> Assignments<M> for ($($name,)+) {
            #[expect(non_snake_case, reason = "a type parameter and its value share a name")]
            fn into_list(self) -> Vec<Assigned> {
                let ($($name,)+) = self;
                let mut list = Vec::new();
                $(list.extend($name.into_list());)+
                list
            }
        }
    };
}

tuple!(A);
tuple!(A B);
tuple!(A B C);
tuple!(A B C D);
tuple!(A B C D E);
tuple!(A B C D E F);
tuple!(A B C D E F G);
tuple!(A B C D E F G H);
