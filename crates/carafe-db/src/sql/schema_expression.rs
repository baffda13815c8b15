//! Expressions of a model (its order, its constraints) in a query of it.

use carafe_core::{Error, Result};
use carafe_model::Value;
use carafe_model::query::Function;
use carafe_model::schema::{Expression, Literal, ModelSchema, Operator};

use super::compiler::Compiler;
use super::fragment::Fragment;

impl Compiler {
    /// An expression of a model, on a row of the table of that alias.
    pub(crate) fn schema_expression(
        &self,
        expression: &Expression,
        model: &'static ModelSchema,
        alias: &str,
    ) -> Result<Fragment> {
        let inner = |expression: &Expression| self.schema_expression(expression, model, alias);
        Ok(match expression {
            Expression::Field(name) => {
                let field = model.field(name)?;
                self.columns_of(alias, &field.columns())
            }
            Expression::Literal(literal) => match literal {
                Literal::Null => Fragment::new("NULL"),
                Literal::Bool(value) => Fragment::fixed(Value::Bool(*value)),
                Literal::I64(number) => Fragment::new(number.to_string()),
                Literal::F64(number) => Fragment::new(format!("{number:?}")),
                Literal::Text(text) => Fragment::fixed(Value::Text((*text).to_owned())),
            },
            Expression::Binary(left, operator, right) => {
                let symbol = match operator {
                    Operator::And => " AND ",
                    Operator::Or => " OR ",
                    Operator::Eq => " = ",
                    Operator::Ne => " <> ",
                    other => &format!(" {} ", other.symbol()),
                };
                Fragment::joined([inner(left)?, inner(right)?], symbol).wrapped("(", ")")
            }
            Expression::Not(not) => inner(not)?.wrapped("NOT (", ")"),
            Expression::IsNull(what) => inner(what)?.wrapped("", " IS NULL"),
            Expression::In(what, literals) => {
                let mut sql = inner(what)?;
                let list: Result<Vec<_>> =
                    literals.iter().map(|literal| inner(&Expression::Literal(*literal))).collect();
                sql.append(Fragment::joined(list?, ", ").wrapped(" IN (", ")"));
                sql
            }
            Expression::Call(name, arguments) => {
                let function = match *name {
                    "lower" => Function::Lower,
                    "upper" => Function::Upper,
                    "length" => Function::Length,
                    "abs" => Function::Abs,
                    "coalesce" => Function::Coalesce,
                    "now" => Function::Now,
                    other => {
                        return Err(Error::internal(format!("no function `{other}` is known"))
                            .at(model.name));
                    }
                };
                let arguments: Result<Vec<_>> = arguments.iter().map(inner).collect();
                self.dialect.call(function, arguments?)?
            }
            other => return Err(Error::internal(format!("no SQL is known for `{other}`"))),
        })
    }
}
