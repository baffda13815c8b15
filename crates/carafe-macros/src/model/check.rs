//! Rules that need the whole struct.

use std::collections::HashMap;

use syn::spanned::Spanned as _;

use super::names::{Seems, is_number, is_option_of_deferred};
use super::parse::{ModelField, ModelStruct};
use crate::errors::Errors;

pub(super) fn model(model: &ModelStruct, errors: &mut Errors) {
    primary_key(model, errors);
    columns_once(model, errors);
    for field in &model.fields {
        if field.flatten {
            alone(field, errors);
            continue;
        }
        if let Some(why) = wrongly_deferred(field) {
            errors.at(field.ty.span(), why);
        }
        kind(field, errors);
        moments(field, errors);
        unique_for(field, model, errors);
        defaults(field, errors);
        relation(field, errors);
    }
}

/// Whether what is written makes a model, if not the one that was meant.
pub(super) fn is_model(model: &ModelStruct) -> bool {
    let keys = || model.fields.iter().filter(|field| field.primary_key);
    let is_key = |field: &ModelField| {
        !field.type_name.optional
            && !field.type_name.deferred
            && !matches!(field.type_name.seems, Seems::ManyToMany | Seems::Reverse)
    };
    let wrong = model.fields.iter().any(|field| wrongly_deferred(field).is_some());
    let flat = model.fields.iter().any(|field| field.flatten);
    !model.is_generic
        && !flat
        && !wrong
        && if model.is_part { keys().count() == 0 } else { (1..=4).contains(&keys().count()) }
        && keys().all(is_key)
}

/// What is wrong with a `Deferred`, whose errors by types would fill a page.
fn wrongly_deferred(field: &ModelField) -> Option<&'static str> {
    if !field.type_name.deferred {
        None
    } else if is_option_of_deferred(&field.ty) {
        Some("what may be NULL and may be left out is a `Deferred<Option<…>>`")
    } else if matches!(field.type_name.seems, Seems::Reference | Seems::ManyToMany | Seems::Reverse)
    {
        Some("a relation is never deferred: its rows are read only where a query asks for them")
    } else {
        None
    }
}

fn primary_key(model: &ModelStruct, errors: &mut Errors) {
    if model.is_part {
        for field in model.fields.iter().filter(|field| field.primary_key) {
            errors
                .at(field.name.span(), "a part has no primary key: it stands in the model itself");
        }
        return;
    }
    let keys: Vec<&ModelField> = model.fields.iter().filter(|field| field.primary_key).collect();
    if keys.is_empty() {
        let why = "a model has a primary key: add `id: i64`, which the database counts, or put `#[model(primary_key)]` on a field";
        errors.at(model.name.span(), why);
    }
    if let Some(fifth) = keys.get(4) {
        errors.at(fifth.name.span(), "a composite key has four parts at most");
    }
    for key in keys {
        let name = &key.text;
        if key.type_name.optional {
            errors.at(
                key.name.span(),
                format!("`{name}` is the primary key, which is never NULL: leave out the `Option`"),
            );
        }
        if key.type_name.deferred {
            errors.at(
                key.name.span(),
                format!(
                    "`{name}` is the primary key, which every query reads: leave out the `Deferred`"
                ),
            );
        }
        if matches!(key.type_name.seems, Seems::ManyToMany | Seems::Reverse) {
            errors.at(
                key.name.span(),
                format!("`{name}` has no column, and cannot be the primary key"),
            );
        }
    }
}

/// The fields of dates that others are unique for.
fn unique_for(field: &ModelField, model: &ModelStruct, errors: &mut Errors) {
    for option in ["unique_for_date", "unique_for_month", "unique_for_year"] {
        let Some(path) = field.options.path(option, "published", errors) else { continue };
        let name = path.get_ident().map(ToString::to_string).unwrap_or_default();
        let date = model.fields.iter().find(|own| own.text == name);
        let is_date =
            date.is_some_and(|own| matches!(own.type_name.seems, Seems::Moment | Seems::Unknown));
        let has_parts = model.fields.iter().any(|own| own.flatten);
        if !is_date && (date.is_some() || !has_parts) {
            errors.at(path.span(), format!("`{option}` names a field with a date"));
        }
    }
}

fn columns_once(model: &ModelStruct, errors: &mut Errors) {
    let mut seen: HashMap<String, &str> = HashMap::new();
    for field in model.fields.iter().filter(|field| !field.flatten) {
        let given = field.options.has("column").then(|| field.options.text("column", errors));
        let (column, span) = match given.flatten() {
            Some(column) => (column.value(), column.span()),
            None if field.type_name.seems == Seems::Reference => {
                (format!("{}_id", field.text), field.name.span())
            }
            None => (field.text.clone(), field.name.span()),
        };
        if column.is_empty() {
            errors.at(span, "a column has a name");
        } else if let Some(other) = seen.insert(column.clone(), &field.text) {
            errors.at(span, format!("column `{column}` is field `{other}` already"));
        }
    }
}

/// An embedded part says all by itself.
fn alone(field: &ModelField, errors: &mut Errors) {
    for name in ["primary_key", "unique", "index", "column", "default", "max_length", "on_delete"] {
        if let Some(span) = field.options.span(name) {
            errors.at(span, format!("`{name}` stands on the fields of the embedded part"));
        }
    }
}

