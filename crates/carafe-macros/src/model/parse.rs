//! From syn's tree to the model that is meant.

use syn::ext::IdentExt;
use syn::spanned::Spanned;
use syn::{Attribute, Data, DeriveInput, Field, Fields, Ident, Type, Visibility};

use super::names::{TypeName, type_name};
use super::options::Options;
use crate::errors::Errors;

pub(super) struct ModelStruct {
    pub(super) name: Ident,
    /// A part that is embedded in models, not a table.
    pub(super) is_part: bool,
    pub(super) is_generic: bool,
    pub(super) options: Options,
    pub(super) fields: Vec<ModelField>,
}

pub(super) struct ModelField {
    pub(super) name: Ident,
    /// The same without `r#`.
    pub(super) text: String,
    pub(super) visibility: Visibility,
    pub(super) docs: Vec<Attribute>,
    pub(super) ty: Type,
    pub(super) type_name: TypeName,
    pub(super) flatten: bool,
    pub(super) primary_key: bool,
    pub(super) options: Options,
}

const OF_MODELS: [&str; 12] = [
    "table",
    "was",
    "unmanaged",
    "proxy",
    "verbose_name",
    "verbose_name_plural",
    "comment",
    "ordering",
    "latest_by",
    "default_related_name",
    "abstract",
    "clean",
];
const LISTS_OF_MODELS: [&str; 4] = ["unique", "check", "index", "exclude"];

const OF_FIELDS: [&str; 44] = [
    "primary_key",
    "natural",
    "parent",
    "unique",
    "index",
    "column",
    "was",
    "comment",
    "verbose_name",
    "help_text",
    "editable",
    "blank",
    "default",
    "default_with",
    "db_default",
    "auto_now",
    "auto_now_add",
    "generated",
    "stored",
    "max_length",
    "min_length",
    "max_digits",
    "decimal_places",
    "min",
    "max",
    "step",
    "slug",
    "email",
    "url",
    "citext",
    "positive",
    "validate",
    "unique_for_date",
    "unique_for_month",
    "unique_for_year",
    "error_messages",
    "limit_choices_to",
    "flatten",
    "on_delete",
    "related_name",
    "constraint",
    "through",
    "symmetrical",
    "by",
];

pub(super) fn model(input: DeriveInput, errors: &mut Errors) -> syn::Result<ModelStruct> {
    let fields = match input.data {
        Data::Struct(data) => data.fields,
        Data::Enum(data) => {
            let why = "a model is a struct; an enum fills one column, by `#[derive(Choices)]`";
            return Err(syn::Error::new(data.enum_token.span(), why));
        }
        Data::Union(data) => {
            return Err(syn::Error::new(data.union_token.span(), "a model is a struct"));
        }
    };
    let is_generic = !input.generics.params.is_empty();
    if let Some(parameter) = input.generics.params.first() {
        let why = "a model has no parameters: it is one table, and a row owns what it holds";
        errors.at(parameter.span(), why);
    }
    if !matches!(fields, Fields::Named(_)) {
        let why = "the fields of a model have names, which are its columns";
        return Err(syn::Error::new(input.ident.span(), why));
    }
    let options = Options::read(&input.attrs, &OF_MODELS, &LISTS_OF_MODELS, "a model", errors);
    let is_part = options.flag("abstract", errors).unwrap_or(false);
    let mut fields: Vec<ModelField> =
        fields.into_iter().filter_map(|own| field(own, errors)).collect();
    if !is_part
        && !fields.iter().any(|field| field.primary_key)
        && let Some(id) = fields.iter_mut().find(|field| field.text == "id")
    {
        id.primary_key = true;
    }
    Ok(ModelStruct { name: input.ident, is_part, is_generic, options, fields })
}

fn field(field: Field, errors: &mut Errors) -> Option<ModelField> {
    let name = field.ident?;
    let options = Options::read(&field.attrs, &OF_FIELDS, &[], "a field", errors);
    let flag = |name: &str, errors: &mut Errors| options.flag(name, errors).unwrap_or(false);
    let primary_key = flag("primary_key", errors) | flag("parent", errors);
    let flatten = flag("flatten", errors);
    Some(ModelField {
        text: name.unraw().to_string(),
        name,
        visibility: field.vis,
        docs: field.attrs.into_iter().filter(|own| own.path().is_ident("doc")).collect(),
        type_name: type_name(&field.ty),
        ty: field.ty,
        flatten,
        primary_key,
        options,
    })
}
