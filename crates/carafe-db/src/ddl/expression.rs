//! Expressions in SQL.

use carafe_core::{Error, Result};
use carafe_model::schema::{Kind, Operator};

use super::state::{ExpressionState, LiteralState};
use super::table::Table;
use super::{Ddl, literal};

/// An expression over the columns of a table, as a part of a larger one. `of` is the column whose
/// value it makes, if it is one's.
pub(crate) fn sql(
    ddl: &dyn Ddl,
    table: &Table,
    expression: &ExpressionState,
    of: Option<Kind>,
) -> Result<String> {
    let inner = |own: &ExpressionState| sql(ddl, table, own, of);
    Ok(match expression {
        ExpressionState::Field(column) => ddl.quote(column),
        ExpressionState::Literal(own) => literal(ddl, own)?,
        ExpressionState::Binary(left, operator, right) => {
            binary(ddl, table, (left, *operator, right), of)?
        }
        ExpressionState::Not(own) => format!("(NOT {})", inner(own)?),
        ExpressionState::IsNull(own) => format!("({} IS NULL)", inner(own)?),
        ExpressionState::In(_, literals) if literals.is_empty() => {
            // Nothing is one of none; an empty list is no SQL.
            "(1 = 0)".to_owned()
        }
        ExpressionState::In(own, literals) => {
            let literals: Result<Vec<_>> = literals.iter().map(|own| literal(ddl, own)).collect();
            format!("({} IN ({}))", inner(own)?, literals?.join(", "))
        }
        ExpressionState::Call(name, arguments) => {
            let arguments: Result<Vec<_>> = arguments.iter().map(inner).collect();
            call(ddl, name, &arguments?, of)?
        }
    })
}

/// The same where it stands alone: without parentheses around it.
pub(crate) fn whole(ddl: &dyn Ddl, table: &Table, expression: &ExpressionState) -> Result<String> {
    let sql = sql(ddl, table, expression, None)?;
    let made_them = matches!(
        expression,
        ExpressionState::Binary(..)
            | ExpressionState::Not(_)
            | ExpressionState::IsNull(_)
            | ExpressionState::In(..)
    );
    let inner = sql.strip_prefix('(').and_then(|rest| rest.strip_suffix(')'));
    Ok(inner.filter(|_| made_them).map_or_else(|| sql.clone(), str::to_owned))
}

fn binary(
    ddl: &dyn Ddl,
    table: &Table,
    (left, operator, right): (&ExpressionState, Operator, &ExpressionState),
    of: Option<Kind>,
) -> Result<String> {
    let is_null =
        |own: &ExpressionState| matches!(own, ExpressionState::Literal(LiteralState::Null));
    let (one, other) = (sql(ddl, table, left, of)?, sql(ddl, table, right, of)?);
    // Nothing equals NULL in SQL.
    match operator {
        Operator::Eq if is_null(right) => return Ok(format!("({one} IS NULL)")),
        Operator::Ne if is_null(right) => return Ok(format!("({one} IS NOT NULL)")),
        Operator::Add if is_text(table, left) || is_text(table, right) => {
            return Ok(ddl.concatenated(&one, &other));
        }
        _ => {}
    }
    let symbol = match operator {
        Operator::And => "AND",
        Operator::Or => "OR",
        Operator::Eq => "=",
        Operator::Ne => "<>",
        other => other.symbol(),
    };
    Ok(format!("({one} {symbol} {other})"))
}

fn call(ddl: &dyn Ddl, name: &str, arguments: &[String], of: Option<Kind>) -> Result<String> {
    match (name, arguments) {
        ("now", []) => Ok(ddl.now(of)),
        ("length", [text]) => Ok(ddl.length(text)),
        ("lower" | "upper" | "abs", [_]) | ("coalesce", [_, _, ..]) => {
            Ok(format!("{}({})", name.to_uppercase(), arguments.join(", ")))
        }
        ("to_tsvector" | "setweight", [_, _]) if ddl.features().text_search => {
            Ok(format!("{}({})", name.to_uppercase(), arguments.join(", ")))
        }
        ("to_tsvector" | "setweight", [_, _]) => Err(ddl.lacks(&format!("function `{name}`"))),
        _ => Err(Error::setup(format!(
            "`{name}` with {} arguments is no function of a table",
            arguments.len()
        ))
        .hint("there are `lower`, `upper`, `length` and `abs` of one, `coalesce` of several, `now` of none, and PostgreSQL's `to_tsvector` and `setweight` of two")),
    }
}

/// Whether it makes a text, so that `+` joins.
fn is_text(table: &Table, expression: &ExpressionState) -> bool {
    match expression {
        ExpressionState::Field(column) => {
            let kind = table.column(column).and_then(|column| column.ty.kind.plain());
            kind.is_some_and(|kind| kind.is_text() || kind == Kind::SearchVector)
        }
        ExpressionState::Literal(literal) => matches!(literal, LiteralState::Text(_)),
        ExpressionState::Binary(left, Operator::Add, right) => {
            is_text(table, left) || is_text(table, right)
        }
        ExpressionState::Call(name, arguments) => match name.as_str() {
            "lower" | "upper" | "to_tsvector" | "setweight" => true,
            "coalesce" => arguments.iter().any(|own| is_text(table, own)),
            _ => false,
        },
        _ => false,
    }
}