/// Options that fit only some kinds.
fn kind(field: &ModelField, errors: &mut Errors) {
    use Seems::{Bool, Bytes, Decimal, ManyToMany, Moment, Number, Reference, Reverse, Text, Uuid};
    let rules: [(&[&str], &[Seems], &str); 8] = [
        (&["max_length", "min_length"], &[Text, Bytes], "is for text and bytes"),
        (&["slug", "email", "url", "citext"], &[Text], "is a kind of `String`"),
        (&["max_digits", "decimal_places"], &[Decimal], "is for `Decimal`"),
        (&["min", "max", "step"], &[Number, Decimal], "is for numbers"),
        (&["auto_now", "auto_now_add"], &[Moment], "is for `Date`, `DateTime` and `Timestamp`"),
        (
            &["limit_choices_to", "related_name"],
            &[Reference, ManyToMany],
            "is for `ForeignKey`, `OneToOne` and `ManyToMany`",
        ),
        (&["through", "symmetrical"], &[ManyToMany], "is for `ManyToMany`"),
        (
            &["on_delete", "constraint", "parent"],
            &[Reference],
            "is for `ForeignKey` and `OneToOne`",
        ),
    ];
    for (names, kinds, what) in rules {
        let fits =
            field.type_name.seems == Seems::Unknown || kinds.contains(&field.type_name.seems);
        for name in names.iter().filter(|_| !fits) {
            if let Some(span) = field.options.span(name) {
                errors.at(span, format!("`{name}` {what}"));
            }
        }
    }
    if matches!(field.type_name.seems, ManyToMany | Reverse) {
        for name in
            ["unique", "index", "column", "default", "default_with", "db_default", "generated"]
        {
            if let Some(span) = field.options.span(name) {
                errors
                    .at(span, format!("`{name}` is about a column, and `{}` has none", field.text));
            }
        }
    }
    if matches!(field.type_name.seems, Bool | Uuid)
        && let Some(span) = field.options.span("blank")
    {
        errors.at(span, "`blank` is for what can be empty: text, bytes, relations");
    }
    let seems = field.type_name.seems;
    if let Some(span) = field.options.span("positive")
        && seems != Seems::Unknown
        && !is_number(&field.ty, "i64")
    {
        let why = "`positive` is for `i64`; `u8`, `u16` and `u32` are never negative by themselves";
        errors.at(span, why);
    }
    let formats: Vec<&str> = ["slug", "email", "url", "citext"]
        .into_iter()
        .filter(|name| field.options.has(name))
        .collect();
    if let [_, second, ..] = formats[..]
        && let Some(span) = field.options.span(second)
    {
        errors.at(span, format!("`{}` is a `{}` already", field.text, formats[0]));
    }
}

fn moments(field: &ModelField, errors: &mut Errors) {
    let options = &field.options;
    if let (Some(_), Some(span)) = (options.span("auto_now_add"), options.span("auto_now")) {
        errors.at(span, "`auto_now` and `auto_now_add` exclude each other");
    }
    for name in ["default", "default_with", "db_default"] {
        let automatic = options.has("auto_now") || options.has("auto_now_add");
        if let Some(span) = options.span(name).filter(|_| automatic) {
            errors.at(span, format!("saving sets `{}`: leave out `{name}`", field.text));
        }
    }
}

fn defaults(field: &ModelField, errors: &mut Errors) {
    let options = &field.options;
    let mut given = ["default", "default_with", "db_default", "generated"]
        .into_iter()
        .filter_map(|name| options.span(name).map(|span| (name, span)));
    if let (Some((first, _)), Some((second, span))) = (given.next(), given.next()) {
        errors.at(span, format!("`{first}` and `{second}` exclude each other"));
    }
    if let Some(span) = options.span("stored").filter(|_| !options.has("generated")) {
        errors.at(span, "`stored` is for a column with `generated = …`");
    }
    if let Some(span) = options.span("natural").filter(|_| !field.primary_key) {
        errors.at(span, "`natural` is for a primary key that whoever makes the row chooses");
    }
}

fn relation(field: &ModelField, errors: &mut Errors) {
    let options = &field.options;
    let is_reverse = field.type_name.seems == Seems::Reverse;
    if is_reverse && !options.has("by") {
        let why = "say which field leads back here: `#[model(by = Post::AUTHOR)]`";
        errors.at(field.name.span(), why);
    }
    if let Some(span) =
        options.span("by").filter(|_| !is_reverse && field.type_name.seems != Seems::Unknown)
    {
        errors.at(span, "`by` is for `HasMany` and `HasOne`");
    }
    let Some(on_delete) = options.span("on_delete") else { return };
    let Some(syn::Expr::Path(path)) = options.expr("on_delete", "cascade", &mut Errors::default())
    else {
        return;
    };
    let is = |name: &str| path.path.is_ident(name);
    if (is("set_null") || is("db_set_null")) && !field.type_name.optional {
        let why = format!("`{0}` cannot become NULL: make it an `Option`", field.text);
        errors.at(on_delete, why);
    }
    if is("set_default") && !options.has("default") && !options.has("default_with") {
        errors.at(on_delete, format!("`{}` has no default: give it one", field.text));
    }
    if is("db_set_default") && !options.has("db_default") {
        errors.at(on_delete, format!("`{}` has no `db_default`: give it one", field.text));
    }
}
