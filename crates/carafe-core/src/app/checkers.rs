//! What looks at a site once it is put together, before it answers a request.

use crate::checks::Check;
use crate::error::{Error, Result};
use crate::scope::Scope;

/// Looks at a site that is put together, from a scope without a request.
pub(crate) type Checker = Box<dyn Fn(&Scope) -> Vec<Check> + Send + Sync>;

/// All that the checkers find wrong, as one error; of what they warn is told in the log.
pub(crate) fn run(checkers: &[Checker], scope: &Scope) -> Result<()> {
    let found = checkers.iter().flat_map(|checker| checker(scope));
    let (warnings, wrong): (Vec<Check>, Vec<Check>) = found.partition(Check::is_warning);
    for warning in warnings {
        tracing::warn!("{warning}");
    }
    Error::all(wrong.into_iter().map(Error::from).collect())
}
