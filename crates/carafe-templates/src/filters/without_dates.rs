//! In the place of `dates` where the feature `jiff` is off: there is no such filter.

use minijinja::Environment;

pub(crate) fn add_to(_: &mut Environment<'static>) {}
