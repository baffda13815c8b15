//! Functions as most databases call them.

use carafe_core::{Error, Result};
use carafe_model::query::Function;

use crate::sql::fragment::Fragment;

/// A function by the name that most databases have for it.
pub(super) fn call(
    function: Function,
    arguments: Vec<Fragment>,
    database: &str,
) -> Result<Fragment> {
    let name = match function {
        Function::Concat => "CONCAT",
        Function::Left => "LEFT",
        Function::Length => "LENGTH",
        Function::Lower => "LOWER",
        Function::LPad => "LPAD",
        Function::LTrim => "LTRIM",
        Function::Md5 => "MD5",
        Function::Repeat => "REPEAT",
        Function::Replace => "REPLACE",
        Function::Reverse => "REVERSE",
        Function::Right => "RIGHT",
        Function::RPad => "RPAD",
        Function::RTrim => "RTRIM",
        Function::Substr => "SUBSTR",
        Function::Trim => "TRIM",
        Function::Upper => "UPPER",
        Function::Coalesce => "COALESCE",
        Function::Greatest => "GREATEST",
        Function::Least => "LEAST",
        Function::NullIf => "NULLIF",
        Function::Abs => "ABS",
        Function::Acos => "ACOS",
        Function::Asin => "ASIN",
        Function::Atan => "ATAN",
        Function::Atan2 => "ATAN2",
        Function::Ceil => "CEILING",
        Function::Cos => "COS",
        Function::Cot => "COT",
        Function::Degrees => "DEGREES",
        Function::Exp => "EXP",
        Function::Floor => "FLOOR",
        Function::Ln => "LN",
        Function::Log => "LOG",
        Function::Mod => "MOD",
        Function::Pi => "PI",
        Function::Power => "POWER",
        Function::Radians => "RADIANS",
        Function::Random => "RANDOM",
        Function::Round => "ROUND",
        Function::Sign => "SIGN",
        Function::Sin => "SIN",
        Function::Sqrt => "SQRT",
        Function::Tan => "TAN",
        Function::CumeDist => "CUME_DIST",
        Function::DenseRank => "DENSE_RANK",
        Function::FirstValue => "FIRST_VALUE",
        Function::Lag => "LAG",
        Function::LastValue => "LAST_VALUE",
        Function::Lead => "LEAD",
        Function::NthValue => "NTH_VALUE",
        Function::Ntile => "NTILE",
        Function::PercentRank => "PERCENT_RANK",
        Function::Rank => "RANK",
        Function::RowNumber => "ROW_NUMBER",
        _ => {
            return Err(Error::internal(format!("{database} has no function like {function:?}")));
        }
    };
    Ok(Fragment::joined(arguments, ", ").wrapped(&format!("{name}("), ")"))
}
