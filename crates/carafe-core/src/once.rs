//! What is made once for a whole site, by type.

use std::any::{Any, TypeId};
use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

use crate::error::Result;

/// Values by their type, each made when it is first asked for.
#[derive(Default)]
pub(crate) struct Once(RwLock<HashMap<TypeId, Arc<dyn Any + Send + Sync>>>);

impl Once {
    /// The value of a type. Where two make it at once, the first that is done wins; an error is
    /// not kept.
    pub(crate) fn get_or_make<T: Send + Sync + 'static>(
        &self,
        make: impl FnOnce() -> Result<T>,
    ) -> Result<Arc<T>> {
        if let Some(known) = self.get() {
            return Ok(known);
        }
        // Made without the lock, since making it may ask for another value.
        let made: Arc<T> = Arc::new(make()?);
        let mut values = self.0.write().unwrap_or_else(PoisonError::into_inner);
        let kept = values.entry(TypeId::of::<T>()).or_insert_with(|| made.clone()).clone();
        Ok(kept.downcast().unwrap_or(made))
    }

    fn get<T: Send + Sync + 'static>(&self) -> Option<Arc<T>> {
        let values = self.0.read().unwrap_or_else(PoisonError::into_inner);
        values.get(&TypeId::of::<T>())?.clone().downcast().ok()
    }
}
