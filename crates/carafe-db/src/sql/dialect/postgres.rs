//! PostgreSQL.

use carafe_core::Result;
use carafe_model::query::{
    Aggregate, AggregateFunction, AvgAs, Cast, Function, JsonAs, JsonStep, TextMatch,
};
use carafe_model::schema::Kind;

use super::{AggregateParts, Dialect, Features, aggregate_name, postgres_call, standard_aggregate};
use crate::sql::fragment::Fragment;

/// PostgreSQL's SQL.
#[derive(Debug)]
pub(crate) struct Postgres;

/// The one that there is.
pub(crate) static POSTGRES: Postgres = Postgres;

static FEATURES: Features = Features {
    name: "PostgreSQL",
    distinct_on: true,
    nulls_order: true,
    nulls_small: false,
    returning: true,
    on_conflict: true,
    no_values: " DEFAULT VALUES",
    row_locks: true,
    lock_of: true,
    lock_no_key: true,
    lock_skip: true,
    bit_xor: Some(" # "),
    limit: " LIMIT ",
    no_limit: None,
    like_escape: "",
    combined_in_parentheses: true,
    parameters: 65_535,
};

#[allow(private_interfaces, reason = "see the trait")]
impl Dialect for Postgres {
    fn features(&self) -> &'static Features {
        &FEATURES
    }

    fn parameter(&self, number: usize) -> String {
        format!("${number}")
    }

    fn typed(&self, value: Fragment, kind: Kind) -> Fragment {
        value.wrapped("", &format!("::{}", type_name(kind)))
    }

    fn rows_of_arrays(&self, arrays: &[(Fragment, Kind)]) -> Option<Fragment> {
        let mut columns = Vec::with_capacity(arrays.len());
        for (array, kind) in arrays {
            // What is of a type that others bring, or the user, is no text that becomes one by itself.
            let apart = matches!(
                kind,
                Kind::Custom(_)
                    | Kind::CiText
                    | Kind::HStore
                    | Kind::SearchVector
                    | Kind::Vector(_)
                    | Kind::Range(_)
                    | Kind::Array(_)
            );
            if apart {
                return None;
            }
            let name = type_name(*kind);
            columns.push(array.clone().wrapped("", &format!("::{name}[]")));
        }
        Some(Fragment::joined(columns, ", ").wrapped("SELECT * FROM unnest(", ")"))
    }

    fn cast_type(&self, cast: &Cast) -> Result<String> {
        let name = type_name(cast.kind);
        Ok(match (cast.kind.base(), cast.max_length, cast.digits) {
            (Kind::Text, Some(length), _) => format!("varchar({length})"),
            (Kind::Decimal, _, Some((all, places))) => format!("numeric({all}, {places})"),
            _ => name.to_owned(),
        })
    }

    fn text(
        &self,
        text: Fragment,
        pattern: Fragment,
        how: TextMatch,
        given: bool,
    ) -> Result<Fragment> {
        let upper = |text: Fragment| text.wrapped("UPPER(", ")");
        let escaped = |pattern: Fragment| {
            if given {
                pattern.wrapped("", "::text")
            } else {
                pattern.wrapped(
                    "REPLACE(REPLACE(REPLACE((",
                    ")::text, E'\\\\', E'\\\\\\\\'), '%', E'\\\\%'), '_', E'\\\\_')",
                )
            }
        };
        let between = |before: &str, pattern: Fragment, behind: &str| {
            if given { escaped(pattern) } else { escaped(pattern).wrapped(before, behind) }
        };
        let text = text.wrapped("", "::text");
        let like = |text: Fragment, pattern: Fragment| Fragment::joined([text, pattern], " LIKE ");
        Ok(match how {
            TextMatch::Contains => like(text, between("'%' || ", pattern, " || '%'")),
            TextMatch::StartsWith => like(text, between("", pattern, " || '%'")),
            TextMatch::EndsWith => like(text, between("'%' || ", pattern, "")),
            TextMatch::IContains => {
                like(upper(text), upper(between("'%' || ", pattern, " || '%'")))
            }
            TextMatch::IStartsWith => like(upper(text), upper(between("", pattern, " || '%'"))),
            TextMatch::IEndsWith => like(upper(text), upper(between("'%' || ", pattern, ""))),
            TextMatch::IExact => like(upper(text), upper(escaped(pattern))),
            TextMatch::Regex => Fragment::joined([text, pattern], " ~ "),
            TextMatch::IRegex => Fragment::joined([text, pattern], " ~* "),
        })
    }

    fn call(&self, function: Function, arguments: Vec<Fragment>) -> Result<Fragment> {
        postgres_call::call(function, arguments)
    }

    fn json(&self, document: Fragment, steps: &[JsonStep], read_as: JsonAs) -> Result<Fragment> {
        let arrow = match read_as {
            JsonAs::Json => " #> ",
            JsonAs::Text => " #>> ",
        };
        // Each step is a text of an array literal; quoted, it may hold anything.
        let steps = steps.iter().map(|step| match step {
            JsonStep::Key(key) => format!("\"{}\"", key.replace('\\', "\\\\").replace('"', "\\\"")),
            JsonStep::Index(index) => index.to_string(),
        });
        let path = format!("{{{}}}", steps.collect::<Vec<_>>().join(","));
        let mut sql = document;
        sql.push(arrow);
        sql.append(Fragment::fixed(carafe_model::Value::Text(path)).wrapped("", "::text::text[]"));
        Ok(sql.wrapped("(", ")"))
    }

    fn json_value(&self, value: Fragment) -> Fragment {
        value.wrapped("", "::jsonb")
    }

    fn aggregate(&self, aggregate: &Aggregate, parts: AggregateParts) -> Result<Fragment> {
        // Before PostgreSQL 16 nothing is called so; the smallest is as good as any.
        let name = match aggregate.function {
            AggregateFunction::AnyValue => "MIN",
            other => aggregate_name(other),
        };
        Ok(standard_aggregate(name, aggregate, parts, true))
    }

    fn aggregated(&self, function: AggregateFunction, value: Fragment) -> Fragment {
        match function {
            AggregateFunction::Avg(AvgAs::Float)
            | AggregateFunction::StdDevPop
            | AggregateFunction::StdDevSample
            | AggregateFunction::VariancePop
            | AggregateFunction::VarianceSample => value.wrapped("(", ")::double precision"),
            _ => value,
        }
    }
}

