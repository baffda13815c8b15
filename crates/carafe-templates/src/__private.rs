//! How `context!` turns any value into one of a template.
//!
//! A method of the type itself wins over one of a reference to it: so what turns into a template's
//! value by itself does (and is moved, not copied), and everything else is serialized.

use minijinja::Value;
use minijinja::value::Serde;
use serde::Serialize;

pub use crate::context::Builder;
pub use crate::plugin::bundle;

/// A value on its way into a template.
pub struct Wrap<T>(pub T);

/// What turns into a template's value by itself.
pub trait ByItself {
    /// The template's value.
    fn template_value(self) -> Value;
}

impl<T: Into<Value>> ByItself for Wrap<T> {
    fn template_value(self) -> Value {
        self.0.into()
    }
}

/// What is serialized into a template's value.
pub trait BySerde {
    /// The template's value.
    fn template_value(self) -> Value;
}

impl<T: Serialize> BySerde for &Wrap<T> {
    fn template_value(self) -> Value {
        Value::from(Serde(&self.0))
    }
}
