//! What a page shows: names and values.

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

use minijinja::Value;
use minijinja::value::{Enumerator, Object, Serde};
use serde::Serialize;

/// Names and values for a template, as [`context!`](crate::context!) makes them. Clones share.
#[derive(Clone, Default)]
pub struct Context(Arc<Names>);

/// Contexts are small: to look through a short list is quicker than to hash.
#[derive(Default)]
struct Names(Vec<(Cow<'static, str>, Value)>);

impl Context {
    /// The fields of a value that serializes as a map or a struct.
    ///
    /// ```
    /// use carafe_templates::Context;
    ///
    /// let context = Context::of(&std::collections::BTreeMap::from([("n", 7)]));
    /// assert_eq!(context.get("n").unwrap().to_string(), "7");
    /// ```
    pub fn of(fields: &impl Serialize) -> Self {
        let value = Value::from(Serde(fields));
        let mut builder = Builder::default();
        for key in value.try_iter().into_iter().flatten() {
            let field = value.get_item(&key).unwrap_or_default();
            builder.set(key.to_string(), field);
        }
        builder.done()
    }

    /// The value of a name.
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.0.get(name)
    }

    /// The names, in the order in which they were given.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0.0.iter().map(|(name, _)| &**name)
    }

    /// The whole as one value of a template.
    pub(crate) fn to_value(&self) -> Value {
        Value::from_dyn_object(self.0.clone())
    }
}

/// A context may be a value in another one: `context! { g => context! { user } }`.
impl From<Context> for Value {
    fn from(context: Context) -> Self {
        context.to_value()
    }
}

/// What a context function may return: a context, or a `Result` of one.
#[diagnostic::on_unimplemented(
    message = "a context function cannot return `{Self}`",
    note = "it returns a `Context`, as `context!` makes it, or a `Result` of one"
)]
pub trait IntoContext {
    /// The context.
    fn into_context(self) -> carafe_core::Result<Context>;
}

impl IntoContext for Context {
    fn into_context(self) -> carafe_core::Result<Context> {
        Ok(self)
    }
}

impl<E: Into<carafe_core::Error>> IntoContext for Result<Context, E> {
    fn into_context(self) -> carafe_core::Result<Context> {
        self.map_err(Into::into)
    }
}

/// Makes a [`Context`] of names and values.
///
/// A name alone takes the variable of that name; `=>` gives another value; `..` takes over what
/// another context has and this one does not. Values are whatever serializes, or turns into a
/// [`Value`](crate::Value); they are moved, so write `&posts` to keep yours.
///
/// ```
/// use carafe_templates::context;
///
/// let base = context! { title => "Blog", lang => "en" };
/// let posts = vec!["one", "two"];
/// let context = context! { posts, title => "Posts", ..base };
///
/// assert_eq!(context.get("title").unwrap().as_str(), Some("Posts"));
/// assert_eq!(context.get("lang").unwrap().as_str(), Some("en"));
/// assert_eq!(context.get("posts").unwrap().len(), Some(2));
///
/// let nested = context! { page => context };
/// assert_eq!(nested.get("page").unwrap().get_attr("lang").unwrap().as_str(), Some("en"));
/// ```
#[macro_export]
macro_rules! context {
    () => { $crate::__private::Builder::default().done() };
    ($(.. $base:expr),+ $(,)?) => {{
        let mut builder = $crate::__private::Builder::default();
        $(builder.take_over(&$base);)+
        builder.done()
    }};
    ($($name:ident $(=> $value:expr)?),+ $(, .. $base:expr)* $(,)?) => {{
        let mut builder = $crate::__private::Builder::default();
        $(builder.set(::core::stringify!($name), $crate::__context_value!($name $(=> $value)?));)+
        $(builder.take_over(&$base);)*
        builder.done()
    }};
}

/// One value of `context!`.
#[doc(hidden)]
#[macro_export]
macro_rules! __context_value {
    ($name:ident) => { $crate::__context_value!($name => $name) };
    ($name:ident => $value:expr) => {{
        #[allow(unused_imports, reason = "the value's type decides which of the two is used")]
        use $crate::__private::{ByItself as _, BySerde as _};
        $crate::__private::Wrap($value).template_value()
    }};
}

/// A context that is put together.
#[doc(hidden)]
#[derive(Default)]
pub struct Builder(Names);

impl Builder {
    /// Gives a name its value, in the place of an earlier one.
    pub fn set(&mut self, name: impl Into<Cow<'static, str>>, value: Value) {
        let name = name.into();
        match self.0.0.iter_mut().find(|(own, _)| *own == name) {
            Some((_, own)) => *own = value,
            None => self.0.0.push((name, value)),
        }
    }

    /// Takes over what is not there yet.
    pub fn take_over(&mut self, other: &Context) {
        for (name, value) in &other.0.0 {
            if self.0.get(name).is_none() {
                self.0.0.push((name.clone(), value.clone()));
            }
        }
    }

    /// The finished context.
    pub fn done(self) -> Context {
        Context(Arc::new(self.0))
    }
}

impl Names {
    fn get(&self, name: &str) -> Option<&Value> {
        self.0.iter().find(|(own, _)| own == name).map(|(_, value)| value)
    }
}

impl Object for Names {
    fn get_value(self: &Arc<Self>, key: &Value) -> Option<Value> {
        self.get(key.as_str()?).cloned()
    }

    fn get_value_by_str(self: &Arc<Self>, key: &str) -> Option<Value> {
        self.get(key).cloned()
    }

    fn enumerate(self: &Arc<Self>) -> Enumerator {
        Enumerator::Values(self.0.iter().map(|(name, _)| Value::from(&**name)).collect())
    }
}

impl fmt::Debug for Names {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.0.iter().map(|(name, value)| (name, value))).finish()
    }
}

impl fmt::Debug for Context {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
