//! How the SQL of databases differs.

mod call;
#[cfg(feature = "mysql")]
mod mysql;
#[cfg(feature = "mysql")]
mod mysql_call;
#[cfg(feature = "postgres")]
mod postgres;
#[cfg(feature = "postgres")]
mod postgres_call;
#[cfg(feature = "sqlite")]
mod sqlite;
#[cfg(feature = "sqlite")]
mod sqlite_call;

#[cfg(feature = "mysql")]
pub(crate) use mysql::{MARIADB, MYSQL};
#[cfg(feature = "postgres")]
pub(crate) use postgres::POSTGRES;
#[cfg(feature = "sqlite")]
pub(crate) use sqlite::SQLITE;

use std::fmt::Debug;

use carafe_core::{Error, Result};
use carafe_model::query::{
    Aggregate, AggregateFunction, AvgAs, Cast, Function, JsonAs, JsonStep, Operator, TextMatch,
};
use carafe_model::schema::Kind;

use super::fragment::Fragment;

/// How the SQL of a database differs. What it can do stands in [`Features`].
///
/// It is for the drivers of this crate; its pieces of SQL are no public type.
#[allow(private_interfaces, reason = "only the dialects of this crate implement it")]
pub trait Dialect: Debug + Send + Sync {
    /// What it can do.
    fn features(&self) -> &'static Features;

    /// An identifier.
    fn quote(&self, name: &str) -> String {
        format!("\"{}\"", name.replace('"', "\"\""))
    }

    /// The parameter of that number, from 1.
    fn parameter(&self, _: usize) -> String {
        "?".to_owned()
    }

    /// A value of which the database must be told the kind.
    fn typed(&self, value: Fragment, kind: Kind) -> Fragment;

    /// Rows from one array a column, each of values of one kind; nothing where arrays hold no such values, or
    /// there are none.
    fn rows_of_arrays(&self, _: &[(Fragment, Kind)]) -> Option<Fragment> {
        None
    }

    /// What a conversion to that kind is called.
    fn cast_type(&self, cast: &Cast) -> Result<String>;

    /// A conversion.
    fn cast(&self, value: Fragment, cast: &Cast) -> Result<Fragment> {
        Ok(value.wrapped("CAST(", &format!(" AS {})", self.cast_type(cast)?)))
    }

    /// Whether a text matches a pattern; `given` where the pattern is a value, which is one of LIKE
    /// already.
    fn text(
        &self,
        text: Fragment,
        pattern: Fragment,
        how: TextMatch,
        given: bool,
    ) -> Result<Fragment>;

    /// A function.
    fn call(&self, function: Function, arguments: Vec<Fragment>) -> Result<Fragment> {
        call::call(function, arguments, self.features().name)
    }

    /// A text compared and sorted by a collation.
    fn collate(&self, text: Fragment, collation: &str) -> Fragment {
        text.wrapped("", &format!(" COLLATE {}", self.quote(collation)))
    }

    /// Two numbers, computed.
    fn compute(&self, left: Fragment, operator: Operator, right: Fragment) -> Result<Fragment> {
        let symbol = match operator {
            Operator::Eq => " = ",
            Operator::Lt => " < ",
            Operator::Le => " <= ",
            Operator::Gt => " > ",
            Operator::Ge => " >= ",
            Operator::Add => " + ",
            Operator::Sub => " - ",
            Operator::Mul => " * ",
            Operator::Div => return Ok(self.divide(left, right)),
            Operator::IntDiv => " / ",
            Operator::Rem => " % ",
            Operator::BitAnd => " & ",
            Operator::BitOr => " | ",
            Operator::BitXor => {
                let Some(symbol) = self.features().bit_xor else {
                    // The bits that either has, without those that both have.
                    let either = self.compute(left.clone(), Operator::BitOr, right.clone())?;
                    let both = self.compute(left, Operator::BitAnd, right)?;
                    return self.compute(either, Operator::Sub, both);
                };
                symbol
            }
            Operator::Shl => " << ",
            Operator::Shr => " >> ",
        };
        Ok(Fragment::joined([left, right], symbol).wrapped("(", ")"))
    }

    /// Two numbers divided that are not whole.
    fn divide(&self, left: Fragment, right: Fragment) -> Fragment {
        Fragment::joined([left, right], " / ").wrapped("(", ")")
    }

    /// A place in a JSON document.
    fn json(&self, document: Fragment, steps: &[JsonStep], read_as: JsonAs) -> Result<Fragment>;

    /// A JSON value beside a place in a document.
    fn json_value(&self, value: Fragment) -> Fragment;

    /// A place in a JSON document compared with a JSON value: by what they are, not by their texts.
    fn json_compare(&self, place: Fragment, symbol: &str, value: Fragment) -> Fragment {
        Fragment::joined([place, value], symbol)
    }

