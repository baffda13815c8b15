//! An expression as data.

use std::borrow::Cow;
use std::sync::Arc;

use super::{Function, Path, Select};
use crate::Value;
use crate::schema::{Kind, SchemaFn};

/// An expression as data: what a query compares, computes, sorts by and returns.
///
/// It says what is meant, in no database's words. Typed expressions ([`Expr`](super::Expr),
/// [`Column`](crate::Column)) make it.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Node {
    /// A field of the row that is looked at, or of one that it leads to.
    Column(Path),
    /// A field over a relation of which only some rows count.
    Filtered(Arc<Filtered>, Option<Path>),
    /// A field of the row of a query around this one.
    Outer(Path, SchemaFn),
    /// A value.
    Value(Value),
    /// A value of which the database must be told the kind.
    Typed(Value, Kind),
    /// Several, compared as one: a composite key.
    Tuple(Vec<Self>),
    /// Two, compared or computed.
    Binary(Box<[Self; 2]>, Operator),
    /// All of these; true where there are none.
    And(Vec<Self>),
    /// Any of these; false where there are none.
    Or(Vec<Self>),
    /// An odd number of these.
    Xor(Vec<Self>),
    /// Whatever this is not true of, NULL included.
    Not(Box<Self>),
    /// Whether it is NULL.
    IsNull(Box<Self>),
    /// Whether it is one of these.
    In(Box<Self>, Vec<Self>),
    /// Whether it is among the rows of a query of one column.
    InQuery(Box<Self>, Arc<Select>),
    /// Whether it is from the second to the third, both included.
    Between(Box<[Self; 3]>),
    /// Whether a text holds another, which is a pattern of LIKE already where it is a value.
    Text(Box<[Self; 2]>, TextMatch),
    /// A function of the database.
    Call(Function, Vec<Self>),
    /// Over many rows.
    Aggregate(Box<Aggregate>),
    /// Over the rows around this one.
    Window(Box<Window>),
    /// The first of some cases.
    Case(Vec<(Self, Self)>, Option<Box<Self>>),
    /// As another kind.
    Cast(Box<Self>, Cast),
    /// Compared and sorted by a collation of the database.
    Collate(Box<Self>, Cow<'static, str>),
    /// Something inside a JSON document.
    Json(Box<Self>, Vec<JsonStep>, JsonAs),
    /// Whether a query has rows.
    Exists(Arc<Select>),
    /// The only value of a query.
    Subquery(Arc<Select>),
    /// SQL that somebody wrote.
    Raw(Vec<RawPart>),
    /// What cannot be asked, and why: an error when the database would be asked.
    Wrong(Cow<'static, str>),
}

/// What joins two sides.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Operator {
    /// Equal.
    Eq,
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
    /// The quotient of whole numbers, without what is left over.
    IntDiv,
    /// The remainder.
    Rem,
    /// Bitwise and.
    BitAnd,
    /// Bitwise or.
    BitOr,
    /// Bitwise exclusive or.
    BitXor,
    /// Bits shifted to the left.
    Shl,
    /// Bits shifted to the right.
    Shr,
}

impl Operator {
    /// Whether it compares, so that the result is true or false.
    pub const fn compares(self) -> bool {
        matches!(self, Self::Eq | Self::Lt | Self::Le | Self::Gt | Self::Ge)
    }
}

/// How a text is looked for in another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TextMatch {
    /// Anywhere (`contains`).
    Contains,
    /// At the beginning (`startswith`).
    StartsWith,
    /// At the end (`endswith`).
    EndsWith,
    /// Anywhere, whatever the case (`icontains`).
    IContains,
    /// At the beginning, whatever the case (`istartswith`).
    IStartsWith,
    /// At the end, whatever the case (`iendswith`).
    IEndsWith,
    /// The whole, whatever the case (`iexact`).
    IExact,
    /// By a regular expression (`regex`).
    Regex,
    /// The same, whatever the case (`iregex`).
    IRegex,
}

/// A kind to convert to, with its sizes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cast {
    /// The kind.
    pub kind: Kind,
    /// The most characters.
    pub max_length: Option<u32>,
    /// The digits of a decimal, and those behind the point.
    pub digits: Option<(u8, u8)>,
}

