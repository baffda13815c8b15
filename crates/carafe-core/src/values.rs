//! Values that parts of the framework offer to pages by name, without knowing what renders them.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use serde_json::{Map, Value};

use crate::error::Result;
use crate::scope::Scope;

/// A value that a page may ask for by name, as `session`, and that is loaded only if it does.
///
/// It is left in an app by [`App::deposit`](crate::App::deposit); whatever renders pages collects
/// these, and awaits those that a page names before it renders it.
///
/// ```
/// use carafe_core::values::{Given, PageValue};
/// use carafe_core::{App, Scope};
///
/// let app = App::new("site").deposit(PageValue::new("visits", |_: Scope| async {
///     Ok(Given::Data(7.into()))
/// }));
/// ```
#[derive(Clone)]
pub struct PageValue {
    name: &'static str,
    load: Arc<dyn Fn(Scope) -> Loading + Send + Sync>,
}

type Loading = Pin<Box<dyn Future<Output = Result<Given>> + Send>>;
type Function = Arc<dyn Fn(Arguments) -> Result<Given> + Send + Sync>;

/// Left in the request's [`Locals`](crate::Locals) by a page that is sent while it is rendered,
/// before it loads its values: what a function would change (messages that are shown once) MUST
/// change while the value is loaded, since the answer's headers are gone when it is called.
#[derive(Clone, Copy, Debug)]
pub struct Streamed;

/// What a page gets.
#[derive(Clone)]
pub enum Given {
    /// Data, which is escaped where it is shown.
    Data(Value),
    /// HTML that is right as it stands, as a hidden field.
    Html(String),
    /// A function that the page calls; it must not block.
    Function(Function),
}

/// What a page called a function with.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Arguments {
    /// Those by position.
    pub positional: Vec<Value>,
    /// Those by name.
    pub named: Map<String, Value>,
}

impl PageValue {
    /// A value of a name, and how it is loaded in a request.
    pub fn new<F>(name: &'static str, load: impl Fn(Scope) -> F + Send + Sync + 'static) -> Self
    where
        F: Future<Output = Result<Given>> + Send + 'static,
    {
        Self { name, load: Arc::new(move |scope| Box::pin(load(scope))) }
    }

    /// The name by which pages ask for it.
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// Loads it for the request of a scope.
    pub async fn load(&self, scope: &Scope) -> Result<Given> {
        (self.load)(scope.clone()).await
    }
}

impl Given {
    /// A function that the page calls, as `get_flashed_messages(with_categories=true)`.
    pub fn function(f: impl Fn(Arguments) -> Result<Self> + Send + Sync + 'static) -> Self {
        Self::Function(Arc::new(f))
    }
}

impl Arguments {
    /// An argument by its name, or by its position.
    pub fn get(&self, position: usize, name: &str) -> Option<&Value> {
        self.named.get(name).or_else(|| self.positional.get(position))
    }
}

impl fmt::Debug for PageValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("PageValue").field(&self.name).finish()
    }
}

/// Without what it holds, which may be a secret.
impl fmt::Debug for Given {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Data(_) => "Given::Data",
            Self::Html(_) => "Given::Html",
            Self::Function(_) => "Given::Function",
        })
    }
}
