//! `#[command]`: an `async fn` as a command of the program.

mod expand;
mod parse;

pub(crate) use parse::docs;

use proc_macro2::TokenStream;
use quote::quote;

use crate::errors::Errors;

/// Expands the attribute: the function without the `#[arg]`s, and a type of its name.
pub(crate) fn attribute(attribute: TokenStream, item: TokenStream) -> TokenStream {
    let mut errors = Errors::default();
    let parsed = parse::command(attribute, item.clone(), &mut errors);
    match parsed.and_then(|command| errors.finish().map(|()| command)) {
        Ok(command) => expand::command(&command),
        Err(error) => {
            let errors = error.into_compile_error();
            quote!(#item #errors)
        }
    }
}
