//! `#[derive(Row)]`: a struct that is read from the rows of a query.

mod check;
mod expand;
mod parse;

use proc_macro2::TokenStream;
use syn::DeriveInput;

pub(crate) fn derive(input: DeriveInput) -> syn::Result<TokenStream> {
    let mut mistakes = Mistakes::default();
    let row = parse::row(input, &mut mistakes);
    if let Some(row) = &row {
        check::row(row, &mut mistakes);
    }
    match (row, mistakes.0) {
        (Some(row), None) => Ok(expand::row(&row)),
        (_, Some(error)) => Err(error),
        // Whatever yields no struct has said why.
        (None, None) => Ok(TokenStream::new()),
    }
}

/// All mistakes of one struct, each under its own token.
#[derive(Default)]
struct Mistakes(Option<syn::Error>);

impl Mistakes {
    fn add(&mut self, mistake: syn::Error) {
        match &mut self.0 {
            Some(all) => all.combine(mistake),
            none => *none = Some(mistake),
        }
    }

    fn at(&mut self, tokens: impl quote::ToTokens, sentence: impl std::fmt::Display) {
        self.add(syn::Error::new_spanned(tokens, sentence));
    }
}
