//! A site whose only template is broken, in a crate of its own, since `assets!()` takes the folders
//! of the crate that it stands in. Never published.

use carafe::prelude::*;

/// A site that says no more of templates than where its folders are.
pub fn site() -> App {
    App::new("site").assets(assets!())
}
