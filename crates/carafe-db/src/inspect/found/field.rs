//! The fields of a table.

use std::collections::{HashMap, HashSet};

use carafe_model::schema::Kind;

use super::lead::Lead;
use super::table::{Draft, Making};
use crate::catalog::Known;
use crate::catalog::expression;
use crate::catalog::tokens::{Token, tokens};
use crate::catalog::{DescribedColumn, DescribedReference};
use crate::ddl::state::{
    DefaultState, DeleteAction, FieldState, GeneratedState, KindState, ReferenceState,
};
use crate::inspect::names;

/// Makes the fields, in the order of their columns. Counted keys may be as large as others say.
pub(super) fn fields(making: &mut Making<'_>, size: Option<Kind>) {
    let draft = making.draft;
    let mut taken = HashSet::new();
    let mut done: HashSet<&str> = HashSet::new();
    for column in &draft.own.columns {
        let name = column.name.as_str();
        if done.contains(name) || draft.omitted.contains(&name) {
            continue;
        }
        let lead = draft.leads.iter().find(|lead| lead.columns.iter().any(|own| own == name));
        let lead = lead.and_then(|lead| Some((lead, name_of(lead, &mut taken)?)));
        let field = match lead {
            Some((lead, field)) => {
                done.extend(lead.columns.iter().map(String::as_str));
                reference(making, lead, &field, column)
            }
            None => plain(making, column, &names::of_field(name, &mut taken), size),
        };
        let is_alone = lead_width(draft, name) == 1 || field.reference.is_none();
        if is_alone {
            making.of_columns.insert(name, making.fields.len());
        }
        making.fields.push(field);
    }
}

fn lead_width(draft: &Draft<'_>, column: &str) -> usize {
    let lead = draft.leads.iter().find(|lead| lead.columns.iter().any(|own| own == column));
    lead.map_or(1, |lead| lead.columns.len())
}

/// The name of a reference; none where its columns could not be named after it.
fn name_of(lead: &Lead, taken: &mut HashSet<String>) -> Option<String> {
    let Some(prefix) = &lead.prefix else {
        let column = &lead.columns[0];
        let begin = column.len().saturating_sub("_id".len());
        let ending = column.get(begin..).filter(|ending| ending.eq_ignore_ascii_case("_id"));
        let base = if ending.is_some() && begin > 0 { &column[..begin] } else { column };
        return Some(names::of_field(base, taken));
    };
    let mut tried = taken.clone();
    let name = names::of_field(prefix, &mut tried);
    if name != *prefix {
        return None;
    }
    *taken = tried;
    Some(name)
}

/// A field that is no more than its name.
fn bare(name: &str, column: &DescribedColumn) -> FieldState {
    FieldState {
        name: name.to_owned(),
        was: None,
        kind: KindState::Plain(Kind::Text),
        column: column.name.clone(),
        null: column.null,
        primary_key: false,
        counted: false,
        unique: false,
        indexed: false,
        max_length: None,
        digits: None,
        default: None,
        generated: None,
        comment: column.comment.clone(),
        reference: None,
    }
}

fn reference(
    making: &mut Making<'_>,
    lead: &Lead,
    name: &str,
    column: &DescribedColumn,
) -> FieldState {
    let draft = making.draft;
    let said = &draft.own.references[lead.number];
    let on_delete = on_delete(making, name, said, column);
    let in_key = draft.key.columns.contains(&column.name);
    FieldState {
        kind: KindState::Plain(Kind::Key),
        column: if lead.columns.len() == 1 { column.name.clone() } else { format!("{name}_id") },
        null: column.null && !in_key,
        primary_key: in_key,
        // What is the key as a whole refers to one row, and one row refers to it.
        unique: in_key && draft.key.columns.len() == lead.columns.len(),
        reference: Some(ReferenceState::Key {
            table: lead.table.clone(),
            constrained: true,
            on_delete,
        }),
        ..bare(name, column)
    }
}

fn on_delete(
    making: &mut Making<'_>,
    name: &str,
    said: &DescribedReference,
    column: &DescribedColumn,
) -> Option<DeleteAction> {
    if !said.on_update.is_empty() && said.on_update != "RESTRICT" {
        making.note(name, format!("The database says ON UPDATE {}.", said.on_update));
    }
    let can_default = making.place.ddl.features().set_default && column.default.is_some();
    match said.on_delete.as_str() {
        "" => return None,
        "CASCADE" => return Some(DeleteAction::Cascade),
        "SET NULL" if column.null => return Some(DeleteAction::SetNull),
        "SET DEFAULT" if can_default => return Some(DeleteAction::SetDefault),
        _ => {}
    }
    making.note(name, format!("The database says ON DELETE {}.", said.on_delete));
    None
}

fn plain(
    making: &mut Making<'_>,
    column: &DescribedColumn,
    name: &str,
    size: Option<Kind>,
) -> FieldState {
    let draft = making.draft;
    let in_key = draft.key.columns.contains(&column.name);
    let known = making.place.catalog.known(column);
    let mut field = bare(name, column);
    field.primary_key = in_key;
    field.null = column.null && !in_key;
    let exact = known.as_ref().is_some_and(|known| known.exact);
    if let Some(Known { kind, max_length, digits, note, .. }) = &known {
        field.kind = kind.clone();
        field.max_length = *max_length;
        field.digits = *digits;
        if let Some(note) = note {
            making.note(name, (*note).to_owned());
        }
    }
    if !exact {
        let made_of = column.made_of.as_ref().map(|own| format!(", which is {own}"));
        let made_of = made_of.unwrap_or_default();
        making.note(
            name,
            match column.ty.as_str() {
                "" => "The database gives it no type.".to_owned(),
                ty => format!("The database calls its type `{ty}`{made_of}."),
            },
        );
    }
    claim(making, column, &mut field, known.and_then(|known| known.checked));
    if column.counted {
        count(making, column, &mut field, size);
    }
    field
}

