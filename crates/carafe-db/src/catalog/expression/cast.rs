//! Casts, most of which a database adds by itself.

use carafe_model::schema::Kind;

use super::{Read, number};
use crate::ddl::state::{ExpressionState, LiteralState};

/// What a cast leaves of what is cast, where the database adds it by itself.
pub(super) fn cast(read: Read, target: &str) -> Option<Read> {
    let is_integer = matches!(target, "smallint" | "integer" | "bigint");
    let is_number =
        is_integer || matches!(target, "numeric" | "real" | "double precision" | "decimal");
    if let ExpressionState::Literal(literal) = &read.expression {
        return match literal {
            LiteralState::Text(text) if is_number => number(text).map(Read::literal),
            LiteralState::Text(text) if target == "boolean" => match text.as_str() {
                "t" | "true" => Some(Read::literal(LiteralState::Bool(true))),
                "f" | "false" => Some(Read::literal(LiteralState::Bool(false))),
                _ => None,
            },
            LiteralState::I64(_) if is_integer && target != "smallint" => Some(read),
            LiteralState::I64(_) | LiteralState::F64(_) => is_number.then_some(read),
            _ => Some(read),
        };
    }
    let to_text = matches!(target, "text" | "character varying" | "citext");
    let widens = match read.kind.and_then(Kind::range) {
        Some(_) => matches!(target, "bigint" | "numeric" | "double precision"),
        None => read.kind == Some(Kind::Decimal) && target == "double precision",
    };
    let same = (read.is_text() && to_text) || widens;
    // The time at which a statement runs becomes that of its column by itself.
    let is_now = matches!(&read.expression, ExpressionState::Call(name, _) if name == "now");
    (same || is_now).then_some(read)
}
