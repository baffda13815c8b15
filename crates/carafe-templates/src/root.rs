//! What a template sees besides the globals: the page's own context, then what was loaded for it.

use std::borrow::Cow;
use std::sync::Arc;

use carafe_core::values::{Arguments, Given};
use minijinja::value::{Enumerator, Kwargs, Object, Rest, Serde, from_args};
use minijinja::{Error, ErrorKind, State, Value};

use crate::context::Context;

/// The name of a template that is a text.
pub(crate) const TEXT: &str = "<string>";

/// The page's context, which wins, and what context functions and the framework gave.
#[derive(Debug)]
pub(crate) struct Root {
    pub(crate) context: Context,
    pub(crate) extras: Vec<(Cow<'static, str>, Value)>,
}

impl Root {
    /// As the value that a template is rendered with.
    pub(crate) fn into_value(self) -> Value {
        // What has nothing but its own context is looked up without a detour.
        if self.extras.is_empty() { self.context.to_value() } else { Value::from_object(self) }
    }
}

impl Object for Root {
    fn get_value(self: &Arc<Self>, key: &Value) -> Option<Value> {
        self.get_value_by_str(key.as_str()?)
    }

    fn get_value_by_str(self: &Arc<Self>, key: &str) -> Option<Value> {
        let extra = || self.extras.iter().find(|(name, _)| name == key).map(|(_, value)| value);
        self.context.get(key).or_else(extra).cloned()
    }

    fn enumerate(self: &Arc<Self>) -> Enumerator {
        let extras = self.extras.iter().map(|(name, _)| &**name);
        let extras = extras.filter(|name| self.context.get(name).is_none());
        Enumerator::Values(self.context.names().chain(extras).map(Value::from).collect())
    }
}

/// What a part of the framework gives, as a value of a template.
pub(crate) fn value_of(given: Given) -> Value {
    match given {
        Given::Data(data) => Value::from(Serde(data)),
        Given::Html(html) => Value::from_safe_string(html),
        Given::Function(function) => Value::from_object(Callable(function)),
    }
}

type Function = Arc<dyn Fn(Arguments) -> carafe_core::Result<Given> + Send + Sync>;

/// A function of the framework.
struct Callable(Function);

impl Object for Callable {
    fn repr(self: &Arc<Self>) -> minijinja::value::ObjectRepr {
        minijinja::value::ObjectRepr::Plain
    }

    fn call(self: &Arc<Self>, _: &mut State<'_, '_>, args: &[Value]) -> Result<Value, Error> {
        let (positional, named): (Rest<Value>, Kwargs) = from_args(args)?;
        let mut arguments = Arguments::default();
        for value in &positional.0 {
            arguments.positional.push(json(value)?);
        }
        for name in named.args() {
            arguments.named.insert(name.to_owned(), json(&named.get::<Value>(name)?)?);
        }
        (self.0)(arguments).map(value_of).map_err(of_ours)
    }
}

impl std::fmt::Debug for Callable {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("function")
    }
}

/// An error of ours on its way through `MiniJinja`, which keeps its kind.
pub(crate) fn of_ours(error: carafe_core::Error) -> Error {
    Error::new(ErrorKind::InvalidOperation, error.to_string()).with_source(error.into_std())
}

fn json(value: &Value) -> Result<serde_json::Value, Error> {
    serde_json::to_value(value).map_err(|error| {
        Error::new(ErrorKind::BadSerialization, "an argument is no data").with_source(error)
    })
}
