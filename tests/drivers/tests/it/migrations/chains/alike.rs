//! What the tables of all databases have in common: columns, keys, references, and what exists once. It is
//! read from a database, and told from a state; where each database agrees with the state, they agree with each other.

use std::collections::BTreeSet;

use carafe::prelude::*;
use carafe_db::ddl::state::{ReferenceState, State, TableState};
use driver_tests::At;

use crate::migrations::contents::{columns, key};

const SQLITE: &[&str] = &[
    "select m.name || '.' || c.name || case when c.\"notnull\" then '' else ' null' end from sqlite_schema m, pragma_table_xinfo(m.name) c where m.type = 'table'",
    "select m.name || ' key ' || (select group_concat(name, ',') from (select c.name from pragma_table_xinfo(m.name) c where c.pk > 0 order by c.pk)) from sqlite_schema m where m.type = 'table' and exists (select 1 from pragma_table_xinfo(m.name) c where c.pk > 0)",
    "select m.name || ' once ' || (select group_concat(name, ',') from (select x.name from pragma_index_info(i.name) x order by x.seqno)) from sqlite_schema m, pragma_index_list(m.name) i where m.type = 'table' and i.\"unique\" and i.origin <> 'pk'",
    "select distinct m.name || ' (' || (select group_concat(own, ',') from (select o.\"from\" as own from pragma_foreign_key_list(m.name) o where o.id = f.id order by o.seq)) || ') to ' || f.\"table\" || case f.on_delete when 'NO ACTION' then '' else ' ' || lower(f.on_delete) end from sqlite_schema m, pragma_foreign_key_list(m.name) f where m.type = 'table'",
];

const POSTGRES: &[&str] = &[
    "select c.relname || '.' || a.attname || case when a.attnotnull then '' else ' null' end from pg_attribute a join pg_class c on c.oid = a.attrelid where c.relnamespace = 'public'::regnamespace and c.relkind = 'r' and a.attnum > 0 and not a.attisdropped",
    "select c.relname || case when i.indisprimary then ' key ' else ' once ' end || (select string_agg(a.attname::text, ',' order by k.n) from unnest(i.indkey::int[]) with ordinality k(at, n) join pg_attribute a on a.attrelid = c.oid and a.attnum = k.at) from pg_index i join pg_class c on c.oid = i.indrelid where c.relnamespace = 'public'::regnamespace and i.indisunique",
    "select c.relname || ' (' || (select string_agg(a.attname::text, ',' order by k.n) from unnest(n.conkey::int[]) with ordinality k(at, n) join pg_attribute a on a.attrelid = c.oid and a.attnum = k.at) || ') to ' || t.relname || case n.confdeltype when 'c' then ' cascade' when 'n' then ' set null' else '' end from pg_constraint n join pg_class c on c.oid = n.conrelid join pg_class t on t.oid = n.confrelid where c.relnamespace = 'public'::regnamespace and n.contype = 'f'",
];

const MYSQL: &[&str] = &[
    "select concat(table_name, '.', column_name, if(is_nullable = 'YES', ' null', '')) from information_schema.columns where table_schema = database()",
    "select concat(table_name, if(index_name = 'PRIMARY', ' key ', ' once '), group_concat(column_name order by seq_in_index)) from information_schema.statistics where table_schema = database() and non_unique = 0 group by table_name, index_name",
    "select concat(k.table_name, ' (', group_concat(k.column_name order by k.ordinal_position), ') to ', max(k.referenced_table_name), case max(r.delete_rule) when 'CASCADE' then ' cascade' when 'SET NULL' then ' set null' else '' end) from information_schema.key_column_usage k join information_schema.referential_constraints r on r.constraint_schema = k.table_schema and r.constraint_name = k.constraint_name and r.table_name = k.table_name where k.table_schema = database() and k.referenced_table_name is not null group by k.table_name, k.constraint_name",
];

/// What a database has.
pub(super) async fn found(at: &At, db: &Db) -> BTreeSet<String> {
    let queries = match at.dialect.name {
        "PostgreSQL" => POSTGRES,
        "MariaDB" | "MySQL" => MYSQL,
        _ => SQLITE,
    };
    let mut lines = BTreeSet::new();
    for query in queries {
        let found: Vec<String> = db.query_scalar(*query, ()).all().await.unwrap();
        lines.extend(found);
    }
    lines.retain(|line| !line.starts_with("carafe_migrations") && !line.starts_with("sqlite_"));
    lines
}

/// What a state says.
pub(super) fn said(state: &State) -> BTreeSet<String> {
    let mut lines = BTreeSet::new();
    for table in state.tables.values() {
        lines.extend(of_table(state, table));
    }
    lines
}

fn of_table(state: &State, table: &TableState) -> Vec<String> {
    use carafe_db::ddl::state::DeleteAction;
    let name = &table.name;
    let mut lines = Vec::new();
    let joined = |names: Vec<String>| names.join(",");
    let names_of = |field: &str| -> Vec<String> {
        let field = table.field(field).unwrap();
        columns(state, field).into_iter().map(|column| column.name).collect()
    };
    let own_key: Vec<String> = key(state, table).into_iter().map(|column| column.name).collect();
    for field in &table.fields {
        let columns = names_of(&field.name);
        for column in &columns {
            let null = if field.null || field.generated.is_some() { " null" } else { "" };
            lines.push(format!("{name}.{column}{null}"));
        }
        if field.unique {
            lines.push(format!("{name} once {}", columns.join(",")));
        }
        match &field.reference {
            Some(ReferenceState::Key { table: to, on_delete, .. }) => {
                let deletes = match on_delete {
                    Some(DeleteAction::Cascade) => " cascade",
                    Some(DeleteAction::SetNull) => " set null",
                    _ => "",
                };
                lines.push(format!("{name} ({}) to {to}{deletes}", columns.join(",")));
            }
            Some(ReferenceState::Many { table: to, through, .. }) => {
                let between = &through.table;
                let pair = [through.from.clone(), through.to.clone()].concat();
                lines.push(format!("{between}.id"));
                lines.push(format!("{between} key id"));
                lines.push(format!("{between} once {}", pair.join(",")));
                lines.push(format!("{between} ({}) to {name}", through.from.join(",")));
                lines.push(format!("{between} ({}) to {to}", through.to.join(",")));
                lines.extend(pair.iter().map(|column| format!("{between}.{column}")));
            }
            None => {}
        }
    }
    for unique in &table.uniques {
        let mut fields = Vec::new();
        for part in &unique.parts {
            part.expression.fields(&mut |field| fields.extend(names_of(field)));
        }
        lines.push(format!("{name} once {}", joined(fields)));
    }
    lines.push(format!("{name} key {}", joined(own_key)));
    lines
}
