//! SQLite's catalogue: what its pragmas tell, and for the rest the statements by which tables were made.

mod definition;

use std::collections::BTreeMap;

use carafe_core::Result;
use carafe_macros::Row;
use carafe_model::Value;
use carafe_model::schema::Kind;

use self::definition::{Definition, index_parts};
use super::described::{
    Described, DescribedCheck, DescribedColumn, DescribedIndex, DescribedPart, DescribedReference,
    Shape,
};
use super::known::{Known, parts};
use super::maybe::{MAYBE_IP, MAYBE_UUID};
use super::{Asked, Catalog, Quoting, Sql, ask};
use crate::statement::BoxFuture;

/// SQLite's catalogue.
#[derive(Debug)]
pub(crate) struct Sqlite;

/// The one that there is.
pub(crate) static SQLITE: Sqlite = Sqlite;

pub(super) const QUOTING: Quoting = Quoting { backslash: false, escaped_quotes: false };

/// Tables whose rows a module keeps (`fts5`) are like views here: nothing is known of their keys.
const TABLES: &str = "select s.name as name, l.type as shape, s.sql as made_by
    from sqlite_schema s join pragma_table_list l on l.name = s.name and l.schema = 'main'
    where s.type in ('table', 'view') and l.type <> 'shadow' and s.name not like 'sqlite\\_%' escape '\\' order by s.name";

#[derive(Row)]
struct Table {
    name: String,
    shape: String,
    made_by: Option<String>,
}

const COLUMNS: &str = "select name as name, type as ty, \"notnull\" as required, dflt_value as default_value, pk as place_in_key, hidden as hidden
    from pragma_table_xinfo(?) where hidden <> 1 order by cid";

#[derive(Row)]
struct Column {
    name: String,
    ty: String,
    required: bool,
    default_value: Option<String>,
    place_in_key: i64,
    hidden: i64,
}

const REFERENCES: &str = "select id as id, \"table\" as other_table, \"from\" as own, \"to\" as other, on_update as on_update, on_delete as on_delete
    from pragma_foreign_key_list(?) order by id desc, seq";

#[derive(Row)]
struct Referring {
    id: i64,
    other_table: String,
    own: String,
    other: Option<String>,
    on_update: String,
    on_delete: String,
}

const INDEXES: &str = "select i.name as name, i.\"unique\" as is_unique, i.origin as origin, x.name as own, x.\"desc\" as descending, nullif(x.coll, 'BINARY') as collation, s.sql as made_by
    from pragma_index_list(?) i join pragma_index_xinfo(i.name) x left join sqlite_schema s on s.type = 'index' and s.name = i.name
    where x.key = 1 and i.origin <> 'pk' order by i.origin, i.name, x.seqno";

#[derive(Row)]
struct IndexPart {
    name: String,
    is_unique: bool,
    origin: String,
    own: Option<String>,
    descending: bool,
    collation: Option<String>,
    made_by: Option<String>,
}

impl Catalog for Sqlite {
    fn read<'c>(&'c self, asked: &'c dyn Asked) -> BoxFuture<'c, Result<Vec<Described>>> {
        Box::pin(read(asked))
    }

    fn known(&self, column: &DescribedColumn) -> Option<Known> {
        let (name, inner) = parts(&column.ty);
        let length = || inner.and_then(|length| length.parse().ok());
        let known = Known::of;
        Some(match (name.as_str(), inner) {
            ("bool" | "boolean", _) => known(Kind::Bool),
            ("tinyint", _) => known(Kind::TinyInteger),
            ("smallint" | "int2", _) => known(Kind::SmallInteger),
            // As it is written here and by Django; who writes it otherwise means an integer of any size.
            ("integer", None) if column.ty == "integer" => known(Kind::Integer),
            ("integer" | "int" | "bigint" | "int8" | "mediumint", _) => known(Kind::BigInteger),
            ("tinyint unsigned", _) => known(Kind::PositiveTinyInteger),
            ("smallint unsigned", _) => known(Kind::PositiveSmallInteger),
            ("integer unsigned", _) => known(Kind::PositiveInteger),
            ("bigint unsigned", _) => known(Kind::PositiveBigInteger),
            ("real" | "float" | "double" | "double precision", _) => known(Kind::Float),
            ("decimal" | "numeric", inner) => Known::decimal(inner),
            ("char", Some("32")) => known(Kind::Uuid).note(MAYBE_UUID),
            ("char", Some("39")) => known(Kind::Ip).note(MAYBE_IP),
            ("uuid", None) => known(Kind::Uuid),
            (
                "char" | "varchar" | "character" | "character varying" | "nchar" | "nvarchar",
                Some(_),
            ) => known(Kind::Text).at_most(length()?),
            ("text" | "clob" | "varchar", None) => known(Kind::Text).checked(Kind::Json),
            ("json", None) => known(Kind::Json),
            ("blob", None) => known(Kind::Binary),
            ("date", None) => known(Kind::Date),
            ("time", _) => known(Kind::Time),
            ("datetime" | "timestamp", _) => known(Kind::Timestamp),
            _ => return None,
        })
    }

    fn sql(&self) -> Sql {
        Sql { quoting: QUOTING, length: &["length"], quoted_texts: true }
    }

    fn is_unnamed(&self, _: &str, _: &str, _: &str) -> bool {
        false
    }

    fn counts_by_type(&self) -> bool {
        false
    }
}

