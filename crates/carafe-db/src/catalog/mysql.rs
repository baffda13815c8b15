//! The catalogue of MySQL and MariaDB.

use std::collections::BTreeMap;

use carafe_core::Result;
use carafe_macros::Row;
use carafe_model::schema::Kind;

use super::described::{
    Described, DescribedCheck, DescribedColumn, DescribedIndex, DescribedPart, DescribedReference,
    Shape,
};
use super::known::{Known, parts};
use super::maybe::{MAYBE_IP, MAYBE_UUID};
use super::{Asked, Catalog, Quoting, Sql, ask};
use crate::statement::BoxFuture;

/// The catalogue of MySQL or MariaDB, which differ in what they tell.
#[derive(Debug)]
pub(crate) struct MySql {
    checks: &'static str,
    /// What an index over an expression sorts by.
    expression: &'static str,
    /// A default is shown as SQL, a text with its quotes.
    defaults_are_sql: bool,
}

/// MySQL, from 8.0.16 on.
pub(crate) static MYSQL: MySql = MySql {
    checks: "select t.table_name as table_name, c.constraint_name as name, c.check_clause as `condition`
        from information_schema.check_constraints c
        join information_schema.table_constraints t on t.constraint_schema = c.constraint_schema and t.constraint_name = c.constraint_name
        where c.constraint_schema = database() order by 1, 2",
    expression: "expression",
    defaults_are_sql: false,
};

/// MariaDB, from 10.6 on.
pub(crate) static MARIADB: MySql = MySql {
    checks: "select table_name as table_name, constraint_name as name, check_clause as `condition`
        from information_schema.check_constraints where constraint_schema = database() order by 1, 2",
    expression: "null",
    defaults_are_sql: true,
};

const TABLES: &str = "select table_name as name, table_type as shape, table_comment as comment
    from information_schema.tables where table_schema = database()";

#[derive(Row)]
struct Table {
    name: String,
    shape: String,
    comment: String,
}

const COLUMNS: &str = "select table_name as table_name, column_name as name, column_type as ty, is_nullable as nullable,
    column_default as default_value, extra as extra, column_comment as comment, generation_expression as generated
    from information_schema.columns where table_schema = database() order by table_name, ordinal_position";

#[derive(Row)]
struct Column {
    table_name: String,
    name: String,
    ty: String,
    nullable: String,
    default_value: Option<String>,
    extra: String,
    comment: String,
    generated: Option<String>,
}

const REFERENCES: &str = "select k.table_name as table_name, k.constraint_name as name, k.column_name as own, k.referenced_table_schema = database() as here,
    k.referenced_table_schema as other_schema, k.referenced_table_name as other_table, k.referenced_column_name as other, r.delete_rule as on_delete, r.update_rule as on_update
    from information_schema.key_column_usage k
    join information_schema.referential_constraints r on r.constraint_schema = k.constraint_schema and r.constraint_name = k.constraint_name and r.table_name = k.table_name
    where k.table_schema = database() and k.referenced_table_name is not null order by k.table_name, k.constraint_name, k.ordinal_position";

#[derive(Row)]
struct Referring {
    table_name: String,
    name: String,
    own: String,
    here: bool,
    other_schema: String,
    other_table: String,
    other: String,
    on_delete: String,
    on_update: String,
}

#[derive(Row)]
struct IndexPart {
    table_name: String,
    name: String,
    repeats: bool,
    own: Option<String>,
    expression: Option<String>,
    prefix: Option<i64>,
    direction: Option<String>,
    method: String,
}

#[derive(Row)]
struct Check {
    table_name: String,
    name: String,
    condition: String,
}

impl Catalog for MySql {
    fn read<'c>(&'c self, asked: &'c dyn Asked) -> BoxFuture<'c, Result<Vec<Described>>> {
        Box::pin(self.tables(asked))
    }

