//! `#[derive(PathSegment)]`: an enum whose variants are words of a path.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{Data, DeriveInput, Fields, LitStr};

use crate::errors::Errors;

pub(crate) fn derive(input: TokenStream) -> syn::Result<TokenStream> {
    let input: DeriveInput = syn::parse2(input)?;
    let mut errors = Errors::default();
    let words = words(&input, &mut errors);
    errors.finish()?;
    let ident = &input.ident;
    let (variants, texts): (Vec<_>, Vec<_>) = words.into_iter().unzip();
    Ok(quote! {
        impl ::carafe::__private::PathSegment for #ident {
            const KIND: ::carafe::__private::SegmentKind = ::carafe::__private::SegmentKind::Choice;

            fn parse(text: &str) -> ::core::option::Option<Self> {
                match text {
                    #(#texts => ::core::option::Option::Some(Self::#variants),)*
                    _ => ::core::option::Option::None,
                }
            }

            fn to_text(&self) -> ::std::borrow::Cow<'_, str> {
                ::std::borrow::Cow::Borrowed(match self { #(Self::#variants => #texts,)* })
            }
        }
    })
}

/// The variants with their words.
fn words(input: &DeriveInput, errors: &mut Errors) -> Vec<(syn::Ident, String)> {
    let Data::Enum(data) = &input.data else {
        errors.at(input.ident.span(), "`PathSegment` is derived for an enum of words; a struct implements it by hand: `parse` and `to_text`");
        return Vec::new();
    };
    let mut words: Vec<(syn::Ident, String)> = Vec::new();
    for variant in &data.variants {
        if !matches!(variant.fields, Fields::Unit) {
            errors.at(variant.ident.span(), "a variant that stands for a word holds no data");
        }
        let mut word = kebab(&variant.ident.to_string());
        for attribute in
            variant.attrs.iter().filter(|attribute| attribute.path().is_ident("segment"))
        {
            match attribute.parse_args::<LitStr>() {
                Ok(text) => word = text.value(),
                Err(error) => errors.add(error),
            }
        }
        if word.is_empty() || word.contains('/') {
            errors.at(variant.ident.span(), "the word of a segment is not empty and has no `/`");
        }
        if words.iter().any(|(_, own)| *own == word) {
            errors.at(variant.ident.span(), format!("two variants stand for `{word}`"));
        }
        words.push((variant.ident.clone(), word));
    }
    words
}

/// `InReview` is `in-review`.
fn kebab(name: &str) -> String {
    name.char_indices().fold(String::new(), |mut word, (index, c)| {
        if c.is_uppercase() && index > 0 {
            word.push('-');
        }
        word.extend(c.to_lowercase());
        word
    })
}