/// A step into a JSON document.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum JsonStep {
    /// By the key of an object.
    Key(String),
    /// By the place in an array, from 0; from the end where it is negative.
    Index(i64),
}

/// What a place in a JSON document is taken as.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum JsonAs {
    /// JSON.
    Json,
    /// The text of a string, or of whatever else stands there.
    Text,
}

/// A relation of which only some rows count (Django's `FilteredRelation`).
#[derive(Clone, Debug)]
pub struct Filtered {
    /// The relation.
    pub path: Path,
    /// Which rows count.
    pub condition: Node,
}

/// An aggregate function with what it is asked.
#[derive(Clone, Debug)]
pub struct Aggregate {
    /// The function.
    pub function: AggregateFunction,
    /// What it looks at; nothing counts rows.
    pub argument: Option<Node>,
    /// What stands between, where it joins texts; what else it looks at, where it looks at two.
    pub separator: Option<Node>,
    /// Each value once.
    pub distinct: bool,
    /// The rows that count.
    pub filter: Option<Node>,
    /// In this order.
    pub order: Vec<OrderTerm>,
    /// What it is where there is nothing.
    pub default: Option<Node>,
}

/// A function over many rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum AggregateFunction {
    /// How many.
    Count,
    /// The sum.
    Sum,
    /// The mean, as a float or a decimal.
    Avg(AvgAs),
    /// The smallest.
    Min,
    /// The largest.
    Max,
    /// The standard deviation of all.
    StdDevPop,
    /// The standard deviation of a sample.
    StdDevSample,
    /// The variance of all.
    VariancePop,
    /// The variance of a sample.
    VarianceSample,
    /// Texts joined.
    StringAgg,
    /// Any of them.
    AnyValue,
    /// All bits that all have.
    BitAnd,
    /// All bits that any has.
    BitOr,
    /// All bits that an odd number has.
    BitXor,
    /// Whether all are true.
    BoolAnd,
    /// Whether any is true.
    BoolOr,
    /// As an array.
    ArrayAgg,
    /// As a JSON array.
    JsonAgg,
    /// What only some databases have, by its name there.
    Named(&'static str),
}

/// What a mean is read as.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum AvgAs {
    /// A float.
    Float,
    /// A decimal.
    Decimal,
}

/// A function over the rows around this one.
#[derive(Clone, Debug)]
pub struct Window {
    /// What is computed: an aggregate, or a function of windows.
    pub function: Node,
    /// Rows that have these in common are looked at together.
    pub partition: Vec<Node>,
    /// In this order.
    pub order: Vec<OrderTerm>,
    /// How far it looks.
    pub frame: Option<Frame>,
}

/// How far a window looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Frame {
    /// Counted how.
    pub unit: FrameUnit,
    /// From where.
    pub start: FrameBound,
    /// To where.
    pub end: FrameBound,
    /// What is left out.
    pub exclude: Option<FrameExclude>,
}

/// How the bounds of a frame are counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum FrameUnit {
    /// In rows.
    Rows,
    /// In values.
    Range,
    /// In groups of equal rows.
    Groups,
}

/// A bound of a frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum FrameBound {
    /// The first row, or the last.
    Unbounded,
    /// So many before.
    Preceding(u32),
    /// This row.
    Current,
    /// So many behind.
    Following(u32),
}

/// What a frame leaves out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum FrameExclude {
    /// This row.
    CurrentRow,
    /// This row and its equals.
    Group,
    /// The equals of this row.
    Ties,
}

/// What rows are sorted by.
#[derive(Clone, Debug)]
pub struct OrderTerm {
    /// What is compared.
    pub node: Node,
    /// From the largest to the smallest.
    pub descending: bool,
    /// Where NULL stands; where the database puts it, if nothing is said.
    pub nulls: Option<Nulls>,
}

/// Where NULL stands in an order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Nulls {
    /// Before all.
    First,
    /// Behind all.
    Last,
}

