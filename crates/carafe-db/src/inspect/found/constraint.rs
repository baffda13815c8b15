//! The constraints and indexes of a table.

use carafe_model::schema::Kind;

use super::table::Making;
use crate::catalog::{DescribedIndex, DescribedPart};
use crate::ddl::state::{
    CheckState, ExclusionState, ExpressionState, IndexState, TermState, UniqueState,
};
use crate::names;

/// So much of a long text an index holds where it cannot hold all of it.
const PREFIX: u32 = 255;

#[derive(Default)]
pub(super) struct Constraints {
    pub(super) uniques: Vec<UniqueState>,
    pub(super) checks: Vec<CheckState>,
    pub(super) exclusions: Vec<ExclusionState>,
    pub(super) indexes: Vec<IndexState>,
}

/// All of them. What a field says by itself is said there.
pub(super) fn constraints(making: &mut Making<'_>) -> Constraints {
    let own = making.draft.own;
    let mut constraints = Constraints::default();
    let indexes: Vec<&DescribedIndex> = own.indexes.iter().collect();
    let mut rest: Vec<&DescribedIndex> =
        indexes.into_iter().filter(|index| !is_of_field(making, index)).collect();
    indexes_of_references(making, &mut rest);
    rest.retain(|index| !is_of_beginning(making, index));
    for index in rest {
        let made = if index.unique {
            unique(making, index).map(|unique| constraints.uniques.push(unique))
        } else {
            plain_index(making, index).map(|index| constraints.indexes.push(index))
        };
        if made.is_none() {
            making.notes.push(unsaid(index));
        }
    }
    for index in &own.exclusions {
        match exclusion(making, index) {
            Some(exclusion) => constraints.exclusions.push(exclusion),
            None => making.notes.push(unsaid(index)),
        }
    }
    for (number, check) in own.checks.iter().enumerate() {
        if making.claimed.contains(&number) {
            continue;
        }
        let name = match &check.name {
            Some(name) => name.clone(),
            None => names::truncated(&format!("{}_check_{}", own.name, number + 1)),
        };
        if let Some(condition) = making.read(&check.condition) {
            constraints.checks.push(CheckState { name, condition });
        } else {
            let note = format!("The check `{name}` is not said here: `{}`.", check.condition);
            making.notes.push(note);
        }
    }
    constraints
}

fn unsaid(index: &DescribedIndex) -> String {
    let parts = index.parts.iter().map(|part| {
        let text = part.column.as_deref().or(part.expression.as_deref()).unwrap_or_default();
        let down = if part.descending { " DESC" } else { "" };
        match part.prefix {
            Some(prefix) => format!("{text}({prefix}){down}"),
            None => format!("{text}{down}"),
        }
    });
    let parts: Vec<String> = parts.collect();
    let condition = index.condition.as_ref().map(|own| format!(" WHERE {own}")).unwrap_or_default();
    format!(
        "The {} `{}` is not said here: `({}){condition}`.",
        if index.unique {
            "unique constraint"
        } else if index.operators.is_empty() {
            "index"
        } else {
            "excluding constraint"
        },
        index.name.as_deref().unwrap_or_default(),
        parts.join(", ")
    )
}

