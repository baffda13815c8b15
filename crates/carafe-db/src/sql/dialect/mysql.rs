//! MariaDB and MySQL.

use std::fmt::Write as _;

use carafe_core::Result;
use carafe_model::query::{
    Aggregate, AggregateFunction, AvgAs, Cast, Function, JsonAs, JsonStep, Operator, TextMatch,
};
use carafe_model::schema::Kind;

use super::{AggregateParts, Dialect, Features, aggregate_name, mysql_call, standard_aggregate};
use crate::sql::fragment::Fragment;

/// The SQL of MariaDB and MySQL, which differ in what they can do.
#[derive(Debug)]
pub(crate) struct Mysql {
    features: &'static Features,
    /// Whether JSON is a type of its own, and no text.
    has_json: bool,
}

/// MariaDB's.
pub(crate) static MARIADB: Mysql = Mysql {
    features: &Features { name: "MariaDB", returning: true, lock_of: false, ..BOTH },
    has_json: false,
};

/// MySQL's; it is what MariaDB can do too, but for the locks of single tables.
pub(crate) static MYSQL: Mysql = Mysql { features: &BOTH, has_json: true };

const BOTH: Features = Features {
    name: "MySQL",
    distinct_on: false,
    nulls_order: false,
    nulls_small: true,
    returning: false,
    on_conflict: false,
    no_values: " () VALUES ()",
    row_locks: true,
    lock_of: true,
    lock_no_key: false,
    lock_skip: true,
    bit_xor: Some(" ^ "),
    limit: " LIMIT ",
    no_limit: Some("18446744073709551615"),
    like_escape: "",
    combined_in_parentheses: true,
    parameters: 65_535,
};

