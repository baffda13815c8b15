//! PostgreSQL's catalogue.

use std::collections::BTreeMap;

use carafe_core::Result;
use carafe_macros::Row;
use carafe_model::schema::Kind;

use super::described::{
    Described, DescribedCheck, DescribedColumn, DescribedIndex, DescribedPart, DescribedReference,
    Shape,
};
use super::known::{Known, parts};
use super::{Asked, Catalog, Quoting, Sql, ask};
use crate::ddl::state::KindState;
use crate::statement::BoxFuture;

/// PostgreSQL's catalogue.
#[derive(Debug)]
pub(crate) struct Postgres;

/// The one that there is.
pub(crate) static POSTGRES: Postgres = Postgres;

/// Tables that a name without a schema finds, but those of extensions.
const TABLES: &str = "select cast(c.oid as bigint) as id, cast(c.relname as text) as name,
    case when c.relispartition then 'partition' when c.relkind in ('v', 'm') then 'view' when c.relkind in ('p', 'f') then 'spread' else 'table' end as shape,
    pg_catalog.obj_description(c.oid, 'pg_class') as comment
    from pg_catalog.pg_class c
    join pg_catalog.pg_namespace n on n.oid = c.relnamespace
    where c.relkind in ('r', 'p', 'v', 'm', 'f') and pg_catalog.pg_table_is_visible(c.oid)
    and n.nspname not in ('pg_catalog', 'information_schema')
    and not exists (select 1 from pg_catalog.pg_depend d where d.classid = cast('pg_catalog.pg_class' as regclass) and d.objid = c.oid and d.deptype = 'e')";

#[derive(Row)]
struct Table {
    id: i64,
    name: String,
    shape: String,
    comment: Option<String>,
}

const COLUMNS: &str = "select cast(a.attrelid as bigint) as table_id, cast(a.attname as text) as name, pg_catalog.format_type(a.atttypid, a.atttypmod) as ty,
    case t.typtype when 'd' then pg_catalog.format_type(t.typbasetype, t.typtypmod) when 'e' then 'enum (' || (select string_agg(quote_literal(e.enumlabel), ', ' order by e.enumsortorder) from pg_catalog.pg_enum e where e.enumtypid = t.oid) || ')' end as made_of,
    a.attnotnull as required,
    (a.attidentity <> '' or coalesce(pg_catalog.pg_get_expr(d.adbin, d.adrelid) like 'nextval(%' and pg_catalog.pg_get_serial_sequence(quote_ident(n.nspname) || '.' || quote_ident(c.relname), a.attname) is not null, false)) as counted,
    pg_catalog.pg_get_expr(d.adbin, d.adrelid) as expression, cast(a.attgenerated as text) as generated,
    pg_catalog.col_description(a.attrelid, a.attnum) as comment
    from pg_catalog.pg_attribute a
    join pg_catalog.pg_class c on c.oid = a.attrelid
    join pg_catalog.pg_namespace n on n.oid = c.relnamespace
    join pg_catalog.pg_type t on t.oid = a.atttypid
    left join pg_catalog.pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
    where a.attnum > 0 and not a.attisdropped and c.relkind in ('r', 'p', 'v', 'm', 'f')
    and pg_catalog.pg_table_is_visible(c.oid) and n.nspname not in ('pg_catalog', 'information_schema')
    order by a.attrelid, a.attnum";

#[derive(Row)]
struct Column {
    table_id: i64,
    name: String,
    ty: String,
    made_of: Option<String>,
    required: bool,
    counted: bool,
    expression: Option<String>,
    generated: String,
    comment: Option<String>,
}

