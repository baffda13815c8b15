//! Every block of Rust in README.md and in the book is a doc test of this crate, so that what a
//! reader copies has been compiled. `cargo xtask tidy` sees to it that no page is missing here.
//!
//! A failure is named by its page and line: `docs/introduction.md - introduction (line 9)`.

macro_rules! pages {
    ($($name:ident = $path:literal;)*) => {
        $(
            // Outside doc tests the page is not read: a packaged crate stands alone.
            #[cfg_attr(doctest, doc = include_str!(concat!("../../../", $path)))]
            #[cfg_attr(not(doctest), doc = $path)]
            pub mod $name {}
        )*
    };
}

pages! {
    readme = "README.md";
    introduction = "docs/introduction.md";
    coming_from_flask = "docs/coming-from-flask.md";
    internals_hostile = "docs/internals/hostile.md";
    topics_database = "docs/topics/database.md";
    topics_errors = "docs/topics/errors.md";
    topics_files = "docs/topics/files.md";
    topics_requests = "docs/topics/requests.md";
    topics_responses = "docs/topics/responses.md";
    topics_serving = "docs/topics/serving.md";
    topics_sessions = "docs/topics/sessions.md";
    topics_settings = "docs/topics/settings.md";
    topics_static = "docs/topics/static.md";
    topics_templates = "docs/topics/templates.md";
    topics_uploads = "docs/topics/uploads.md";
}
