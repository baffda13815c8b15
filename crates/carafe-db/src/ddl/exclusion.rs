//! Combinations that exclude each other.

use carafe_core::{Error, Result};

use super::Ddl;
use super::create::{part, word};
use super::expression::whole;
use super::state::KindState;
use super::table::{Exclusion, Table};

/// The method that has all operators, where none is said.
const METHOD: &str = "gist";

/// The constraint in the description of its table.
pub(super) fn constraint(table: &Table, own: &Exclusion, ddl: &dyn Ddl) -> Result<String> {
    if !ddl.features().exclusions {
        return Err(ddl
            .lacks(&format!("constraint that excludes combinations, as `{}`", own.name))
            .hint("check it in the transaction that writes, with a lock on what is shared"));
    }
    let mut parts = Vec::with_capacity(own.parts.len());
    for (compared, operator) in &own.parts {
        parts.push(format!("{} WITH {}", part(table, compared, ddl)?, symbol(operator)?));
    }
    let condition = match &own.condition {
        Some(condition) => format!(" WHERE ({})", whole(ddl, table, condition)?),
        None => String::new(),
    };
    let deferred = if own.deferred { " DEFERRABLE INITIALLY DEFERRED" } else { "" };
    Ok(format!(
        "CONSTRAINT {} EXCLUDE USING {} ({}){condition}{deferred}",
        ddl.quote(&own.name),
        word(own.method.as_deref().unwrap_or(METHOD))?,
        parts.join(", ")
    ))
}

/// The extension that lets `gist` compare what is no range.
pub(super) fn extension(table: &Table, ddl: &dyn Ddl) -> Option<&'static str> {
    let is_scalar = |column: &str| {
        let kind = table.column(column).map(|column| column.ty.kind.base());
        matches!(kind, Some(KindState::Plain(_)))
    };
    let mut gist = table
        .exclusions
        .iter()
        .filter(|own| own.method.as_deref().unwrap_or(METHOD) == METHOD)
        .flat_map(|own| &own.parts);
    let needed = gist.any(|(part, operator)| {
        matches!(operator.as_str(), "=" | "<>") && part.column().is_none_or(is_scalar)
    });
    (needed && ddl.features().exclusions).then_some("btree_gist")
}

/// An operator, which stands without quotes.
fn symbol(operator: &str) -> Result<&str> {
    let is_symbol = |c: char| "+-*/<>=~!@#%^&|`?".contains(c);
    let comments = operator.contains("--") || operator.contains("/*");
    if !operator.is_empty() && operator.chars().all(is_symbol) && !comments {
        return Ok(operator);
    }
    Err(Error::setup(format!("`{operator}` is no operator")))
}
