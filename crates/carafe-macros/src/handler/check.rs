//! The rules of a handler, and the struct in which nothing is left to decide.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{format_ident, quote};
use syn::ext::IdentExt;
use syn::{Attribute, Expr, FnArg, LitStr, Pat, ReturnType, Signature, Type, Visibility};

use super::json;
use super::parse::{Function, Options, Size};
use crate::errors::Errors;

/// A handler with its paths, captures and arguments.
pub(crate) struct Handler {
    pub(crate) attributes: Vec<Attribute>,
    pub(crate) visibility: Visibility,
    pub(crate) ident: Ident,
    pub(crate) name: String,
    pub(crate) is_async: bool,
    pub(crate) methods: Vec<String>,
    pub(crate) paths: Vec<String>,
    pub(crate) captures: Vec<Capture>,
    pub(crate) arguments: Vec<Argument>,
    pub(crate) options: TokenStream,
    pub(crate) docs: String,
    pub(crate) returns: Span,
}

/// One `{capture}` of the path with its argument.
pub(crate) struct Capture {
    pub(crate) name: String,
    pub(crate) ty: Type,
    pub(crate) constraints: Vec<TokenStream>,
    pub(crate) default: Option<Expr>,
}

/// One argument, in order.
pub(crate) enum Argument {
    /// The capture at this index.
    Segment(usize),
    /// An extractor, with the argument's name where it has one.
    Extractor(String, Box<Type>),
}

/// A `{capture}` as it stands in a path.
struct Written {
    name: String,
    constraints: Vec<TokenStream>,
    path: LitStr,
}

pub(crate) fn handler(
    methods: Option<&[&str]>,
    options: Options,
    function: Function,
    errors: &mut Errors,
) -> Handler {
    let signature = &function.signature;
    check_name(&signature.ident, errors);
    check_signature(&function, errors);
    let (paths, written) = read_paths(&options.paths, errors);
    if paths.is_empty() {
        errors.at(Span::call_site(), "the path is missing: write it as `#[get(\"/posts/{id}\")]`");
    }
    let mut captures: Vec<Capture> = Vec::new();
    let mut arguments = Vec::new();
    for input in &signature.inputs {
        let FnArg::Typed(typed) = input else { continue };
        let name = match &*typed.pat {
            Pat::Ident(ident) => ident.ident.unraw().to_string(),
            _ => String::new(),
        };
        // `_id` is `{id}` of which the handler makes no use.
        let fits = |capture: &&Written| {
            capture.name == name || name.strip_prefix('_') == Some(&capture.name)
        };
        match written.iter().find(fits).filter(|_| !reads_path(&typed.ty)) {
            None => arguments.push(Argument::Extractor(name, typed.ty.clone())),
            Some(capture) => {
                arguments.push(Argument::Segment(captures.len()));
                let default = options
                    .defaults
                    .iter()
                    .find(|(own, _)| *own == capture.name)
                    .map(|(_, value)| value.clone());
                captures.push(Capture {
                    name: capture.name.clone(),
                    ty: (*typed.ty).clone(),
                    constraints: capture.constraints.clone(),
                    default,
                });
            }
        }
    }
    let by_axum = arguments
        .iter()
        .any(|argument| matches!(argument, Argument::Extractor(_, ty) if reads_path(ty)));
    if !by_axum {
        check_captures(&options, &written, &captures, signature, errors);
    }
    Handler {
        name: options
            .name
            .as_ref()
            .map_or_else(|| signature.ident.unraw().to_string(), LitStr::value),
        methods: read_methods(methods, &options.methods, errors),
        options: read_options(&options, json::speaks(signature), errors),
        docs: crate::command::docs(&function.attributes),
        returns: return_span(signature),
        ident: signature.ident.clone(),
        is_async: signature.asyncness.is_some(),
        attributes: function
            .attributes
            .into_iter()
            .filter(|attribute| attribute.path().is_ident("cfg"))
            .collect(),
        visibility: function.visibility,
        paths,
        captures,
        arguments,
    }
}

/// Whether the type is one of axum's extractors that read the path themselves.
fn reads_path(ty: &Type) -> bool {
    let Type::Path(path) = ty else { return false };
    path.path
        .segments
        .last()
        .is_some_and(|last| last.ident == "Path" || last.ident == "RawPathParams")
}

