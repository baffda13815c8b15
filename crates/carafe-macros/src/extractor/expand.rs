//! To tokens: how the value is made from the head of a request.

use proc_macro2::{Span, TokenStream};
use quote::{format_ident, quote, quote_spanned};
use syn::spanned::Spanned;

use super::parse::Extractor;

pub(crate) fn extractor(extractor: &Extractor) -> TokenStream {
    let Extractor { conditions, function, arguments, makes, is_result } = extractor;
    let names: Vec<_> = (0..arguments.len()).map(|index| format_ident!("__a{index}")).collect();
    let types = arguments.iter().map(|(_, ty)| ty);
    let fetches = arguments.iter().zip(&names).map(|((name, ty), variable)| {
        let span = ty.span().resolved_at(Span::call_site());
        let fetch =
            quote_spanned!(span=> ::carafe::__private::argument::<#ty>(#name, __parts).await);
        quote!(let #variable: #ty = #fetch?;)
    });
    let made = quote!(#function(#(#names),*).await);
    let made = if *is_result {
        quote!(#made.map_err(::carafe::__private::refused))
    } else {
        quote!(::core::result::Result::Ok(#made))
    };
    quote! {
        #(#conditions)*
        impl<__S: ::core::marker::Send + ::core::marker::Sync> ::carafe::__private::FromRequestParts<__S> for #makes {
            type Rejection = ::carafe::__private::Response;

            #[allow(unused_variables)]
            async fn from_request_parts(
                __parts: &mut ::carafe::__private::Parts,
                _: &__S,
            ) -> ::core::result::Result<Self, ::carafe::__private::Response> {
                #(#fetches)*
                #made
            }
        }

        #(#conditions)*
        impl ::carafe::__private::Plain for #makes {
            fn reads_facts() -> bool {
                #[allow(unused_imports)]
                use ::carafe::__private::{IsPlain as _, IsUnknown as _};
                #((&::carafe::__private::Probe::<#types>::default()).reads_facts() ||)* false
            }
        }
    }
}
