//! Values that apps leave for components to collect.

use std::any::{Any, TypeId};
use std::collections::HashMap;

type Value = Box<dyn Any + Send + Sync>;

/// Values by type, several of each.
#[derive(Default)]
pub(crate) struct Deposits(HashMap<TypeId, Vec<Value>>);

impl Deposits {
    pub(crate) fn add<T: Send + Sync + 'static>(&mut self, value: T) {
        self.0.entry(TypeId::of::<T>()).or_default().push(Box::new(value));
    }

    pub(crate) fn of<T: 'static>(&self) -> impl Iterator<Item = &T> {
        self.0
            .get(&TypeId::of::<T>())
            .into_iter()
            .flatten()
            .filter_map(|value| value.downcast_ref())
    }
}
