//! `#[extractor]`: an `async fn` as the way to an argument of a type of your own.

mod expand;
mod parse;

use proc_macro2::TokenStream;
use quote::quote;

use crate::errors::Errors;

/// Expands the attribute: the function as it is, and the type as an extractor.
pub(crate) fn attribute(attribute: &TokenStream, item: TokenStream) -> TokenStream {
    let mut errors = Errors::default();
    let parsed = parse::extractor(attribute, item.clone(), &mut errors);
    match parsed.and_then(|extractor| errors.finish().map(|()| extractor)) {
        Ok(extractor) => {
            let extractor = expand::extractor(&extractor);
            quote!(#item #extractor)
        }
        Err(error) => {
            let errors = error.into_compile_error();
            quote!(#item #errors)
        }
    }
}
