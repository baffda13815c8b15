//! To tokens: the function, a type of its name, and the command as data.

use proc_macro2::{Span, TokenStream};
use quote::{format_ident, quote, quote_spanned};
use syn::spanned::Spanned;

use super::parse::{Argument, Command, Kind, Word};

pub(crate) fn command(command: &Command) -> TokenStream {
    let Command { attributes, visibility, signature, body, name, docs, .. } = command;
    let ident = &signature.ident;
    let cfgs: Vec<_> =
        attributes.iter().filter(|attribute| attribute.path().is_ident("cfg")).collect();
    let words = command.arguments.iter().filter_map(|argument| match argument {
        Argument::Word(word) => Some(clap_argument(word)),
        Argument::Extractor(..) => None,
    });
    let names: Vec<_> =
        (0..command.arguments.len()).map(|index| format_ident!("__a{index}")).collect();
    let values = command.arguments.iter().zip(&names).map(|(argument, name)| {
        let value = value(argument);
        quote!(let #name = #value?;)
    });
    quote! {
        #(#attributes)*
        #visibility #signature #body

        #(#cfgs)*
        #[doc(hidden)]
        #[allow(non_camel_case_types, clippy::empty_enums)]
        #visibility enum #ident {}

        #(#cfgs)*
        #[allow(clippy::pedantic, clippy::nursery)]
        impl #ident {
            #[doc(hidden)]
            pub fn __command() -> ::carafe::__private::Command {
                ::carafe::__private::Command::declared(#name, #docs, ::std::vec![#(#words),*], |__matches| {
                    ::std::boxed::Box::pin(async move {
                        #(#values)*
                        ::carafe::__private::command::outcome(#ident(#(#names),*).await)
                    })
                })
            }
        }
    }
}

/// The argument as clap's builder; what `#[arg(…)]` says comes last, so that it wins.
fn clap_argument(word: &Word) -> TokenStream {
    let name = &word.name;
    let help = word.docs.trim_end_matches('.');
    let help = (!help.is_empty()).then(|| quote!(.help(#help)));
    let has = |name: &str| word.settings.iter().any(|(own, _)| own == name);
    let is_option = has("long") || has("short");
    let parser = |ty: &syn::Type| quote_spanned!(ty.span().resolved_at(Span::call_site())=> ::carafe::__private::clap::value_parser!(#ty));
    let kind = match &word.kind {
        Kind::Flag => {
            let long = (!is_option).then(|| long(name));
            quote!(.action(::carafe::__private::clap::ArgAction::SetTrue) #long)
        }
        Kind::Optional(ty) => {
            let parser = parser(ty);
            quote!(.value_parser(#parser))
        }
        Kind::Many(ty) => {
            let parser = parser(ty);
            quote!(.value_parser(#parser).action(::carafe::__private::clap::ArgAction::Append))
        }
        Kind::One(ty) => {
            let parser = parser(ty);
            let required = !has("default_value");
            quote!(.value_parser(#parser).required(#required))
        }
    };
    let settings = word.settings.iter().map(|(method, value)| match value {
        Some(value) => quote!(.#method(#value)),
        None if method == "long" => long(name),
        None if method == "short" => {
            let short = name.chars().next().unwrap_or('x');
            quote!(.short(#short))
        }
        None => quote!(.#method(true)),
    });
    quote!(::carafe::__private::clap::Arg::new(#name) #help #kind #(#settings)*)
}

fn long(name: &str) -> TokenStream {
    let name = name.replace('_', "-");
    quote!(.long(#name))
}

fn value(argument: &Argument) -> TokenStream {
    match argument {
        Argument::Extractor(name, ty) => {
            quote_spanned!(ty.span().resolved_at(Span::call_site())=> ::carafe::__private::command::extracted::<#ty>(#name).await)
        }
        Argument::Word(Word { name, kind, .. }) => match kind {
            Kind::Flag => quote!(::carafe::__private::command::flag(&__matches, #name)),
            Kind::Optional(ty) => {
                quote!(::carafe::__private::command::maybe::<#ty>(&__matches, #name))
            }
            Kind::Many(ty) => quote!(::carafe::__private::command::many::<#ty>(&__matches, #name)),
            Kind::One(ty) => {
                quote!(::carafe::__private::command::required::<#ty>(&__matches, #name))
            }
        },
    }
}