/// Whether an index is what `unique` or `index` of a field brings; the field says so then.
fn is_of_field(making: &mut Making<'_>, index: &DescribedIndex) -> bool {
    let own = making.draft.own;
    let Some(columns) = index.columns() else { return false };
    let &[column] = &columns[..] else { return false };
    let Some(number) = making.of_columns.get(column).copied() else { return false };
    let field = &making.fields[number];
    let name = index.name.as_deref();
    let (is_reference, is_key) = (field.reference.is_some(), field.primary_key);
    let is_whole = index.parts[0].prefix.is_none();
    if index.unique {
        let unnamed =
            name.is_none_or(|name| making.place.catalog.is_unnamed(&own.name, column, name));
        let is_plain = !index.deferred && !index.nulls_equal && is_whole;
        let is_of_field =
            is_plain && (is_reference || (unnamed && has_beginning(making, column, number)));
        if is_of_field && !(is_key && making.draft.key.columns.len() == 1) {
            making.fields[number].unique = true;
            // A reference to one is indexed by that.
            making.fields[number].indexed = is_reference;
            return true;
        }
        return false;
    }
    let made_up = names::of_columns(&own.name, &[column], "");
    let by_field = name == Some(made_up.as_str()) && !is_key && !field.unique;
    if by_field && prefix_is_usual(making, &index.parts[0]) && has_beginning(making, column, number)
    {
        making.fields[number].indexed = true;
        return true;
    }
    false
}

/// Whether an index for the beginnings of a text stands beside the one of its column, where it would
/// be made.
fn has_beginning(making: &Making<'_>, column: &str, number: usize) -> bool {
    let is_text = making.fields[number]
        .kind
        .plain()
        .is_some_and(|kind| kind.is_text() && kind != Kind::CiText);
    if !making.place.ddl.features().like_indexes || !is_text {
        return true;
    }
    making.draft.own.indexes.iter().any(|index| {
        beginning_of(index) == Some(column)
            && index.name.as_deref()
                == Some(&names::of_columns(&making.draft.own.name, &[column], "_like"))
    })
}

/// The column for whose beginnings an index is made.
fn beginning_of(index: &DescribedIndex) -> Option<&str> {
    let [part] = &index.parts[..] else { return None };
    let is_plain = index.condition.is_none() && !index.unique && index.method.is_none();
    let of_beginnings = part.class.as_deref().is_some_and(|class| class.ends_with("_pattern_ops"));
    part.column.as_deref().filter(|_| is_plain && of_beginnings && !part.descending)
}

/// Whether it is the index for beginnings that the field of its column brings.
fn is_of_beginning(making: &Making<'_>, index: &DescribedIndex) -> bool {
    let Some(column) = beginning_of(index) else { return false };
    let own = making.draft.own;
    let made_up = names::of_columns(&own.name, &[column], "_like");
    let Some(number) = making.of_columns.get(column) else { return false };
    let field = &making.fields[*number];
    let is_key = field.primary_key && making.draft.key.columns.len() == 1;
    index.name.as_deref() == Some(made_up.as_str()) && (field.unique || field.indexed || is_key)
}

/// Indexes that references bring: by their made-up name, or by the database itself.
fn indexes_of_references(making: &mut Making<'_>, rest: &mut Vec<&DescribedIndex>) {
    let draft = making.draft;
    let by_database = making.place.ddl.features().foreign_keys_are_indexed;
    for reference in &draft.own.references {
        let columns: Vec<&str> = reference.columns.iter().map(String::as_str).collect();
        let made_up = names::of_columns(&draft.own.name, &columns, "");
        let names = [reference.name.as_deref(), columns.first().copied(), Some(&made_up)];
        let lead = draft.leads.iter().find(|lead| lead.columns == reference.columns);
        let found = rest.iter().position(|index| {
            let is_named = index.name.as_deref() == Some(&made_up)
                || (by_database && names.contains(&index.name.as_deref()));
            !index.unique && is_named && index.columns().as_deref() == Some(&columns[..])
        });
        let field = making.fields.iter_mut().find(|field| {
            let is_lead = lead.is_some_and(|lead| match &lead.prefix {
                Some(prefix) => field.name == *prefix,
                None => field.column == lead.columns[0],
            });
            field.reference.is_some() && is_lead
        });
        if let Some(index) = found.filter(|_| by_database || field.is_some()) {
            rest.remove(index);
        }
        let Some(field) = field else { continue };
        let says_nothing = field.unique || field.primary_key;
        field.indexed = field.indexed || found.is_some() || by_database || says_nothing;
    }
}