/// One row a column of a constraint.
const CONSTRAINTS: &str = "select cast(o.conrelid as bigint) as table_id, cast(o.oid as bigint) as id, cast(o.conname as text) as name, cast(o.contype as text) as kind,
    cast(a.attname as text) as own,
    case when pg_catalog.pg_table_is_visible(f.oid) then cast(f.relname as text) else cast(fn.nspname as text) || '.' || cast(f.relname as text) end as other_table,
    cast(fa.attname as text) as other, cast(o.confdeltype as text) as on_delete, cast(o.confupdtype as text) as on_update,
    pg_catalog.pg_get_expr(o.conbin, o.conrelid) as condition
    from pg_catalog.pg_constraint o
    join pg_catalog.pg_class c on c.oid = o.conrelid
    join pg_catalog.pg_namespace n on n.oid = c.relnamespace
    left join lateral unnest(o.conkey, o.confkey) with ordinality k (number, other, place) on true
    left join pg_catalog.pg_attribute a on a.attrelid = o.conrelid and a.attnum = k.number
    left join pg_catalog.pg_class f on f.oid = o.confrelid
    left join pg_catalog.pg_namespace fn on fn.oid = f.relnamespace
    left join pg_catalog.pg_attribute fa on fa.attrelid = o.confrelid and fa.attnum = k.other
    where o.contype in ('p', 'f', 'c') and (o.contype <> 'f' or o.conparentid = 0 or c.relispartition) and pg_catalog.pg_table_is_visible(c.oid) and n.nspname not in ('pg_catalog', 'information_schema')
    order by o.conrelid, o.conname, o.oid, k.place";

#[derive(Row)]
struct Constraint {
    table_id: i64,
    id: i64,
    name: String,
    kind: String,
    own: Option<String>,
    other_table: Option<String>,
    other: Option<String>,
    on_delete: String,
    on_update: String,
    condition: Option<String>,
}

/// One row a part of an index. What not every version knows of an index is read by its name.
const INDEXES: &str = "select cast(i.indrelid as bigint) as table_id, cast(i.indexrelid as bigint) as id, cast(x.relname as text) as name,
    i.indisunique as is_unique, coalesce(to_jsonb(i) ->> 'indnullsnotdistinct', 'false') = 'true' as nulls_equal, coalesce(o.condeferred, false) as deferred,
    nullif(cast(m.amname as text), 'btree') as method, pg_catalog.pg_get_expr(i.indpred, i.indrelid) as condition,
    cast(a.attname as text) as own, case when i.indkey[k - 1] = 0 then pg_catalog.pg_get_indexdef(i.indexrelid, k, false) end as expression,
    k > i.indnkeyatts as beside, k <= i.indnkeyatts and i.indoption[k - 1] & 1 = 1 as descending,
    case when k <= i.indnkeyatts then (select cast(p.opcname as text) from pg_catalog.pg_opclass p where p.oid = i.indclass[k - 1] and not p.opcdefault) end as class,
    case when o.contype = 'x' then (select cast(r.oprname as text) from pg_catalog.pg_operator r where r.oid = o.conexclop[k]) end as operator
    from pg_catalog.pg_index i
    join pg_catalog.pg_class c on c.oid = i.indrelid
    join pg_catalog.pg_namespace n on n.oid = c.relnamespace
    join pg_catalog.pg_class x on x.oid = i.indexrelid
    join pg_catalog.pg_am m on m.oid = x.relam
    cross join lateral generate_series(1, i.indnatts) k
    left join pg_catalog.pg_constraint o on o.conindid = i.indexrelid and o.contype in ('u', 'x')
    left join pg_catalog.pg_attribute a on a.attrelid = i.indrelid and a.attnum = i.indkey[k - 1] and i.indkey[k - 1] <> 0
    where not i.indisprimary and i.indisvalid and pg_catalog.pg_table_is_visible(c.oid) and n.nspname not in ('pg_catalog', 'information_schema')
    order by i.indrelid, x.relname, i.indexrelid, k";

#[derive(Row)]
#[expect(clippy::struct_excessive_bools, reason = "each is something that an index has or has not")]
struct IndexPart {
    table_id: i64,
    id: i64,
    name: String,
    is_unique: bool,
    nulls_equal: bool,
    deferred: bool,
    method: Option<String>,
    condition: Option<String>,
    own: Option<String>,
    expression: Option<String>,
    beside: bool,
    descending: bool,
    class: Option<String>,
    operator: Option<String>,
}

