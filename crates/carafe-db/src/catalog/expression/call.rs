//! Functions, by the names that databases have for them.

use carafe_model::schema::Kind;

use super::{Read, Reader, concatenated, now};
use crate::ddl::state::{ExpressionState, LiteralState};

impl Reader<'_> {
    /// What stands behind the name of a function: the name that a model has for it, with the same.
    pub(super) fn call(&mut self, name: &str) -> Option<Read> {
        self.expects("(")?;
        let mut arguments = Vec::new();
        while !self.takes(")") {
            if !arguments.is_empty() {
                self.expects(",")?;
            }
            arguments.push(self.level(0)?);
        }
        let call = |name: &str, arguments: Vec<Read>, kind| {
            let arguments = arguments.into_iter().map(|read| read.expression).collect();
            Some(Read { expression: ExpressionState::Call(name.to_owned(), arguments), kind })
        };
        let text = |read: &Read| match &read.expression {
            ExpressionState::Literal(LiteralState::Text(text)) => Some(text.clone()),
            _ => None,
        };
        match (name, &arguments[..]) {
            (
                "now" | "current_timestamp" | "statement_timestamp" | "transaction_timestamp",
                [] | [_],
            ) => Some(now()),
            ("curdate" | "curtime" | "current_date" | "current_time", []) => {
                self.is_default.then(now)
            }
            ("strftime", [format, at]) if text(at).as_deref() == Some("now") => {
                let format = text(format)?;
                let known = ["%H:%M:%f", "%Y-%m-%d %H:%M:%f"];
                known.contains(&format.as_str()).then(now)
            }
            ("date" | "datetime", [at]) if text(at).as_deref() == Some("now") => Some(now()),
            ("lower" | "lcase", [_]) => call("lower", arguments, Some(Kind::Text)),
            ("upper" | "ucase", [_]) => call("upper", arguments, Some(Kind::Text)),
            (name, [_]) if self.how.length.contains(&name) => {
                call("length", arguments, Some(Kind::BigInteger))
            }
            ("abs", [of]) => {
                let kind = of.kind;
                call("abs", arguments, kind)
            }
            ("isnull", [_]) => {
                let inner = arguments.pop()?.expression;
                Some(Read::of(ExpressionState::IsNull(Box::new(inner)), Kind::Bool))
            }
            ("coalesce", [_, _, ..]) | ("ifnull", [_, _]) => {
                let kind =
                    arguments.iter().find_map(|read| read.kind.filter(|kind| kind.is_text()));
                let kind = kind.or(arguments.first()?.kind);
                call("coalesce", arguments, kind)
            }
            ("concat", [_, _]) => {
                let right = arguments.pop()?;
                concatenated(arguments.pop()?, right)
            }
            ("to_tsvector", [_, _]) => call("to_tsvector", arguments, Some(Kind::SearchVector)),
            ("setweight", [_, _]) => call("setweight", arguments, Some(Kind::SearchVector)),
            _ => None,
        }
    }
}
