//! `#[derive(Choices)]`: an enum whose variants are the values of a column.

use proc_macro2::TokenStream;
use quote::quote;
use syn::spanned::Spanned;
use syn::{Attribute, Data, DeriveInput, Expr, Fields, Ident, Lit, LitInt, LitStr, UnOp, Variant};

use crate::errors::Errors;

pub(crate) fn derive(input: TokenStream) -> syn::Result<TokenStream> {
    let input: DeriveInput = syn::parse2(input)?;
    let mut errors = Errors::default();
    let choices = choices(&input, &mut errors);
    check(&input, &choices, &mut errors);
    errors.finish()?;
    Ok(expand(&input.ident, &choices))
}

struct Choice {
    name: Ident,
    value: Value,
    label: String,
    group: Option<String>,
    default: bool,
}

#[derive(PartialEq)]
enum Value {
    Text(String),
    Number(i64),
}

fn choices(input: &DeriveInput, errors: &mut Errors) -> Vec<Choice> {
    let Data::Enum(data) = &input.data else {
        errors.at(input.ident.span(), "`Choices` is derived for an enum: one variant a value");
        return Vec::new();
    };
    if let Some(parameter) = input.generics.params.first() {
        errors.at(parameter.span(), "an enum of choices has no parameters");
    }
    if data.variants.is_empty() {
        errors.at(input.ident.span(), "an enum of choices has at least one variant");
    }
    data.variants.iter().map(|variant| choice(variant, errors)).collect()
}

fn choice(variant: &Variant, errors: &mut Errors) -> Choice {
    if !matches!(variant.fields, Fields::Unit) {
        errors.at(variant.ident.span(), "a choice holds no data");
    }
    let words = words(&variant.ident.to_string());
    let value = match &variant.discriminant {
        Some((_, number)) => integer(number).map_or_else(
            || {
                errors.at(number.span(), "the number of a choice is written as an integer");
                Value::Number(0)
            },
            Value::Number,
        ),
        None => Value::Text(words.join("_")),
    };
    let mut label = words.join(" ");
    if let Some(first) = label.get(..1).map(str::to_uppercase) {
        label.replace_range(..1, &first);
    }
    let mut choice =
        Choice { name: variant.ident.clone(), value, label, group: None, default: false };
    for attribute in variant.attrs.iter().filter(|own| own.path().is_ident("choice")) {
        options(attribute, &mut choice, errors);
    }
    choice
}

fn options(attribute: &Attribute, choice: &mut Choice, errors: &mut Errors) {
    let parsed = attribute.parse_nested_meta(|meta| {
        if meta.path.is_ident("label") {
            choice.label = meta.value()?.parse::<LitStr>()?.value();
        } else if meta.path.is_ident("value") {
            let value = meta.value()?;
            choice.value = if value.peek(LitStr) {
                Value::Text(value.parse::<LitStr>()?.value())
            } else {
                Value::Number(value.parse::<LitInt>()?.base10_parse()?)
            };
        } else if meta.path.is_ident("group") {
            choice.group = Some(meta.value()?.parse::<LitStr>()?.value());
        } else if meta.path.is_ident("default") {
            choice.default = true;
        } else {
            let known =
                "a choice knows `value = \"draft\"`, `label = \"On the site\"`, `group = \"Audio\"` and `default`";
            return Err(meta.error(known));
        }
        Ok(())
    });
    if let Err(mistake) = parsed {
        errors.add(mistake);
    }
}

fn check(input: &DeriveInput, choices: &[Choice], errors: &mut Errors) {
    let Some(first) = choices.first() else { return };
    for (index, choice) in choices.iter().enumerate() {
        if std::mem::discriminant(&choice.value) != std::mem::discriminant(&first.value) {
            let why = "the values of a column are all text or all numbers: give every variant a number, or none";
            errors.at(choice.name.span(), why);
        }
        if let Some(other) = choices.iter().take(index).find(|other| other.value == choice.value) {
            errors.at(choice.name.span(), format!("`{}` has this value already", other.name));
        }
    }
    if let Some(second) = choices.iter().filter(|choice| choice.default).nth(1) {
        errors.at(second.name.span(), format!("`{}` has another default already", input.ident));
    }
}

fn expand(name: &Ident, choices: &[Choice]) -> TokenStream {
    let variants: Vec<&Ident> = choices.iter().map(|choice| &choice.name).collect();
    let labels = choices.iter().map(|choice| &choice.label);
    let groups = choices.iter().map(|choice| {
        let group = choice.group.as_ref();
        group.map_or_else(|| quote!(__m::None), |group| quote!(__m::Some(#group)))
    });
    let values = choices.iter().map(|choice| match &choice.value {
        Value::Text(text) => quote!(__m::Literal::Text(#text)),
        Value::Number(number) => quote!(__m::Literal::I64(#number)),
    });
    let indexes = 0..choices.len();
    let is_number = choices.iter().any(|choice| matches!(choice.value, Value::Number(_)));
    let kind = if is_number { quote!(Integer) } else { quote!(Text) };
    let blank =
        choices.iter().find(|choice| choice.default).map(|Choice { name: default, .. }| {
            quote! {
                #[automatically_derived]
                impl __m::Blank for #name {
                    fn blank() -> Self { Self::#default }
                }
            }
        });
    quote! {
        const _: () = {
            use ::carafe::__private::model as __m;

            #[automatically_derived]
            impl __m::Choices for #name {
                const CHOICES: &'static [__m::Choice] =
                    &[#(__m::Choice { value: #values, label: #labels, group: #groups }),*];
                const ALL: &'static [Self] = &[#(Self::#variants),*];
                fn index(self) -> usize {
                    match self { #(Self::#variants => #indexes),* }
                }
            }

            #[automatically_derived]
            impl __m::FieldType for #name {
                fn from_reader(reader: &mut dyn __m::Reader, column: usize) -> __m::Result<Self> {
                    __m::read_choice(reader, column)
                }
                fn into_value(self) -> __m::Value { __m::choice_value(self) }
            }

            #[automatically_derived]
            impl __m::ColumnType for #name {
                const KIND: __m::Kind = __m::Kind::#kind;
                const CHOICES: &'static [__m::Choice] = <Self as __m::Choices>::CHOICES;
            }

            #blank
        };
    }
}

fn integer(expression: &Expr) -> Option<i64> {
    match expression {
        Expr::Lit(literal) => match &literal.lit {
            Lit::Int(number) => number.base10_parse().ok(),
            _ => None,
        },
        Expr::Unary(unary) if matches!(unary.op, UnOp::Neg(_)) => {
            integer(&unary.expr).and_then(i64::checked_neg)
        }
        _ => None,
    }
}

/// `InReview` is `in`, `review`.
fn words(name: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    for c in name.chars() {
        if c.is_uppercase() || words.is_empty() {
            words.push(String::new());
        }
        if let Some(word) = words.last_mut() {
            word.extend(c.to_lowercase());
        }
    }
    words
}