    /// An aggregate, with its parts made already.
    fn aggregate(&self, aggregate: &Aggregate, parts: AggregateParts) -> Result<Fragment>;

    /// What an aggregate gives, as the kind that it is read as; over a window, what that gives.
    fn aggregated(&self, _: AggregateFunction, value: Fragment) -> Fragment {
        value
    }

    /// What makes a query into the question how it would be answered.
    fn explain(&self) -> &'static str {
        "EXPLAIN "
    }

    /// An error: the database cannot do that.
    fn lacks(&self, what: &str) -> Error {
        Error::internal(format!("{} has no {what}", self.features().name))
    }
}

/// What a database can do in a query.
#[derive(Debug)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is something that a database has or has not"
)]
pub struct Features {
    /// Its name, for people.
    pub name: &'static str,
    /// `DISTINCT ON`.
    pub distinct_on: bool,
    /// `NULLS FIRST`.
    pub nulls_order: bool,
    /// Whether NULL is the smallest where nothing is said.
    pub nulls_small: bool,
    /// `INSERT … RETURNING`.
    pub returning: bool,
    /// `ON CONFLICT`; without it `INSERT IGNORE` and `ON DUPLICATE KEY UPDATE`.
    pub on_conflict: bool,
    /// What makes a row of defaults only.
    pub no_values: &'static str,
    /// `SELECT … FOR UPDATE`; without it a transaction that writes has all to itself.
    pub row_locks: bool,
    /// `FOR UPDATE OF`.
    pub lock_of: bool,
    /// `FOR NO KEY UPDATE`.
    pub lock_no_key: bool,
    /// `SKIP LOCKED` and `NOWAIT`.
    pub lock_skip: bool,
    /// The symbol of bitwise exclusive or.
    pub bit_xor: Option<&'static str>,
    /// LIMIT, and what stands before its parameter.
    pub limit: &'static str,
    /// What LIMIT is where only OFFSET is asked for.
    pub no_limit: Option<&'static str>,
    /// What comes behind LIKE so that `\` is its escape.
    pub like_escape: &'static str,
    /// Whether a member of UNION may stand in parentheses.
    pub combined_in_parentheses: bool,
    /// The most parameters of a statement.
    pub parameters: usize,
}

/// The parts of an aggregate in SQL.
#[allow(private_interfaces, reason = "only the dialects of this crate read it")]
#[derive(Debug)]
pub struct AggregateParts {
    pub(crate) argument: Option<Fragment>,
    pub(crate) separator: Option<Fragment>,
    pub(crate) filter: Option<Fragment>,
    pub(crate) order: Fragment,
}

/// An aggregate as the standard writes it, with FILTER.
pub(super) fn standard_aggregate(
    name: &str,
    aggregate: &Aggregate,
    parts: AggregateParts,
    order: bool,
) -> Fragment {
    let mut sql = Fragment::new(name);
    sql.push("(");
    if aggregate.distinct {
        sql.push("DISTINCT ");
    }
    match parts.argument {
        Some(argument) => sql.append(argument),
        None => sql.push("*"),
    }
    if let Some(separator) = parts.separator {
        sql.push(", ");
        sql.append(separator);
    }
    if order && !parts.order.sql.is_empty() {
        sql.push(" ORDER BY ");
        sql.append(parts.order);
    }
    sql.push(")");
    if let Some(filter) = parts.filter {
        sql.append(filter.wrapped(" FILTER (WHERE ", ")"));
    }
    sql
}

/// The name that most databases have for an aggregate.
pub(super) fn aggregate_name(function: AggregateFunction) -> &'static str {
    match function {
        AggregateFunction::Count => "COUNT",
        AggregateFunction::Sum => "SUM",
        AggregateFunction::Avg(AvgAs::Float | AvgAs::Decimal) => "AVG",
        AggregateFunction::Min => "MIN",
        AggregateFunction::Max => "MAX",
        AggregateFunction::StdDevPop => "STDDEV_POP",
        AggregateFunction::StdDevSample => "STDDEV_SAMP",
        AggregateFunction::VariancePop => "VAR_POP",
        AggregateFunction::VarianceSample => "VAR_SAMP",
        AggregateFunction::StringAgg => "STRING_AGG",
        AggregateFunction::AnyValue => "ANY_VALUE",
        AggregateFunction::BitAnd => "BIT_AND",
        AggregateFunction::BitOr => "BIT_OR",
        AggregateFunction::BitXor => "BIT_XOR",
        AggregateFunction::BoolAnd => "BOOL_AND",
        AggregateFunction::BoolOr => "BOOL_OR",
        AggregateFunction::ArrayAgg => "ARRAY_AGG",
        AggregateFunction::JsonAgg => "JSONB_AGG",
        AggregateFunction::Named(name) => name,
        _ => "",
    }
}
