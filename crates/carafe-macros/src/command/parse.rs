//! From tokens to a command with its arguments.

use proc_macro2::{Ident, TokenStream};
use syn::ext::IdentExt;
use syn::parse::{ParseStream, Parser};
use syn::spanned::Spanned;
use syn::{
    Attribute, Expr, FnArg, GenericArgument, LitStr, Pat, PathArguments, Signature, Token, Type,
    Visibility,
};

use crate::errors::Errors;

/// A function that is a command.
pub(crate) struct Command {
    pub(crate) attributes: Vec<Attribute>,
    pub(crate) visibility: Visibility,
    pub(crate) signature: Signature,
    pub(crate) body: TokenStream,
    pub(crate) name: String,
    pub(crate) docs: String,
    pub(crate) arguments: Vec<Argument>,
}

/// One argument of the function, in order.
pub(crate) enum Argument {
    Word(Word),
    Extractor(String, Type),
}

/// One argument of the command line.
pub(crate) struct Word {
    pub(crate) name: String,
    pub(crate) docs: String,
    pub(crate) kind: Kind,
    /// What stands in `#[arg(…)]`: `long`, `short = 'x'`, any method of `clap::Arg`.
    pub(crate) settings: Vec<(Ident, Option<Expr>)>,
}

/// How often it may come.
pub(crate) enum Kind {
    Flag,
    Optional(Type),
    Many(Type),
    One(Type),
}

pub(crate) fn command(
    attribute: TokenStream,
    item: TokenStream,
    errors: &mut Errors,
) -> syn::Result<Command> {
    let name = (|input: ParseStream<'_>| {
        if input.is_empty() {
            return Ok(None);
        }
        let key: Ident = input.parse()?;
        if key != "name" {
            return Err(syn::Error::new(key.span(), "there is one option here: `name = \"…\"`"));
        }
        input.parse::<Token![=]>()?;
        input.parse::<LitStr>().map(Some)
    })
    .parse2(attribute)?;
    let (attributes, visibility, mut signature, body) = (|input: ParseStream<'_>| {
        Ok((
            input.call(Attribute::parse_outer)?,
            input.parse::<Visibility>()?,
            input.parse::<Signature>()?,
            input.parse::<TokenStream>()?,
        ))
    })
    .parse2(item)?;
    if signature.asyncness.is_none() {
        errors.at(signature.fn_token.span, "a command is an `async fn`");
    }
    if let Some(first) = signature.generics.params.first() {
        errors.at(first.span(), "a command cannot be generic");
    }
    let arguments =
        signature.inputs.iter_mut().filter_map(|input| argument(input, errors)).collect();
    let name = name
        .map_or_else(|| signature.ident.unraw().to_string().replace('_', "-"), |name| name.value());
    Ok(Command {
        docs: docs(&attributes),
        attributes,
        visibility,
        signature,
        body,
        name,
        arguments,
    })
}

/// Takes `#[arg]` and the documentation off an argument of the function.
fn argument(input: &mut FnArg, errors: &mut Errors) -> Option<Argument> {
    let FnArg::Typed(typed) = input else {
        errors.at(input.span(), "a command is a function, not a method");
        return None;
    };
    let attributes = std::mem::take(&mut typed.attrs);
    let name = match &*typed.pat {
        Pat::Ident(ident) => ident.ident.unraw().to_string(),
        _ => String::new(),
    };
    let Some(arg) = attributes.iter().find(|attribute| attribute.path().is_ident("arg")) else {
        return Some(Argument::Extractor(name, (*typed.ty).clone()));
    };
    if name.is_empty() {
        errors.at(typed.pat.span(), "an argument of the command line has a name");
    }
    let settings = match &arg.meta {
        syn::Meta::Path(_) => Vec::new(),
        _ => match arg.parse_args_with(settings) {
            Ok(settings) => settings,
            Err(error) => {
                errors.add(error);
                Vec::new()
            }
        },
    };
    Some(Argument::Word(Word { name, docs: docs(&attributes), kind: kind(&typed.ty), settings }))
}

fn settings(input: ParseStream<'_>) -> syn::Result<Vec<(Ident, Option<Expr>)>> {
    let mut list = Vec::new();
    while !input.is_empty() {
        let name: Ident = input.parse()?;
        let value = if input.peek(Token![=]) {
            input.parse::<Token![=]>()?;
            Some(input.parse()?)
        } else {
            None
        };
        list.push((name, value));
        if !input.is_empty() {
            input.parse::<Token![,]>()?;
        }
    }
    Ok(list)
}

fn kind(ty: &Type) -> Kind {
    let Type::Path(path) = ty else { return Kind::One(ty.clone()) };
    let Some(last) = path.path.segments.last() else { return Kind::One(ty.clone()) };
    let inner = match &last.arguments {
        PathArguments::AngleBracketed(arguments) => {
            arguments.args.iter().find_map(|argument| match argument {
                GenericArgument::Type(inner) => Some(inner.clone()),
                _ => None,
            })
        }
        _ => None,
    };
    match (last.ident.to_string().as_str(), inner) {
        ("bool", None) => Kind::Flag,
        ("Option", Some(inner)) => Kind::Optional(inner),
        ("Vec", Some(inner)) => Kind::Many(inner),
        _ => Kind::One(ty.clone()),
    }
}

pub(crate) fn docs(attributes: &[Attribute]) -> String {
    let lines = attributes.iter().filter_map(|attribute| {
        let syn::Meta::NameValue(pair) = &attribute.meta else { return None };
        let Expr::Lit(syn::ExprLit { lit: syn::Lit::Str(text), .. }) = &pair.value else {
            return None;
        };
        pair.path.is_ident("doc").then(|| text.value().trim().to_owned())
    });
    lines.collect::<Vec<_>>().join("\n")
}
