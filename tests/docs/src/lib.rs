//! Every block of Rust in README.md and in the book is a doc test of this crate, so that what a
//! reader copies has been compiled. `cargo xtask tidy` sees to it that no page is missing here.
//!
//! A failure is named by the page and the line in it: `docs/introduction.md - introduction (line 9)`.

macro_rules! pages {
    ($($name:ident = $path:literal;)*) => {
        $(
            #[doc = include_str!(concat!("../../../", $path))]
            pub mod $name {}
        )*
    };
}

pages! {
    readme = "README.md";
    introduction = "docs/introduction.md";
    coming_from_flask = "docs/coming-from-flask.md";
}
