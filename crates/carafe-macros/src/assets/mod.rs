//! `assets!()`: the files of the calling crate, from disk or inside the program.

mod expand;
mod find;
#[cfg(test)]
mod tests;

use std::path::PathBuf;

use proc_macro2::{Span, TokenStream};
use quote::quote;
use syn::{Error, Result};

/// The folders that are looked for.
const FOLDERS: [&str; 3] = ["templates", "static", "migrations"];

/// What the macro expands to.
pub(crate) fn assets(input: TokenStream) -> Result<TokenStream> {
    if let Some(token) = input.into_iter().next() {
        return Err(Error::new(
            token.span(),
            "`assets!()` takes nothing: it stands for `templates/`, `static/` and `migrations/` beside Cargo.toml",
        ));
    }
    let root = root()?;
    let files =
        find::files(&root, &FOLDERS).map_err(|message| Error::new(Span::call_site(), message))?;
    let assets = if find::is_worked_on(&root) {
        expand::from_disk_in_debug(&files)
    } else {
        expand::always_embedded(&files)
    };
    Ok(quote!(::carafe::__private::bundle(#assets)))
}

#[expect(
    clippy::disallowed_methods,
    reason = "Cargo says so which crate is being compiled; these are no settings"
)]
fn root() -> Result<PathBuf> {
    std::env::var_os("CARGO_MANIFEST_DIR").map(PathBuf::from).ok_or_else(|| {
        Error::new(
            Span::call_site(),
            "`assets!()` needs Cargo, which says where the crate is (CARGO_MANIFEST_DIR)",
        )
    })
}
