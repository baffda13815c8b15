//! SQLite.

use carafe_core::Result;
use carafe_model::query::{
    Aggregate, AggregateFunction, AvgAs, Cast, Function, JsonAs, JsonStep, TextMatch,
};
use carafe_model::schema::Kind;

use super::{AggregateParts, Dialect, Features, aggregate_name, sqlite_call, standard_aggregate};
use crate::sql::fragment::Fragment;

/// SQLite's SQL.
#[derive(Debug)]
pub(crate) struct Sqlite;

/// The one that there is.
pub(crate) static SQLITE: Sqlite = Sqlite;

static FEATURES: Features = Features {
    name: "SQLite",
    distinct_on: false,
    nulls_order: true,
    nulls_small: true,
    returning: true,
    on_conflict: true,
    no_values: " DEFAULT VALUES",
    row_locks: false,
    lock_of: false,
    lock_no_key: false,
    lock_skip: false,
    bit_xor: None,
    // Of a parameter alone SQLite wants to know the number, and prepares the statement anew for each.
    limit: " LIMIT +",
    no_limit: Some("-1"),
    like_escape: " ESCAPE '\\'",
    combined_in_parentheses: false,
    parameters: 32_766,
};

#[allow(private_interfaces, reason = "see the trait")]
impl Dialect for Sqlite {
    fn features(&self) -> &'static Features {
        &FEATURES
    }

    fn typed(&self, value: Fragment, _: Kind) -> Fragment {
        value
    }

    fn cast_type(&self, cast: &Cast) -> Result<String> {
        Ok(match cast.kind.base() {
            Kind::Real | Kind::Float | Kind::Decimal => "REAL",
            Kind::Binary => "BLOB",
            kind if kind.range().is_some() || matches!(kind, Kind::Bool | Kind::Duration) => {
                "INTEGER"
            }
            _ => "TEXT",
        }
        .to_owned())
    }

    // A decimal that happens to be whole is kept as an integer, and would be divided as one.
    fn divide(&self, left: Fragment, right: Fragment) -> Fragment {
        let left = left.wrapped("CAST(", " AS REAL)");
        Fragment::joined([left, right], " / ").wrapped("(", ")")
    }

    // A moment is a text: less of it is another text.
    fn cast(&self, value: Fragment, cast: &Cast) -> Result<Fragment> {
        Ok(match cast.kind.base() {
            Kind::Date => value.wrapped("DATE(", ")"),
            Kind::Time => value.wrapped("TIME(", ")"),
            Kind::DateTime | Kind::Timestamp => value.wrapped("DATETIME(", ", 'subsec')"),
            _ => value.wrapped("CAST(", &format!(" AS {})", self.cast_type(cast)?)),
        })
    }

    fn call(&self, function: Function, arguments: Vec<Fragment>) -> Result<Fragment> {
        sqlite_call::call(function, arguments)
    }

    // LIKE knows no case here; GLOB and INSTR do.
    fn text(
        &self,
        text: Fragment,
        pattern: Fragment,
        how: TextMatch,
        given: bool,
    ) -> Result<Fragment> {
        let like = |pattern: Fragment| {
            let mut sql = text.clone();
            sql.push(" LIKE ");
            sql.append(pattern);
            sql.push(FEATURES.like_escape);
            sql
        };
        let escaped = |pattern: Fragment| {
            pattern.wrapped("REPLACE(REPLACE(REPLACE(", ", '\\', '\\\\'), '%', '\\%'), '_', '\\_')")
        };
        Ok(match how {
            TextMatch::IContains
            | TextMatch::IStartsWith
            | TextMatch::IEndsWith
            | TextMatch::IExact
            | TextMatch::Contains
            | TextMatch::StartsWith
            | TextMatch::EndsWith
                if given =>
            {
                like(pattern)
            }
            TextMatch::IContains | TextMatch::Contains => {
                like(escaped(pattern).wrapped("'%' || ", " || '%'"))
            }
            TextMatch::IStartsWith | TextMatch::StartsWith => {
                like(escaped(pattern).wrapped("", " || '%'"))
            }
            TextMatch::IEndsWith | TextMatch::EndsWith => {
                like(escaped(pattern).wrapped("'%' || ", ""))
            }
            TextMatch::IExact => like(escaped(pattern)),
            TextMatch::Regex => Fragment::joined([text, pattern], " REGEXP "),
            TextMatch::IRegex => {
                Fragment::joined([text, pattern.wrapped("'(?i)' || ", "")], " REGEXP ")
            }
        })
    }

    fn json(&self, document: Fragment, steps: &[JsonStep], read_as: JsonAs) -> Result<Fragment> {
        let mut path = String::from("$");
        for step in steps {
            match step {
                JsonStep::Key(key) => {
                    path.push_str(".\"");
                    let key = key.replace('\\', "\\\\").replace('"', "\\\"");
                    // A NUL would end the path.
                    path.push_str(&key.replace('\0', "\\u0000"));
                    path.push('"');
                }
                JsonStep::Index(index) => {
                    path.push_str(if *index < 0 { "[#" } else { "[" });
                    path.push_str(&index.to_string());
                    path.push(']');
                }
            }
        }
        let path = Fragment::fixed(carafe_model::Value::Text(path));
        let both = |between: &str| Fragment::joined([document.clone(), path.clone()], between);
        Ok(match read_as {
            JsonAs::Json => both(" -> ").wrapped("(", ")"),
            // SQLite has 1 and 0 for true and false, and numbers as numbers.
            JsonAs::Text => {
                let mut sql = both(", ").wrapped("CASE JSON_TYPE(", ")");
                sql.push(" WHEN 'true' THEN 'true' WHEN 'false' THEN 'false' ELSE ");
                sql.append(both(" ->> ").wrapped("CAST(", " AS TEXT) END"));
                sql
            }
        })
    }

    fn json_value(&self, value: Fragment) -> Fragment {
        value.wrapped("JSON(", ")")
    }

    fn json_compare(&self, place: Fragment, symbol: &str, value: Fragment) -> Fragment {
        let both = Fragment::joined([place, value], ", ");
        both.wrapped("CARAFE_JSON_COMPARE(", &format!("){symbol}0"))
    }

    fn aggregate(&self, aggregate: &Aggregate, parts: AggregateParts) -> Result<Fragment> {
        let name = match aggregate.function {
            AggregateFunction::StringAgg => "GROUP_CONCAT",
            AggregateFunction::JsonAgg => "JSON_GROUP_ARRAY",
            AggregateFunction::AnyValue | AggregateFunction::BoolOr => "MAX",
            AggregateFunction::BoolAnd => "MIN",
            AggregateFunction::Count
            | AggregateFunction::Sum
            | AggregateFunction::Avg(AvgAs::Float | AvgAs::Decimal)
            | AggregateFunction::Min
            | AggregateFunction::Max
            | AggregateFunction::StdDevPop
            | AggregateFunction::StdDevSample
            | AggregateFunction::VariancePop
            | AggregateFunction::VarianceSample
            | AggregateFunction::BitAnd
            | AggregateFunction::BitOr
            | AggregateFunction::BitXor => aggregate_name(aggregate.function),
            AggregateFunction::ArrayAgg => return Err(self.lacks("arrays")),
            other => return Err(self.lacks(&format!("aggregate like {other:?}"))),
        };
        if aggregate.distinct && parts.separator.is_some() {
            return Err(self.lacks("`distinct` of texts that are joined"));
        }
        Ok(standard_aggregate(name, aggregate, parts, true))
    }

    fn explain(&self) -> &'static str {
        "EXPLAIN QUERY PLAN "
    }
}
