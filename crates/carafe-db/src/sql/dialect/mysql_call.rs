//! Functions of MariaDB and MySQL.

use carafe_core::{Error, Result};
use carafe_model::query::{DatePart, Function};

use super::call;
use super::mysql::exactly;
use crate::sql::fragment::Fragment;

/// The digits of a UUID behind its version.
const REST: &str = "SUBSTR(HEX(RANDOM_BYTES(2)), 2), SUBSTR('89AB', FLOOR(RAND() * 4) + 1, 1), SUBSTR(HEX(RANDOM_BYTES(2)), 2), HEX(RANDOM_BYTES(6))";

/// A function with its arguments.
pub(super) fn call(
    function: Function,
    arguments: Vec<Fragment>,
    database: &str,
) -> Result<Fragment> {
    let all = |arguments: Vec<Fragment>, before: &str, behind: &str| {
        Fragment::joined(arguments, ", ").wrapped(before, behind)
    };
    Ok(match function {
        Function::Chr => all(arguments, "CONVERT(CHAR(", " USING utf32) USING utf8mb4)"),
        // What is NULL is passed over.
        Function::Concat => all(arguments, "CONCAT_WS('', ", ")"),
        Function::Length => all(arguments, "CHAR_LENGTH(", ")"),
        Function::Ord => {
            let digits = all(arguments, "HEX(CONVERT(LEFT(", ", 1) USING utf32))");
            digits.wrapped("CAST(CONV(", ", 16, 10) AS SIGNED)")
        }
        Function::StrIndex => {
            let [text, part] = two(arguments)?;
            Fragment::joined([exactly(part), text], ", ").wrapped("LOCATE(", ")")
        }
        Function::RoundTo => all(arguments, "ROUND(", ")"),
        Function::Random => Fragment::new("RAND()"),
        Function::Sha1 => all(arguments, "SHA1(", ")"),
        Function::Sha224 => all(arguments, "SHA2(", ", 224)"),
        Function::Sha256 => all(arguments, "SHA2(", ", 256)"),
        Function::Sha384 => all(arguments, "SHA2(", ", 384)"),
        Function::Sha512 => all(arguments, "SHA2(", ", 512)"),
        Function::Now => Fragment::new("CURRENT_TIMESTAMP(6)"),
        Function::Extract(part) => extract(part, Fragment::joined(arguments, ", ")),
        Function::Truncate(part) => truncate(part, Fragment::joined(arguments, ", ")),
        Function::InZone => {
            let [moment, zone] = two(arguments)?;
            zoned(moment, Fragment::new("'+00:00'"), zone.clone(), &zone)
        }
        Function::FromZone => {
            let [moment, zone] = two(arguments)?;
            zoned(moment, zone.clone(), Fragment::new("'+00:00'"), &zone)
        }
        // Durations are kept in microseconds.
        Function::Later => {
            Fragment::joined(arguments, " + INTERVAL ").wrapped("(", " MICROSECOND)")
        }
        Function::Earlier => {
            Fragment::joined(arguments, " - INTERVAL ").wrapped("(", " MICROSECOND)")
        }
        Function::Elapsed => {
            let [end, start] = two(arguments)?;
            Fragment::joined([start, end], ", ").wrapped("TIMESTAMPDIFF(MICROSECOND, ", ")")
        }
        Function::JsonArray => all(arguments, "JSON_ARRAY(", ")"),
        Function::JsonObject => all(arguments, "JSON_OBJECT(", ")"),
        Function::JsonHasKey => {
            let [document, key] = two(arguments)?;
            // By the keys, since there are some that MariaDB finds by no path.
            let (keys, key) =
                (document.wrapped("JSON_KEYS(", ")"), key.wrapped("JSON_QUOTE(", ")"));
            Fragment::joined([keys, key], ", ").wrapped("COALESCE(JSON_CONTAINS(", "), 0)")
        }
        Function::JsonContains => all(arguments, "JSON_CONTAINS(", ")"),
        Function::JsonContainedBy => {
            let [part, whole] = two(arguments)?;
            all(vec![whole, part], "JSON_CONTAINS(", ")")
        }
        Function::Uuid4 => {
            Fragment::new(format!("LOWER(CONCAT(HEX(RANDOM_BYTES(6)), '4', {REST}))"))
        }
        Function::Uuid7 => Fragment::new(format!(
            "LOWER(CONCAT(LPAD(HEX(CAST(UNIX_TIMESTAMP(NOW(3)) * 1000 AS UNSIGNED)), 12, '0'), '7', {REST}))"
        )),
        other => call::call(other, arguments, database)?,
    })
}