fn prefix_is_usual(making: &Making<'_>, part: &DescribedPart) -> bool {
    let is_long = !making.place.ddl.features().whole_text_indexes;
    part.prefix.is_none_or(|prefix| prefix == PREFIX && is_long)
}

fn terms(making: &Making<'_>, index: &DescribedIndex) -> Option<Vec<TermState>> {
    let mut terms: Vec<TermState> = Vec::with_capacity(index.parts.len());
    let mut rest = &index.parts[..];
    while let Some(part) = rest.first() {
        if !prefix_is_usual(making, part) {
            return None;
        }
        let mut width = 1;
        let expression = match (&part.column, &part.expression) {
            (Some(column), _) => {
                if let Some(seen) = making.seen(column) {
                    ExpressionState::Field(seen.field)
                } else {
                    let (name, columns) = reference_at(making, rest, column)?;
                    width = columns;
                    ExpressionState::Field(name)
                }
            }
            (None, Some(sql)) => making.read(sql)?,
            (None, None) => return None,
        };
        terms.push(TermState {
            expression,
            descending: part.descending,
            class: part.class.clone(),
        });
        rest = &rest[width..];
    }
    Some(terms)
}

/// A reference of several columns, all of which stand here, one behind the other.
fn reference_at(
    making: &Making<'_>,
    parts: &[DescribedPart],
    column: &str,
) -> Option<(String, usize)> {
    let lead = making.draft.leads.iter().find(|lead| lead.columns[0] == column)?;
    let there = parts.get(..lead.columns.len())?;
    let name = lead.prefix.clone()?;
    let is_whole = there.iter().zip(&lead.columns).all(|(part, own)| {
        part.column.as_ref() == Some(own) && part.descending == parts[0].descending
    });
    let is_field =
        making.fields.iter().any(|field| field.name == name && field.reference.is_some());
    (is_whole && is_field).then_some((name, lead.columns.len()))
}

fn beside(making: &Making<'_>, index: &DescribedIndex) -> Option<Vec<String>> {
    index.include.iter().map(|column| Some(making.seen(column)?.field)).collect()
}

/// Whether the condition can be said, if there is one.
fn can_say(making: &Making<'_>, index: &DescribedIndex) -> bool {
    index.condition.is_none() || condition(making, index).is_some()
}

fn condition(making: &Making<'_>, index: &DescribedIndex) -> Option<ExpressionState> {
    index.condition.as_ref().and_then(|sql| making.read(sql))
}

fn unique(making: &Making<'_>, index: &DescribedIndex) -> Option<UniqueState> {
    let is_cut = index.parts.iter().any(|part| part.prefix.is_some());
    if index.method.is_some() || is_cut || !can_say(making, index) {
        return None;
    }
    Some(UniqueState {
        name: index.name.clone(),
        parts: terms(making, index)?,
        condition: condition(making, index),
        include: beside(making, index)?,
        nulls_equal: index.nulls_equal,
        deferred: index.deferred,
    })
}

fn plain_index(making: &Making<'_>, index: &DescribedIndex) -> Option<IndexState> {
    let has_method = index.method.is_some() && !making.place.ddl.features().index_methods;
    if has_method || !can_say(making, index) {
        return None;
    }
    Some(IndexState {
        name: index.name.clone(),
        parts: terms(making, index)?,
        condition: condition(making, index),
        include: beside(making, index)?,
        method: index.method.clone(),
    })
}

fn exclusion(making: &Making<'_>, index: &DescribedIndex) -> Option<ExclusionState> {
    if index.operators.len() != index.parts.len() || !can_say(making, index) {
        return None;
    }
    let terms = terms(making, index)?;
    Some(ExclusionState {
        name: index.name.clone()?,
        parts: terms.into_iter().zip(index.operators.iter().cloned()).collect(),
        condition: condition(making, index),
        method: index.method.clone().filter(|method| method != "gist"),
        deferred: index.deferred,
    })
}
