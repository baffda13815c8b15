//! What SQLite refused, as an error of ours.

use carafe_core::{Error, Kind};
use rusqlite::{ErrorCode, ffi};

use crate::error::{Failure, Violation, ViolationKind};

/// The error for what SQLite said. Its sentences name tables and columns, and no values.
pub(super) fn refused(error: rusqlite::Error) -> Error {
    let (failure, message) = match error {
        rusqlite::Error::SqliteFailure(failure, message) => (failure, message),
        rusqlite::Error::SqlInputError { error, msg, .. } => (error, Some(msg)),
        other => return Error::internal(other.to_string()),
    };
    let message = message.unwrap_or_else(|| failure.to_string());
    if failure.code == ErrorCode::ConstraintViolation
        && let Some(violation) = violation(failure.extended_code, &message)
    {
        return Error::new(Kind::Conflict, violation.to_string()).because(violation);
    }
    let cause = Failure::new(message.clone()).with_code(failure.extended_code.to_string());
    match failure.code {
        ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked => {
            Error::new(Kind::Timeout, "another program has the database locked")
                .because(cause.transient())
        }
        ErrorCode::OperationInterrupted => {
            Error::new(Kind::Timeout, "the statement was interrupted").because(cause)
        }
        ErrorCode::CannotOpen
        | ErrorCode::SystemIoFailure
        | ErrorCode::DiskFull
        | ErrorCode::ReadOnly
        | ErrorCode::DatabaseCorrupt
        | ErrorCode::NotADatabase
        | ErrorCode::PermissionDenied
        | ErrorCode::FileLockingProtocolFailed => {
            Error::new(Kind::Unavailable, message).because(cause)
        }
        _ if is_about_a_name(&message) => Error::internal(message).because(cause.unknown_name()),
        _ => Error::internal(message).because(cause),
    }
}

/// Whether a table or a column is not there; it has one code for all mistakes of a statement.
fn is_about_a_name(message: &str) -> bool {
    message.starts_with("no such table: ")
        || message.starts_with("no such column: ")
        || (message.starts_with("table ") && message.contains(" has no column named "))
}

fn violation(code: i32, message: &str) -> Option<Violation> {
    // `UNIQUE constraint failed: user.name, user.place`
    let subject = message.split_once("constraint failed: ").map(|(_, subject)| subject);
    let kind = match code {
        ffi::SQLITE_CONSTRAINT_UNIQUE
        | ffi::SQLITE_CONSTRAINT_PRIMARYKEY
        | ffi::SQLITE_CONSTRAINT_ROWID => ViolationKind::Unique,
        ffi::SQLITE_CONSTRAINT_NOTNULL => ViolationKind::NotNull,
        ffi::SQLITE_CONSTRAINT_FOREIGNKEY => {
            return Some(Violation::new(ViolationKind::ForeignKey));
        }
        ffi::SQLITE_CONSTRAINT_CHECK => {
            return Some(Violation::new(ViolationKind::Check).named(subject.unwrap_or_default()));
        }
        ffi::SQLITE_CONSTRAINT_TRIGGER => {
            return Some(Violation::new(ViolationKind::Trigger).named(message));
        }
        _ => return None,
    };
    let violation = Violation::new(kind);
    let Some(subject) = subject else {
        return Some(violation);
    };
    // A unique index over an expression has a name instead of columns: `index 'user_lower_name'`.
    if let Some(name) = subject.strip_prefix("index '") {
        return Some(violation.named(name.trim_end_matches('\'')));
    }
    let mut table = "";
    let columns = subject.split(", ").filter_map(|column| {
        let (before, name) = column.split_once('.')?;
        table = before;
        Some(name.to_owned())
    });
    let columns: Vec<String> = columns.collect();
    Some(violation.on(table, columns))
}
