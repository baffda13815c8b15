//! From the state of tables to tables as a database sees them: references get the types of what they
//! refer to, relations their tables between, and what has no name gets one.

use carafe_core::{Error, Result};
use carafe_model::schema::Kind;

use super::state::{
    DefaultState, ExpressionState, FieldState, GeneratedState, KindState, ReferenceState, State,
    TableState, TermState, ThroughState,
};
use super::table::{Check, Column, ColumnType, Exclusion, ForeignKey, Index, Part, Table, Unique};
use crate::names;

/// So many keys may be made of keys of other tables.
const DEEPEST: usize = 16;

/// All tables that are made here, in an order in which most refer to earlier ones.
pub(crate) fn tables(state: &State) -> Result<Vec<Table>> {
    let mut tables = Vec::with_capacity(state.tables.len());
    let mut errors = Vec::new();
    for own in state.tables.values() {
        match table(state, own) {
            Ok(made) => tables.extend(made),
            Err(error) => errors.push(error),
        }
    }
    Error::all(errors)?;
    Ok(in_order(tables))
}

/// What one model makes: its table, and those between of its relations.
pub(crate) fn table(state: &State, own: &TableState) -> Result<Vec<Table>> {
    let mut made = Vec::with_capacity(1);
    if own.managed {
        made.push(main(state, own)?);
    }
    for field in &own.fields {
        if let Some(ReferenceState::Many { table, constrained, through }) = &field.reference {
            let other = target(state, table, own, field)?;
            if own.managed || other.managed {
                made.push(between(state, own, other, through, *constrained)?);
            }
        }
    }
    Ok(made)
}

fn main(state: &State, own: &TableState) -> Result<Table> {
    let mut table = Table {
        name: own.name.clone(),
        comment: own.comment.clone(),
        columns: Vec::with_capacity(own.fields.len()),
        key: Vec::new(),
        foreign_keys: Vec::new(),
        uniques: Vec::new(),
        checks: Vec::new(),
        exclusions: Vec::new(),
        indexes: Vec::new(),
    };
    for field in &own.fields {
        add_field(state, own, field, &mut table)?;
    }
    let columns = |field: &str| -> Result<Vec<String>> {
        match own.field(field) {
            Some(field) => column_names(state, own, field),
            None => Err(Error::internal(format!("`{}` has no field `{field}`", own.model))),
        }
    };
    let column = |field: &str| -> Result<String> {
        match <[String; 1]>::try_from(columns(field)?) {
            Ok([column]) => Ok(column),
            Err(_) => Err(Error::setup(format!("`{field}` is no single column"))
                .at(format!("an expression of {}", own.model))),
        }
    };
    let renamed = |own: &ExpressionState| own.renamed(&column);
    let parts = |terms: &[TermState]| -> Result<Vec<Part>> {
        let mut parts = Vec::with_capacity(terms.len());
        for term in terms {
            let expressions = match &term.expression {
                ExpressionState::Field(field) => {
                    columns(field)?.into_iter().map(ExpressionState::Field).collect()
                }
                other => vec![renamed(other)?],
            };
            parts.extend(expressions.into_iter().map(|expression| Part {
                expression,
                descending: term.descending,
                class: term.class.clone(),
            }));
        }
        Ok(parts)
    };
    let all = |fields: &[String]| -> Result<Vec<String>> {
        fields.iter().map(|field| column(field)).collect()
    };
    for column in &mut table.columns {
        if let Some(DefaultState::Database(expression)) = &mut column.default {
            *expression = renamed(expression)?;
        }
        if let Some(GeneratedState { expression, .. }) = &mut column.generated {
            *expression = renamed(expression)?;
        }
    }
    for unique in &own.uniques {
        let (parts, condition) =
            (parts(&unique.parts)?, optional(unique.condition.as_ref(), &renamed)?);
        table.uniques.push(Unique {
            name: match &unique.name {
                Some(name) => name.clone(),
                None => unique_name(&own.name, &parts, condition.as_ref()),
            },
            parts,
            condition,
            include: all(&unique.include)?,
            nulls_equal: unique.nulls_equal,
            deferred: unique.deferred,
        });
    }
    for check in &own.checks {
        let condition = renamed(&check.condition)?;
        table.checks.push(Check { name: check.name.clone(), condition });
    }
    for exclusion in &own.exclusions {
        let mut compared = Vec::with_capacity(exclusion.parts.len());
        for (term, operator) in &exclusion.parts {
            let parts = parts(std::slice::from_ref(term))?;
            compared.extend(parts.into_iter().map(|part| (part, operator.clone())));
        }
        table.exclusions.push(Exclusion {
            name: exclusion.name.clone(),
            parts: compared,
            condition: optional(exclusion.condition.as_ref(), &renamed)?,
            method: exclusion.method.clone(),
            deferred: exclusion.deferred,
        });
    }
    for index in &own.indexes {
        let (parts, condition) =
            (parts(&index.parts)?, optional(index.condition.as_ref(), &renamed)?);
        table.indexes.push(Index {
            name: match &index.name {
                Some(name) => name.clone(),
                None => names::of_index(&own.name, &words(&parts, condition.as_ref())),
            },
            parts,
            condition,
            include: all(&index.include)?,
            method: index.method.clone(),
        });
    }
    Ok(table)
}

