//! From the struct that is meant to its code.

use proc_macro2::TokenStream;
use quote::{format_ident, quote, quote_spanned};
use syn::parse_quote;
use syn::spanned::Spanned;

use super::parse::{RowField, RowStruct};

pub(super) fn row(row: &RowStruct) -> TokenStream {
    let name = &row.name;
    let mut generics = row.generics.clone();
    for parameter in generics.type_params_mut() {
        parameter.bounds.push(parse_quote!(::carafe::__private::row::FieldType));
    }
    let (of_impl, of_type, bounds) = generics.split_for_impl();
    let order = order(row);
    let body = body(row);
    quote! {
        #[automatically_derived]
        impl #of_impl ::carafe::__private::row::Row for #name #of_type #bounds {
            fn order(columns: &dyn ::carafe::__private::row::Columns) -> ::carafe::__private::row::Result<::carafe::__private::row::Order> {
                #order
            }

            fn from_row(reader: &mut dyn ::carafe::__private::row::Reader, order: &::carafe::__private::row::Order) -> ::carafe::__private::row::Result<Self> {
                ::carafe::__private::row::Ok(#body)
            }
        }
    }
}

fn order(row: &RowStruct) -> TokenStream {
    let name = row.name.to_string();
    if !row.by_name {
        let count = row.fields.len();
        return quote!(::carafe::__private::row::Order::by_position(#name, #count, columns));
    }
    let wanted = row.fields.iter().map(
        |RowField {
             column, optional, ..
         }| {
            quote!(::carafe::__private::row::Wanted { column: #column, optional: #optional })
        },
    );
    quote!(::carafe::__private::row::Order::by_name(#name, &[#(#wanted),*], columns))
}

fn body(row: &RowStruct) -> TokenStream {
    let reads = row.fields.iter().enumerate().map(|(index, RowField { ty, optional, .. })| {
        let read = format_ident!("{}", if *optional { "read_field_or_default" } else { "read_field" });
        // The type's span puts "cannot be the type of a column" under the field's type.
        quote_spanned!(ty.span().resolved_at(proc_macro2::Span::call_site())=> ::carafe::__private::row::#read::<#ty>(reader, order, #index)?)
    });
    if row.by_name {
        let names = row.fields.iter().map(|field| &field.name);
        quote!(Self { #(#names: #reads),* })
    } else {
        quote!(Self(#(#reads),*))
    }
}
