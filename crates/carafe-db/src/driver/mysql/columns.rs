//! The table and the columns of a constraint, which the server does not always tell with its name.

use carafe_core::{Error, Kind};

use super::client::Client;
use super::script;
use crate::error::{Violation, ViolationKind};

const KEY: &str = "select column_name from information_schema.statistics where table_schema = database() and table_name = ? and index_name = ? and column_name is not null order by seq_in_index";

const CHECK: &str = "select c.check_clause from information_schema.check_constraints c join information_schema.table_constraints t on t.constraint_schema = c.constraint_schema and t.constraint_name = c.constraint_name where c.constraint_schema = database() and t.table_name = ? and c.constraint_name = ?";

/// The error with the table and the columns of the constraint that it is about. A failed statement is
/// undone alone here, so that the same connection can be asked.
pub(super) async fn with_columns(client: &mut Client, sql: &str, error: Error) -> Error {
    let Some(violation) = error.cause::<Violation>() else { return error };
    let told = violation.table().filter(|table| !table.is_empty());
    if told.is_some() && !violation.columns().is_empty() {
        return error;
    }
    let Some(table) = told.map(str::to_owned).or_else(|| script::table(sql)) else { return error };
    let known = violation.columns().to_vec();
    let columns = match (violation.kind(), violation.constraint()) {
        (ViolationKind::Unique, Some(key)) => {
            client.texts(KEY, vec![&table, key]).await.unwrap_or_default()
        }
        (ViolationKind::Check, Some(name)) => {
            let clauses = client.texts(CHECK, vec![&table, name]).await.unwrap_or_default();
            clauses.iter().flat_map(|clause| script::quoted_names(clause)).collect()
        }
        _ => known,
    };
    // Without them the error is as true as before.
    if columns.is_empty() {
        return error;
    }
    let violation = violation.clone().on(table, columns);
    Error::new(Kind::Conflict, violation.to_string()).because(violation)
}
