//! **(M)** The attributes and derives of Carafe: they write data and paths, and call nothing.

mod assets;

use proc_macro::TokenStream;

/// The folders `templates/`, `static/` and `migrations/` beside the `Cargo.toml` of the crate
/// that this stands in: `App::new("blog").assets(assets!())`.
///
/// In a debug build of a crate that is being worked on they are read from disk while the program
/// runs, so that a change needs no rebuild; in a release build, and in crates from a registry,
/// they are inside the program. Hidden files stay out, but `.well-known` does not.
///
/// Cargo is told of every file that went into the program, but of no folder: stable Rust has no
/// way to. A file that is *new* since the last release build, with nothing else changed in its
/// crate, is seen when the crate is compiled again; a `build.rs` makes sure of that. It names only
/// folders that exist, since for a missing one Cargo compiles the crate each time:
///
/// ```no_run
/// println!("cargo:rerun-if-changed=static");
/// println!("cargo:rerun-if-changed=templates");
/// ```
#[proc_macro]
pub fn assets(input: TokenStream) -> TokenStream {
    assets::assets(input.into()).unwrap_or_else(syn::Error::into_compile_error).into()
}
