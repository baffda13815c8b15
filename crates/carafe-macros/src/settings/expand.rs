//! From a section to tokens; no decision is left.

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::spanned::Spanned;

use super::parse::{Default, Field, Literal, Place, Section};

pub(super) fn section(section: &Section) -> TokenStream {
    let Section { name, docs, fields, .. } = section;
    let place = match &section.place {
        Place::Nested => quote!(Nested),
        Place::TopLevel => quote!(TopLevel),
        Place::Named(name) => quote!(Section(#name)),
    };
    let type_name = name.to_string();
    let schemas = fields.iter().map(schema);
    let reads = fields.iter().enumerate().map(|(place, field)| read(place, field));
    let names: Vec<_> = fields.iter().map(|field| &field.name).collect();
    // Every field is read before the first `?`, so that all mistakes are told at once.
    let locals: Vec<_> =
        (0..fields.len()).map(|place| quote::format_ident!("__field_{place}")).collect();
    quote! {
        #[automatically_derived]
        const _: () = {
            use ::carafe::__private::settings as __settings;
            // Else every error about a section lists the program's other ones.
            #[diagnostic::do_not_recommend]
            impl __settings::Section for #name {
                const SCHEMA: &'static __settings::SectionSchema = &__settings::SectionSchema::new(
                    #type_name,
                    __settings::Place::#place,
                    #docs,
                    &[#(#schemas),*],
                );
                fn read(__reader: &mut __settings::SectionReader<'_>) -> ::core::option::Option<Self> {
                    #(let #locals = #reads;)*
                    ::core::option::Option::Some(Self { #(#names: #locals?),* })
                }
            }
        };
    }
}

fn schema(field: &Field) -> TokenStream {
    let (key, docs, env, secret) = (field.key(), &field.docs, &field.env, field.secret);
    let ty = &field.ty;
    let type_name = quote!(#ty).to_string().replace(' ', "");
    let default = match &field.default {
        Default::None if field.optional().is_some() => quote!(Nothing),
        Default::None => quote!(Required),
        Default::OfType(_) => quote!(OfType),
        Default::Value(_, value) => {
            let value = literal(value);
            quote!(Literal(#value))
        }
    };
    let nested = if field.nested.is_some() {
        let inner = field.optional().unwrap_or(ty);
        quote!(::core::option::Option::Some(<#inner as __settings::Section>::SCHEMA))
    } else {
        quote!(::core::option::Option::None)
    };
    quote! {
        __settings::FieldSchema {
            key: #key,
            docs: #docs,
            type_name: #type_name,
            env: &[#(#env),*],
            default: __settings::DefaultValue::#default,
            secret: #secret,
            nested: #nested,
        }
    }
}

fn literal(value: &Literal) -> TokenStream {
    match value {
        Literal::Bool(value) => quote!(__settings::Literal::Bool(#value)),
        Literal::Int(value) => quote!(__settings::Literal::Int(#value)),
        Literal::Float(value) => quote!(__settings::Literal::Float(#value)),
        Literal::Text(value) => quote!(__settings::Literal::Text(#value)),
        Literal::List(items) => {
            let items = items.iter().map(literal);
            quote!(__settings::Literal::List(&[#(#items),*]))
        }
    }
}

/// The call that reads a field, spanned at its type: there an error about the type belongs.
fn read(place: usize, field: &Field) -> TokenStream {
    let (ty, optional) = (&field.ty, field.optional());
    let inner = optional.unwrap_or(ty);
    let span = ty.span().resolved_at(proc_macro2::Span::call_site());
    match (field.nested.is_some(), field.from_str.is_some(), optional.is_some()) {
        (true, _, true) => quote_spanned!(span=> __reader.optional_nested::<#inner>(#place)),
        (true, _, false) => quote_spanned!(span=> __reader.nested::<#inner>(#place)),
        (_, true, true) => quote_spanned!(span=> __reader.optional_from_text::<#inner>(#place)),
        (_, true, false) => quote_spanned!(span=> __reader.from_text::<#inner>(#place)),
        _ if matches!(field.default, Default::OfType(_)) => {
            quote_spanned!(span=> __reader.field_or_default::<#ty>(#place))
        }
        _ => quote_spanned!(span=> __reader.field::<#ty>(#place)),
    }
}
