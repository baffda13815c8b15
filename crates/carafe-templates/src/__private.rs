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
pub trait BySerde<T> {
    /// The template's value. What it asks of the type stands here and not at the impl, so that a type that
    /// cannot be shown is told by the words below.
    fn template_value(self) -> Value
    where
        T: Shown;
}

impl<T> BySerde<T> for &Wrap<T> {
    fn template_value(self) -> Value
    where
        T: Shown,
    {
        Value::from(Serde(&self.0))
    }
}

/// What a template can show.
#[diagnostic::on_unimplemented(
    message = "a template cannot show `{Self}`",
    label = "is not `Serialize`",
    note = "what stands in `context!` is serialized: add `Serialize` to the derives of its type (`use serde::Serialize;`), and `#[serde(skip)]` to what no template may see"
)]
pub trait Shown: Serialize {}

#[diagnostic::do_not_recommend]
impl<T: Serialize> Shown for T {}
