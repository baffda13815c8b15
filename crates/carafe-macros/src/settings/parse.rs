//! From syn's tree to a section: what is written, before any rule.

use proc_macro2::Span;
use syn::meta::ParseNestedMeta;
use syn::spanned::Spanned;
use syn::{
    Attribute, Data, DeriveInput, Expr, ExprLit, Fields, GenericArgument, Ident, Lit, LitStr,
    PathArguments, Type, UnOp,
};

use crate::errors::Errors;

/// The struct, as its attributes describe it.
pub(super) struct Section {
    pub(super) name: Ident,
    pub(super) generics: Option<Span>,
    pub(super) place: Place,
    pub(super) docs: String,
    pub(super) fields: Vec<Field>,
}

/// Where the section stands.
pub(super) enum Place {
    Nested,
    TopLevel,
    Named(LitStr),
}

/// One field, as its attributes describe it.
pub(super) struct Field {
    pub(super) name: Ident,
    pub(super) ty: Type,
    pub(super) docs: String,
    pub(super) env: Vec<LitStr>,
    pub(super) default: Default,
    pub(super) nested: Option<Span>,
    pub(super) from_str: Option<Span>,
    pub(super) secret: bool,
}

/// What is written behind `default`.
pub(super) enum Default {
    None,
    OfType(Span),
    Value(Span, Literal),
}

/// A value in the program's text.
pub(super) enum Literal {
    Bool(bool),
    Int(i128),
    Float(f64),
    Text(String),
    List(Vec<Literal>),
}

impl Field {
    /// The key in `carafe.toml`.
    pub(super) fn key(&self) -> String {
        self.name.to_string().trim_start_matches("r#").to_owned()
    }

    /// The `T` of a field that is written `Option<T>`.
    pub(super) fn optional(&self) -> Option<&Type> {
        let Type::Path(path) = &self.ty else {
            return None;
        };
        let last = path.path.segments.last().filter(|last| last.ident == "Option")?;
        let PathArguments::AngleBracketed(arguments) = &last.arguments else {
            return None;
        };
        match arguments.args.first()? {
            GenericArgument::Type(inner) => Some(inner),
            _ => None,
        }
    }
}

pub(super) fn section(input: &DeriveInput, errors: &mut Errors) -> Option<Section> {
    let mut place = Place::Nested;
    for attribute in input.attrs.iter().filter(|attribute| attribute.path().is_ident("settings")) {
        let result = attribute.parse_nested_meta(|meta| {
            if meta.path.is_ident("section") {
                place = Place::Named(meta.value()?.parse()?);
                Ok(())
            } else if meta.path.is_ident("top_level") {
                place = Place::TopLevel;
                Ok(())
            } else {
                Err(meta.error("`settings` knows `section = \"blog\"` and `top_level`"))
            }
        });
        result.unwrap_or_else(|error| errors.add(error));
    }
    let Data::Struct(data) = &input.data else {
        errors.at(
            input.ident.span(),
            "`Settings` is derived for structs; an enum of settings derives `serde::Deserialize`",
        );
        return None;
    };
    let Fields::Named(fields) = &data.fields else {
        errors.at(
            input.ident.span(),
            "`Settings` needs fields with names: each is a key of the section",
        );
        return None;
    };
    let fields = fields.named.iter().filter_map(|one| field(one, errors)).collect();
    let generics = input.generics.params.first().map(Spanned::span);
    Some(Section { name: input.ident.clone(), generics, place, docs: docs(&input.attrs), fields })
}

fn field(field: &syn::Field, errors: &mut Errors) -> Option<Field> {
    let mut parsed = Field {
        name: field.ident.clone()?,
        ty: field.ty.clone(),
        docs: docs(&field.attrs),
        env: Vec::new(),
        default: Default::None,
        nested: None,
        from_str: None,
        secret: false,
    };
    for attribute in field.attrs.iter().filter(|attribute| attribute.path().is_ident("setting")) {
        attribute
            .parse_nested_meta(|meta| option(&mut parsed, &meta))
            .unwrap_or_else(|error| errors.add(error));
    }
    Some(parsed)
}

fn option(field: &mut Field, meta: &ParseNestedMeta<'_>) -> syn::Result<()> {
    let span = meta.path.span();
    if meta.path.is_ident("env") {
        field.env.push(meta.value()?.parse()?);
    } else if meta.path.is_ident("nested") {
        field.nested = Some(span);
    } else if meta.path.is_ident("from_str") {
        field.from_str = Some(span);
    } else if meta.path.is_ident("secret") {
        field.secret = true;
    } else if meta.path.is_ident("default") {
        field.default = match meta.value() {
            Ok(value) => Default::Value(span, literal(&value.parse()?)?),
            Err(_) => Default::OfType(span),
        };
    } else {
        return Err(meta.error("`setting` knows `default = …`, `default`, `env = \"NAME\"`, `nested`, `from_str` and `secret`"));
    }
    Ok(())
}

fn literal(value: &Expr) -> syn::Result<Literal> {
    match value {
        Expr::Lit(ExprLit { lit, .. }) => match lit {
            Lit::Bool(value) => Ok(Literal::Bool(value.value)),
            Lit::Int(value) => Ok(Literal::Int(value.base10_parse()?)),
            Lit::Float(value) => Ok(Literal::Float(value.base10_parse()?)),
            Lit::Str(value) => Ok(Literal::Text(value.value())),
            other => Err(no_literal(other.span())),
        },
        Expr::Unary(negative) if matches!(negative.op, UnOp::Neg(_)) => {
            match literal(&negative.expr)? {
                Literal::Int(value) => Ok(Literal::Int(-value)),
                Literal::Float(value) => Ok(Literal::Float(-value)),
                _ => Err(no_literal(value.span())),
            }
        }
        Expr::Array(items) => {
            Ok(Literal::List(items.elems.iter().map(literal).collect::<syn::Result<_>>()?))
        }
        other => Err(no_literal(other.span())),
    }
}

fn no_literal(span: Span) -> syn::Error {
    syn::Error::new(
        span,
        "a default is written as in carafe.toml: `10`, `0.5`, `true`, `\"30s\"`, `[\"a\", \"b\"]`; a bare `default` is the type's own",
    )
}

/// The doc comment, a line each, without the blank that rustdoc drops too.
fn docs(attributes: &[Attribute]) -> String {
    let lines = attributes.iter().filter(|attribute| attribute.path().is_ident("doc")).filter_map(
        |attribute| match &attribute.meta.require_name_value().ok()?.value {
            Expr::Lit(ExprLit { lit: Lit::Str(text), .. }) => Some(text.value()),
            _ => None,
        },
    );
    lines.map(|line| line.trim().to_owned()).collect::<Vec<_>>().join("\n").trim().to_owned()
}
