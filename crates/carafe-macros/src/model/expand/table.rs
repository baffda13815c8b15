//! The schema of a model: names, ordering, constraints, indexes.

use proc_macro2::TokenStream;
use quote::quote;
use syn::spanned::Spanned;
use syn::{Expr, ExprAssign, ExprLit, Lit};

use crate::errors::Errors;
use crate::model::expression::{expression, part};
use crate::model::names::{snake, spaced};
use crate::model::options::{Given, Value};
use crate::model::parse::ModelStruct;

pub(super) fn schema(model: &ModelStruct, errors: &mut Errors) -> TokenStream {
    let (name, options) = (model.name.to_string(), &model.options);
    let text =
        |option: &str, errors: &mut Errors| options.text(option, errors).map(|own| own.value());
    let snake = snake(&name);
    let proxy = options.path("proxy", "Person", errors);
    // Each relation reads it where it says nothing itself.
    text("default_related_name", errors);
    let verbose = text("verbose_name", errors).unwrap_or_else(|| spaced(&snake));
    let plural = text("verbose_name_plural", errors).unwrap_or_else(|| format!("{verbose}s"));
    let mut settings = quote!(verbose_name: #verbose, verbose_name_plural: #plural,);
    if let Some(comment) = text("comment", errors) {
        settings.extend(quote!(comment: __m::Some(#comment),));
    }
    if let Some(was) = text("was", errors) {
        settings.extend(quote!(was: __m::Some(#was),));
    }
    let unmanaged = options.flag("unmanaged", errors).unwrap_or(false) || proxy.is_some();
    if unmanaged {
        settings.extend(quote!(managed: false,));
    }
    if let Some(proxy) = proxy {
        settings.extend(quote!(proxy_of: __m::Some(<#proxy as __m::Model>::schema),));
    }
    for option in ["ordering", "latest_by"] {
        if let Some(order) = options.list(option) {
            let parts = order.into_iter().map(|own| part(own, model, errors));
            let parts: Vec<TokenStream> = parts.collect();
            let setting = syn::Ident::new(option, proc_macro2::Span::call_site());
            settings.extend(quote!(#setting: &[#(#parts),*],));
        }
    }
    for (option, setting) in [
        ("unique", "uniques"),
        ("check", "checks"),
        ("index", "indexes"),
        ("exclude", "exclusions"),
    ] {
        let given = options.often.iter().filter(|given| given.name == option);
        let all: Vec<TokenStream> =
            given.filter_map(|given| constraint(given, model, errors)).collect();
        if !all.is_empty() {
            let setting = syn::Ident::new(setting, proc_macro2::Span::call_site());
            settings.extend(quote!(#setting: &[#(#all),*],));
        }
    }
    let own = &model.name;
    quote! {
        __m::ModelSchema {
            #settings
            rows: &const { __m::Rows::new::<#own>() },
            ..__m::ModelSchema::new(#name, <#own as __m::Model>::TABLE, &FIELDS)
        }
    }
}

/// The name of the table; a proxy has that of its model.
pub(super) fn table_name(model: &ModelStruct, errors: &mut Errors) -> TokenStream {
    let given = model.options.text("table", errors);
    let proxy = model.options.path("proxy", "Person", &mut Errors::default());
    if let (Some(table), Some(_)) = (&given, &proxy) {
        errors.at(table.span(), "a proxy has the table of its model: leave out `table`");
    }
    if let Some(table) = given.as_ref().filter(|table| table.value().is_empty()) {
        errors.at(table.span(), "a table has a name");
    }
    match (proxy, given) {
        (Some(proxy), _) => quote!(<#proxy as __m::Model>::TABLE),
        (None, Some(table)) => quote!(#table),
        (None, None) => {
            let table = snake(&model.name.to_string());
            quote!(#table)
        }
    }
}

/// A part is no table.
pub(super) fn of_part(model: &ModelStruct, errors: &mut Errors) {
    for option in [
        "table",
        "was",
        "unmanaged",
        "proxy",
        "ordering",
        "latest_by",
        "default_related_name",
        "comment",
        "clean",
    ] {
        if let Some(span) = model.options.span(option) {
            errors.at(span, format!("`{option}` stands on the model that embeds the part"));
        }
    }
    for given in &model.options.often {
        let why = format!("`{}` stands on the model that embeds the part", given.name);
        errors.at(given.name.span(), why);
    }
}

/// What stands in `unique(…)`, `check(…)` or `index(…)`: parts, then options.
#[derive(Default)]
struct Constraint<'a> {
    parts: Vec<&'a Expr>,
    set: TokenStream,
}

fn constraint(given: &Given, model: &ModelStruct, errors: &mut Errors) -> Option<TokenStream> {
    let Value::List(list) = &given.value else {
        let why = format!("write `{0}(author, title)`", given.name);
        errors.at(given.name.span(), why);
        return None;
    };
    if given.name == "check" {
        return check(given, list, model, errors);
    }
    if given.name == "exclude" {
        return exclude(given, list, model, errors);
    }
    let known: &[&str] = if given.name == "unique" {
        &["name", "condition", "include", "nulls_equal", "deferred", "message", "code"]
    } else {
        &["name", "condition", "include", "method"]
    };
    let mut constraint = Constraint::default();
    for item in list {
        match item {
            Expr::Assign(option) => set(option, known, &mut constraint, model, errors),
            part => constraint.parts.push(part),
        }
    }
    if constraint.parts.is_empty() {
        errors.at(given.name.span(), format!("`{}` names the fields that it is about", given.name));
    }
    let parts: Vec<TokenStream> =
        constraint.parts.iter().map(|own| part(own, model, errors)).collect();
    let set = constraint.set;
    let ty = if given.name == "unique" { quote!(Unique) } else { quote!(Index) };
    Some(quote!(__m::#ty { #set ..__m::#ty::of(&[#(#parts),*]) }))
}

fn check(
    given: &Given,
    list: &[Expr],
    model: &ModelStruct,
    errors: &mut Errors,
) -> Option<TokenStream> {
    let (Some(name), Some(condition)) = (name_of(list), list.get(1)) else {
        errors.at(
            given.name.span(),
            "write `check(pages_gt_0, pages > 0)`: its name, then what must hold",
        );
        return None;
    };
    let condition = expression(condition, model, errors);
    let mut constraint = Constraint::default();
    for option in &list[2..] {
        match option {
            Expr::Assign(option) => {
                set(option, &["message", "code"], &mut constraint, model, errors);
            }
            other => {
                let why = "behind the condition may stand `message = \"…\"` and `code = \"…\"`";
                errors.at(other.span(), why);
            }
        }
    }
    let set = constraint.set;
    Some(quote!(__m::Check { #set ..__m::Check::of(#name, #condition) }))
}

/// `exclude(no_overlap, (room, "="), (during, "&&"))`: its name, then what is compared, and how.
fn exclude(
    given: &Given,
    list: &[Expr],
    model: &ModelStruct,
    errors: &mut Errors,
) -> Option<TokenStream> {
    const KNOWN: [&str; 5] = ["condition", "method", "deferred", "message", "code"];
    let mut constraint = Constraint::default();
    let mut parts = Vec::new();
    let mut is_right = true;
    for item in list.iter().skip(1) {
        match item {
            Expr::Assign(option) => set(option, &KNOWN, &mut constraint, model, errors),
            Expr::Tuple(pair) => match (pair.elems.first(), pair.elems.get(1), pair.elems.len()) {
                (Some(own), Some(Expr::Lit(ExprLit { lit: Lit::Str(operator), .. })), 2) => {
                    let own = part(own, model, errors);
                    parts.push(quote!((#own, #operator)));
                }
                _ => is_right = false,
            },
            _ => is_right = false,
        }
    }
    let name = name_of(list).filter(|_| is_right && !parts.is_empty());
    let Some(name) = name else {
        let why = "write `exclude(no_overlap, (room, \"=\"), (during, \"&&\"))`: its name, then what is compared, and by which operator";
        errors.at(given.name.span(), why);
        return None;
    };
    let set = constraint.set;
    Some(quote!(__m::Exclusion { #set ..__m::Exclusion::of(#name, &[#(#parts),*]) }))
}

/// The name that stands first.
fn name_of(list: &[Expr]) -> Option<String> {
    match list.first() {
        Some(Expr::Path(path)) => path.path.get_ident().map(ToString::to_string),
        Some(Expr::Lit(ExprLit { lit: Lit::Str(text), .. })) => Some(text.value()),
        _ => None,
    }
}

fn set(
    option: &ExprAssign,
    known: &[&str],
    to: &mut Constraint<'_>,
    model: &ModelStruct,
    errors: &mut Errors,
) {
    let name = match &*option.left {
        Expr::Path(path) => path.path.get_ident().cloned(),
        _ => None,
    };
    let Some(name) = name.filter(|name| known.iter().any(|known| name == known)) else {
        let known: Vec<String> = known.iter().map(|name| format!("`{name}`")).collect();
        errors.at(option.left.span(), format!("what may be said here is {}", known.join(", ")));
        return;
    };
    let value = &option.right;
    to.set.extend(match (name.to_string().as_str(), &**value) {
        ("condition", value) => {
            let condition = expression(value, model, errors);
            quote!(condition: __m::Some(#condition),)
        }
        ("nulls_equal" | "deferred", Expr::Lit(ExprLit { lit: Lit::Bool(_), .. })) => {
            quote!(#name: #value,)
        }
        ("include", Expr::Array(list)) => {
            let names: Vec<String> =
                list.elems.iter().filter_map(|own| field_name(own, model, errors)).collect();
            quote!(include: &[#(#names),*],)
        }
        ("name" | "message" | "code" | "method", Expr::Lit(ExprLit { lit: Lit::Str(_), .. })) => {
            quote!(#name: __m::Some(#value),)
        }
        (other, _) => {
            let example = match other {
                "include" => "[title, created]",
                "nulls_equal" | "deferred" => "true",
                _ => "\"text\"",
            };
            errors.at(value.span(), format!("write `{other} = {example}`"));
            TokenStream::new()
        }
    });
}

fn field_name(expr: &Expr, model: &ModelStruct, errors: &mut Errors) -> Option<String> {
    // Reports a field that is not there.
    part(expr, model, errors);
    match expr {
        Expr::Path(path) => path.path.get_ident().map(ToString::to_string),
        Expr::Lit(ExprLit { lit: Lit::Str(text), .. }) => Some(text.value()),
        _ => {
            errors.at(expr.span(), "name a field");
            None
        }
    }
}
