//! The constraints of a model: unique combinations, checks, exclusions.

use std::panic::Location;

use carafe_core::Result;
use carafe_model::query::{Function, Node, Operator};
use carafe_model::schema::{Check, Exclusion, Expression, Unique};
use carafe_model::{Invalids, Value, validate};

use super::expression::{Of, node};
use super::{FullClean, any};
use crate::executor::Executor;
use crate::sql::{Shape, Stand};
use crate::statement::Access;
use crate::write::Ready;

/// Checks the constraints of the model.
pub(super) async fn check(
    full: &FullClean<'_>,
    errors: &mut Invalids,
    executor: &dyn Executor,
    caller: &'static Location<'static>,
) -> Result<()> {
    let model = full.record().model();
    // What one constraint finds keeps no other one from being looked at.
    let before = errors.clone();
    let looks_at = |expressions: &mut dyn Iterator<Item = &Expression>| {
        let mut all = true;
        for expression in expressions {
            expression.fields(&mut |name| all &= full.looks_at(name, &before));
        }
        all
    };
    for unique in model.uniques {
        let parts = unique.parts.iter().map(|part| &part.expression);
        if looks_at(&mut parts.chain(&unique.condition))
            && let Some(same) = same(unique, full)?
            && any(&full.others(same), executor, caller).await?
        {
            let said = unique.violated(model);
            match unique.fields().as_deref() {
                Some([only]) if said.code == "unique" => errors.add(only, said),
                _ => errors.add_general(said),
            }
        }
    }
    for check in model.checks {
        if looks_at(&mut std::iter::once(&check.condition))
            && is_broken(check, full, executor, caller).await?
        {
            errors.add_general(check.violated());
        }
    }
    if !executor.capability().ddl.features().exclusions {
        return Ok(());
    }
    for exclusion in model.exclusions {
        let parts = exclusion.parts.iter().map(|(part, _)| &part.expression);
        if looks_at(&mut parts.chain(&exclusion.condition))
            && let Some(excluded) = excluded(exclusion, full)?
            && any(&full.others(excluded), executor, caller).await?
        {
            errors.add_general(exclusion.violated());
        }
    }
    Ok(())
}

/// The condition that a row has the same combination; none where no other one can.
fn same(unique: &Unique, full: &FullClean<'_>) -> Result<Option<Node>> {
    let (record, model) = (full.record(), full.record().model());
    let Some(mut all) = among(unique.condition.as_ref(), full)? else { return Ok(None) };
    for part in unique.parts {
        let Some((theirs, own)) = sides(&part.expression, full)? else { return Ok(None) };
        let is_null = match part.expression {
            Expression::Field(name) if model.field(name)?.generated.is_none() => {
                Some(record.get_all(name)?.contains(&Value::Null))
            }
            _ => None,
        };
        let null = |node: &Node| Node::IsNull(Box::new(node.clone()));
        all.push(match (is_null, unique.nulls_equal) {
            // NULL is the same as nothing.
            (Some(true), false) => return Ok(None),
            (Some(true), true) => null(&theirs),
            (None, true) => {
                let both = Node::And(vec![null(&theirs), null(&own)]);
                Node::Or(vec![Node::binary(theirs, Operator::Eq, own), both])
            }
            _ => Node::binary(theirs, Operator::Eq, own),
        });
    }
    Ok(Some(Node::And(all)))
}

/// The condition that a row excludes this one; none where no other one can.
fn excluded(exclusion: &Exclusion, full: &FullClean<'_>) -> Result<Option<Node>> {
    let Some(mut all) = among(exclusion.condition.as_ref(), full)? else { return Ok(None) };
    for (part, operator) in exclusion.parts {
        let Some((theirs, own)) = sides(&part.expression, full)? else { return Ok(None) };
        all.push(Node::Call(Function::Infix(operator), vec![theirs, own]));
    }
    Ok(Some(Node::And(all)))
}

/// An expression of other rows, and of this one; none where the query has left out what it needs.
fn sides(expression: &Expression, full: &FullClean<'_>) -> Result<Option<(Node, Node)>> {
    let (record, model) = (full.record(), full.record().model());
    if !is_known(expression, full) {
        return Ok(None);
    }
    Ok(Some((node(expression, model, Of::Rows)?, node(expression, model, Of::Given(record))?)))
}

/// The conditions that a constraint holds among other rows, and for this one; none where it does not.
fn among(condition: Option<&Expression>, full: &FullClean<'_>) -> Result<Option<Vec<Node>>> {
    let Some(condition) = condition else { return Ok(Some(Vec::new())) };
    let model = full.record().model();
    let theirs = node(condition, model, Of::Rows)?;
    match validate::condition(condition, full.record()) {
        Some(true) => Ok(Some(vec![theirs])),
        None if is_known(condition, full) => {
            Ok(Some(vec![theirs, node(condition, model, Of::Given(full.record()))?]))
        }
        _ => Ok(None),
    }
}

/// Whether all fields of an expression are known: the query has left out none.
fn is_known(expression: &Expression, full: &FullClean<'_>) -> bool {
    let mut known = true;
    expression.fields(&mut |name| known &= full.record().get_all(name).is_ok());
    known
}

/// Whether a check is false for the row; the database is asked where only it can know.
async fn is_broken(
    check: &Check,
    full: &FullClean<'_>,
    executor: &dyn Executor,
    caller: &'static Location<'static>,
) -> Result<bool> {
    let (record, model) = (full.record(), full.record().model());
    if let Some(holds) = validate::condition(&check.condition, record) {
        return Ok(!holds);
    }
    if !is_known(&check.condition, full) {
        return Ok(false);
    }
    let condition = node(&check.condition, model, Of::Given(record))?;
    let mut shape = Shape::default();
    shape.byte(b'C');
    shape.node(&condition);
    let ready = Ready::of(executor, shape, Access::Read, |compiler| {
        compiler.enter(model);
        let sql = compiler.node(&condition, Stand::ANY)?;
        compiler.leave();
        Ok(sql.wrapped("SELECT CASE WHEN NOT (", ") THEN 1 ELSE 0 END"))
    })?;
    Ok(ready.number(executor, caller).await? == Some(1))
}