async fn read(asked: &dyn Asked) -> Result<Vec<Described>> {
    let mut tables = Vec::new();
    for own in ask::<Table>(asked, TABLES, Vec::new()).await? {
        let shape = if own.shape == "table" { Shape::Table } else { Shape::View };
        let mut table = Described { name: own.name, shape, ..Described::default() };
        let definition = Definition::read(&own.made_by.unwrap_or_default()).unwrap_or_default();
        let name = || vec![Value::Text(table.name.clone())];
        // A view whose tables are gone has no columns.
        let columns = ask::<Column>(asked, COLUMNS, name()).await;
        let references: Vec<Referring> = ask(asked, REFERENCES, name()).await?;
        let indexes: Vec<IndexPart> = ask(asked, INDEXES, name()).await?;
        match columns {
            Ok(columns) => of_columns(&mut table, columns, &definition),
            Err(_) if shape == Shape::View => {}
            Err(error) => return Err(error),
        }
        of_references(&mut table, references);
        of_indexes(&mut table, indexes);
        table.checks = definition
            .checks
            .into_iter()
            .map(|(name, condition)| DescribedCheck { name, condition })
            .collect();
        tables.push(table);
    }
    name_as_they_are(&mut tables);
    Ok(tables)
}

/// Tables and columns that are referred to stand there in whatever case they were written.
fn name_as_they_are(tables: &mut [Described]) {
    let names: Vec<(String, Vec<String>)> = tables
        .iter()
        .map(|table| {
            let columns = table.columns.iter().map(|column| column.name.clone());
            (table.name.clone(), columns.collect())
        })
        .collect();
    for reference in tables.iter_mut().flat_map(|table| &mut table.references) {
        let same = |(name, _): &&(String, Vec<String>)| name.eq_ignore_ascii_case(&reference.table);
        let Some((table, columns)) = names.iter().find(same) else { continue };
        reference.table.clone_from(table);
        for to in &mut reference.to {
            if let Some(column) = columns.iter().find(|column| column.eq_ignore_ascii_case(to)) {
                to.clone_from(column);
            }
        }
    }
}

fn of_columns(table: &mut Described, columns: Vec<Column>, definition: &Definition) {
    let mut key: BTreeMap<i64, String> = BTreeMap::new();
    for own in &columns {
        if own.place_in_key > 0 {
            key.insert(own.place_in_key, own.name.clone());
        }
    }
    let single = key.len() == 1;
    for mut own in columns {
        // What the pragma calls INTEGER may have been written in small letters.
        let written = definition.types.get(&own.name.to_lowercase());
        if let Some(written) = written.filter(|written| written.eq_ignore_ascii_case(&own.ty)) {
            own.ty.clone_from(written);
        }
        // The one integer that is the key names the row, and is made up where none is given.
        let names_rows = single && own.place_in_key > 0 && own.ty.eq_ignore_ascii_case("integer");
        let is_chosen = own.ty == "integer" && own.required && !definition.counted;
        table.columns.push(DescribedColumn {
            counted: names_rows && !is_chosen && !definition.without_rowid,
            null: !own.required && own.place_in_key == 0,
            default: own.default_value.filter(|text| !text.eq_ignore_ascii_case("null")),
            generated: (own.hidden > 1).then(|| {
                definition.generated.get(&own.name.to_lowercase()).cloned().unwrap_or_default()
            }),
            stored: own.hidden == 3,
            name: own.name,
            ty: own.ty,
            made_of: None,
            comment: None,
        });
    }
    table.key = key.into_values().collect();
}

fn of_references(table: &mut Described, rows: Vec<Referring>) {
    let mut before = None;
    for own in rows {
        if before.replace(own.id) != Some(own.id) {
            let action = |rule: String| if rule == "NO ACTION" { String::new() } else { rule };
            table.references.push(DescribedReference {
                name: None,
                table: own.other_table,
                on_delete: action(own.on_delete),
                on_update: action(own.on_update),
                ..DescribedReference::default()
            });
        }
        if let Some(reference) = table.references.last_mut() {
            // Names stand here as they were written, in whatever case.
            let column =
                table.columns.iter().find(|column| column.name.eq_ignore_ascii_case(&own.own));
            reference.columns.push(column.map_or(own.own, |column| column.name.clone()));
            reference.to.extend(own.other);
        }
    }
}

fn of_indexes(table: &mut Described, rows: Vec<IndexPart>) {
    let mut before: Option<String> = None;
    let mut texts: Vec<String> = Vec::new();
    for own in rows {
        if before.as_ref() != Some(&own.name) {
            let made_by = own.made_by.as_deref().and_then(index_parts).unwrap_or_default();
            texts = made_by.0;
            table.indexes.push(DescribedIndex {
                name: Some(own.name.clone()).filter(|_| own.origin == "c"),
                unique: own.is_unique,
                condition: made_by.1,
                ..DescribedIndex::default()
            });
            before = Some(own.name);
        }
        if let Some(index) = table.indexes.last_mut() {
            let text = || texts.get(index.parts.len()).cloned();
            // What is compared in another way is more than its column.
            let (column, expression) = match (own.own, own.collation) {
                (Some(column), Some(way)) => (None, Some(format!("{column} COLLATE {way}"))),
                (Some(column), None) => (Some(column), None),
                (None, _) => (None, text()),
            };
            index.parts.push(DescribedPart {
                column,
                expression,
                descending: own.descending,
                ..DescribedPart::default()
            });
        }
    }
}
