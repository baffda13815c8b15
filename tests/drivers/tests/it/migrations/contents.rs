//! Rows in the tables of a state, made without a model, and what becomes of them.

use std::collections::{BTreeMap, BTreeSet};

use carafe::prelude::*;
use carafe_db::ddl::state::{FieldState, ReferenceState, State, TableState};
use carafe_db::migrate::Operation;
use carafe_model::schema::Kind;
use driver_tests::At;

use super::way::{Told, told};

/// So many rows are put into each table.
pub(super) const ROWS: usize = 2;

/// A column, as a test sees it.
pub(super) struct Column {
    pub(super) name: String,
    pub(super) kind: Kind,
    /// Whether one row may have nothing in it.
    is_open: bool,
}

/// The columns of a field.
pub(super) fn columns(state: &State, field: &FieldState) -> Vec<Column> {
    match &field.reference {
        Some(ReferenceState::Many { .. }) => Vec::new(),
        Some(ReferenceState::Key { table, .. }) => {
            let key = key(state, &state.tables[table]);
            let single = key.len() == 1;
            let name = |part: &Column| {
                if single { field.column.clone() } else { format!("{}_{}", field.name, part.name) }
            };
            key.into_iter().map(|part| Column { name: name(&part), ..part }).collect()
        }
        None => vec![Column {
            name: field.column.clone(),
            kind: field.kind.plain().unwrap_or(Kind::Text),
            is_open: field.null,
        }],
    }
}

/// The columns of a table's primary key.
pub(super) fn key(state: &State, table: &TableState) -> Vec<Column> {
    table.primary_key().flat_map(|field| columns(state, field)).collect()
}

/// What a row holds in a column, as SQL. What refers refers to the row of the same number.
fn value(at: &At, column: &Column, row: usize) -> String {
    let is_postgres = at.dialect.name == "PostgreSQL";
    match column.kind {
        Kind::Bool => ["true", "false"][row % 2].to_owned(),
        Kind::Real | Kind::Float | Kind::Decimal => format!("{row}.5"),
        Kind::Date => format!("'2020-01-0{row}'"),
        Kind::Time => format!("'10:00:0{row}'"),
        Kind::DateTime | Kind::Timestamp => format!("'2020-01-0{row} 10:00:00'"),
        Kind::Uuid if is_postgres => format!("'00000000-0000-0000-0000-00000000000{row}'"),
        Kind::Uuid => format!("'{row:032}'"),
        Kind::Ip => format!("'10.0.0.{row}'"),
        Kind::Json => format!("'[{row}]'"),
        // A text that would be a number, too, since a field may become one.
        kind if kind.is_text() => format!("'{row}'"),
        _ => row.to_string(),
    }
}