    fn known(&self, column: &DescribedColumn) -> Option<Known> {
        let (name, inner) = parts(&column.ty);
        let length = || inner.and_then(|length| length.parse().ok());
        let known = Known::of;
        Some(match (name.as_str(), inner) {
            ("tinyint", Some("1")) => known(Kind::Bool),
            ("tinyint", _) => known(Kind::TinyInteger),
            ("smallint", _) => known(Kind::SmallInteger),
            ("int", _) => known(Kind::Integer),
            ("bigint", _) => known(Kind::BigInteger),
            ("mediumint", _) => known(Kind::Integer).roughly(),
            ("tinyint unsigned", _) => known(Kind::PositiveTinyInteger),
            ("smallint unsigned", _) => known(Kind::PositiveSmallInteger),
            ("int unsigned", _) => known(Kind::PositiveInteger),
            ("bigint unsigned", _) => known(Kind::PositiveBigInteger),
            ("mediumint unsigned", _) => known(Kind::PositiveInteger).roughly(),
            ("float", None) => known(Kind::Real),
            ("double", None) => known(Kind::Float),
            ("float" | "double", _) => known(Kind::Float).roughly(),
            ("decimal", inner) => Known::decimal(inner),
            ("varchar", _) => known(Kind::Text).at_most(length()?),
            ("char", Some("32")) => known(Kind::Uuid).note(MAYBE_UUID),
            ("char", Some("39")) => known(Kind::Ip).note(MAYBE_IP),
            ("char", _) => known(Kind::Text).at_most(length()?).roughly(),
            ("uuid", _) => known(Kind::Uuid).roughly(),
            ("longtext", _) => known(Kind::Text),
            ("text" | "mediumtext" | "tinytext" | "enum" | "set", _) => known(Kind::Text).roughly(),
            ("longblob", _) => known(Kind::Binary),
            ("blob" | "mediumblob" | "tinyblob" | "binary" | "varbinary", _) => {
                known(Kind::Binary).roughly()
            }
            ("date", _) => known(Kind::Date),
            ("time", Some("6")) => known(Kind::Time),
            ("time", _) => known(Kind::Time).roughly(),
            ("datetime", Some("6")) => known(Kind::Timestamp),
            ("datetime" | "timestamp", _) => known(Kind::Timestamp).roughly(),
            ("year", _) => known(Kind::SmallInteger).roughly(),
            ("json", _) => known(Kind::Json),
            _ => return None,
        })
    }

    fn sql(&self) -> Sql {
        Sql {
            quoting: Quoting { backslash: true, escaped_quotes: true },
            length: &["char_length", "character_length"],
            quoted_texts: false,
        }
    }

    fn is_unnamed(&self, _: &str, column: &str, name: &str) -> bool {
        let rest = name.strip_prefix(column);
        rest.is_some_and(|rest| {
            let number = rest.strip_prefix('_');
            rest.is_empty()
                || number.is_some_and(|rest| rest.bytes().all(|digit| digit.is_ascii_digit()))
        })
    }

    fn is_unnamed_check(&self, table: &str, column: &str, name: Option<&str>) -> bool {
        let numbered = |name: &str| {
            let number = name.strip_prefix(table).and_then(|rest| rest.strip_prefix("_chk_"));
            number.is_some_and(|number| number.bytes().all(|digit| digit.is_ascii_digit()))
        };
        name.is_none_or(|name| name == column || numbered(name))
    }
}

impl MySql {
    async fn tables(&self, asked: &dyn Asked) -> Result<Vec<Described>> {
        let mut tables: BTreeMap<String, Described> = BTreeMap::new();
        for own in ask::<Table>(asked, TABLES, Vec::new()).await? {
            let shape = match own.shape.as_str() {
                "BASE TABLE" => Shape::Table,
                "VIEW" | "SYSTEM VIEW" => Shape::View,
                // A sequence is a table to MariaDB, and no rows to anybody.
                _ => continue,
            };
            let comment = Some(own.comment).filter(|text| !text.is_empty() && shape != Shape::View);
            let name = own.name.clone();
            tables.insert(own.name, Described { name, shape, comment, ..Described::default() });
        }
        for own in ask::<Column>(asked, COLUMNS, Vec::new()).await? {
            let Some(table) = tables.get_mut(&own.table_name) else { continue };
            table.columns.push(self.column(own));
        }
        references(&mut tables, ask(asked, REFERENCES, Vec::new()).await?);
        let indexes = format!(
            "select table_name as table_name, index_name as name, non_unique as repeats, column_name as own, {} as expression, sub_part as prefix, collation as direction, index_type as method
            from information_schema.statistics where table_schema = database() order by table_name, index_name, seq_in_index",
            self.expression
        );
        indexes_of(&mut tables, ask(asked, indexes, Vec::new()).await?);
        for own in ask::<Check>(asked, self.checks, Vec::new()).await? {
            let Some(table) = tables.get_mut(&own.table_name) else { continue };
            let of_json = format!("json_valid(`{}`)", own.name);
            let column = table.columns.iter_mut().find(|column| {
                column.name == own.name && column.ty.eq_ignore_ascii_case("longtext")
            });
            match column {
                // MariaDB's JSON is a long text with that check.
                Some(column) if own.condition.trim() == of_json => {
                    "json".clone_into(&mut column.ty)
                }
                _ => table
                    .checks
                    .push(DescribedCheck { name: Some(own.name), condition: own.condition }),
            }
        }
        Ok(tables.into_values().collect())
    }

