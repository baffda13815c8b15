//! From the model that is meant to its code, which is data.

mod field;
mod table;

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, format_ident, quote, quote_spanned};
use syn::spanned::Spanned;

use super::parse::{ModelField, ModelStruct};
use crate::errors::Errors;

pub(super) fn model(model: &ModelStruct, errors: &mut Errors) -> TokenStream {
    let constants = constants(model);
    let kind = if model.is_part { part(model, errors) } else { table(model, errors) };
    quote! {
        const _: () = {
            use ::carafe::__private::model as __m;
            #constants
            #kind
        };
    }
}

/// `Post::TITLE`.
fn constants(model: &ModelStruct) -> TokenStream {
    let name = &model.name;
    let constants = model.fields.iter().zip(places(model)).map(|(field, place)| {
        let ModelField { visibility, docs, .. } = field;
        let constant = format_ident!("{}", field.text.to_uppercase(), span = field.name.span());
        let ty = spanned(field);
        let doc = docs.is_empty().then(|| {
            let doc = format!("The field `{}`.", field.text);
            quote!(#[doc = #doc])
        });
        quote! {
            #(#docs)* #doc
            #visibility const #constant: __m::Column<#name, #ty> = __m::Column::at(#place);
        }
    });
    quote! {
        #[automatically_derived]
        #[allow(dead_code)]
        impl #name { #(#constants)* }
    }
}

fn table(model: &ModelStruct, errors: &mut Errors) -> TokenStream {
    let name = &model.name;
    let text = name.to_string();
    let (fields, count) = (field::lists(model, errors), count(model));
    let schema = table::schema(model, errors);
    let table = table::table_name(model, errors);
    let limits = field::limits(model);
    let access = access(model);
    let (blank, read) = (blank(model, errors), read(model));
    let keys: Vec<&ModelField> = model.fields.iter().filter(|field| field.primary_key).collect();
    let key_types = keys.iter().map(|field| {
        let ty = spanned(field);
        quote!(<#ty as __m::KeyField>::Key)
    });
    let key_values = keys.iter().map(|field| {
        let name = &field.name;
        quote!(__m::KeyField::to_key(&self.#name))
    });
    // One key stands for itself; several are a tuple.
    let (key, pk) = if keys.len() == 1 {
        (quote!(#(#key_types)*), quote!(#(#key_values)*))
    } else {
        (quote!((#(#key_types,)*)), quote!(__m::Some((#(#key_values?,)*))))
    };
    let clean = model.options.path("clean", "Post::check_dates", errors).map(|path| {
        quote! {
            fn clean(&self, errors: &mut __m::Invalids) { #path(self, errors) }
        }
    });
    quote! {
        static FIELDS: [__m::FieldSchema; #count] = __m::flatten(#text, &[#fields]);
        static SCHEMA: __m::ModelSchema = #schema;

        #limits

        #[automatically_derived]
        impl __m::Record for #name {
            fn model(&self) -> &'static __m::ModelSchema { &SCHEMA }
            #access
            #clean
        }

        #[automatically_derived]
        impl __m::Model for #name {
            type Key = #key;
            const TABLE: &'static str = #table;
            fn schema() -> &'static __m::ModelSchema { &SCHEMA }
            fn blank() -> Self { Self { #blank } }
            fn read(cursor: &mut __m::Cursor<'_>) -> __m::Result<Self> {
                __m::Ok(Self { #read })
            }
            fn pk(&self) -> __m::Option<Self::Key> { #pk }
        }
    }
}

fn part(model: &ModelStruct, errors: &mut Errors) -> TokenStream {
    let name = &model.name;
    let text = name.to_string();
    let (fields, count) = (field::lists(model, errors), count(model));
    let access = access(model);
    let (blank, read) = (blank(model, errors), read(model));
    let limits = field::limits(model);
    table::of_part(model, errors);
    quote! {
        #limits

        #[automatically_derived]
        impl __m::Part for #name {
            const FIELDS: &'static [__m::FieldSchema] = &__m::flatten::<{ #count }>(#text, &[#fields]);
            fn blank() -> Self { Self { #blank } }
            fn read(cursor: &mut __m::Cursor<'_>) -> __m::Result<Self> {
                __m::Ok(Self { #read })
            }
            #access
        }

        #[automatically_derived]
        impl __m::PathEnd for #name {
            type Null = __m::Option<#name>;
        }
    }
}

fn access(model: &ModelStruct) -> TokenStream {
    let (consts, shared) = arms(model, &quote!(&), &quote!(field_at));
    let (_, unique) = arms(model, &quote!(&mut), &quote!(field_at_mut));
    let generic = generic(model);
    quote! {
        fn field_at(&self, index: usize) -> __m::Option<&dyn __m::AnyField> {
            #consts
            match index { #shared _ => __m::None }
        }
        fn field_at_mut(&mut self, index: usize) -> __m::Option<&mut dyn __m::AnyField> {
            #consts
            match index { #unique _ => __m::None }
        }
        #generic
    }
}

/// References to rows of any model stand in embedded parts.
fn generic(model: &ModelStruct) -> Option<TokenStream> {
    let parts = model.fields.iter().zip(places(model)).filter(|(field, _)| field.flatten);
    let arms: TokenStream = parts
        .map(|(field, place)| part_arm(field, &place, &quote!(&mut), &quote!(generic_at_mut)))
        .collect();
    (!arms.is_empty()).then(|| {
        quote! {
            fn generic_at_mut(&mut self, index: usize) -> __m::Option<&mut dyn __m::GenericSlot> {
                match index { #arms _ => __m::None }
            }
        }
    })
}

/// The arms of a match over places. Behind an embedded part a place is known to the compiler only,
/// so that it has a name to stand in a pattern.
fn arms(
    model: &ModelStruct,
    borrow: &TokenStream,
    inner: &TokenStream,
) -> (TokenStream, TokenStream) {
    let (mut consts, mut arms) = (TokenStream::new(), TokenStream::new());
    let mut behind_part = false;
    for (index, (field, place)) in model.fields.iter().zip(places(model)).enumerate() {
        let name = &field.name;
        if field.flatten {
            arms.extend(part_arm(field, &place, borrow, inner));
            behind_part = true;
        } else if behind_part {
            let at = format_ident!("AT_{index}");
            consts.extend(quote!(const #at: usize = #place;));
            arms.extend(quote!(#at => __m::Some(#borrow self.#name),));
        } else {
            arms.extend(quote!(#place => __m::Some(#borrow self.#name),));
        }
    }
    (consts, arms)
}

/// The arm of an embedded part: all of its places.
fn part_arm(
    field: &ModelField,
    place: &TokenStream,
    borrow: &TokenStream,
    inner: &TokenStream,
) -> TokenStream {
    let (name, ty) = (&field.name, &field.ty);
    quote! {
        index if index >= #place && index < #place + <#ty as __m::Part>::FIELDS.len() =>
            __m::Part::#inner(#borrow self.#name, index - (#place)),
    }
}

fn blank(model: &ModelStruct, errors: &mut Errors) -> TokenStream {
    let several_keys = model.fields.iter().filter(|field| field.primary_key).count() > 1;
    let fields = model.fields.iter().map(|field| {
        let (name, ty) = (&field.name, &field.ty);
        let span = ty.span().resolved_at(Span::call_site());
        let value = if field.flatten {
            quote_spanned!(span=> <#ty as __m::Part>::blank())
        } else if let Some(default) = field::default_expr(field, errors) {
            default
        } else if field.primary_key && !several_keys && !field.options.has("natural") {
            quote_spanned!(span=> <#ty as __m::KeyField>::new_key())
        } else {
            quote_spanned!(span=> <#ty as __m::Blank>::blank())
        };
        quote!(#name: #value,)
    });
    quote!(#(#fields)*)
}

fn read(model: &ModelStruct) -> TokenStream {
    let fields = model.fields.iter().map(|field| {
        let (name, ty) = (&field.name, &field.ty);
        if field.flatten {
            quote!(#name: <#ty as __m::Part>::read(cursor)?,)
        } else {
            quote!(#name: cursor.field()?,)
        }
    });
    quote!(#(#fields)*)
}

/// Where each field stands: a number, or behind embedded parts a sum.
fn places(model: &ModelStruct) -> Vec<TokenStream> {
    let mut own = 0_usize;
    let mut parts = TokenStream::new();
    let mut places = Vec::with_capacity(model.fields.len());
    for field in &model.fields {
        places.push(quote!(#own #parts));
        if field.flatten {
            let ty = &field.ty;
            parts.extend(quote!(+ <#ty as __m::Part>::FIELDS.len()));
        } else {
            own += 1;
        }
    }
    places
}

fn count(model: &ModelStruct) -> TokenStream {
    let own = model.fields.iter().filter(|field| !field.flatten).count();
    let parts = model
        .fields
        .iter()
        .filter(|field| field.flatten)
        .map(|ModelField { ty, .. }| quote!(+ <#ty as __m::Part>::FIELDS.len()));
    quote!(#own #(#parts)*)
}

/// The type of a field, so that what is wrong with it is told there.
fn spanned(field: &ModelField) -> TokenStream {
    field.ty.to_token_stream()
}