/// A field's columns, and what they bring.
fn add_field(state: &State, own: &TableState, field: &FieldState, table: &mut Table) -> Result<()> {
    let columns = columns(state, own, field)?;
    let names: Vec<String> = columns.iter().map(|(name, _)| name.clone()).collect();
    let single = columns.len() == 1;
    let unique = field.unique && !(field.primary_key && own.primary_key().count() == 1);
    let indexed = field.indexed && !field.primary_key && !unique;
    if field.primary_key {
        table.key.extend(names.iter().cloned());
    }
    for (name, ty) in columns {
        table.columns.push(Column {
            name,
            ty,
            null: field.null,
            counted: field.counted,
            unique: unique && single,
            indexed: indexed && single,
            refers: field.reference.is_some(),
            default: field.default.clone(),
            generated: field.generated.clone(),
            comment: field.comment.clone(),
        });
    }
    if !single && unique {
        table.uniques.push(plain_unique(&own.name, &names));
    }
    if !single && indexed && !names.is_empty() {
        let columns: Vec<&str> = names.iter().map(String::as_str).collect();
        table.indexes.push(Index {
            name: names::of_columns(&own.name, &columns, ""),
            parts: names.iter().map(|name| part(name)).collect(),
            condition: None,
            include: Vec::new(),
            method: None,
        });
    }
    if let Some(ReferenceState::Key { table: other, constrained: true, on_delete }) =
        &field.reference
    {
        let target = target(state, other, own, field)?;
        let to = key(state, target, 0)?.into_iter().map(|(name, _)| name).collect();
        table
            .foreign_keys
            .push(ForeignKey { on_delete: *on_delete, ..reference(&own.name, names, other, to) });
    }
    Ok(())
}

/// The table between the two sides of a many-to-many, as Django makes it.
fn between(
    state: &State,
    source: &TableState,
    target: &TableState,
    through: &ThroughState,
    constrained: bool,
) -> Result<Table> {
    let name = &through.table;
    let mut columns = vec![Column {
        name: "id".to_owned(),
        ty: ColumnType { kind: KindState::Plain(Kind::BigInteger), max_length: None, digits: None },
        null: false,
        counted: true,
        unique: false,
        indexed: false,
        refers: false,
        default: None,
        generated: None,
        comment: None,
    }];
    let (mut foreign_keys, mut indexes) = (Vec::new(), Vec::new());
    for (table, names) in [(source, &through.from), (target, &through.to)] {
        let key = key(state, table, 0)?;
        let single = names.len() == 1;
        for (own, (_, ty)) in names.iter().zip(&key) {
            columns.push(Column {
                name: own.clone(),
                ty: ty.clone(),
                counted: false,
                indexed: single,
                refers: true,
                ..columns[0].clone()
            });
        }
        if !single {
            let columns: Vec<&str> = names.iter().map(String::as_str).collect();
            indexes.push(Index {
                name: names::of_columns(name, &columns, ""),
                parts: names.iter().map(|name| part(name)).collect(),
                condition: None,
                include: Vec::new(),
                method: None,
            });
        }
        if constrained {
            let to = key.into_iter().map(|(name, _)| name).collect();
            foreign_keys.push(reference(name, names.clone(), &table.name, to));
        }
    }
    let pair: Vec<String> = through.from.iter().chain(&through.to).cloned().collect();
    Ok(Table {
        name: name.clone(),
        comment: None,
        columns,
        key: vec!["id".to_owned()],
        foreign_keys,
        uniques: vec![plain_unique(name, &pair)],
        checks: Vec::new(),
        exclusions: Vec::new(),
        indexes,
    })
}

/// The columns of a field, with their types.
pub(crate) fn columns(
    state: &State,
    own: &TableState,
    field: &FieldState,
) -> Result<Vec<(String, ColumnType)>> {
    columns_within(state, own, field, 0)
}

