//! The addresses of static files, for pages.

use std::fmt;

use crate::error::Result;
use crate::scope::Scope;

/// Knows the address of a static file: what `static("style.css")` in a template asks. Whatever
/// serves the static files of an app provides one as a service.
pub struct StaticUrls(Box<Find>);

type Find = dyn Fn(&Scope, &str) -> Result<String> + Send + Sync;

impl StaticUrls {
    /// Made of a function from a file's name to its address; an error where there is no such file.
    pub fn new(f: impl Fn(&Scope, &str) -> Result<String> + Send + Sync + 'static) -> Self {
        Self(Box::new(f))
    }

    /// The address of a file.
    pub fn url(&self, scope: &Scope, name: &str) -> Result<String> {
        (self.0)(scope, name)
    }
}

impl fmt::Debug for StaticUrls {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("StaticUrls")
    }
}