#[allow(private_interfaces, reason = "see the trait")]
impl Dialect for Mysql {
    fn features(&self) -> &'static Features {
        self.features
    }

    fn quote(&self, name: &str) -> String {
        format!("`{}`", name.replace('`', "``"))
    }

    // A text beside a decimal would make floats of both.
    fn typed(&self, value: Fragment, kind: Kind) -> Fragment {
        match kind.base() {
            Kind::Decimal => value.wrapped("CAST(", " AS DECIMAL(65, 30))"),
            _ => value,
        }
    }

    fn cast_type(&self, cast: &Cast) -> Result<String> {
        Ok(match (cast.kind.base(), cast.max_length, cast.digits) {
            (Kind::Real | Kind::Float, ..) => "DOUBLE".to_owned(),
            (Kind::Decimal, _, Some((all, places))) => format!("DECIMAL({all}, {places})"),
            (Kind::Decimal, ..) => "DECIMAL(65, 30)".to_owned(),
            (Kind::Binary, ..) => "BINARY".to_owned(),
            (Kind::Date, ..) => "DATE".to_owned(),
            (Kind::Time, ..) => "TIME(6)".to_owned(),
            (Kind::DateTime | Kind::Timestamp, ..) => "DATETIME(6)".to_owned(),
            (kind, ..) if kind.range().is_some() => "SIGNED".to_owned(),
            (Kind::Bool | Kind::Duration, ..) => "SIGNED".to_owned(),
            (_, Some(length), _) => format!("CHAR({length})"),
            _ => "CHAR".to_owned(),
        })
    }

    // What letters are the same is the collation's word, of each column another one; so texts are
    // compared by their characters, in lower case where case is of no matter.
    fn text(
        &self,
        text: Fragment,
        pattern: Fragment,
        how: TextMatch,
        given: bool,
    ) -> Result<Fragment> {
        let escaped = |pattern: Fragment| {
            if given {
                pattern
            } else {
                pattern.wrapped(
                    "REPLACE(REPLACE(REPLACE(CONVERT(",
                    " USING utf8mb4), '\\\\', '\\\\\\\\'), '%', '\\\\%'), '_', '\\\\_')",
                )
            }
        };
        let between = |before: &str, behind: &str| {
            if given { pattern.clone() } else { escaped(pattern.clone()).wrapped(before, behind) }
        };
        let like = |pattern: Fragment| Fragment::joined([text.clone(), exactly(pattern)], " LIKE ");
        let ilike = |pattern: Fragment| {
            let pattern = exactly(pattern.wrapped("LOWER(", ")"));
            Fragment::joined([text.clone().wrapped("LOWER(", ")"), pattern], " LIKE ")
        };
        Ok(match how {
            TextMatch::Contains => like(between("CONCAT('%', ", ", '%')")),
            TextMatch::StartsWith => like(between("CONCAT(", ", '%')")),
            TextMatch::EndsWith => like(between("CONCAT('%', ", ")")),
            TextMatch::IContains => ilike(between("CONCAT('%', ", ", '%')")),
            TextMatch::IStartsWith => ilike(between("CONCAT(", ", '%')")),
            TextMatch::IEndsWith => ilike(between("CONCAT('%', ", ")")),
            TextMatch::IExact => ilike(escaped(pattern)),
            TextMatch::Regex => Fragment::joined([text, exactly(pattern)], " REGEXP "),
            TextMatch::IRegex => {
                let pattern = exactly(pattern.wrapped("CONCAT('(?i)', ", ")"));
                Fragment::joined([text, pattern], " REGEXP ")
            }
        })
    }

    fn call(&self, function: Function, arguments: Vec<Fragment>) -> Result<Fragment> {
        mysql_call::call(function, arguments, self.features.name)
    }

    // Operators on bits have results without a sign.
    fn compute(&self, left: Fragment, operator: Operator, right: Fragment) -> Result<Fragment> {
        let (symbol, bits) = match operator {
            Operator::Eq => (" = ", false),
            Operator::Lt => (" < ", false),
            Operator::Le => (" <= ", false),
            Operator::Gt => (" > ", false),
            Operator::Ge => (" >= ", false),
            Operator::Add => (" + ", false),
            Operator::Sub => (" - ", false),
            Operator::Mul => (" * ", false),
            Operator::Div => (" / ", false),
            Operator::IntDiv => (" DIV ", false),
            Operator::Rem => (" % ", false),
            Operator::BitAnd => (" & ", true),
            Operator::BitOr => (" | ", true),
            Operator::BitXor => (" ^ ", true),
            Operator::Shl => (" << ", true),
            Operator::Shr => (" >> ", true),
        };
        let sql = Fragment::joined([left, right], symbol);
        Ok(if bits { sql.wrapped("CAST(", " AS SIGNED)") } else { sql.wrapped("(", ")") })
    }

    fn json(&self, document: Fragment, steps: &[JsonStep], read_as: JsonAs) -> Result<Fragment> {
        let lost = |step: &JsonStep| matches!(step, JsonStep::Key(key) if key.starts_with('-'));
        if !self.has_json && steps.iter().any(lost) {
            return Err(self.lacks("path over a key of JSON that begins with a hyphen"));
        }
        let from_the_end = |step: &JsonStep| matches!(step, JsonStep::Index(..0));
        let text = |text: String| Fragment::fixed(carafe_model::Value::Text(text));
        // MariaDB takes `last` of one row for that of the next, so that the place is computed.
        let path = match steps.iter().position(from_the_end) {
            None => text(format!("${}", json_path(steps))),
            Some(at) => {
                let (before, behind) = (&steps[..at], &steps[at + 1..]);
                let back = match steps[at] {
                    JsonStep::Index(index) => index.unsigned_abs(),
                    JsonStep::Key(_) => 0,
                };
                if behind.iter().any(from_the_end) {
                    return Err(self.lacks("path that is counted from the end twice"));
                }
                let before = format!("${}", json_path(before));
                let length = || {
                    Fragment::joined([document.clone(), text(before.clone())], ", ")
                        .wrapped("JSON_LENGTH(", ")")
                };
                let mut place = length().wrapped("IF(", &format!(" >= {back}, "));
                place.append(length().wrapped("", &format!(" - {back}, NULL)")));
                let end = text(format!("]{}", json_path(behind)));
                Fragment::joined([text(format!("{before}[")), place, end], ", ")
                    .wrapped("CONCAT(", ")")
            }
        };
        let sql = Fragment::joined([document, path], ", ").wrapped("JSON_EXTRACT(", ")");
        Ok(match read_as {
            JsonAs::Json => sql,
            // The `null` of a document is no text.
            JsonAs::Text => {
                let mut text = sql.clone().wrapped("IF(JSON_TYPE(", ") = 'NULL', NULL, ");
                text.append(sql.wrapped("JSON_UNQUOTE(", "))"));
                text
            }
        })
    }

    fn json_value(&self, value: Fragment) -> Fragment {
        value.wrapped("JSON_EXTRACT(", ", '$')")
    }

    fn json_compare(&self, place: Fragment, symbol: &str, value: Fragment) -> Fragment {
        if self.has_json {
            return Fragment::joined([place, value], symbol);
        }
        if symbol == " = " {
            // It answers for places that there are not, too.
            let mut sql = Fragment::joined([place.clone(), value.clone()], " IS NOT NULL AND ");
            sql.push(" IS NOT NULL THEN ");
            sql.append(Fragment::joined([place, value], ", ").wrapped("JSON_EQUALS(", ")"));
            return sql.wrapped("CASE WHEN ", " END");
        }
        // As texts, 10 would come before 9.
        let sides = || [place.clone(), value.clone()];
        let each = |before: &str, behind: &str, between: &str| {
            Fragment::joined(sides().map(|side| side.wrapped(before, behind)), between)
        };
        let mut sql = each("JSON_TYPE(", ") IN ('INTEGER', 'DOUBLE')", " AND ");
        sql.push(" THEN ");
        sql.append(each("(", ") + 0e0", symbol));
        sql.push(" WHEN ");
        sql.append(each("JSON_TYPE(", ") = 'STRING'", " AND "));
        sql.push(" THEN ");
        sql.append(Fragment::joined(
            sides().map(|side| exactly(side.wrapped("JSON_UNQUOTE(", ")"))),
            symbol,
        ));
        sql.wrapped("CASE WHEN ", " END")
    }

    fn aggregate(&self, aggregate: &Aggregate, parts: AggregateParts) -> Result<Fragment> {
        let AggregateParts { argument, separator, filter, order } = parts;
        let made = (argument.clone(), filter.clone());
        // There is no FILTER: what does not count is NULL.
        let argument = match (argument, filter) {
            (argument, None) => argument,
            (argument, Some(filter)) => {
                let mut sql = filter.wrapped("CASE WHEN ", " THEN ");
                sql.append(argument.unwrap_or_else(|| Fragment::new("1")));
                sql.push(" END");
                Some(sql)
            }
        };
        let parts = |argument: Option<Fragment>| AggregateParts {
            argument,
            separator: None,
            filter: None,
            order: order.clone(),
        };
        Ok(match aggregate.function {
            AggregateFunction::StringAgg => {
                string_agg(aggregate, argument.unwrap_or_default(), separator, order)
            }
            // The mean of integers has four digits behind the point, unless they are floats.
            AggregateFunction::Avg(AvgAs::Float) => {
                let argument = argument.map(|argument| argument.wrapped("(", ") + 0e0"));
                standard_aggregate("AVG", aggregate, parts(argument), false)
            }
            AggregateFunction::AnyValue | AggregateFunction::BoolAnd => {
                standard_aggregate("MIN", aggregate, parts(argument), false)
            }
            AggregateFunction::BoolOr => {
                standard_aggregate("MAX", aggregate, parts(argument), false)
            }
            AggregateFunction::BitAnd | AggregateFunction::BitOr | AggregateFunction::BitXor => {
                let name = aggregate_name(aggregate.function);
                standard_aggregate(name, aggregate, parts(argument), false)
                    .wrapped("CAST(", " AS SIGNED)")
            }
            AggregateFunction::JsonAgg => return Ok(json_agg(aggregate, made, order)),
            AggregateFunction::ArrayAgg => return Err(self.lacks("arrays")),
            AggregateFunction::Count
            | AggregateFunction::Sum
            | AggregateFunction::Avg(AvgAs::Decimal)
            | AggregateFunction::Min
            | AggregateFunction::Max
            | AggregateFunction::StdDevPop
            | AggregateFunction::StdDevSample
            | AggregateFunction::VariancePop
            | AggregateFunction::VarianceSample => {
                let name = aggregate_name(aggregate.function);
                standard_aggregate(name, aggregate, parts(argument), false)
            }
            other => return Err(self.lacks(&format!("aggregate like {other:?}"))),
        })
    }
}

