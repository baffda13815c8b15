//! **(M)** The attributes and derives of Carafe. They write paths of `::carafe::__private` and call
//! nothing.

mod row;

use proc_macro::TokenStream;

/// Reads a struct from the rows of a query: each field from the column of its name.
///
/// `#[row(column = "user_name")]` reads another column, `#[row(default)]` gives the default where
/// the query has no such column. A tuple struct is read by position.
#[proc_macro_derive(Row, attributes(row))]
pub fn derive_row(input: TokenStream) -> TokenStream {
    let input = syn::parse_macro_input!(input as syn::DeriveInput);
    row::derive(input)
        .unwrap_or_else(|error| error.to_compile_error())
        .into()
}
