//! To tokens: the type beside the function, its URL, and the route as data.

use proc_macro2::{Span, TokenStream};
use quote::{format_ident, quote, quote_spanned};
use syn::Type;
use syn::spanned::Spanned;

use super::check::{Argument, Capture, Handler};

pub(crate) fn handler(handler: &Handler) -> TokenStream {
    let Handler { attributes, visibility, ident, .. } = handler;
    let url = url(handler);
    let route = route(handler);
    quote! {
        #(#attributes)*
        #[doc(hidden)]
        #[allow(non_camel_case_types, clippy::empty_enums)]
        #visibility enum #ident {}

        #(#attributes)*
        #[allow(unused_variables, clippy::pedantic, clippy::nursery)]
        impl #ident {
            #url
            #route
        }
    }
}

/// `show::url(7)`: one argument a capture; text is taken by reference.
fn url(handler: &Handler) -> TokenStream {
    let name = &handler.name;
    let names: Vec<_> =
        handler.captures.iter().map(|capture| format_ident!("r#{}", capture.name)).collect();
    let keys = handler.captures.iter().map(|capture| &capture.name);
    let types = handler
        .captures
        .iter()
        .map(|Capture { ty, .. }| if is_string(ty) { quote!(&str) } else { quote!(#ty) });
    let texts = handler.captures.iter().zip(&names).map(|(Capture { ty, .. }, name)| {
        if is_string(ty) {
            quote!(::std::string::ToString::to_string(#name))
        } else {
            quote!(::carafe::__private::segment_text::<#ty>(&#name))
        }
    });
    let docs = format!("The URL of `{}`.", handler.paths.join("`, `"));
    quote! {
        #[doc = #docs]
        #[allow(dead_code)]
        pub fn url(#(#names: #types),*) -> ::carafe::__private::Url {
            ::carafe::__private::Url::to_handler(::carafe::__private::TypeId::of::<Self>(), #name, ::std::vec![#((#keys, #texts)),*])
        }
    }
}

fn route(handler: &Handler) -> TokenStream {
    let Handler { name, methods, paths, options, docs, .. } = handler;
    let captures = handler.captures.iter().map(capture);
    let extractors: Vec<_> = handler
        .arguments
        .iter()
        .filter_map(|argument| match argument {
            Argument::Segment(_) => None,
            Argument::Extractor(_, ty) => Some(ty),
        })
        .collect();
    let call = call(handler);
    // With the name's own span it is the line of the function, not that of its attribute.
    let line = quote_spanned!(handler.ident.span()=> ::core::line!());
    quote! {
        #[doc(hidden)]
        pub fn __route() -> ::carafe::__private::Route {
            #[allow(unused_imports)]
            use ::carafe::__private::{IsPlain as _, IsUnknown as _, Tells as _, TellsNothing as _};
            ::carafe::__private::Route::declared(::carafe::__private::Declared {
                key: ::carafe::__private::TypeId::of::<Self>(),
                name: #name,
                methods: &[#(#methods),*],
                paths: &[#(#paths),*],
                captures: ::std::vec![#(#captures),*],
                call: #call,
                needs: ::std::vec![#((&::carafe::__private::Probe::<#extractors>::default()).need()),*],
                asks_for: ::std::vec![#(::carafe::__private::TypeId::of::<#extractors>()),*],
                reads_facts: ::std::vec![#((&::carafe::__private::Probe::<#extractors>::default()).reads_facts()),*],
                options: ::carafe::__private::Options { #options ..::core::default::Default::default() },
                docs: #docs,
                place: ::carafe::__private::Place { module: ::core::module_path!(), file: ::core::file!(), line: #line },
            })
        }
    }
}

fn capture(capture: &Capture) -> TokenStream {
    let Capture { name, ty, constraints, default } = capture;
    let type_name = quote!(#ty).to_string();
    let of = quote_spanned!(ty.span().resolved_at(Span::call_site())=> ::carafe::__private::Capture::of::<#ty>);
    let default = match default {
        None => quote!(::core::option::Option::None),
        Some(value) => {
            quote!(::core::option::Option::Some(|| { let value: #ty = #value; ::carafe::__private::segment_text::<#ty>(&value) }))
        }
    };
    quote!(#of(#name, #type_name, const { &[#(#constraints),*] }, #default))
}

/// Reads the segments at once, then fetches the extractors and calls the handler: a closure, so
/// that a type that is no segment is one mistake and not one a use. Each argument is fetched on its own type's token, so that a mistake shows there.
fn call(handler: &Handler) -> TokenStream {
    let last =
        handler.arguments.iter().rposition(|argument| matches!(argument, Argument::Extractor(..)));
    let names: Vec<_> =
        (0..handler.arguments.len()).map(|index| format_ident!("__a{index}")).collect();
    let mut segments = Vec::new();
    let mut fetches = Vec::new();
    for (index, (argument, name)) in handler.arguments.iter().zip(&names).enumerate() {
        match argument {
            Argument::Segment(position) => {
                let ty = &handler.captures[*position].ty;
                segments.push(quote! {
                    let #name: #ty = match __captured.value::<#ty>(#position) {
                        ::core::result::Result::Ok(value) => value,
                        ::core::result::Result::Err(error) => return ::carafe::__private::refuse(error),
                    };
                });
            }
            Argument::Extractor(own, ty) => {
                let span = ty.span().resolved_at(Span::call_site());
                // The whole call stands on the type's token, so that all that the compiler has to
                // say of a wrong type is one error there.
                let fetch = if Some(index) == last {
                    quote_spanned!(span=> ::carafe::__private::last_argument::<#ty, _>(#own, &mut __parts, &mut __body).await)
                } else {
                    quote_spanned!(span=> ::carafe::__private::argument::<#ty>(#own, &mut __parts).await)
                };
                fetches.push(quote! {
                    let #name: #ty = match #fetch {
                        ::core::result::Result::Ok(value) => value,
                        ::core::result::Result::Err(refused) => return refused,
                    };
                });
            }
        }
    }
    let split = last.map(|_| quote!(let (mut __parts, mut __body) = __request.into_parts();));
    let answer = answer(handler, &names);
    let boxed = quote_spanned!(handler.ident.span().resolved_at(Span::call_site())=> ::carafe::__private::boxed);
    quote! {
        |__request: ::carafe::__private::Request, __captured: &::carafe::__private::Captured<'_>| -> ::carafe::__private::Answer {
            #(#segments)*
            #split
            #boxed(async move {
                #(#fetches)*
                #answer
            })
        }
    }
}

/// Calls the handler; a plain `fn` may block, so that it runs where blocking is allowed.
fn answer(handler: &Handler, arguments: &[proc_macro2::Ident]) -> TokenStream {
    let function = handler.ident.clone();
    let respond = quote_spanned!(handler.returns.resolved_at(Span::call_site())=> ::carafe::__private::respond);
    let value = quote_spanned!(handler.returns.resolved_at(Span::call_site())=> __value);
    if handler.is_async {
        return quote! {
            let #value = #function(#(#arguments),*).await;
            #respond(#value)
        };
    }
    quote! {
        match ::carafe::__private::blocking(move || #function(#(#arguments),*)).await {
            ::core::result::Result::Ok(#value) => #respond(#value),
            ::core::result::Result::Err(error) => ::carafe::__private::respond(error),
        }
    }
}

/// Whether the type is written `String`; a path of its own by that name is none.
fn is_string(ty: &Type) -> bool {
    match ty {
        Type::Path(path) => {
            path.qself.is_none()
                && path
                    .path
                    .segments
                    .last()
                    .is_some_and(|last| last.ident == "String" && last.arguments.is_none())
        }
        _ => false,
    }
}