/// A handler's name is also the name of a type, so that some names would hide what their module
/// needs.
fn check_name(ident: &Ident, errors: &mut Errors) {
    const TAKEN: &[&str] = &[
        "bool", "char", "str", "i8", "i16", "i32", "i64", "i128", "isize", "u8", "u16", "u32",
        "u64", "u128", "usize", "f32", "f64", "std", "core", "alloc", "carafe",
    ];
    let name = ident.unraw().to_string();
    if TAKEN.contains(&name.as_str()) {
        errors.at(ident.span(), format!("a handler cannot be called `{name}`: its name becomes a type (for `{name}::url()`), which would hide the other `{name}` in this module; give the function another name and the route this one: `name = \"{name}\"`"));
    }
}

fn check_signature(function: &Function, errors: &mut Errors) {
    let signature = &function.signature;
    if let Some(first) = signature.generics.params.first() {
        errors.at(syn::spanned::Spanned::span(first), "a handler cannot be generic: it is one entry of the table; write a generic function and call it from handlers");
    }
    for input in &signature.inputs {
        match input {
            FnArg::Receiver(receiver) => errors.at(receiver.self_token.span, "a handler is a function, not a method: keep state in a service and take `Service<T>`"),
            FnArg::Typed(typed) => {
                if let Type::ImplTrait(ty) = &*typed.ty {
                    errors.at(ty.impl_token.span, "an argument of a handler has a type of its own, not `impl …`");
                }
            }
        }
    }
    for attribute in &function.attributes {
        let names = ["get", "post", "put", "patch", "delete", "head", "options", "any", "route"];
        if let Some(last) = attribute
            .path()
            .segments
            .last()
            .filter(|last| names.iter().any(|name| last.ident == name))
        {
            errors.at(last.ident.span(), "a handler has one route attribute: list several paths in it (`#[get(\"/a\", \"/b\")]`) and several methods as `#[route(\"/a\", methods(\"GET\", \"POST\"))]`");
        }
    }
}

fn read_paths(literals: &[LitStr], errors: &mut Errors) -> (Vec<String>, Vec<Written>) {
    let mut paths = Vec::new();
    let mut written: Vec<Written> = Vec::new();
    for literal in literals {
        match read_path(literal) {
            Err(message) => errors.at(literal.span(), message),
            Ok((path, captures)) => {
                paths.push(path);
                for capture in captures {
                    if !written.iter().any(|own| own.name == capture.name) {
                        written.push(capture);
                    }
                }
            }
        }
    }
    (paths, written)
}

/// Takes the constraints off a path: `/p/{page:min=1}` is `/p/{page}`.
fn read_path(literal: &LitStr) -> Result<(String, Vec<Written>), String> {
    let text = literal.value();
    if !text.starts_with('/') {
        return Err(format!("a path begins with `/`: write \"/{text}\""));
    }
    let mut path = String::new();
    let mut captures: Vec<Written> = Vec::new();
    let mut rest = text.as_str();
    while let Some(open) = rest.find('{') {
        let close = rest[open..].find('}').ok_or("a `{` is not closed")? + open;
        let inside = &rest[open + 1..close];
        let (name, rules) =
            inside.split_once(':').map_or((inside, None), |(name, rules)| (name, Some(rules)));
        let plain = name.trim_start_matches('*');
        if syn::parse_str::<Ident>(plain).is_err()
            && syn::parse_str::<Ident>(&format!("r#{plain}")).is_err()
        {
            return Err(format!(
                "`{{{inside}}}` has no name: a capture is `{{id}}`, or `{{*path}}` for the rest of the path"
            ));
        }
        if name.starts_with('*') && close + 1 != rest.len() {
            return Err(format!(
                "`{{{name}}}` takes the rest of the path, so that nothing can follow it"
            ));
        }
        if captures.iter().any(|own| own.name == plain) {
            return Err(format!("`{{{plain}}}` stands twice in the path"));
        }
        path.push_str(&rest[..=open]);
        path.push_str(name);
        path.push('}');
        let constraints = rules.map(read_constraints).transpose()?.unwrap_or_default();
        captures.push(Written { name: plain.to_owned(), constraints, path: literal.clone() });
        rest = &rest[close + 1..];
    }
    if rest.contains('}') {
        return Err("a `}` is not opened".to_owned());
    }
    path.push_str(rest);
    Ok((path, captures))
}

fn read_constraints(rules: &str) -> Result<Vec<TokenStream>, String> {
    rules.split(',').map(|rule| read_constraint(rule.trim())).collect()
}

