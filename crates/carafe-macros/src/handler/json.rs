//! Whether a handler speaks JSON, as far as its signature says.

use proc_macro2::{TokenStream, TokenTree};
use quote::ToTokens;
use syn::{FnArg, Signature};

const JSON: &[&str] = &["Json", "Problem"];
/// What may be an answer of any kind, or one without a body.
const SAYS_NOTHING: &[&str] =
    &["Result", "Error", "StatusCode", "Redirect", "Response", "IntoResponse", "impl"];

/// True where a type called `Json` or `Problem` stands among the arguments or in what is returned,
/// `None` where nothing is returned that says another thing.
pub(super) fn speaks(signature: &Signature) -> Option<bool> {
    let taken = signature.inputs.iter().filter_map(|input| match input {
        FnArg::Typed(typed) => Some(typed.ty.to_token_stream()),
        FnArg::Receiver(_) => None,
    });
    let taken: Vec<_> = taken.flat_map(names).collect();
    let returned = names(signature.output.to_token_stream());
    if taken.iter().chain(&returned).any(|name| JSON.contains(&name.as_str())) {
        return Some(true);
    }
    (!returned.iter().all(|name| SAYS_NOTHING.contains(&name.as_str()))).then_some(false)
}

/// All names in a type, those of its parameters too; of a path only the last.
fn names(tokens: TokenStream) -> Vec<String> {
    let mut found = Vec::new();
    let mut tokens = tokens.into_iter().peekable();
    while let Some(token) = tokens.next() {
        match token {
            TokenTree::Ident(ident) if !leads_on(tokens.peek()) => found.push(ident.to_string()),
            TokenTree::Group(group) => found.extend(names(group.stream())),
            TokenTree::Ident(_) | TokenTree::Punct(_) | TokenTree::Literal(_) => {}
        }
    }
    found
}

fn leads_on(next: Option<&TokenTree>) -> bool {
    matches!(next, Some(TokenTree::Punct(next)) if next.as_char() == ':')
}
