//! What stands in rows for what nobody remembers.

use carafe_model::schema::Kind;

use crate::ddl::state::{ExpressionState, FieldState, LiteralState};

/// What rows hold in a required field that comes back, or may hold NULL no more, when a change is undone.
pub(crate) fn blank(field: &FieldState) -> Option<ExpressionState> {
    let needs_some = !field.null
        && !field.unique
        && !field.primary_key
        && field.generated.is_none()
        && field.default.is_none()
        && field.reference.is_none();
    let kind = field.kind.plain().filter(|_| needs_some)?;
    Some(ExpressionState::Literal(match kind {
        Kind::Bool => LiteralState::Bool(false),
        Kind::Real | Kind::Float | Kind::Decimal | Kind::Duration => LiteralState::I64(0),
        kind if kind.range().is_some() => LiteralState::I64(0),
        kind if kind.is_text() => LiteralState::Text(String::new()),
        _ => return None,
    }))
}