    fn column(&self, own: Column) -> DescribedColumn {
        let extra = own.extra.to_ascii_lowercase();
        let is_generated = extra.contains("generated") && !extra.contains("default_generated");
        let is_sql = self.defaults_are_sql || extra.contains("default_generated");
        // MySQL shows a text without quotes, so that its digits are none of a number.
        let (name, _) = parts(&own.ty);
        let holds_numbers = ["int", "decimal", "float", "double", "bit", "year"]
            .iter()
            .any(|number| name.contains(number));
        let is_number = |text: &str| holds_numbers && text.parse::<f64>().is_ok();
        let default = own.default_value.filter(|text| !is_generated && (text != "NULL" || !is_sql));
        let default = default.map(|text| {
            if is_sql || is_number(&text) {
                text
            } else {
                format!("'{}'", text.replace('\\', "\\\\").replace('\'', "''"))
            }
        });
        DescribedColumn {
            name: own.name,
            ty: own.ty,
            made_of: None,
            null: own.nullable == "YES",
            counted: extra.contains("auto_increment"),
            default,
            generated: own.generated.filter(|text| is_generated && !text.is_empty()),
            stored: extra.contains("stored") || extra.contains("persistent"),
            comment: Some(own.comment).filter(|text| !text.is_empty()),
        }
    }
}

fn references(tables: &mut BTreeMap<String, Described>, rows: Vec<Referring>) {
    for own in rows {
        let Some(table) = tables.get_mut(&own.table_name) else { continue };
        let last = table.references.last().and_then(|last| last.name.as_deref());
        if last != Some(own.name.as_str()) {
            let other = if own.here {
                own.other_table
            } else {
                format!("{}.{}", own.other_schema, own.other_table)
            };
            table.references.push(DescribedReference {
                name: Some(own.name),
                table: other,
                on_delete: action(own.on_delete),
                on_update: action(own.on_update),
                ..DescribedReference::default()
            });
        }
        if let Some(reference) = table.references.last_mut() {
            reference.columns.push(own.own);
            reference.to.push(own.other);
        }
    }
}

/// To refuse at once, and to do nothing, are the same here.
fn action(rule: String) -> String {
    if matches!(rule.as_str(), "NO ACTION" | "RESTRICT") { String::new() } else { rule }
}

fn indexes_of(tables: &mut BTreeMap<String, Described>, rows: Vec<IndexPart>) {
    for own in rows {
        let Some(table) = tables.get_mut(&own.table_name) else { continue };
        if own.name == "PRIMARY" {
            table.key.extend(own.own);
            continue;
        }
        let last = table.indexes.last().and_then(|last| last.name.as_deref());
        if last != Some(own.name.as_str()) {
            table.indexes.push(DescribedIndex {
                name: Some(own.name),
                unique: !own.repeats,
                method: Some(own.method).filter(|method| method != "BTREE"),
                ..DescribedIndex::default()
            });
        }
        if let Some(index) = table.indexes.last_mut() {
            index.parts.push(DescribedPart {
                column: own.own,
                expression: own.expression,
                prefix: own.prefix.and_then(|prefix| prefix.try_into().ok()),
                descending: own.direction.as_deref() == Some("D"),
                class: None,
            });
        }
    }
}
