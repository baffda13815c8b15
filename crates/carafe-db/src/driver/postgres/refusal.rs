//! What PostgreSQL refused, as an error of ours.

use std::error::Error as StdError;

use carafe_core::{Error, Kind};
use tokio_postgres::error::{DbError, SqlState};

use crate::error::{self, Failure, Violation, ViolationKind};

/// A prepared statement would give other columns than it said.
const CHANGED: &str = "0A000";

/// Somebody has deallocated a prepared statement.
const GONE: &str = "26000";

/// Whether a statement that was prepared well is wrong now, as the tables are others.
pub(super) fn is_stale(error: &Error) -> bool {
    let code = error.cause::<Failure>().and_then(Failure::code).unwrap_or_default();
    // The class of mistakes in the SQL.
    code.starts_with("42") || code == CHANGED || code == GONE
}

/// Whether somebody has deallocated a prepared statement, or it was prepared elsewhere.
pub(super) fn is_gone(error: &Error) -> bool {
    error.cause::<Failure>().and_then(Failure::code) == Some(GONE)
}

/// The error for what PostgreSQL said, or for the end of the connection.
pub(super) fn refused(error: tokio_postgres::Error) -> Error {
    match error.as_db_error() {
        Some(said) => said_no(said),
        None if error.is_closed() || source::<std::io::Error>(&error).is_some() => {
            Error::new(Kind::Unavailable, "the connection to the PostgreSQL server has ended")
                .hint("the next statement makes a new one; if the server is up, its log says why")
                .because(Failure::new(error.to_string()))
        }
        None => Error::internal(error.to_string()),
    }
}

/// The first cause of a type.
pub(super) fn source<E: StdError + 'static>(error: &tokio_postgres::Error) -> Option<&E> {
    let mut cause = error.source();
    while let Some(one) = cause {
        if let Some(found) = one.downcast_ref() {
            return Some(found);
        }
        cause = one.source();
    }
    None
}

fn said_no(said: &DbError) -> Error {
    if let Some(violation) = violation(said) {
        return Error::new(Kind::Conflict, violation.to_string()).because(violation);
    }
    let code = said.code();
    let message = message(said);
    let cause = Failure::new(message.clone()).with_code(code.code());
    if [SqlState::T_R_SERIALIZATION_FAILURE, SqlState::T_R_DEADLOCK_DETECTED].contains(code) {
        return Error::new(Kind::Timeout, "two transactions met, and this one had to give way")
            .hint("try it again: `db.atomic_retry(3, …)`")
            .because(cause.transient());
    }
    if code.code() == GONE
        || (code.code() == CHANGED && said.routine() == Some("RevalidateCachedQuery"))
    {
        return Error::internal("the tables have changed since the statement was prepared")
            .hint("outside of a transaction it is prepared anew by itself; `db.atomic_retry(2, …)` does that for a whole one")
            .because(cause.transient());
    }
    if *code == SqlState::READ_ONLY_SQL_TRANSACTION {
        return error::only_reads(cause);
    }
    if *code == SqlState::LOCK_NOT_AVAILABLE {
        return Error::new(Kind::Timeout, message).because(cause.transient());
    }
    if *code == SqlState::QUERY_CANCELED {
        return Error::new(Kind::Timeout, message)
            .hint("`database.statement` is the longest that a statement may take")
            .because(cause);
    }
    if *code == SqlState::IN_FAILED_SQL_TRANSACTION {
        return passed_over().because(cause.passed_over());
    }
    if [SqlState::UNDEFINED_TABLE, SqlState::UNDEFINED_COLUMN].contains(code) {
        // What it guesses stands behind what it says: what to do about it somebody else may know better.
        let message = match said.hint() {
            Some(hint) => format!("{message}. {}", hint.trim_end_matches('.')),
            None => message,
        };
        return Error::internal(message).because(cause.unknown_name());
    }
    // Classes: connection, resources, the operator's intervention, the system.
    let error = match &code.code()[..2] {
        "08" | "53" | "57" | "58" => Error::new(Kind::Unavailable, message),
        "22" if *code != SqlState::DIVISION_BY_ZERO => Error::new(Kind::Invalid, message),
        _ => Error::internal(message),
    };
    match said.hint() {
        Some(hint) => error.hint(hint.to_owned()).because(cause),
        None => error.because(cause),
    }
}

/// A statement of a transaction failed, and its error was not returned.
fn passed_over() -> Error {
    Error::internal("a statement of this transaction has failed before, and PostgreSQL has undone all of it")
        .hint("return the error of the statement; what may fail belongs into `tx.atomic(…)`, which is undone alone")
}

/// PostgreSQL's sentence. Those about data quote it, and no value may come into a log this way.
fn message(said: &DbError) -> String {
    let message = said.message();
    let about_data = said.code().code().starts_with("22");
    match (message.find('"'), message.rfind('"')) {
        (Some(first), Some(last)) if about_data && first < last => {
            format!("{}…{}", &message[..=first], &message[last..])
        }
        _ => message.to_owned(),
    }
}

fn violation(said: &DbError) -> Option<Violation> {
    let code = said.code();
    let kind = match code {
        code if *code == SqlState::UNIQUE_VIOLATION => ViolationKind::Unique,
        code if *code == SqlState::FOREIGN_KEY_VIOLATION => ViolationKind::ForeignKey,
        code if *code == SqlState::RESTRICT_VIOLATION => ViolationKind::ForeignKey,
        code if *code == SqlState::CHECK_VIOLATION => ViolationKind::Check,
        code if *code == SqlState::NOT_NULL_VIOLATION => ViolationKind::NotNull,
        code if *code == SqlState::EXCLUSION_VIOLATION => ViolationKind::Exclusion,
        code if *code == SqlState::RAISE_EXCEPTION => {
            return Some(Violation::new(ViolationKind::Trigger).named(said.message()));
        }
        _ => return None,
    };
    let mut violation = Violation::new(kind);
    if let Some(name) = said.constraint() {
        violation = violation.named(name);
    }
    if let Some(table) = said.table() {
        let columns = match said.column() {
            Some(column) => vec![column.to_owned()],
            None => said.detail().map(|detail| columns(detail, table)).unwrap_or_default(),
        };
        violation = violation.on(table, columns);
    }
    Some(violation)
}

/// The columns of `Key (place, number)=(Oslo, 5) already exists.`, whatever the language around it; none
/// where the key is that of the table that is referred to.
fn columns(detail: &str, table: &str) -> Vec<String> {
    let of_other = detail.contains(&format!("\"{table}\""));
    let key = detail.split_once('(').and_then(|(_, rest)| rest.split_once(")=("));
    match key {
        Some((key, _)) if !of_other => {
            let names = key.split(", ").map(|name| name.trim_matches('"').replace("\"\"", "\""));
            let names: Vec<String> = names.collect();
            // An index over an expression has no column to name.
            if names.iter().any(|name| name.contains('(')) { Vec::new() } else { names }
        }
        _ => Vec::new(),
    }
}