/// What PostgreSQL calls a kind.
fn type_name(kind: Kind) -> &'static str {
    match kind.base() {
        Kind::Bool => "boolean",
        Kind::TinyInteger | Kind::SmallInteger | Kind::PositiveTinyInteger => "smallint",
        Kind::Integer | Kind::PositiveSmallInteger => "integer",
        Kind::BigInteger | Kind::PositiveInteger | Kind::PositiveBigInteger | Kind::Duration => {
            "bigint"
        }
        Kind::Real => "real",
        Kind::Float => "double precision",
        Kind::Decimal => "numeric",
        Kind::Ip => "inet",
        Kind::Binary => "bytea",
        Kind::Date => "date",
        Kind::Time => "time",
        Kind::DateTime => "timestamp",
        Kind::Timestamp => "timestamptz",
        Kind::Uuid => "uuid",
        Kind::Json => "jsonb",
        Kind::CiText => "citext",
        Kind::HStore => "hstore",
        Kind::SearchVector => "tsvector",
        Kind::Vector(_) => "vector",
        Kind::Range(of) => match of.base() {
            Kind::Integer => "int4range",
            Kind::BigInteger => "int8range",
            Kind::Decimal => "numrange",
            Kind::Date => "daterange",
            Kind::DateTime => "tsrange",
            _ => "tstzrange",
        },
        _ => "text",
    }
}
