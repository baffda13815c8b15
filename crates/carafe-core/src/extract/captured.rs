//! The captures of mounts and hosts.

use axum::extract::FromRequestParts;
use http::request::Parts;

use crate::error::{Error, Result};
use crate::routing::PathSegment;
use crate::scope::{self, Scope};

/// What a mount's prefix (`/{lang}`) or host (`{user}.example.com`) captured, by the argument's
/// name: `async fn list(lang: Captured<Lang>)`.
///
/// In a hook, whose arguments have no names, it is the only capture there is; where there are
/// several, `Scope::captures` has them all.
///
/// Text that is no value of the type is a 404, as it is in a handler's own path.
#[derive(Clone, Copy, Debug)]
pub struct Captured<T>(pub T);

impl<T: PathSegment, S: Send + Sync> FromRequestParts<S> for Captured<T> {
    type Rejection = Error;

    async fn from_request_parts(_: &mut Parts, _: &S) -> Result<Self> {
        let name = scope::argument();
        let scope = Scope::current()?;
        let captures = scope.captures();
        let text = match (name, captures) {
            // In a hook, whose arguments have no names, one capture can only be the one.
            ("", [one]) => Some(one),
            _ => captures.iter().find(|(own, _)| own == name.trim_start_matches('_')),
        };
        let Some((_, text)) = text else {
            return Err(Error::internal(format!("nothing captures `{name}` here"))
                .hint("`Captured` goes by the name of the argument: mount the app at `/{name}` or on `{name}.example.com`"));
        };
        T::parse(text).map(Self).ok_or_else(|| Error::not_found(""))
    }
}

impl<T> std::ops::Deref for Captured<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}
