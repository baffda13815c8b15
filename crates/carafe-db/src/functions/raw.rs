//! Pieces of SQL by hand.

use std::borrow::Cow;

use carafe_model::Field;
use carafe_model::query::{Expr, Filter, Node, RawPart};

use crate::params::Params;

/// A piece of SQL that you write, of the type that you name (Django's `RawSQL`); values go beside
/// it, one for each `?`.
///
/// ```
/// use carafe::prelude::*;
/// use carafe::db::functions::raw_expression;
///
/// # #[derive(Model)] struct Post { id: i64, title: String, views: i32 }
/// let bonus = raw_expression::<i32, _, _>("views + ?", (10,));
/// let posts = Post::all().order_by(bonus.desc());
/// ```
///
/// Nothing in it is checked: never put the words of people into the text. The columns are those of
/// the database. `??` is the operator `?`. Another number of `?` than of values is an error when the
/// database is asked.
pub fn raw_expression<T: Field, M, P: Params>(
    sql: impl Into<Cow<'static, str>>,
    params: P,
) -> Expr<M, T> {
    Expr::new(raw(&sql.into(), params))
}

/// A condition that you write, like [`raw_expression`].
///
/// ```
/// use carafe::prelude::*;
/// use carafe::db::functions::raw_condition;
///
/// # #[derive(Model)] struct Post { id: i64, title: String, views: i32 }
/// let odd = Post::all().filter(raw_condition("views % ? = 1", (2,)) & Post::TITLE.ne(""));
/// ```
pub fn raw_condition<M, P: Params>(sql: impl Into<Cow<'static, str>>, params: P) -> Filter<M> {
    Filter::new(raw(&sql.into(), params))
}

fn raw(sql: &str, params: impl Params) -> Node {
    let values = params.into_values();
    let pieces = pieces(sql);
    if pieces.len() != values.len() + 1 {
        let (wanted, given) = (pieces.len() - 1, values.len());
        let sentence = format!("the SQL has {wanted} parameters, and {given} values are given");
        return Node::Wrong(sentence.into());
    }
    let mut parts = Vec::with_capacity(pieces.len() * 2);
    let mut values = values.into_iter();
    for piece in pieces {
        parts.push(RawPart::Sql(piece.into()));
        parts.extend(values.next().map(|value| RawPart::Node(Node::Value(value))));
    }
    Node::Raw(parts)
}

/// The text between the `?` that stand for values: those in quotes and comments do not.
fn pieces(sql: &str) -> Vec<String> {
    let mut pieces = vec![String::new()];
    let mut inside: Option<&str> = None;
    let mut rest = sql;
    while let Some(letter) = rest.chars().next() {
        let opens = [("'", "'"), ("\"", "\""), ("`", "`"), ("--", "\n"), ("/*", "*/")];
        let mut length = letter.len_utf8();
        match inside {
            Some(end) => {
                if rest.starts_with(end) {
                    length = end.len();
                    inside = None;
                }
            }
            None if rest.starts_with("??") => {
                pieces.last_mut().into_iter().for_each(|piece| piece.push('?'));
                rest = &rest[2..];
                continue;
            }
            None if letter == '?' => {
                pieces.push(String::new());
                rest = &rest[1..];
                continue;
            }
            None => {
                if let Some((start, end)) = opens.iter().find(|(start, _)| rest.starts_with(start))
                {
                    length = start.len();
                    inside = Some(end);
                }
            }
        }
        pieces.last_mut().into_iter().for_each(|piece| piece.push_str(&rest[..length]));
        rest = &rest[length..];
    }
    pieces
}

#[cfg(test)]
mod tests {
    use super::pieces;

    #[track_caller]
    fn check(sql: &str, expected: &[&str]) {
        assert_eq!(pieces(sql), expected, "{sql}");
    }

    #[test]
    fn values_stand_for_question_marks() {
        check("", &[""]);
        check("a + ?", &["a + ", ""]);
        check("? = ?", &["", " = ", ""]);
        check("a ?? 'b'", &["a ? 'b'"]);
        check("'?' || \"?\" || `?` || ?", &["'?' || \"?\" || `?` || ", ""]);
        check("'it''s ?' || ?", &["'it''s ?' || ", ""]);
        check("a -- ?\n + ?", &["a -- ?\n + ", ""]);
        check("a /* ? */ + ?é", &["a /* ? */ + ", "é"]);
    }
}
