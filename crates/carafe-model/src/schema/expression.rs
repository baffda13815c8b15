//! Conditions and computed values as data.

use std::fmt::{self, Display, Formatter};

/// What a constraint demands, an index sorts by, or a generated column holds.
///
/// ```
/// use carafe_model::schema::{Expression, Literal, Operator};
///
/// // pages > 0
/// const POSITIVE: Expression = Expression::Binary(
///     &Expression::Field("pages"),
///     Operator::Gt,
///     &Expression::Literal(Literal::I64(0)),
/// );
/// assert_eq!(POSITIVE.to_string(), "pages > 0");
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub enum Expression {
    /// A field of the same row.
    Field(&'static str),
    /// A value.
    Literal(Literal),
    /// Two, compared, computed or joined.
    Binary(&'static Self, Operator, &'static Self),
    /// Not.
    Not(&'static Self),
    /// Whether it is NULL.
    IsNull(&'static Self),
    /// Whether it is one of these.
    In(&'static Self, &'static [Literal]),
    /// A function of the database: `lower`, `upper`, `length`, `abs`, `coalesce`, `now`, and on
    /// PostgreSQL `to_tsvector`, `setweight`.
    Call(&'static str, &'static [Self]),
}

/// A value inside an [`Expression`].
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Literal {
    /// NULL.
    Null,
    /// Yes or no.
    Bool(bool),
    /// An integer.
    I64(i64),
    /// A floating-point number.
    F64(f64),
    /// Text.
    Text(&'static str),
}

/// What joins two sides of an [`Expression`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operator {
    /// Both.
    And,
    /// Either.
    Or,
    /// Equal.
    Eq,
    /// Not equal.
    Ne,
    /// Less.
    Lt,
    /// Less or equal.
    Le,
    /// Greater.
    Gt,
    /// Greater or equal.
    Ge,
    /// The sum.
    Add,
    /// The difference.
    Sub,
    /// The product.
    Mul,
    /// The quotient.
    Div,
    /// The remainder.
    Rem,
}

impl Operator {
    /// As Rust writes it.
    pub const fn symbol(self) -> &'static str {
        match self {
            Self::And => "&&",
            Self::Or => "||",
            Self::Eq => "==",
            Self::Ne => "!=",
            Self::Lt => "<",
            Self::Le => "<=",
            Self::Gt => ">",
            Self::Ge => ">=",
            Self::Add => "+",
            Self::Sub => "-",
            Self::Mul => "*",
            Self::Div => "/",
            Self::Rem => "%",
        }
    }
}

impl Expression {
    /// Calls `each` with every field that it names.
    pub fn fields(&self, each: &mut dyn FnMut(&'static str)) {
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
}

/// As it is written in a model.
impl Display for Expression {
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
                side(inner, f)?;
                f.write_str(".is_null()")
            }
            Self::In(inner, literals) => {
                side(inner, f)?;
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

impl Display for Literal {
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

fn side(inner: &Expression, f: &mut Formatter<'_>) -> fmt::Result {
    if matches!(inner, Expression::Binary(..)) { write!(f, "({inner})") } else { inner.fmt(f) }
}

fn list(items: &[impl Display], f: &mut Formatter<'_>) -> fmt::Result {
    for (index, item) in items.iter().enumerate() {
        write!(f, "{}{item}", if index > 0 { ", " } else { "" })?;
    }
    Ok(())
}
