//! Many of those: many-to-many, and the other side of a foreign key.

use std::fmt;
use std::marker::PhantomData;

use super::slot::{self, Loaded, Packed, Slot};
use crate::kinds::Blank;
use crate::model::{Cursor, Field, Hop, Model, PathEnd, Shape};
use crate::schema::{FieldSchema, Kind, Relation, RelationKind};
use crate::{Error, Reader, Result, Value};

macro_rules! many {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        pub struct $name<T: Model> {
            loaded: Loaded,
            place: Option<&'static FieldSchema>,
            target: PhantomData<fn() -> T>,
        }

        impl<T: Model> $name<T> {
            /// The rows; an error that names the fix where they are not loaded. Nothing that is
            /// not loaded is ever empty.
            pub fn get(&self) -> Result<&[T]> {
                self.loaded_rows().ok_or_else(|| {
                    slot::not_loaded::<T>(self.place, stringify!($name), "prefetch_related")
                })
            }

            /// Whether the rows are loaded.
            pub fn is_loaded(&self) -> bool {
                self.loaded_rows().is_some()
            }

            pub(super) fn loaded_rows(&self) -> Option<&[T]> {
                self.loaded.get::<Vec<T>>().map(Vec::as_slice)
            }
        }

        impl<T: Model> Clone for $name<T> {
            fn clone(&self) -> Self {
                Self { loaded: self.loaded.clone(), place: self.place, target: PhantomData }
            }
        }

        impl<T: Model> Default for $name<T> {
            fn default() -> Self {
                Self { loaded: Loaded::default(), place: None, target: PhantomData }
            }
        }

        impl<T: Model> Blank for $name<T> {
            fn blank() -> Self {
                Self::default()
            }
        }

        impl<T: Model> fmt::Debug for $name<T> {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                match self.loaded_rows() {
                    Some(rows) => write!(f, concat!(stringify!($name), "({})"), rows.len()),
                    None => f.write_str(concat!(stringify!($name), "(not loaded)")),
                }
            }
        }

        /// What is loaded is no part of a row's value.
        impl<T: Model> PartialEq for $name<T> {
            fn eq(&self, _: &Self) -> bool {
                true
            }
        }

        impl<T: Model> Eq for $name<T> {}

        impl<T: Model> Field for $name<T> {
            const SHAPE: Shape =
                Shape::relation(Kind::Related, 0, Relation::new(RelationKind::$name, T::schema));
            type Null = Self;
            type Base = crate::model::query::KeyOf<T>;

            fn read(_: &mut dyn Reader, _: usize, schema: &'static FieldSchema) -> Result<Self> {
                Ok(Self { place: Some(schema), ..Self::default() })
            }

            fn write(&self, _: &mut Vec<Value>) {}

            fn slot(&mut self) -> Option<&mut dyn Slot> {
                Some(self)
            }

            fn slot_ref(&self) -> Option<&dyn Slot> {
                Some(self)
            }
        }

        impl<T: Model> Hop for $name<T> {
            type To = T;
            type On<U: PathEnd> = U::Null;
        }

        impl<T: Model> Slot for $name<T> {
            fn read_one(&mut self, _: &mut Cursor<'_>) -> Result<()> {
                Err(Error::shape("a relation to many does not lead to one row"))
            }

            fn share_with(&mut self, loaded: Packed) -> Result<()> {
                if !loaded.is::<Vec<T>>() {
                    return Err(slot::other_type(self.place));
                }
                self.loaded = Loaded::of(loaded);
                Ok(())
            }

            slot::kept!();
        }
    };
}

many! {
    /// Many of these have many of those, by a table between.
    ///
    /// ```
    /// use carafe::models::{ManyToMany, Model};
    ///
    /// #[derive(Model)]
    /// struct Tag { id: i64, name: String }
    /// #[derive(Model)]
    /// struct Post { id: i64, tags: ManyToMany<Tag> }
    ///
    /// let post = Post::blank();
    /// assert!(post.tags.get().is_err_and(|error| error.is_not_loaded()));
    /// ```
    ManyToMany
}

many! {
    /// The other side of a `ForeignKey` or `ManyToMany`: the rows that refer to this one.
    ///
    /// ```
    /// use carafe::models::{ForeignKey, HasMany, Model};
    ///
    /// #[derive(Model)]
    /// struct User {
    ///     id: i64,
    ///     #[model(by = Post::AUTHOR)]
    ///     posts: HasMany<Post>,
    /// }
    /// #[derive(Model)]
    /// struct Post { id: i64, author: ForeignKey<User> }
    ///
    /// assert!(!User::blank().posts.is_loaded());
    /// ```
    HasMany
}
