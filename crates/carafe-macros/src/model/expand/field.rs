//! The schema of a field.

use proc_macro2::{Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::ext::IdentExt as _;
use syn::spanned::Spanned;
use syn::{Expr, ExprLit, Lit};

use crate::errors::Errors;
use crate::model::expression::{expression, literal, names, of_another};
use crate::model::names::{Seems, is_number, spaced};
use crate::model::parse::{ModelField, ModelStruct};

/// Lists of fields, cut where embedded parts stand.
pub(super) fn lists(model: &ModelStruct, errors: &mut Errors) -> TokenStream {
    let (mut lists, mut own) = (TokenStream::new(), TokenStream::new());
    for field in &model.fields {
        if field.flatten {
            let ty = &field.ty;
            lists.extend(quote!(&[#own], <#ty as __m::Part>::FIELDS,));
            own = TokenStream::new();
        } else {
            let schema = schema(field, model, errors);
            own.extend(quote!(#schema,));
        }
    }
    lists.extend(quote!(&[#own]));
    lists
}

fn schema(field: &ModelField, model: &ModelStruct, errors: &mut Errors) -> TokenStream {
    let (ty, name, options) = (&field.ty, &field.text, &field.options);
    let column = options.text("column", errors).map(|column| column.value());
    let key_column = column.clone().unwrap_or_else(|| format!("{name}_id"));
    let column = column.unwrap_or_else(|| name.clone());
    let mut set = Settings(TokenStream::new());

    let several_keys = model.fields.iter().filter(|field| field.primary_key).count() > 1;
    if field.primary_key {
        set.to("primary_key", Some(quote!(true)));
        let given = ["natural", "default", "default_with", "db_default"];
        if !several_keys && !given.iter().any(|name| options.has(name)) {
            set.to("auto", Some(quote!(<#ty as __m::Field>::SHAPE.auto)));
        }
    }
    for (option, setting) in
        [("unique", "unique"), ("index", "indexed"), ("blank", "blank"), ("editable", "editable")]
    {
        set.to(setting, options.flag(option, errors).map(|value| quote!(#value)));
    }
    let verbose = options.text("verbose_name", errors).map(|text| text.value());
    let verbose = verbose.or_else(|| name.contains('_').then(|| spaced(name)));
    set.to("verbose_name", verbose.map(|text| quote!(#text)));
    set.to("help_text", options.text("help_text", errors).map(|text| quote!(#text)));
    for option in ["comment", "was"] {
        set.to(option, options.text(option, errors).map(|text| quote!(__m::Some(#text))));
    }
    let positive = options.flag("positive", errors).unwrap_or(false)
        && (field.type_name.seems == Seems::Unknown || is_number(ty, "i64"));
    let kind = format(field).map(|(kind, _)| quote!(__m::Kind::#kind));
    set.to("kind", kind.or_else(|| positive.then(|| quote!(__m::positive::<#ty>()))));
    let length = options.number("max_length", errors).map(|length| quote!(__m::Some(#length)));
    let own = || format(field)?.1.map(|length| quote!(__m::Some(#length)));
    set.to("max_length", length.or_else(own));
    for option in ["max_digits", "decimal_places"] {
        set.to(option, options.number(option, errors).map(|digits| quote!(__m::Some(#digits))));
    }
    let moment = match (options.flag("auto_now", errors), options.flag("auto_now_add", errors)) {
        (Some(true), _) => Some(quote!(__m::Moment::Saved)),
        (_, Some(true)) => Some(quote!(__m::Moment::Created)),
        _ => None,
    };
    set.to("moment", moment);
    set.to("default", default(field, model, errors));
    set.to(
        "generated",
        options.expr("generated", "price * quantity", errors).map(|own| {
            let own = expression(own, model, errors);
            let stored = options.flag("stored", errors).unwrap_or(false);
            quote!(__m::Some(__m::Generated { expression: #own, stored: #stored }))
        }),
    );
    let unique_for = unique_for(field);
    set.to("unique_for", (!unique_for.is_empty()).then(|| quote!(&[#(#unique_for),*])));
    let messages = messages(field, errors);
    set.to("messages", (!messages.is_empty()).then(|| quote!(&[#(#messages),*])));
    let validators = validators(field, errors);
    set.to("validators", (!validators.is_empty()).then(|| quote!(&[#(#validators),*])));
    set.to("relation", relation(field, model, errors));

    let Settings(set) = set;
    let span = ty.span().resolved_at(Span::call_site());
    let from_type = quote_spanned!(span=> __m::field_schema::<#ty>(#name, #column, #key_column));
    if set.is_empty() { from_type } else { quote!(__m::FieldSchema { #set ..#from_type }) }
}

struct Settings(TokenStream);

impl Settings {
    fn to(&mut self, name: &str, value: Option<TokenStream>) {
        if let Some(value) = value {
            let name = syn::Ident::new(name, Span::call_site());
            self.0.extend(quote!(#name: #value,));
        }
    }
}

/// A kind of text, with the length that Django gives it.
fn format(field: &ModelField) -> Option<(TokenStream, Option<u32>)> {
    let has = |name| field.options.has(name);
    if has("slug") {
        Some((quote!(Slug), Some(50)))
    } else if has("email") {
        Some((quote!(Email), Some(254)))
    } else if has("url") {
        Some((quote!(Url), Some(200)))
    } else if has("citext") {
        Some((quote!(CiText), None))
    } else {
        None
    }
}

/// The value of `blank()`, where the attributes say one.
pub(super) fn default_expr(field: &ModelField, errors: &mut Errors) -> Option<TokenStream> {
    if let Some(make) = field.options.path("default_with", "next_number", errors) {
        return Some(quote!(#make()));
    }
    let value = field.options.expr("default", "0", errors)?;
    let value = match value {
        // `"draft"` for a `String`.
        Expr::Lit(ExprLit { lit: Lit::Str(_), .. }) => quote!(::core::convert::Into::into(#value)),
        value => quote!(#value),
    };
    let ty = &field.ty;
    Some(if field.type_name.deferred { quote!(<#ty>::new(#value)) } else { value })
}

fn default(field: &ModelField, model: &ModelStruct, errors: &mut Errors) -> Option<TokenStream> {
    let ty = &field.ty;
    if let Some(own) = field.options.expr("db_default", "now()", errors) {
        let own = expression(own, model, errors);
        return Some(quote!(__m::Default::Database(#own)));
    }
    let kind = if field.options.has("default_with") { quote!(Function) } else { quote!(Constant) };
    // What is wrong with the expression is told by `blank()` already.
    let value = default_expr(field, &mut Errors::default())?;
    Some(quote!(__m::Default::#kind(|| __m::default_value::<#ty>(#value))))
}

fn unique_for(field: &ModelField) -> Vec<TokenStream> {
    let parts = [("date", quote!(Date)), ("month", quote!(Month)), ("year", quote!(Year))];
    let given = parts.into_iter().filter_map(|(name, part)| {
        // What is wrong with it was told by the rules of the whole struct.
        let option = format!("unique_for_{name}");
        let date = field.options.path(&option, "published", &mut Errors::default())?;
        let date = date.get_ident()?.unraw().to_string();
        Some(quote!(__m::UniqueFor { field: #date, part: __m::DatePart::#part }))
    });
    given.collect()
}

fn messages(field: &ModelField, errors: &mut Errors) -> Vec<TokenStream> {
    let mut messages = Vec::new();
    for given in field.options.list("error_messages").unwrap_or_default() {
        let pair = match given {
            Expr::Assign(pair) => match (&*pair.left, &*pair.right) {
                (Expr::Path(code), Expr::Lit(ExprLit { lit: Lit::Str(message), .. })) => {
                    code.path.get_ident().map(|code| (code.to_string(), message))
                }
                _ => None,
            },
            _ => None,
        };
        match pair {
            Some((code, message)) => messages.push(quote!((#code, #message))),
            None => errors.at(
                given.span(),
                "name a code and its sentence: `error_messages(blank = \"Say something.\")`",
            ),
        }
    }
    messages
}

/// Whether a field may be a relation, as far as its name tells.
fn may_lead(field: &ModelField) -> bool {
    use Seems::{ManyToMany, Reference, Reverse, Unknown};
    matches!(field.type_name.seems, Reference | ManyToMany | Reverse | Unknown)
}

/// Asks the compiler whether the models that references are limited to have these fields.
pub(super) fn limits(model: &ModelStruct) -> TokenStream {
    let limits = model.fields.iter().filter(|field| may_lead(field)).filter_map(|field| {
        let limit = field.options.expr("limit_choices_to", "", &mut Errors::default())?;
        let ty = &field.ty;
        let constants = names(limit).into_iter().map(|name| {
            let constant = name.unraw().to_string().to_uppercase();
            syn::Ident::new(&constant, name.span())
        });
        Some(quote! {
            const _: fn() = || { #(let _ = <<#ty as __m::Hop>::To>::#constants;)* };
        })
    });
    quote!(#(#limits)*)
}

fn validators(field: &ModelField, errors: &mut Errors) -> Vec<TokenStream> {
    let options = &field.options;
    let mut validators = Vec::new();
    for (option, validator) in [("min", quote!(Min)), ("max", quote!(Max)), ("step", quote!(Step))]
    {
        let Some(limit) = options.expr(option, "1", errors) else { continue };
        match literal(limit) {
            Some(limit) => validators.push(quote!(__m::Validator::#validator(#limit))),
            None => errors.at(limit.span(), format!("write a number: `{option} = 1`")),
        }
    }
    if let Some(least) = options.number("min_length", errors) {
        validators.push(quote!(__m::Validator::MinLength(#least)));
    }
    for check in options.list("validate").unwrap_or_default() {
        if matches!(check, Expr::Path(_)) {
            validators.push(quote! {
                __m::Validator::Custom(|value| __m::checked_by(value, #check))
            });
        } else {
            errors.at(check.span(), "name a function: `validate = is_even`");
        }
    }
    validators
}

fn relation(field: &ModelField, model: &ModelStruct, errors: &mut Errors) -> Option<TokenStream> {
    let (ty, options) = (&field.ty, &field.options);
    // What stands on other fields was told by the rules of the whole struct.
    if !may_lead(field) {
        return None;
    }
    let mut set = Settings(TokenStream::new());
    set.to("on_delete", on_delete(field, errors));
    let leads = matches!(field.type_name.seems, Seems::Reference | Seems::ManyToMany);
    let related = options.text("related_name", errors).or_else(|| {
        let all = model.options.text("default_related_name", &mut Errors::default());
        all.filter(|_| leads)
    });
    set.to("related_name", related.map(|name| quote!(__m::Some(#name))));
    let limit = options.expr("limit_choices_to", "is_staff && age > 17", errors);
    set.to(
        "limit",
        limit.map(|limit| {
            let limit = of_another(limit, errors);
            quote!(__m::Some(#limit))
        }),
    );
    for (option, setting) in
        [("constraint", "constrained"), ("symmetrical", "symmetrical"), ("parent", "parent")]
    {
        set.to(setting, options.flag(option, errors).map(|value| quote!(#value)));
    }
    set.to(
        "through",
        options
            .path("through", "Membership", errors)
            .map(|through| quote!(__m::Through::Model(<#through as __m::Model>::schema))),
    );
    set.to(
        "reverse_of",
        options.path("by", "Post::AUTHOR", errors).map(|by| {
            let name = &model.name;
            let span = by.span().resolved_at(Span::call_site());
            let place = quote_spanned!(span=> __m::reverse_of::<#name, _, _>(#by));
            quote!(__m::Some(|| #place))
        }),
    );
    let Settings(set) = set;
    (!set.is_empty()).then(|| quote!(__m::Some(__m::Relation { #set ..__m::relation_of::<#ty>() })))
}

fn on_delete(field: &ModelField, errors: &mut Errors) -> Option<TokenStream> {
    const KNOWN: [(&str, &str); 9] = [
        ("cascade", "Cascade"),
        ("protect", "Protect"),
        ("restrict", "Restrict"),
        ("set_null", "SetNull"),
        ("set_default", "SetDefault"),
        ("do_nothing", "DoNothing"),
        ("db_cascade", "DbCascade"),
        ("db_set_null", "DbSetNull"),
        ("db_set_default", "DbSetDefault"),
    ];
    let given = field.options.expr("on_delete", "cascade", errors)?;
    if let Expr::Call(call) = given
        && let Expr::Path(name) = &*call.func
        && name.path.is_ident("set")
        && let (Some(value), 1) = (call.args.first(), call.args.len())
    {
        let ty = &field.ty;
        return Some(quote!(__m::OnDelete::Set(|| __m::default_value::<#ty>(#value))));
    }
    let known = KNOWN.iter().find(|(name, _)| match given {
        Expr::Path(path) => path.path.is_ident(name),
        _ => false,
    });
    if let Some((_, variant)) = known {
        let variant = syn::Ident::new(variant, Span::call_site());
        return Some(quote!(__m::OnDelete::#variant));
    }
    let names = KNOWN.map(|(name, _)| format!("`{name}`")).join(", ");
    errors.at(given.span(), format!("`on_delete` is one of {names} and `set(value)`"));
    None
}
