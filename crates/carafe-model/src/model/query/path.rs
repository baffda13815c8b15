//! A way from a model to a field, over relations.

use crate::schema::{FieldSchema, ModelSchema};
use crate::{Error, Result};

/// The longest path: eight relations, and the field behind them.
const LONGEST: usize = 9;
/// The length of a path that is longer.
const TOO_LONG: u8 = 10;

/// A way from a model to a field, over relations: places of fields, each in the model that the one
/// before leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Path {
    hops: [u16; LONGEST],
    len: u8,
}

impl Path {
    /// A field of the model itself.
    pub const fn at(index: usize) -> Self {
        let mut hops = [0; LONGEST];
        #[expect(clippy::cast_possible_truncation, reason = "a struct has fewer fields")]
        {
            hops[0] = index as u16;
        }
        Self { hops, len: 1 }
    }

    /// The path that goes on by another one. `flat` where this one ends at an embedded part, whose
    /// fields stand in the same model.
    pub const fn join(self, next: Self, flat: bool) -> Self {
        let mut hops = self.hops;
        let mut len = self.len;
        let mut from = 0;
        if flat && len as usize <= LONGEST {
            // A part's fields stand in its model's list, from its own place on.
            hops[len as usize - 1] += next.hops[0];
            from = 1;
        }
        while from < next.len as usize {
            if (len as usize) < LONGEST && next.len as usize <= LONGEST {
                hops[len as usize] = next.hops[from];
                len += 1;
            } else {
                len = TOO_LONG;
            }
            from += 1;
        }
        Self { hops, len }
    }

    /// The places of the fields; nothing where the path crosses more than eight relations.
    pub fn hops(&self) -> Option<&[u16]> {
        self.hops.get(..usize::from(self.len))
    }

    /// The fields that are crossed from that model on, the last one being the path's end.
    pub fn fields(&self, model: &'static ModelSchema) -> Result<Vec<&'static FieldSchema>> {
        let mut model = model;
        let mut path = Vec::new();
        for hop in self.hops().ok_or_else(too_long)? {
            let field = model.fields.get(usize::from(*hop)).ok_or_else(|| foreign(model))?;
            if let Some(relation) = &field.relation {
                model = relation.target();
            }
            path.push(field);
        }
        Ok(path)
    }

    /// The field at its end.
    pub fn end(&self, model: &'static ModelSchema) -> Result<&'static FieldSchema> {
        self.fields(model)?.pop().ok_or_else(too_long)
    }
}

fn too_long() -> Error {
    Error::shape("a path crosses eight relations at most")
}

fn foreign(model: &ModelSchema) -> Error {
    Error::shape(format!("the path does not belong to the model `{}`", model.name))
}
