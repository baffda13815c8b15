//! Functions of PostgreSQL.

use carafe_core::Result;
use carafe_model::query::{DatePart, Function};

use super::call;
use crate::sql::fragment::Fragment;

/// A function with its arguments.
pub(super) fn call(function: Function, arguments: Vec<Fragment>) -> Result<Fragment> {
    let named = |name: &str, arguments: Vec<Fragment>| {
        Fragment::joined(arguments, ", ").wrapped(&format!("{name}("), ")")
    };
    let digest = |name: &str, arguments: Vec<Fragment>| {
        named("CONVERT_TO", with(arguments, "'UTF8'"))
            .wrapped(&format!("ENCODE({name}("), "), 'hex')")
    };
    // Numbers with a fraction of any length: floats have no such function.
    let numeric = |name: &str, arguments: Vec<Fragment>| {
        let arguments = arguments.into_iter().map(|argument| argument.wrapped("(", ")::numeric"));
        Fragment::joined(arguments, ", ").wrapped(&format!("{name}("), ")")
    };
    Ok(match function {
        Function::Chr => named("CHR", arguments),
        Function::Ord => named("ASCII", arguments),
        Function::StrIndex => named("STRPOS", arguments),
        Function::Sha1 => named("DIGEST", with(arguments, "'sha1'")).wrapped("ENCODE(", ", 'hex')"),
        Function::Sha224 => digest("SHA224", arguments),
        Function::Sha256 => digest("SHA256", arguments),
        Function::Sha384 => digest("SHA384", arguments),
        Function::Sha512 => digest("SHA512", arguments),
        Function::Log => numeric("LOG", arguments),
        Function::Mod => numeric("MOD", arguments),
        Function::RoundTo => {
            let mut arguments = arguments.into_iter();
            let number = arguments.next().unwrap_or_default().wrapped("(", ")::numeric");
            named("ROUND", std::iter::once(number).chain(arguments).collect())
        }
        Function::Sign => named("SIGN", arguments).wrapped("(", ")::bigint"),
        Function::Now => Fragment::new("STATEMENT_TIMESTAMP()"),
        Function::Extract(part) => extract(part, arguments),
        Function::Truncate(part) => Fragment::joined(arguments, ", ")
            .wrapped(&format!("DATE_TRUNC('{}', ", field(part)), ")"),
        Function::InZone | Function::FromZone => {
            Fragment::joined(arguments, " AT TIME ZONE ").wrapped("(", ")")
        }
        // Durations are kept in microseconds.
        Function::Later => {
            Fragment::joined(arguments, " + ").wrapped("(", " * INTERVAL '1 microsecond')")
        }
        Function::Earlier => {
            Fragment::joined(arguments, " - ").wrapped("(", " * INTERVAL '1 microsecond')")
        }
        Function::Elapsed => Fragment::joined(arguments, " - ")
            .wrapped("(EXTRACT(EPOCH FROM (", ")) * 1000000)::bigint"),
        Function::JsonArray => named("JSONB_BUILD_ARRAY", arguments),
        Function::JsonObject => named("JSONB_BUILD_OBJECT", arguments),
        Function::JsonHasKey => Fragment::joined(arguments, " ? ").wrapped("(", ")"),
        Function::JsonContains => contains(arguments, " @> "),
        Function::JsonContainedBy => contains(arguments, " <@ "),
        Function::Uuid4 => named("GEN_RANDOM_UUID", arguments),
        Function::Uuid7 => named("UUIDV7", arguments),
        Function::Named(name) => named(name, arguments),
        Function::Infix(symbol) => {
            Fragment::joined(arguments, &format!(" {symbol} ")).wrapped("(", ")")
        }
        other => call::call(other, arguments, "PostgreSQL")?,
    })
}

fn with(mut arguments: Vec<Fragment>, last: &str) -> Vec<Fragment> {
    arguments.push(Fragment::new(last));
    arguments
}

fn contains(arguments: Vec<Fragment>, symbol: &str) -> Fragment {
    let arguments = arguments.into_iter().map(|argument| argument.wrapped("", "::jsonb"));
    Fragment::joined(arguments, symbol).wrapped("(", ")")
}

fn extract(part: DatePart, arguments: Vec<Fragment>) -> Fragment {
    let moment = Fragment::joined(arguments, ", ");
    match part {
        DatePart::Date => moment.wrapped("(", ")::date"),
        DatePart::Time => moment.wrapped("(", ")::time"),
        DatePart::WeekDay => moment.wrapped("(EXTRACT(DOW FROM ", ")::integer + 1)"),
        DatePart::Second => moment.wrapped("FLOOR(EXTRACT(SECOND FROM ", "))::integer"),
        part => moment.wrapped(&format!("EXTRACT({} FROM ", field(part)), ")::integer"),
    }
}

/// What PostgreSQL calls a part of a moment.
fn field(part: DatePart) -> &'static str {
    match part {
        DatePart::Year => "YEAR",
        DatePart::IsoYear => "ISOYEAR",
        DatePart::Quarter => "QUARTER",
        DatePart::Month => "MONTH",
        DatePart::Week => "WEEK",
        DatePart::WeekDay => "DOW",
        DatePart::IsoWeekDay => "ISODOW",
        DatePart::Hour => "HOUR",
        DatePart::Minute => "MINUTE",
        DatePart::Second => "SECOND",
        _ => "DAY",
    }
}
