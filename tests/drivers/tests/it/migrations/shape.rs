//! What a database says of its own tables, as lines that do not depend on the order of columns.

use carafe::prelude::*;
use driver_tests::At;

const SQLITE: &[&str] = &[
    "select 'column', m.name, c.name, c.type, c.\"notnull\", coalesce(c.dflt_value, ''), c.pk > 0, c.hidden from sqlite_schema m, pragma_table_xinfo(m.name) c where m.type = 'table'",
    "select 'reference', m.name, f.\"from\", f.\"table\", f.\"to\", f.on_delete, '', '' from sqlite_schema m, pragma_foreign_key_list(m.name) f where m.type = 'table'",
    "select 'index', m.name, case i.origin when 'c' then i.name else '' end, i.\"unique\", i.partial, (select group_concat(coalesce(x.name, 'expression') || x.\"desc\") from pragma_index_xinfo(i.name) x where x.key = 1), '', '' from sqlite_schema m, pragma_index_list(m.name) i where m.type = 'table'",
    "select 'checks', name, (length(sql) - length(replace(sql, 'CHECK (', ''))) / 7, (length(sql) - length(replace(sql, 'AUTOINCREMENT', ''))) / 13, '', '', '', '' from sqlite_schema where type = 'table'",
];

const POSTGRES: &[&str] = &[
    "select 'column', cast(c.relname as text), cast(a.attname as text), format_type(a.atttypid, a.atttypmod), cast(a.attnotnull as text), coalesce(pg_get_expr(d.adbin, d.adrelid), ''), cast(a.attidentity as text), coalesce(col_description(c.oid, a.attnum), '') from pg_attribute a join pg_class c on c.oid = a.attrelid left join pg_attrdef d on d.adrelid = c.oid and d.adnum = a.attnum where c.relnamespace = 'public'::regnamespace and c.relkind = 'r' and a.attnum > 0 and not a.attisdropped",
    "select 'constraint', cast(c.relname as text), regexp_replace(n.conname::text, '^.*_(pkey|key|check)[0-9]*$', ''), pg_get_constraintdef(n.oid), '', '', '', coalesce(obj_description(c.oid, 'pg_class'), '') from pg_constraint n join pg_class c on c.oid = n.conrelid where c.relnamespace = 'public'::regnamespace and n.contype <> 'n'",
    "select 'index', tablename::text, indexname::text, indexdef, '', '', '', '' from pg_indexes where schemaname = 'public' and indexname !~ '_(pkey|key)[0-9]*$'",
];

const MYSQL: &[&str] = &[
    "select 'column', table_name, column_name, column_type, is_nullable, coalesce(column_default, ''), extra, column_comment from information_schema.columns where table_schema = database()",
    "select 'index', table_name, if(non_unique = 0 and count(*) = 1 and index_name <> 'PRIMARY' and index_name not like '%\\_uniq', '', index_name), cast(non_unique as char), group_concat(coalesce(column_name, 'expression') order by seq_in_index), '', '', '' from information_schema.statistics where table_schema = database() group by table_name, index_name, non_unique",
    "select 'reference', k.table_name, k.constraint_name, k.column_name, k.referenced_table_name, k.referenced_column_name, r.delete_rule, '' from information_schema.key_column_usage k join information_schema.referential_constraints r on r.constraint_schema = k.table_schema and r.constraint_name = k.constraint_name where k.table_schema = database() and k.referenced_table_name is not null",
];

/// A check of a column is called as the column was when it was made.
const MARIADB_CHECKS: &[&str] = &[
    "select 'check', table_name, if(level = 'Column', '', constraint_name), check_clause, '', '', '', '' from information_schema.check_constraints where constraint_schema = database()",
];

const MYSQL_CHECKS: &[&str] = &[
    "select 'check', t.table_name, regexp_replace(t.constraint_name, '_chk_[0-9]+$', ''), c.check_clause, '', '', '', '' from information_schema.table_constraints t join information_schema.check_constraints c on c.constraint_schema = t.constraint_schema and c.constraint_name = t.constraint_name where t.constraint_schema = database() and t.constraint_type = 'CHECK'",
];

type Line = (String, String, String, String, String, String, String, String);

/// The tables but those that keep what was applied.
pub(crate) async fn shape(at: &At, db: &Db) -> String {
    let queries = match at.dialect.name {
        "PostgreSQL" => POSTGRES,
        "MariaDB" | "MySQL" => MYSQL,
        _ => SQLITE,
    };
    let checks = match at.dialect.name {
        "MariaDB" => MARIADB_CHECKS,
        "MySQL" => MYSQL_CHECKS,
        _ => &[],
    };
    let mut lines = Vec::new();
    for query in queries.iter().chain(checks) {
        // Every value as text: what is a number in one database is a flag in another.
        let columns = ["a", "b", "c", "d", "e", "f", "g", "h"];
        let text = columns.map(|name| match at.dialect.name {
            "MariaDB" | "MySQL" => format!("cast({name} as char)"),
            _ => format!("cast({name} as text)"),
        });
        let sql = format!(
            "with found({}) as ({query}) select {} from found",
            columns.join(", "),
            text.join(", ")
        );
        lines.extend(db.query_as::<Line>(sql, ()).all().await.unwrap());
    }
    lines.retain(|line| line.1 != "carafe_migrations" && line.1 != "sqlite_sequence");
    lines.sort();
    lines.dedup();
    let lines: Vec<String> = lines.into_iter().map(|line| format!("{line:?}")).collect();
    lines.join("\n")
}