fn columns_within(
    state: &State,
    own: &TableState,
    field: &FieldState,
    depth: usize,
) -> Result<Vec<(String, ColumnType)>> {
    let table = match &field.reference {
        Some(ReferenceState::Many { .. }) => return Ok(Vec::new()),
        Some(ReferenceState::Key { table, .. }) => table,
        None => {
            let ty = ColumnType {
                kind: field.kind.clone(),
                max_length: field.max_length,
                digits: field.digits,
            };
            return Ok(vec![(field.column.clone(), ty)]);
        }
    };
    let mut key = key(state, target(state, table, own, field)?, depth + 1)?;
    match &mut key[..] {
        [(name, _)] => name.clone_from(&field.column),
        parts => {
            for (name, _) in parts {
                *name = format!("{}_{name}", field.name);
            }
        }
    }
    Ok(key)
}

fn column_names(state: &State, own: &TableState, field: &FieldState) -> Result<Vec<String>> {
    Ok(columns(state, own, field)?.into_iter().map(|(name, _)| name).collect())
}

/// The columns of a table's primary key, with their types.
pub(crate) fn key_columns(state: &State, table: &TableState) -> Result<Vec<(String, ColumnType)>> {
    key(state, table, 0)
}

/// The columns of a primary key, with their types.
fn key(state: &State, table: &TableState, depth: usize) -> Result<Vec<(String, ColumnType)>> {
    if depth > DEEPEST {
        return Err(Error::setup(format!("the primary key of {} is made of itself", table.model)));
    }
    let mut key = Vec::with_capacity(1);
    for field in table.primary_key() {
        key.extend(columns_within(state, table, field, depth)?);
    }
    Ok(key)
}

fn target<'s>(
    state: &'s State,
    table: &str,
    own: &TableState,
    field: &FieldState,
) -> Result<&'s TableState> {
    state.tables.get(table).ok_or_else(|| {
        Error::setup(format!(
            "`{}.{}` leads to the table `{table}`, which is not there",
            own.model, field.name
        ))
    })
}

fn reference(from: &str, columns: Vec<String>, table: &str, to: Vec<String>) -> ForeignKey {
    let names: Vec<&str> = columns.iter().map(String::as_str).collect();
    let name = names::of_columns(from, &names, &format!("_fk_{table}_{}", to.join("_")));
    ForeignKey { name, columns, table: table.to_owned(), to, on_delete: None }
}

fn plain_unique(table: &str, columns: &[String]) -> Unique {
    let parts: Vec<Part> = columns.iter().map(|column| part(column)).collect();
    Unique {
        name: unique_name(table, &parts, None),
        parts,
        condition: None,
        include: Vec::new(),
        nulls_equal: false,
        deferred: false,
    }
}

fn part(column: &str) -> Part {
    Part { expression: ExpressionState::Field(column.to_owned()), descending: false, class: None }
}

fn unique_name(table: &str, parts: &[Part], condition: Option<&ExpressionState>) -> String {
    let words = words(parts, condition);
    let words: Vec<&str> = words.iter().map(|word| word.trim_start_matches('-')).collect();
    names::of_columns(table, &words, "_uniq")
}

/// What a name is made of: the columns, and the words of expressions.
fn words(parts: &[Part], condition: Option<&ExpressionState>) -> Vec<String> {
    let word = |part: &Part| {
        let down = if part.descending { "-" } else { "" };
        format!("{down}{}", spelled(&part.expression))
    };
    parts.iter().map(word).chain(condition.map(spelled)).collect()
}

/// An expression without what a name does not hold.
fn spelled(expression: &ExpressionState) -> String {
    if let ExpressionState::Field(column) = expression {
        return column.clone();
    }
    let text = expression.to_string();
    let words: Vec<&str> = text
        .split(|c: char| !c.is_alphanumeric() && c != '_')
        .filter(|word| !word.is_empty())
        .collect();
    words.join("_")
}

fn optional(
    expression: Option<&ExpressionState>,
    renamed: &dyn Fn(&ExpressionState) -> Result<ExpressionState>,
) -> Result<Option<ExpressionState>> {
    expression.map(renamed).transpose()
}

/// Those first that others refer to; where some refer to each other, by name.
fn in_order(mut tables: Vec<Table>) -> Vec<Table> {
    let mut ordered: Vec<Table> = Vec::with_capacity(tables.len());
    while !tables.is_empty() {
        let is_free = |table: &Table| {
            table.foreign_keys.iter().all(|key| {
                key.table == table.name || tables.iter().all(|other| other.name != key.table)
            })
        };
        let next = tables.iter().position(is_free).unwrap_or(0);
        ordered.push(tables.remove(next));
    }
    ordered
}
