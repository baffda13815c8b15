//! `#[derive(Model)]`: a struct that is a row of a table, or a part of such structs.

mod check;
mod expand;
mod expression;
mod names;
mod options;
mod parse;

use proc_macro2::TokenStream;
use quote::quote;

use crate::errors::Errors;

pub(crate) fn derive(input: TokenStream) -> syn::Result<TokenStream> {
    let mut errors = Errors::default();
    let model = parse::model(syn::parse2(input)?, &mut errors)?;
    check::model(&model, &mut errors);
    let tokens = expand::model(&model, &mut errors);
    match errors.finish() {
        Ok(()) => Ok(tokens),
        // A slip in an option leaves a model, so that its neighbours have nothing to complain of.
        Err(mistakes) if check::is_model(&model) => {
            let mistakes = mistakes.into_compile_error();
            Ok(quote!(#mistakes #tokens))
        }
        Err(mistakes) => Err(mistakes),
    }
}