impl Catalog for Postgres {
    fn read<'c>(&'c self, asked: &'c dyn Asked) -> BoxFuture<'c, Result<Vec<Described>>> {
        Box::pin(read(asked))
    }

    fn known(&self, column: &DescribedColumn) -> Option<Known> {
        let ty = column.ty.as_str();
        if let Some(of) = ty.strip_suffix("[]") {
            let of =
                self.known(&DescribedColumn { ty: of.to_owned(), ..DescribedColumn::default() })?;
            // The values of an array have no length and no digits of their own here.
            let exact = (of.exact || ty == "numeric[]") && !ty.contains('(');
            let known = Known::of(Kind::Text);
            return Some(Known { kind: KindState::Array(Box::new(of.kind)), exact, ..known });
        }
        let range = |kind| {
            let of = Box::new(KindState::Plain(kind));
            Some(Known { kind: KindState::Range(of), ..Known::of(kind) })
        };
        let (name, inner) = parts(ty);
        Some(match (name.as_str(), inner) {
            ("boolean", None) => Known::of(Kind::Bool),
            ("smallint", None) => Known::of(Kind::SmallInteger),
            ("integer", None) => Known::of(Kind::Integer),
            ("bigint", None) => Known::of(Kind::BigInteger).checked(Kind::PositiveBigInteger),
            ("real", None) => Known::of(Kind::Real),
            ("double precision", None) => Known::of(Kind::Float),
            ("numeric", None) => Known::decimal(None).roughly(),
            ("numeric", inner) => Known::decimal(inner),
            ("text" | "character varying", None) => {
                let known = Known::of(Kind::Text);
                if name == "text" { known } else { known.roughly() }
            }
            ("character varying", Some(length)) => {
                Known::of(Kind::Text).at_most(length.parse().ok()?)
            }
            ("character", Some(length)) => {
                Known::of(Kind::Text).at_most(length.parse().ok()?).roughly()
            }
            ("inet", None) => Known::of(Kind::Ip),
            ("bytea", None) => Known::of(Kind::Binary),
            ("date", None) => Known::of(Kind::Date),
            ("time without time zone", inner) => rounded(Kind::Time, inner),
            ("timestamp without time zone", inner) => rounded(Kind::DateTime, inner),
            ("timestamp with time zone", inner) => rounded(Kind::Timestamp, inner),
            ("uuid", None) => Known::of(Kind::Uuid),
            ("jsonb", None) => Known::of(Kind::Json),
            ("json", None) => Known::of(Kind::Json).roughly(),
            ("citext", None) => Known::of(Kind::CiText),
            ("hstore", None) => Known::of(Kind::HStore),
            ("tsvector", None) => Known::of(Kind::SearchVector),
            ("vector", Some(numbers)) => Known::of(Kind::Vector(numbers.parse().ok()?)),
            ("int4range", None) => return range(Kind::Integer),
            ("int8range", None) => return range(Kind::BigInteger),
            ("numrange", None) => return range(Kind::Decimal),
            ("daterange", None) => return range(Kind::Date),
            ("tsrange", None) => return range(Kind::DateTime),
            ("tstzrange", None) => return range(Kind::Timestamp),
            _ => return None,
        })
    }

    fn sql(&self) -> Sql {
        Sql {
            quoting: Quoting { backslash: false, escaped_quotes: false },
            length: &["length", "char_length", "character_length"],
            quoted_texts: false,
        }
    }

    fn is_unnamed(&self, _: &str, _: &str, name: &str) -> bool {
        name.trim_end_matches(|c: char| c.is_ascii_digit()).ends_with("_key")
    }

    fn is_unnamed_check(&self, table: &str, column: &str, name: Option<&str>) -> bool {
        name.is_some_and(|name| name == format!("{table}_{column}_check"))
    }
}

/// A moment that may be kept with fewer digits.
fn rounded(kind: Kind, digits: Option<&str>) -> Known {
    let known = Known::of(kind);
    if digits.is_none() { known } else { known.roughly() }
}

