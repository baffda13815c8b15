//! Values of one request, by type: Flask's `g`.

use std::any::{Any, TypeId};
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use crate::error::{Error, Result};

type Value = Arc<dyn Any + Send + Sync>;

/// Values that live as long as one request, by their type (Flask's `g`).
///
/// A hook puts in what handlers, templates and later hooks take out. It is an extractor, and
/// cheap to clone.
///
/// ```
/// use carafe_core::Locals;
///
/// struct User { name: String }
///
/// let g = Locals::default();
/// g.set(User { name: "Ann".into() });
/// assert_eq!(g.get::<User>().unwrap().name, "Ann");
/// assert!(g.get::<i64>().is_none());
/// ```
#[derive(Clone, Default)]
pub struct Locals(Arc<Mutex<Vec<(TypeId, Value)>>>);

impl Locals {
    /// Puts a value in, in the place of an earlier one of its type.
    pub fn set<T: Send + Sync + 'static>(&self, value: T) {
        let mut values = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        values.retain(|(key, _)| *key != TypeId::of::<T>());
        values.push((TypeId::of::<T>(), Arc::new(value)));
    }

    /// The value of a type, if one was put in.
    pub fn get<T: Send + Sync + 'static>(&self) -> Option<Arc<T>> {
        let values = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (_, value) = values.iter().find(|(key, _)| *key == TypeId::of::<T>())?;
        value.clone().downcast().ok()
    }

    /// The value of a type; that nobody put one in is a fault of the program (500).
    ///
    /// ```
    /// # use carafe_core::Locals;
    /// let g = Locals::default();
    /// g.set(7_u32);
    /// assert_eq!(*g.require::<u32>()?, 7);
    /// assert!(g.require::<String>().is_err());
    /// # Ok::<(), carafe_core::Error>(())
    /// ```
    #[track_caller]
    pub fn require<T: Send + Sync + 'static>(&self) -> Result<Arc<T>> {
        // Not by `ok_or_else`: the error names the caller's place, and not that of a closure.
        let Some(value) = self.get() else {
            let name = std::any::type_name::<T>();
            let lacks = format!("nobody put a `{name}` into this request's values");
            return Err(Error::internal(lacks).hint(
                "a `before` hook does so by `g.set(…)`; `g.get()` is for what may be missing",
            ));
        };
        Ok(value)
    }

    /// The value of a type; where there is none, `make` makes it.
    pub fn get_or_set<T: Send + Sync + 'static>(&self, make: impl FnOnce() -> T) -> Arc<T> {
        if let Some(value) = self.get() {
            return value;
        }
        let made = Arc::new(make());
        let mut values = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        // Somebody may have been faster while it was made.
        let known = values.iter().find(|(key, _)| *key == TypeId::of::<T>());
        if let Some(known) = known.and_then(|(_, value)| value.clone().downcast().ok()) {
            return known;
        }
        values.push((TypeId::of::<T>(), made.clone()));
        made
    }

    /// Takes the value of a type out.
    pub fn take<T: Send + Sync + 'static>(&self) -> Option<Arc<T>> {
        let mut values = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let at = values.iter().position(|(key, _)| *key == TypeId::of::<T>())?;
        values.swap_remove(at).1.downcast().ok()
    }
}

impl fmt::Debug for Locals {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let count = self.0.lock().unwrap_or_else(PoisonError::into_inner).len();
        write!(f, "Locals({count})")
    }
}
