//! From tokens to a function that makes a value out of other extractors.

use proc_macro2::{Ident, Span, TokenStream};
use syn::ext::IdentExt;
use syn::spanned::Spanned;
use syn::{Attribute, FnArg, GenericArgument, ItemFn, Pat, PathArguments, ReturnType, Type};

use crate::errors::Errors;

/// A function that makes a value out of other extractors.
pub(crate) struct Extractor {
    /// Under which conditions it is compiled.
    pub(crate) conditions: Vec<Attribute>,
    pub(crate) function: Ident,
    /// The names and types of its arguments.
    pub(crate) arguments: Vec<(String, Type)>,
    pub(crate) makes: Type,
    /// Whether it may refuse.
    pub(crate) is_result: bool,
}

pub(crate) fn extractor(
    attribute: &TokenStream,
    item: TokenStream,
    errors: &mut Errors,
) -> syn::Result<Extractor> {
    if !attribute.is_empty() {
        errors.at(attribute.span(), "`#[extractor]` has no options");
    }
    let ItemFn { attrs, sig, .. } = syn::parse2(item).map_err(|error| {
        syn::Error::new(error.span(), "`#[extractor]` stands on an `async fn` that makes the value")
    })?;
    if sig.asyncness.is_none() {
        errors.at(sig.fn_token.span, "an extractor is an `async fn`: write `async` before `fn`");
    }
    if !sig.generics.params.is_empty() {
        errors.at(sig.generics.span(), "an extractor makes one type, so that it is not generic");
    }
    let arguments = sig.inputs.iter().filter_map(|input| argument(input, errors)).collect();
    let (makes, is_result) = made(&sig.output, sig.ident.span(), errors);
    Ok(Extractor {
        conditions: attrs
            .into_iter()
            .filter(|attribute| attribute.path().is_ident("cfg"))
            .collect(),
        function: sig.ident,
        arguments,
        makes,
        is_result,
    })
}

fn argument(input: &FnArg, errors: &mut Errors) -> Option<(String, Type)> {
    match input {
        FnArg::Receiver(receiver) => {
            errors.at(receiver.span(), "an extractor is a free function: it has no `self`");
            None
        }
        FnArg::Typed(typed) => {
            let name = match &*typed.pat {
                Pat::Ident(name) => name.ident.unraw().to_string(),
                _ => String::new(),
            };
            Some((name, (*typed.ty).clone()))
        }
    }
}

/// The type that it makes: what it returns, or what stands in its `Result`.
fn made(output: &ReturnType, function: Span, errors: &mut Errors) -> (Type, bool) {
    let returned = match output {
        ReturnType::Type(_, returned) => (**returned).clone(),
        ReturnType::Default => {
            errors
                .at(function, "an extractor returns the value that it makes, or a `Result` of it");
            return (Type::Verbatim(TokenStream::new()), false);
        }
    };
    if let Type::ImplTrait(found) = &returned {
        errors.at(found.span(), "an extractor names the type that it makes: a struct of yours");
    }
    match in_result(&returned) {
        Some(inner) => (inner, true),
        None => (returned, false),
    }
}

fn in_result(returned: &Type) -> Option<Type> {
    let Type::Path(path) = returned else { return None };
    let last = path.path.segments.last().filter(|last| last.ident == "Result")?;
    let PathArguments::AngleBracketed(arguments) = &last.arguments else { return None };
    match arguments.args.first()? {
        GenericArgument::Type(inner) => Some(inner.clone()),
        _ => None,
    }
}