/// A text of which each character counts.
pub(super) fn exactly(text: Fragment) -> Fragment {
    text.wrapped("CONVERT(", " USING utf8mb4) COLLATE utf8mb4_bin")
}

/// The separator of `GROUP_CONCAT` is no parameter: it stands before each text, and the first one is cut
/// off.
fn string_agg(
    aggregate: &Aggregate,
    argument: Fragment,
    separator: Option<Fragment>,
    order: Fragment,
) -> Fragment {
    let separator = separator.unwrap_or_else(|| Fragment::new("''"));
    let mut sql = Fragment::new("SUBSTRING(GROUP_CONCAT(");
    if aggregate.distinct {
        sql.push("DISTINCT ");
    }
    sql.append(Fragment::joined([separator.clone(), argument], ", ").wrapped("CONCAT(", ")"));
    if !order.sql.is_empty() {
        sql.push(" ORDER BY ");
        sql.append(order);
    }
    sql.append(separator.wrapped(" SEPARATOR ''), CHAR_LENGTH(", ") + 1)"));
    sql
}

/// `JSON_ARRAYAGG` takes no order everywhere and would keep what does not count as null: so the texts of
/// the values are put together.
fn json_agg(
    aggregate: &Aggregate,
    (argument, filter): (Option<Fragment>, Option<Fragment>),
    order: Fragment,
) -> Fragment {
    let mut value = argument.unwrap_or_default().wrapped("JSON_EXTRACT(JSON_ARRAY(", "), '$[0]')");
    if let Some(filter) = filter {
        let mut counted = filter.wrapped("CASE WHEN ", " THEN ");
        counted.append(value.wrapped("", " END"));
        value = counted;
    }
    let mut sql = Fragment::new("CONCAT('[', GROUP_CONCAT(");
    if aggregate.distinct {
        sql.push("DISTINCT ");
    }
    sql.append(value);
    if !order.sql.is_empty() {
        sql.push(" ORDER BY ");
        sql.append(order);
    }
    sql.push(" SEPARATOR ','), ']')");
    sql
}

/// Steps into a JSON document, behind its `$`.
fn json_path(steps: &[JsonStep]) -> String {
    let mut path = String::new();
    for step in steps {
        match step {
            JsonStep::Key(key) => {
                path.push_str(".\"");
                key.chars().for_each(|letter| push_escaped(&mut path, letter));
                path.push('"');
            }
            JsonStep::Index(index) => path.extend(["[", &index.to_string(), "]"]),
        }
    }
    path
}

/// A letter of a string in JSON, written as serde writes it: MariaDB compares keys by their letters.
fn push_escaped(json: &mut String, letter: char) {
    match letter {
        '"' | '\\' => json.extend(['\\', letter]),
        '\n' => json.push_str("\\n"),
        '\r' => json.push_str("\\r"),
        '\t' => json.push_str("\\t"),
        '\u{8}' => json.push_str("\\b"),
        '\u{c}' => json.push_str("\\f"),
        letter if u32::from(letter) < 0x20 => {
            // Writing to a String cannot fail.
            let _ = write!(json, "\\u{:04x}", u32::from(letter));
        }
        letter => json.push(letter),
    }
}
