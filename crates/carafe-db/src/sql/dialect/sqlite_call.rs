//! Functions of SQLite: its own, and those that the driver brings (`driver/sqlite/functions`).

use carafe_core::{Error, Result};
use carafe_model::query::{DatePart, Function};

use super::call;
use crate::sql::fragment::Fragment;

/// The digits of a UUID behind its version.
const REST: &str = "SUBSTR(HEX(RANDOMBLOB(2)), 2) || SUBSTR('89AB', (RANDOM() & 3) + 1, 1) || SUBSTR(HEX(RANDOMBLOB(2)), 2) || HEX(RANDOMBLOB(6))";

/// A function with its arguments.
pub(super) fn call(function: Function, arguments: Vec<Fragment>) -> Result<Fragment> {
    let named = |name: &str, arguments: Vec<Fragment>| {
        Fragment::joined(arguments, ", ").wrapped(&format!("{name}("), ")")
    };
    let name = match function {
        Function::Chr => "CHAR",
        Function::Ord => "UNICODE",
        Function::StrIndex => "INSTR",
        Function::Greatest => "MAX",
        Function::Least => "MIN",
        Function::RoundTo => "ROUND",
        Function::Sha1 => "SHA1",
        Function::Sha224 => "SHA224",
        Function::Sha256 => "SHA256",
        Function::Sha384 => "SHA384",
        Function::Sha512 => "SHA512",
        Function::FromZone | Function::InZone => return zone(function, arguments),
        Function::Later => "CARAFE_LATER",
        Function::Earlier => "CARAFE_EARLIER",
        Function::Elapsed => "CARAFE_ELAPSED",
        Function::JsonArray => "JSON_ARRAY",
        Function::JsonObject => "JSON_OBJECT",
        Function::Left => {
            let [text, count] = two(arguments)?;
            return Ok(Fragment::joined([text, count], ", 1, ").wrapped("SUBSTR(", ")"));
        }
        // A place of zero or less would be counted from another end.
        Function::Right => {
            let [text, count] = two(arguments)?;
            let mut from = text.clone().wrapped("MAX(LENGTH(", ") - ");
            from.append(count.wrapped("", " + 1, 1)"));
            return Ok(Fragment::joined([text, from], ", ").wrapped("SUBSTR(", ")"));
        }
        // A float has 53 bits.
        Function::Random => {
            return Ok(Fragment::new("((RANDOM() & 9007199254740991) / 9007199254740992.0)"));
        }
        Function::Now => return Ok(Fragment::new("STRFTIME('%Y-%m-%d %H:%M:%f', 'now')")),
        Function::Extract(part) => return Ok(extract(part, Fragment::joined(arguments, ", "))),
        Function::Truncate(part) => return Ok(truncate(part, Fragment::joined(arguments, ", "))),
        Function::JsonHasKey => {
            let [document, key] = two(arguments)?;
            let mut sql = document.wrapped("EXISTS (SELECT 1 FROM JSON_EACH(", ") e WHERE ");
            sql.append(key.wrapped("e.key = ", ")"));
            return Ok(sql);
        }
        Function::JsonContains | Function::JsonContainedBy => {
            return Err(Error::internal(
                "contains lookup is not supported on this database backend.",
            )
            .hint("compare places in the document: `Book::META.key(\"lang\").eq(\"en\")`"));
        }
        Function::Uuid4 => {
            return Ok(Fragment::new(format!("LOWER(HEX(RANDOMBLOB(6)) || '4' || {REST})")));
        }
        Function::Uuid7 => {
            return Ok(Fragment::new(format!(
                "LOWER(PRINTF('%012x', CAST(UNIXEPOCH('subsec') * 1000 AS INTEGER)) || '7' || {REST})"
            )));
        }
        other => return call::call(other, arguments, "SQLite"),
    };
    Ok(named(name, arguments))
}

fn two(arguments: Vec<Fragment>) -> Result<[Fragment; 2]> {
    <[Fragment; 2]>::try_from(arguments)
        .map_err(|_| Error::internal("the function takes two arguments"))
}

/// Instants are kept as clocks show them in UTC.
fn zone(function: Function, arguments: Vec<Fragment>) -> Result<Fragment> {
    let [moment, zone] = two(arguments)?;
    if zone.sql == "('UTC')" {
        return Ok(moment);
    }
    let name = if function == Function::InZone { "CARAFE_IN_ZONE(" } else { "CARAFE_FROM_ZONE(" };
    Ok(Fragment::joined([moment, zone], ", ").wrapped(name, ")"))
}

fn extract(part: DatePart, moment: Fragment) -> Fragment {
    let number = |format: &str, moment: Fragment| {
        moment.wrapped(&format!("CAST(STRFTIME('{format}', "), ") AS INTEGER)")
    };
    match part {
        DatePart::Year => number("%Y", moment),
        DatePart::IsoYear => number("%G", moment),
        DatePart::Quarter => number("%m", moment).wrapped("((", " + 2) / 3)"),
        DatePart::Month => number("%m", moment),
        DatePart::Week => number("%V", moment),
        DatePart::Day => number("%d", moment),
        DatePart::WeekDay => number("%w", moment).wrapped("(", " + 1)"),
        DatePart::IsoWeekDay => number("%u", moment),
        DatePart::Hour => number("%H", moment),
        DatePart::Minute => number("%M", moment),
        DatePart::Second => number("%S", moment),
        DatePart::Date => moment.wrapped("DATE(", ")"),
        // SQLite's own function would cut the microseconds off.
        DatePart::Time => moment.wrapped("SUBSTR(", ", 12)"),
    }
}

/// The moment at which a part began, as a whole date and time.
fn truncate(part: DatePart, moment: Fragment) -> Fragment {
    let begun =
        |format: &str, moment: Fragment| moment.wrapped(&format!("STRFTIME('{format}', "), ")");
    match part {
        DatePart::Year | DatePart::IsoYear => begun("%Y-01-01 00:00:00", moment),
        DatePart::Quarter => {
            let month = extract(DatePart::Month, moment.clone());
            let months = month.wrapped("'-' || ((", " - 1) % 3) || ' months')");
            let mut sql = moment.wrapped("STRFTIME('%Y-%m-01 00:00:00', ", ", 'start of month', ");
            sql.append(months);
            sql
        }
        DatePart::Month => begun("%Y-%m-01 00:00:00", moment),
        DatePart::Week => {
            moment.wrapped("STRFTIME('%Y-%m-%d 00:00:00', ", ", '-6 days', 'weekday 1')")
        }
        DatePart::Hour => begun("%Y-%m-%d %H:00:00", moment),
        DatePart::Minute => begun("%Y-%m-%d %H:%M:00", moment),
        DatePart::Second | DatePart::Time => begun("%Y-%m-%d %H:%M:%S", moment),
        DatePart::Day | DatePart::WeekDay | DatePart::IsoWeekDay | DatePart::Date => {
            begun("%Y-%m-%d 00:00:00", moment)
        }
    }
}