/// A key that the database counts.
fn count(
    making: &mut Making<'_>,
    column: &DescribedColumn,
    field: &mut FieldState,
    size: Option<Kind>,
) {
    if making.draft.key.columns != [column.name.as_str()] {
        making.note(
            &field.name,
            "The database counts it, which is said of a primary key only.".to_owned(),
        );
        return;
    }
    field.counted = true;
    let counts = |kind| {
        matches!(
            kind,
            Kind::SmallInteger | Kind::Integer | Kind::BigInteger | Kind::PositiveBigInteger
        )
    };
    if !making.place.catalog.counts_by_type() {
        field.kind = KindState::Plain(size.unwrap_or(Kind::BigInteger));
    } else if !field.kind.plain().is_some_and(counts) {
        // What is counted is read back as one of these.
        field.kind = KindState::Plain(Kind::BigInteger);
        making.note(&field.name, format!("The database calls its type `{}`.", column.ty));
    }
}

/// What the database checks of a column may be what a kind checks by itself.
fn claim(
    making: &mut Making<'_>,
    column: &DescribedColumn,
    field: &mut FieldState,
    checked: Option<Kind>,
) {
    let own = making.draft.own;
    let (catalog, ddl) = (making.place.catalog, making.place.ddl);
    let plain = match &field.kind {
        KindState::Plain(kind) => Some(*kind),
        _ => None,
    };
    for kind in [checked, plain].into_iter().flatten() {
        let Some(wanted) = ddl.column_check(kind, &ddl.quote(&column.name)) else { continue };
        let found = own.checks.iter().enumerate().find(|(_, check)| {
            catalog.is_unnamed_check(&own.name, &column.name, check.name.as_deref())
                && is_same(&check.condition, &wanted, making)
        });
        if let Some((number, _)) = found {
            making.claimed.insert(number);
            field.kind = KindState::Plain(kind);
            return;
        }
    }
}

/// Whether two conditions are the same, whatever parentheses and quotes they have.
fn is_same(one: &str, other: &str, making: &Making<'_>) -> bool {
    let pieces = |sql: &str| {
        let tokens = tokens(sql, making.place.catalog.sql().quoting).unwrap_or_default();
        let pieces = tokens.into_iter().filter_map(|(_, token)| match token {
            Token::Symbol("(" | ")") => None,
            Token::Word(word) => Some(word.to_lowercase()),
            Token::Name(name) => Some(name.to_lowercase()),
            Token::Number(text) => Some(text),
            Token::Text(text) => Some(format!("'{text}'")),
            Token::Symbol(symbol) => Some(symbol.to_owned()),
        });
        pieces.collect::<Vec<String>>()
    };
    pieces(one) == pieces(other)
}

/// Notes where a column is of another type than the key that it refers to.
pub(super) fn compare_with_keys(
    making: &mut Making<'_>,
    drafts: &[Draft<'_>],
    places: &HashMap<&str, usize>,
) {
    let own = making.draft.own;
    for lead in &making.draft.leads {
        let Some(target) = places.get(lead.table.as_str()).map(|index| &drafts[*index]) else {
            continue;
        };
        for (name, to) in lead.columns.iter().zip(&target.key.columns) {
            let (Some(one), Some(other)) = (own.column(name), target.own.column(to)) else {
                continue;
            };
            let counted = other.counted && !making.place.catalog.counts_by_type();
            if counted || one.ty == other.ty {
                continue;
            }
            let field = making.fields.iter().find(|field| {
                field.reference.is_some()
                    && (field.column == *name || lead.prefix.as_ref() == Some(&field.name))
            });
            if let Some(field) = field.map(|field| field.name.clone()) {
                making.note(
                    &field,
                    format!(
                        "The database calls the type of `{name}` `{}`, and that of what it refers to `{}`.",
                        one.ty, other.ty
                    ),
                );
            }
        }
    }
}

/// Defaults, and what columns are computed from: they may name any field.
pub(super) fn computed(making: &mut Making<'_>) {
    let own = making.draft.own;
    for column in &own.columns {
        let Some(index) = making.of_columns.get(column.name.as_str()).copied() else { continue };
        let kind = making.fields[index].kind.plain();
        if let Some(sql) = &column.generated {
            let expression = making.read(sql);
            making.fields[index].generated =
                expression.map(|expression| GeneratedState { expression, stored: column.stored });
        } else if let Some(sql) = &column.default {
            let how = making.place.catalog.sql();
            let read = expression::default(sql, how, kind, &|column| making.seen(column));
            if let Some(expression) = read {
                making.fields[index].default = Some(DefaultState::Database(expression));
            } else {
                let name = making.fields[index].name.clone();
                making.note(&name, format!("The database's default is `{sql}`."));
            }
        }
    }
}