async fn read(asked: &dyn Asked) -> Result<Vec<Described>> {
    let mut tables: BTreeMap<i64, Described> = BTreeMap::new();
    for own in ask::<Table>(asked, TABLES, Vec::new()).await? {
        let shape = match own.shape.as_str() {
            "partition" => Shape::Partition,
            "view" => Shape::View,
            "spread" => Shape::Spread,
            _ => Shape::Table,
        };
        let described =
            Described { name: own.name, shape, comment: own.comment, ..Described::default() };
        tables.insert(own.id, described);
    }
    for own in ask::<Column>(asked, COLUMNS, Vec::new()).await? {
        let Some(table) = tables.get_mut(&own.table_id) else { continue };
        let is_generated = !own.generated.is_empty();
        let (default, generated) = match (is_generated, own.counted) {
            (true, _) => (None, own.expression),
            (false, true) => (None, None),
            (false, false) => (own.expression, None),
        };
        table.columns.push(DescribedColumn {
            name: own.name,
            ty: own.ty,
            made_of: own.made_of,
            null: !own.required,
            counted: own.counted,
            default,
            generated,
            stored: own.generated == "s",
            comment: own.comment,
        });
    }
    constraints(&mut tables, ask(asked, CONSTRAINTS, Vec::new()).await?);
    indexes(&mut tables, ask(asked, INDEXES, Vec::new()).await?);
    let mut tables: Vec<Described> = tables.into_values().collect();
    tables.sort_by(|one, other| one.name.cmp(&other.name));
    Ok(tables)
}

fn constraints(tables: &mut BTreeMap<i64, Described>, rows: Vec<Constraint>) {
    let mut before = None;
    for own in rows {
        let Some(table) = tables.get_mut(&own.table_id) else { continue };
        let is_new = before.replace(own.id) != Some(own.id);
        match (own.kind.as_str(), own.own, own.condition) {
            ("p", Some(column), _) => table.key.push(column),
            ("c", _, Some(condition)) if is_new => {
                table.checks.push(DescribedCheck { name: Some(own.name), condition });
            }
            ("f", Some(column), _) => {
                if is_new {
                    table.references.push(DescribedReference {
                        name: Some(own.name),
                        table: own.other_table.unwrap_or_default(),
                        on_delete: action(&own.on_delete).to_owned(),
                        on_update: action(&own.on_update).to_owned(),
                        ..DescribedReference::default()
                    });
                }
                if let Some(reference) = table.references.last_mut() {
                    reference.columns.push(column);
                    reference.to.extend(own.other);
                }
            }
            _ => {}
        }
    }
}

fn action(letter: &str) -> &'static str {
    match letter {
        "c" => "CASCADE",
        "n" => "SET NULL",
        "d" => "SET DEFAULT",
        "r" => "RESTRICT",
        _ => "",
    }
}

fn indexes(tables: &mut BTreeMap<i64, Described>, rows: Vec<IndexPart>) {
    let mut before = None;
    let mut made: Vec<(i64, DescribedIndex)> = Vec::new();
    for own in rows {
        if before.replace(own.id) != Some(own.id) {
            let index = DescribedIndex {
                name: Some(own.name),
                unique: own.is_unique,
                deferred: own.deferred,
                nulls_equal: own.nulls_equal,
                condition: own.condition,
                method: own.method,
                ..DescribedIndex::default()
            };
            made.push((own.table_id, index));
        }
        let Some((_, index)) = made.last_mut() else { continue };
        if own.beside {
            index.include.extend(own.own);
            continue;
        }
        index.operators.extend(own.operator);
        index.parts.push(DescribedPart {
            column: own.own,
            expression: own.expression,
            prefix: None,
            descending: own.descending,
            class: own.class,
        });
    }
    for (table, index) in made {
        let Some(table) = tables.get_mut(&table) else { continue };
        if index.operators.is_empty() {
            table.indexes.push(index);
        } else {
            table.exclusions.push(index);
        }
    }
}
