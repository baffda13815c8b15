//! A relation as a template or an API sees it: its rows where they are loaded, else its key.

use serde_core::{Serialize, Serializer};

use super::{ForeignKey, HasMany, HasOne, ManyToMany, OneToOne};
use crate::model::Model;

impl<T: Model<Key: Serialize> + Serialize> Serialize for ForeignKey<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.row() {
            Some(row) => row.serialize(serializer),
            None => self.pk().serialize(serializer),
        }
    }
}

impl<T: Model<Key: Serialize> + Serialize> Serialize for OneToOne<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        (**self).serialize(serializer)
    }
}

/// Nothing where it is not loaded: not the same as an empty list.
impl<T: Model + Serialize> Serialize for ManyToMany<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.loaded_rows().serialize(serializer)
    }
}

/// Nothing where it is not loaded: not the same as an empty list.
impl<T: Model + Serialize> Serialize for HasMany<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.loaded_rows().serialize(serializer)
    }
}

/// Nothing where it is not loaded, or there is no such row.
impl<T: Model + Serialize> Serialize for HasOne<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.row().serialize(serializer)
    }
}
