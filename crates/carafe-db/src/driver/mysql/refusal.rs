//! What the server refused, as an error of ours.

use std::fmt;

use carafe_core::{Error, Kind};
use mysql_async::{DriverError, ServerError};

use super::script::quoted_names;
use crate::error::{Failure, Violation, ViolationKind};

/// The cause of an error that ends its connection, in the words of the system.
#[derive(Clone, Debug, Default)]
struct Ended(String);

impl fmt::Display for Ended {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the connection has ended: {}", self.0)
    }
}

impl std::error::Error for Ended {}

/// The code of the cause, where it is the server's word.
fn code(error: &Error) -> Option<&str> {
    error.cause::<Failure>().and_then(Failure::code)
}

/// Whether the statement is none of those that can be prepared.
pub(super) fn cannot_be_prepared(error: &Error) -> bool {
    code(error) == Some("1295")
}

/// Whether the server does not know the prepared statement, or wants it anew.
pub(super) fn is_forgotten(error: &Error) -> bool {
    matches!(code(error), Some("1243" | "1615"))
}

/// Whether there is no such savepoint.
pub(super) fn has_no_savepoint(error: &Error) -> bool {
    code(error) == Some("1305")
}

/// Whether the server has undone the whole transaction, and not the statement alone: a deadlock, too
/// many locks, a row that has changed since it was read.
pub(super) fn undoes_transaction(error: &Error) -> bool {
    matches!(code(error), Some("1213" | "1206" | "1020" | "1614"))
}

/// Whether the connection is of no use any more: it has ended, its server goes down, or writes nothing
/// any more, as another one does now.
pub(super) fn ends_connection(error: &Error) -> bool {
    const ENDS: &[&str] = &[
        "1053", "1077", "1079", "1158", "1159", "1160", "1161", "1290", "1836", "1927", "3169",
        "4031",
    ];
    error.cause::<Ended>().is_some() || code(error).is_some_and(|code| ENDS.contains(&code))
}

/// A query was broken off before all of its rows were read.
pub(super) fn broken_off() -> Error {
    Error::new(Kind::Timeout, "the query was broken off before all of its rows were read")
}

/// A part of a transaction cannot be undone, as a statement has committed it.
pub(super) fn committed_before() -> Error {
    Error::internal(
        "a part of the transaction cannot be undone: one of its statements has committed it",
    )
    .hint(
        "statements that make, change or drop tables do that here; keep them out of `tx.atomic(…)`",
    )
}

/// A statement of the transaction failed in a way that undid all of it, and its error was not returned.
pub(super) fn passed_over() -> Error {
    Error::internal(
        "a statement of this transaction has failed before, and the server has undone all of it",
    )
    .hint("return the error of the statement, and try the whole again: `db.atomic_retry(3, …)`")
}

/// The error for what the server said, or for the end of the connection.
pub(super) fn refused(error: mysql_async::Error) -> Error {
    match error {
        mysql_async::Error::Server(said) => said_no(&said),
        mysql_async::Error::Io(io) => ended().because(Ended(io.to_string())),
        mysql_async::Error::Driver(DriverError::ConnectionClosed) => {
            ended().because(Ended::default())
        }
        mysql_async::Error::Driver(DriverError::PacketTooLarge) => {
            too_large().because(Ended::default())
        }
        // What it says may hold the bytes of a packet.
        mysql_async::Error::Driver(_) => {
            Error::internal("the database server answered what is no answer")
                .because(Ended::default())
        }
        other => Error::internal(other.to_string()).because(Ended::default()),
    }
}

fn ended() -> Error {
    Error::new(Kind::Unavailable, "the connection to the database server has ended")
        .hint("the next statement makes a new one; if the server is up, its log says why")
}

fn too_large() -> Error {
    Error::new(Kind::Invalid, "the values of the statement are larger than the server takes")
        .hint("`max_allowed_packet` of the server is the most")
}

fn said_no(said: &ServerError) -> Error {
    if let Some(violation) = violation(said) {
        return Error::new(Kind::Conflict, violation.to_string()).because(violation);
    }
    let message = message(said);
    let cause = Failure::new(message.clone()).with_code(said.code.to_string());
    match said.code {
        1213 | 1020 => {
            Error::new(Kind::Timeout, "two transactions met, and this one had to give way")
                .hint("try it again: `db.atomic_retry(3, …)`")
                .because(cause.transient())
        }
        1205 | 3572 => Error::new(Kind::Timeout, message)
            .hint("another transaction holds a lock for long; `database.wait` is the longest wait for one")
            .because(cause.transient()),
        // MariaDB's, and MySQL's.
        1969 | 3024 => Error::new(Kind::Timeout, message)
            .hint("`database.statement` is the longest that a statement may take")
            .because(cause),
        1243 | 1615 => {
            Error::internal("the tables have changed since the statement was prepared")
                .because(cause.transient())
        }
        // A table, a column; a table that is to be dropped.
        1146 | 1054 | 1051 => Error::internal(message).because(cause.unknown_name()),
        1792 => Error::internal(message)
            .hint("the transaction was begun by `read_only()`")
            .because(cause),
        1153 => too_large().because(cause),
        // No room, no connection left, going down, killed, read only, not yet part of the cluster.
        1021 | 1037 | 1038 | 1040 | 1041 | 1047 | 1053 | 1077 | 1079 | 1114 | 1152 | 1158..=1161 | 1203
        | 1226 | 1290 | 1317 | 1836 | 1927 | 3169 | 4031 => {
            Error::new(Kind::Unavailable, message).because(cause)
        }
        code if is_about_data(code, &said.state) => {
            Error::new(Kind::Invalid, message).because(cause)
        }
        _ => Error::internal(message).because(cause),
    }
}