/// Fills these tables, except for those that are to stay empty.
pub(super) async fn fill(
    at: &At,
    db: &Db,
    state: &State,
    tables: &BTreeSet<String>,
    empty: &BTreeSet<String>,
) -> Told<()> {
    let mut statements = Vec::new();
    let quoted = |name: &str| db.capability().ddl.quote(name);
    let mut insert = |table: &str, columns: &[(String, String)]| {
        let names: Vec<String> = columns.iter().map(|(name, _)| quoted(name)).collect();
        let values: Vec<&str> = columns.iter().map(|(_, value)| value.as_str()).collect();
        statements.push(format!(
            "insert into {} ({}) values ({})",
            quoted(table),
            names.join(", "),
            values.join(", ")
        ));
    };
    let is_filled = |name: &String| tables.contains(name) && !empty.contains(name);
    for table in state.tables.values() {
        for row in 1..=ROWS {
            let mut values = Vec::new();
            for field in table.fields.iter().filter(|field| field.generated.is_none()) {
                let leads_nowhere = field.reference.as_ref().is_some_and(|reference| {
                    let to = &state.tables[reference.table()];
                    !to.managed || empty.contains(&to.name)
                });
                for column in columns(state, field) {
                    let is_null =
                        leads_nowhere || field.reference.is_none() && column.is_open && row == ROWS;
                    let value = if is_null { "null".to_owned() } else { value(at, &column, row) };
                    values.push((column.name.clone(), value));
                }
            }
            if table.managed && is_filled(&table.name) {
                insert(&table.name, &values);
            }
            for field in &table.fields {
                let Some(ReferenceState::Many { table: to, through, .. }) = &field.reference else {
                    continue;
                };
                let is_whole = [&table.name, to]
                    .into_iter()
                    .all(|name| state.tables[name].managed && !empty.contains(name));
                if !is_whole || !is_filled(&through.table) {
                    continue;
                }
                let sides = [(table, &through.from), (&state.tables[to], &through.to)];
                let pairs = sides.into_iter().flat_map(|(side, names)| {
                    let values = key(state, side).into_iter().map(|own| value(at, &own, row));
                    names.iter().cloned().zip(values).collect::<Vec<_>>()
                });
                insert(&through.table, &pairs.collect::<Vec<_>>());
            }
        }
    }
    let is_mysql = matches!(at.dialect.name, "MariaDB" | "MySQL");
    let filled = db.session(async |conn| {
        if is_mysql {
            conn.execute("set foreign_key_checks = 0", ()).await?;
        }
        conn.atomic(async |tx| {
            for sql in &statements {
                tx.execute(sql.clone(), ()).await.map_err(|error| error.at(sql.clone()))?;
            }
            Ok(())
        })
        .await
    });
    filled.await.map_err(told)
}

/// The tables of a state in a database, those between included.
pub(super) fn tables(state: &State) -> BTreeSet<String> {
    let through = state.tables.values().flat_map(|table| &table.fields);
    let through = through.filter_map(|field| match &field.reference {
        Some(ReferenceState::Many { through, .. }) => Some(through.table.clone()),
        _ => None,
    });
    state.tables.keys().cloned().chain(through).collect()
}

/// What stands in the columns of tables, by table and column.
pub(super) type Contents = BTreeMap<(String, String), Vec<String>>;

/// What stands in all columns of the tables of a state that have rows.
pub(super) async fn read(at: &At, db: &Db, state: &State) -> Told<Contents> {
    let mut contents = Contents::new();
    for table in state.tables.values().filter(|table| table.managed) {
        for field in &table.fields {
            if let Some(ReferenceState::Many { through, .. }) = &field.reference {
                for column in through.from.iter().chain(&through.to) {
                    contents.insert((through.table.clone(), column.clone()), Vec::new());
                }
            }
            for column in columns(state, field) {
                contents.insert((table.name.clone(), column.name), Vec::new());
            }
        }
    }
    let quoted = |name: &str| db.capability().ddl.quote(name);
    for ((table, column), values) in &mut contents {
        let cast = at.sql(&format!("cast({} {{as text}})", quoted(column)));
        let sql = format!("select coalesce({cast}, 'NULL') from {} order by 1", quoted(table));
        let read: Vec<String> = db.query_scalar(sql, ()).all().await.map_err(told)?;
        *values = read.iter().map(|value| plain(value)).collect();
        values.sort();
    }
    contents.retain(|_, values| !values.is_empty());
    Ok(contents)
}

/// A value without what differs between types that hold the same.
fn plain(value: &str) -> String {
    match value.parse::<f64>() {
        Ok(number) => number.to_string(),
        Err(_) => value.to_owned(),
    }
}

