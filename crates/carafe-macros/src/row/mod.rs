//! `#[derive(Row)]`: a struct that is read from the rows of a query.

mod check;
mod expand;
mod parse;

use proc_macro2::TokenStream;

use crate::errors::Errors;

pub(crate) fn derive(input: TokenStream) -> syn::Result<TokenStream> {
    let mut errors = Errors::default();
    let row = parse::row(syn::parse2(input)?, &mut errors)?;
    check::row(&row, &mut errors);
    errors.finish()?;
    Ok(expand::row(&row))
}
