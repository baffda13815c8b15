//! The tokens of `assets!()`.

use proc_macro2::TokenStream;
use quote::quote;

/// Reads from disk in debug builds. The choice is left to the calling crate's own profile, which
/// the macro cannot see.
pub(super) fn from_disk_in_debug(files: &[String]) -> TokenStream {
    let embedded = embedded(files);
    expression(&quote! {
        #[cfg(debug_assertions)]
        const EMBEDDED: Files = ::core::option::Option::None;
        #[cfg(not(debug_assertions))]
        const EMBEDDED: Files = #embedded;
    })
}

/// Reads from inside the program in every build.
pub(super) fn always_embedded(files: &[String]) -> TokenStream {
    let embedded = embedded(files);
    expression(&quote!(const EMBEDDED: Files = #embedded;))
}

fn expression(constant: &TokenStream) -> TokenStream {
    quote! {{
        type Files = ::core::option::Option<&'static [(&'static str, &'static [u8])]>;
        #constant
        ::carafe::__private::Assets::new(
            ::core::env!("CARGO_PKG_NAME"),
            ::core::env!("CARGO_MANIFEST_DIR"),
            EMBEDDED,
        )
    }}
}

/// `include_bytes!` also tells Cargo to compile the crate again when the file changes or goes.
fn embedded(files: &[String]) -> TokenStream {
    let entries = files.iter().map(|path| {
        let below = format!("/{path}");
        quote! {
            (#path, ::core::include_bytes!(
                ::core::concat!(::core::env!("CARGO_MANIFEST_DIR"), #below)
            ).as_slice())
        }
    });
    quote!(::core::option::Option::Some(&[#(#entries),*]))
}
