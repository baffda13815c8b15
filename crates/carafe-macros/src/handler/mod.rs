//! `#[get("/posts/{id}")]` and its like.

mod check;
mod expand;
mod json;
mod parse;

use proc_macro2::TokenStream;
use quote::quote;

use crate::errors::Errors;

/// Expands the attribute. The function stays as it was written, also where the attribute is
/// wrong, so that one mistake does not make every use of the function another.
pub(crate) fn attribute(
    methods: Option<&[&str]>,
    attribute: TokenStream,
    item: TokenStream,
) -> TokenStream {
    match handler(methods, attribute, item.clone()) {
        Ok(expanded) => quote!(#item #expanded),
        Err(error) => {
            let errors = error.into_compile_error();
            quote!(#item #errors)
        }
    }
}

fn handler(
    methods: Option<&[&str]>,
    attribute: TokenStream,
    item: TokenStream,
) -> syn::Result<TokenStream> {
    let mut errors = Errors::default();
    let options: parse::Options = syn::parse2(attribute)?;
    let function: parse::Function = syn::parse2(item)?;
    let handler = check::handler(methods, options, function, &mut errors);
    errors.finish()?;
    Ok(expand::handler(&handler))
}
