//! Conditions and computed values, without borrowing from the program.

use std::fmt::{self, Display, Formatter};

use carafe_core::{Error, Result};
use carafe_model::schema::{Expression, Literal, Operator};

/// What a constraint demands, an index sorts by, or a generated column holds.
#[derive(Clone, Debug, PartialEq)]
pub enum ExpressionState {
    /// A field of the same row.
    Field(String),
    /// A value.
    Literal(LiteralState),
    /// Two, compared, computed or joined.
    Binary(Box<Self>, Operator, Box<Self>),
    /// Not.
    Not(Box<Self>),
    /// Whether it is NULL.
    IsNull(Box<Self>),
    /// Whether it is one of these.
    In(Box<Self>, Vec<LiteralState>),
    /// A function of the database.
    Call(String, Vec<Self>),
}

/// A value inside an [`ExpressionState`].
#[derive(Clone, Debug, PartialEq)]
pub enum LiteralState {
    /// NULL.
    Null,
    /// Yes or no.
    Bool(bool),
    /// An integer.
    I64(i64),
    /// A floating-point number.
    F64(f64),
    /// Text.
    Text(String),
}

impl ExpressionState {
    /// Calls `each` with every field that it names.
    pub fn fields<'s>(&'s self, each: &mut dyn FnMut(&'s str)) {
        match self {
            Self::Field(name) => each(name),
            Self::Literal(_) => {}
            Self::Binary(left, _, right) => {
                left.fields(each);
                right.fields(each);
            }
            Self::Not(inner) | Self::IsNull(inner) | Self::In(inner, _) => inner.fields(each),
            Self::Call(_, arguments) => arguments.iter().for_each(|inner| inner.fields(each)),
        }
    }

    /// The same with other names for the fields.
    pub fn renamed(&self, name: &dyn Fn(&str) -> Result<String>) -> Result<Self> {
        let inner = |own: &Self| own.renamed(name).map(Box::new);
        Ok(match self {
            Self::Field(field) => Self::Field(name(field)?),
            Self::Literal(literal) => Self::Literal(literal.clone()),
            Self::Binary(left, operator, right) => {
                Self::Binary(inner(left)?, *operator, inner(right)?)
            }
            Self::Not(own) => Self::Not(inner(own)?),
            Self::IsNull(own) => Self::IsNull(inner(own)?),
            Self::In(own, literals) => Self::In(inner(own)?, literals.clone()),
            Self::Call(function, arguments) => {
                let arguments: Result<_> = arguments.iter().map(|own| own.renamed(name)).collect();
                Self::Call(function.clone(), arguments?)
            }
        })
    }
}

impl TryFrom<&Expression> for ExpressionState {
    type Error = Error;

    fn try_from(expression: &Expression) -> Result<Self> {
        let boxed = |own: &Expression| Self::try_from(own).map(Box::new);
        Ok(match expression {
            Expression::Field(name) => Self::Field((*name).to_owned()),
            Expression::Literal(literal) => Self::Literal(literal.into()),
            Expression::Binary(left, operator, right) => {
                Self::Binary(boxed(left)?, *operator, boxed(right)?)
            }
            Expression::Not(own) => Self::Not(boxed(own)?),
            Expression::IsNull(own) => Self::IsNull(boxed(own)?),
            Expression::In(own, literals) => {
                Self::In(boxed(own)?, literals.iter().map(Into::into).collect())
            }
            Expression::Call(name, arguments) => {
                let arguments: Result<_> = arguments.iter().map(Self::try_from).collect();
                Self::Call((*name).to_owned(), arguments?)
            }
            other => {
                return Err(Error::internal(format!("no table can hold the expression `{other}`")));
            }
        })
    }
}

impl From<&Literal> for LiteralState {
    fn from(literal: &Literal) -> Self {
        match literal {
            Literal::Null => Self::Null,
            Literal::Bool(value) => Self::Bool(*value),
            Literal::I64(number) => Self::I64(*number),
            Literal::F64(number) => Self::F64(*number),
            Literal::Text(text) => Self::Text((*text).to_owned()),
        }
    }
}

/// As it is written in a model.
impl Display for ExpressionState {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Field(name) => f.write_str(name),
            Self::Literal(literal) => literal.fmt(f),
            Self::Binary(left, operator, right) => {
                side(left, f)?;
                write!(f, " {} ", operator.symbol())?;
                side(right, f)
            }
            Self::Not(inner) => {
                f.write_str("!")?;
                side(inner, f)
            }
            Self::IsNull(inner) => {
                receiver(inner, f)?;
                f.write_str(".is_null()")
            }
            Self::In(inner, literals) => {
                receiver(inner, f)?;
                f.write_str(".is_in([")?;
                list(literals, f)?;
                f.write_str("])")
            }
            Self::Call(name, arguments) => {
                write!(f, "{name}(")?;
                list(arguments, f)?;
                f.write_str(")")
            }
        }
    }
}

impl Display for LiteralState {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Null => f.write_str("NULL"),
            Self::Bool(value) => value.fmt(f),
            Self::I64(value) => value.fmt(f),
            Self::F64(value) => write!(f, "{value:?}"),
            Self::Text(value) => write!(f, "{value:?}"),
        }
    }
}

fn side(inner: &ExpressionState, f: &mut Formatter<'_>) -> fmt::Result {
    if matches!(inner, ExpressionState::Binary(..)) { write!(f, "({inner})") } else { inner.fmt(f) }
}

/// What a method is called on: `(!paid).is_null()`.
fn receiver(inner: &ExpressionState, f: &mut Formatter<'_>) -> fmt::Result {
    if matches!(inner, ExpressionState::Not(_)) { write!(f, "({inner})") } else { side(inner, f) }
}

fn list(items: &[impl Display], f: &mut Formatter<'_>) -> fmt::Result {
    for (index, item) in items.iter().enumerate() {
        write!(f, "{}{item}", if index > 0 { ", " } else { "" })?;
    }
    Ok(())
}
