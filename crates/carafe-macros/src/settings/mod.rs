//! `#[derive(Settings)]`: a struct of settings as data, and one call to the library a field.

mod check;
mod expand;
mod parse;

use proc_macro2::TokenStream;

use crate::errors::Errors;

/// Parses, checks, expands; all mistakes are told at once, each under its own token.
pub(crate) fn derive(input: TokenStream) -> syn::Result<TokenStream> {
    let input = syn::parse2(input)?;
    let mut errors = Errors::default();
    let section = parse::section(&input, &mut errors);
    if let Some(section) = &section {
        check::section(section, &mut errors);
    }
    errors.finish()?;
    Ok(section.as_ref().map(expand::section).unwrap_or_default())
}