fn read_constraint(rule: &str) -> Result<TokenStream, String> {
    let wrong = || {
        format!(
            "`{rule}` is no constraint; there are `min=1`, `max=9`, `length=2`, `min_length=2`, `max_length=9`, `digits=4`"
        )
    };
    let (name, value) = rule.split_once('=').ok_or_else(wrong)?;
    let kind = match name.trim() {
        "min" => "Min",
        "max" => "Max",
        "length" => "Length",
        "min_length" => "MinLength",
        "max_length" => "MaxLength",
        "digits" => "Digits",
        _ => return Err(wrong()),
    };
    let kind = format_ident!("{kind}");
    let value = value.trim();
    let number = if kind == "Min" || kind == "Max" {
        let value: f64 = value.parse().map_err(|_| wrong())?;
        quote!(#value)
    } else {
        let value: usize = value.parse().map_err(|_| wrong())?;
        quote!(#value)
    };
    Ok(quote!(::carafe::__private::Constraint::#kind(#number)))
}

fn check_captures(
    options: &Options,
    written: &[Written],
    captures: &[Capture],
    signature: &Signature,
    errors: &mut Errors,
) {
    for capture in written {
        if !captures.iter().any(|own| own.name == capture.name) {
            errors.at(
                capture.path.span(),
                format!(
                    "`{{{}}}` stands in the path, but `{}` has no argument of that name",
                    capture.name, signature.ident
                ),
            );
        }
    }
    for (name, _) in &options.defaults {
        if !written.iter().any(|capture| *name == capture.name) {
            errors.at(name.span(), format!("`{name}` has a default, but stands in no path"));
        }
    }
    for literal in &options.paths {
        let Ok((_, own)) = read_path(literal) else { continue };
        for capture in captures {
            if capture.default.is_none() && !own.iter().any(|written| written.name == capture.name)
            {
                errors.at(literal.span(), format!("this path has no `{{{0}}}`, which other paths have: give it a value with `default({0} = …)`", capture.name));
            }
        }
    }
}

fn read_methods(fixed: Option<&[&str]>, named: &[LitStr], errors: &mut Errors) -> Vec<String> {
    if let Some(fixed) = fixed {
        if let Some(first) = named.first() {
            errors.at(
                first.span(),
                "several methods are written as `#[route(\"/path\", methods(\"GET\", \"POST\"))]`",
            );
        }
        return fixed.iter().map(|method| (*method).to_owned()).collect();
    }
    if named.is_empty() {
        errors.at(Span::call_site(), "say which methods: `#[route(\"/path\", methods(\"GET\", \"POST\"))]`, or use `#[any(\"/path\")]`");
    }
    for method in named {
        let value = method.value();
        if value.is_empty() || !value.chars().all(|c| c.is_ascii_uppercase() || c == '-') {
            errors.at(method.span(), "a method is written in capitals, as `\"GET\"`");
        }
    }
    named.iter().map(LitStr::value).collect()
}

fn read_options(options: &Options, speaks_json: Option<bool>, errors: &mut Errors) -> TokenStream {
    let set = |name: &str, value: Option<TokenStream>| {
        let name = format_ident!("{name}");
        value.map(|value| quote!(#name: ::core::option::Option::Some(#value),))
    };
    let body_limit = options.body_limit.as_ref().and_then(|size| match read_size(size) {
        Ok(bytes) => Some(quote!(#bytes)),
        Err(error) => {
            errors.add(error);
            None
        }
    });
    let csrf = set("csrf", options.csrf.as_ref().map(|value| quote!(#value)));
    let json = options.json.as_ref().map(|value| quote!(#value));
    let json = set("json", json.or_else(|| speaks_json.map(|value| quote!(#value))));
    let strict_slashes =
        set("strict_slashes", options.strict_slashes.as_ref().map(|value| quote!(#value)));
    let body_limit = set("body_limit", body_limit);
    quote!(#csrf #json #body_limit #strict_slashes)
}

fn read_size(size: &Size) -> syn::Result<usize> {
    let text = match size {
        Size::Bytes(number) => return number.base10_parse(),
        Size::Text(text) => text,
    };
    let value = text.value();
    let split = value.find(|c: char| !c.is_ascii_digit()).unwrap_or(value.len());
    let (number, unit) = value.split_at(split);
    let factor = match unit.trim() {
        "" | "B" => Some(1),
        "kB" => Some(1_000),
        "MB" => Some(1_000_000),
        "GB" => Some(1_000_000_000),
        "KiB" => Some(1 << 10),
        "MiB" => Some(1 << 20),
        "GiB" => Some(1 << 30),
        _ => None,
    };
    let bytes = factor.and_then(|factor: usize| number.parse::<usize>().ok()?.checked_mul(factor));
    bytes.ok_or_else(|| {
        syn::Error::new(
            text.span(),
            "a size is written as `500 kB`, `10 MiB`, or a number of bytes",
        )
    })
}

fn return_span(signature: &Signature) -> Span {
    match &signature.output {
        ReturnType::Default => signature.ident.span(),
        ReturnType::Type(_, ty) => syn::spanned::Spanned::span(ty),
    }
}