/// Where columns are after some operations that were somewhere before: what is gone is left out, and
/// what got values instead of NULL.
pub(super) fn moved(contents: &Contents, operations: &[Operation], before: &State) -> Contents {
    let mut state = before.kept();
    let mut moved = contents.clone();
    for operation in operations {
        // The columns of each field before, to find them again afterwards.
        let places = |state: &State| {
            let mut places = BTreeMap::new();
            for table in state.tables.values() {
                for field in &table.fields {
                    let columns = match &field.reference {
                        Some(ReferenceState::Many { through, .. }) => {
                            let own = through.from.iter().chain(&through.to);
                            own.map(|name| (through.table.clone(), name.clone())).collect()
                        }
                        _ => columns(state, field)
                            .into_iter()
                            .map(|own| (table.name.clone(), own.name))
                            .collect::<Vec<_>>(),
                    };
                    places.insert((table.name.clone(), field.name.clone()), columns);
                }
            }
            places
        };
        let old = places(&state);
        operation.apply(&mut state).unwrap();
        let new = places(&state);
        let mut next = Contents::new();
        for ((table, field), columns) in old {
            let is_computed = state.tables.get(&table).and_then(|own| own.field(&field));
            let is_computed = is_computed.is_some_and(|field| field.generated.is_some());
            let filled = match operation {
                Operation::AlterField { table: own, from, to, .. } => {
                    let is_it = from.name == field || is_computed;
                    *own == table && is_it && from.null && !to.null
                }
                _ => false,
            };
            let after = match operation {
                Operation::RenameTable { from, to } if from.table == table => {
                    (to.table.clone(), field)
                }
                Operation::RenameField { table: own, from, to }
                    if *own == table && from.name == field =>
                {
                    (table, to.name.clone())
                }
                _ => (table, field),
            };
            let Some(places) = new.get(&after).filter(|new| new.len() == columns.len()) else {
                continue;
            };
            for (one, other) in columns.iter().zip(places) {
                match moved.get(one) {
                    Some(values) if !filled || !values.iter().any(|value| value == "NULL") => {
                        next.insert(other.clone(), values.clone());
                    }
                    _ => {}
                }
            }
        }
        moved = next;
    }
    moved
}

/// What of the first is not in the second.
pub(super) fn lost(kept: &Contents, found: &Contents) -> Told<()> {
    let lost = kept.iter().filter(|(place, values)| found.get(*place) != Some(values));
    let lost: Vec<String> = lost
        .map(|((table, column), values)| {
            let now = found.get(&(table.clone(), column.clone()));
            format!("{table}.{column}: {values:?} → {now:?}")
        })
        .collect();
    if lost.is_empty() { Ok(()) } else { Err(format!("rows changed: {}", lost.join("; "))) }
}

/// The tables that can hold no row, since they have or get a required reference to a table without any, or
/// a required field that nothing fills.
pub(super) fn empty(operations: &[Operation], before: &State, after: &State) -> BTreeSet<String> {
    let mut empty = BTreeSet::new();
    let is_needed = |field: &FieldState| {
        let has_column = !matches!(field.reference, Some(ReferenceState::Many { .. }));
        let comes_by_itself = field.counted || field.default.is_some() || field.generated.is_some();
        !field.null && has_column && !comes_by_itself
    };
    let mut names: BTreeMap<String, String> =
        before.tables.keys().map(|name| (name.clone(), name.clone())).collect();
    for operation in operations {
        let table = names.get(operation.table()).cloned();
        match operation {
            Operation::RenameTable { from, to } => {
                let before = names.remove(&from.table).unwrap_or_default();
                names.insert(to.table.clone(), before);
            }
            Operation::AddField { field, fill: None, .. }
            | Operation::RemoveField { field, fill: None, .. }
                if is_needed(field) =>
            {
                empty.extend(table);
            }
            Operation::AlterField { to, .. } => {
                // Its values lead to a table that is new.
                let leads = to.reference.as_ref().map(ReferenceState::table);
                if leads.is_some_and(|to| !names.contains_key(to) && after.tables.contains_key(to))
                {
                    empty.extend(table);
                }
            }
            _ => {}
        }
    }
    loop {
        let leads_to_empty = |table: &&TableState| {
            table.fields.iter().any(|field| match &field.reference {
                Some(ReferenceState::Key { table: to, .. }) => {
                    let is_there = before.tables[to].managed && !empty.contains(to);
                    !field.null && to != &table.name && !is_there
                }
                _ => false,
            })
        };
        let more = before.tables.values().filter(leads_to_empty).map(|table| table.name.clone());
        let more: Vec<String> = more.filter(|name| !empty.contains(name)).collect();
        if more.is_empty() {
            return empty;
        }
        empty.extend(more);
    }
}