/// A piece of SQL that somebody wrote, or a value or expression in it.
#[derive(Clone, Debug)]
pub enum RawPart {
    /// SQL.
    Sql(Cow<'static, str>),
    /// An expression.
    Node(Node),
}

impl Node {
    /// Never true.
    pub const fn never() -> Self {
        Self::Or(Vec::new())
    }

    /// Always true.
    pub const fn always() -> Self {
        Self::And(Vec::new())
    }

    /// The values of a key: one, or a tuple.
    pub fn key(mut values: Vec<Value>) -> Self {
        match values.pop() {
            Some(only) if values.is_empty() => Self::Value(only),
            last => {
                values.extend(last);
                Self::Tuple(values.into_iter().map(Self::Value).collect())
            }
        }
    }

    /// Two, compared or computed.
    pub fn binary(left: Self, operator: Operator, right: Self) -> Self {
        Self::Binary(Box::new([left, right]), operator)
    }

    /// Calls `each` with this and all that it is made of, but not with the inside of other queries.
    pub fn walk<'n>(&'n self, each: &mut dyn FnMut(&'n Self)) {
        each(self);
        self.parts(&mut |part| part.walk(each));
    }

    /// Calls `each` with what it is made of.
    pub fn parts<'n>(&'n self, each: &mut dyn FnMut(&'n Self)) {
        match self {
            Self::Column(_)
            | Self::Filtered(..)
            | Self::Outer(..)
            | Self::Value(_)
            | Self::Typed(..)
            | Self::Exists(_)
            | Self::Subquery(_)
            | Self::Wrong(_) => {}
            Self::Binary(sides, _) | Self::Text(sides, _) => sides.iter().for_each(each),
            Self::And(parts)
            | Self::Or(parts)
            | Self::Xor(parts)
            | Self::Tuple(parts)
            | Self::Call(_, parts) => {
                parts.iter().for_each(each);
            }
            Self::Not(inner)
            | Self::IsNull(inner)
            | Self::InQuery(inner, _)
            | Self::Cast(inner, _)
            | Self::Collate(inner, _)
            | Self::Json(inner, ..) => each(inner),
            Self::In(inner, list) => {
                each(inner);
                list.iter().for_each(each);
            }
            Self::Between(parts) => parts.iter().for_each(each),
            Self::Aggregate(aggregate) => {
                let options = [&aggregate.argument, &aggregate.separator, &aggregate.filter];
                options.into_iter().flatten().for_each(&mut *each);
                aggregate.order.iter().map(|term| &term.node).for_each(&mut *each);
                aggregate.default.iter().for_each(each);
            }
            Self::Window(window) => {
                each(&window.function);
                window.partition.iter().for_each(&mut *each);
                window.order.iter().map(|term| &term.node).for_each(each);
            }
            Self::Case(cases, otherwise) => {
                for (condition, then) in cases {
                    each(condition);
                    each(then);
                }
                if let Some(otherwise) = otherwise {
                    each(otherwise);
                }
            }
            Self::Raw(parts) => {
                for part in parts {
                    if let RawPart::Node(node) = part {
                        each(node);
                    }
                }
            }
        }
    }

    /// Whether it, or anything that it is made of, is so.
    pub fn any(&self, is_so: &mut dyn FnMut(&Self) -> bool) -> bool {
        let mut found = false;
        self.walk(&mut |node| found = found || is_so(node));
        found
    }

    /// Whether it looks at many rows as one: an aggregate that is no part of a window.
    pub fn aggregates(&self) -> bool {
        match self {
            Self::Aggregate(_) => true,
            Self::Window(window) => {
                let mut inside = false;
                window.function.parts(&mut |part| inside = inside || part.aggregates());
                window.partition.iter().for_each(|part| inside = inside || part.aggregates());
                window.order.iter().for_each(|term| inside = inside || term.node.aggregates());
                inside
            }
            other => {
                let mut inside = false;
                other.parts(&mut |part| inside = inside || part.aggregates());
                inside
            }
        }
    }

    /// Whether it looks at the rows around.
    pub fn windows(&self) -> bool {
        self.any(&mut |node| matches!(node, Self::Window(_)))
    }
}