fn two(arguments: Vec<Fragment>) -> Result<[Fragment; 2]> {
    <[Fragment; 2]>::try_from(arguments)
        .map_err(|_| Error::internal("the function takes two arguments"))
}

/// What the clocks of one zone show, as those of another show it. The server answers NULL for a zone
/// that it does not know; a subquery of two rows is an error instead.
fn zoned(moment: Fragment, from: Fragment, to: Fragment, zone: &Fragment) -> Fragment {
    if zone.sql == "('UTC')" {
        return moment;
    }
    let start = Fragment::new("'2000-01-01'");
    let mut known = Fragment::joined([start, from.clone(), to.clone()], ", ")
        .wrapped("IF(CONVERT_TZ(", ") IS NULL, (SELECT 1 UNION SELECT 2), ");
    known.append(from.wrapped("", ")"));
    Fragment::joined([moment, known, to], ", ").wrapped("CONVERT_TZ(", ")")
}

fn extract(part: DatePart, moment: Fragment) -> Fragment {
    let (before, behind) = match part {
        DatePart::Year => ("YEAR(", ")"),
        DatePart::IsoYear => ("(YEARWEEK(", ", 3) DIV 100)"),
        DatePart::Quarter => ("QUARTER(", ")"),
        DatePart::Month => ("MONTH(", ")"),
        DatePart::Week => ("WEEK(", ", 3)"),
        DatePart::Day => ("DAYOFMONTH(", ")"),
        DatePart::WeekDay => ("DAYOFWEEK(", ")"),
        DatePart::IsoWeekDay => ("(WEEKDAY(", ") + 1)"),
        DatePart::Hour => ("HOUR(", ")"),
        DatePart::Minute => ("MINUTE(", ")"),
        DatePart::Second => ("SECOND(", ")"),
        DatePart::Date => ("DATE(", ")"),
        DatePart::Time => ("TIME(", ")"),
    };
    moment.wrapped(before, behind)
}

/// The moment at which a part began, as a whole date and time.
fn truncate(part: DatePart, moment: Fragment) -> Fragment {
    let format = match part {
        DatePart::Year | DatePart::IsoYear => "%Y-01-01",
        DatePart::Month => "%Y-%m-01",
        DatePart::Hour => "%Y-%m-%d %H:00:00",
        DatePart::Minute => "%Y-%m-%d %H:%i:00",
        DatePart::Second | DatePart::Time => "%Y-%m-%d %H:%i:%s",
        DatePart::Day | DatePart::WeekDay | DatePart::IsoWeekDay | DatePart::Date => "%Y-%m-%d",
        DatePart::Quarter => {
            let mut sql = moment.clone().wrapped("(TIMESTAMP(MAKEDATE(YEAR(", "), 1))");
            sql.append(moment.wrapped(" + INTERVAL QUARTER(", ") - 1 QUARTER)"));
            return sql;
        }
        DatePart::Week => {
            let mut sql = moment.clone().wrapped("(TIMESTAMP(DATE(", "))");
            sql.append(moment.wrapped(" - INTERVAL WEEKDAY(", ") DAY)"));
            return sql;
        }
    };
    moment.wrapped("CAST(DATE_FORMAT(", &format!(", '{format}') AS DATETIME(6))"))
}
