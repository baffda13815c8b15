//! From syn's tree to the struct that is meant.

use syn::ext::IdentExt;
use syn::spanned::Spanned;
use syn::{Attribute, Data, DeriveInput, Field, Fields, Generics, Ident, LitStr, Type};

use crate::errors::Errors;

pub(super) struct RowStruct {
    pub(super) name: Ident,
    pub(super) generics: Generics,
    pub(super) by_name: bool,
    pub(super) fields: Vec<RowField>,
}

pub(super) struct RowField {
    /// Its name, or nothing in a tuple struct.
    pub(super) name: Option<Ident>,
    pub(super) ty: Type,
    pub(super) column: LitStr,
    pub(super) optional: bool,
    /// The attribute that renames it, where one does.
    pub(super) renamed: bool,
}

pub(super) fn row(input: DeriveInput, errors: &mut Errors) -> syn::Result<RowStruct> {
    for attribute in input.attrs.iter().filter(|attribute| attribute.path().is_ident("row")) {
        errors.at(attribute.path().span(), "`#[row(…)]` stands on fields");
    }
    let fields = match input.data {
        Data::Struct(data) => data.fields,
        Data::Enum(data) => {
            let why = "a row is read into a struct; an enum fills one column, by `FieldType`";
            return Err(syn::Error::new(data.enum_token.span(), why));
        }
        Data::Union(data) => {
            return Err(syn::Error::new(data.union_token.span(), "a row is read into a struct"));
        }
    };
    let by_name = matches!(fields, Fields::Named(_));
    let fields = fields.into_iter().map(|field| one_field(field, errors)).collect();
    Ok(RowStruct { name: input.ident, generics: input.generics, by_name, fields })
}

fn one_field(field: Field, errors: &mut Errors) -> RowField {
    let column = match &field.ident {
        Some(name) => LitStr::new(&name.unraw().to_string(), name.span()),
        None => LitStr::new("", proc_macro2::Span::call_site()),
    };
    let mut parsed =
        RowField { name: field.ident, ty: field.ty, column, optional: false, renamed: false };
    for attribute in field.attrs.iter().filter(|attribute| attribute.path().is_ident("row")) {
        options(attribute, &mut parsed, errors);
    }
    parsed
}

fn options(attribute: &Attribute, field: &mut RowField, errors: &mut Errors) {
    let parsed = attribute.parse_nested_meta(|meta| {
        if meta.path.is_ident("column") {
            field.column = meta.value()?.parse()?;
            field.renamed = true;
        } else if meta.path.is_ident("default") {
            field.optional = true;
        } else {
            return Err(meta.error("a field of a row knows `column = \"name\"` and `default`"));
        }
        Ok(())
    });
    if let Err(mistake) = parsed {
        errors.add(mistake);
    }
}