/// Whether it is about a value that does not fit; a division by zero is a mistake of the statement.
fn is_about_data(code: u16, state: &str) -> bool {
    const DATA: &[u16] =
        &[1264, 1265, 1292, 1366, 1367, 1406, 1411, 1416, 1441, 1525, 1690, 3140, 3141, 3156, 4038];
    code != 1365 && (DATA.contains(&code) || state.starts_with("22"))
}

/// The server's sentence. Those about data quote it, and no value may come into a log this way.
fn message(said: &ServerError) -> String {
    let message = &said.message;
    if !is_about_data(said.code, &said.state) {
        return message.clone();
    }
    let Some(first) = message.find(['\'', '"']) else { return message.clone() };
    // `Incorrect integer value: 'x' for column …`; a column is named by the last of it.
    let column = message.rfind("' for column ").map(|at| at + 1);
    if let Some(column) = column.filter(|column| *column > first) {
        return format!("{}'…'{}", &message[..first], &message[column..]);
    }
    // `Data too long for column 'x' at row 1` quotes nothing but the column.
    if message[..first].ends_with("column ") {
        message.clone()
    } else {
        format!("{}'…'", &message[..first])
    }
}

fn violation(said: &ServerError) -> Option<Violation> {
    let kind = match said.code {
        1022 | 1062 | 1169 | 1586 | 1859 => ViolationKind::Unique,
        1216 | 1217 | 1451 | 1452 | 1761 | 1762 => ViolationKind::ForeignKey,
        3819 | 4025 => ViolationKind::Check,
        1048 | 1263 | 1364 => ViolationKind::NotNull,
        1644 if said.state == "45000" => {
            return Some(Violation::new(ViolationKind::Trigger).named(&said.message));
        }
        _ => return None,
    };
    let violation = Violation::new(kind);
    Some(match kind {
        ViolationKind::Unique => match key(&said.message) {
            Some((Some(table), key)) => violation.named(key).on(table, Vec::new()),
            Some((None, key)) => violation.named(key),
            None => violation,
        },
        ViolationKind::ForeignKey => foreign_key(violation, &said.message),
        ViolationKind::Check => check(violation, &said.message),
        // The table stands in the statement.
        _ => match said.message.split('\'').nth(1) {
            Some(column) => violation.on("", vec![column.to_owned()]),
            None => violation,
        },
    })
}

/// The key of `Duplicate entry 'Oslo-5' for key 'place_once'`; MySQL puts the table before it.
fn key(message: &str) -> Option<(Option<&str>, &str)> {
    let (_, key) = message.rsplit_once(" for key '")?;
    let key = key.strip_suffix('\'')?;
    Some(key.split_once('.').map_or((None, key), |(table, key)| (Some(table), key)))
}

/// The names in `… fails (`db`.`sale`, CONSTRAINT ``of_customer`` FOREIGN KEY (`customer`) REFERENCES …)`.
fn foreign_key(violation: Violation, message: &str) -> Violation {
    let parts = message.split_once(", CONSTRAINT ").and_then(|(before, after)| {
        let (name, after) = after.split_once(" FOREIGN KEY (")?;
        let (columns, _) = after.split_once(") REFERENCES ")?;
        Some((quoted_names(before).pop()?, quoted_names(name).pop()?, quoted_names(columns)))
    });
    match parts {
        Some((table, name, columns)) => violation.named(name).on(table, columns),
        None => violation,
    }
}

/// MariaDB's ``CONSTRAINT `grown` failed for `db`.`customer` ``, and MySQL's `Check constraint 'grown' is
/// violated.`
fn check(violation: Violation, message: &str) -> Violation {
    match &quoted_names(message)[..] {
        // The check of a column is called after it.
        [name, _, table] => match name.split_once('.') {
            Some((_, column)) => violation.named(column).on(table, vec![column.to_owned()]),
            None => violation.named(name).on(table, Vec::new()),
        },
        _ => match message.split('\'').nth(1) {
            Some(name) => violation.named(name),
            None => violation,
        },
    }
}
