//! Fields whose values exist once a day, month or year of another field.

use std::panic::Location;

use carafe_core::Result;
use carafe_model::Invalids;
use carafe_model::query::{self, Function, Node, Operator, RawPart};
use carafe_model::schema::{DatePart, FieldSchema, Kind};

use super::expression::{Of, field as value_of};
use super::unique::same;
use super::{FullClean, any};
use crate::executor::Executor;

/// Checks the fields that say so (Django's `unique_for_date` and so on).
pub(super) async fn check(
    full: &FullClean<'_>,
    errors: &mut Invalids,
    executor: &dyn Executor,
    caller: &'static Location<'static>,
) -> Result<()> {
    let (record, model) = (full.record(), full.record().model());
    for field in model.stored() {
        for unique_for in field.unique_for {
            let date = model.field(unique_for.field)?;
            if !full.looks_at(field.name, errors) || !full.looks_at(date.name, errors) {
                continue;
            }
            let (Some(value), Some(_)) = (same(field, full)?, same(date, full)?) else { continue };
            let at = |of: Of<'_>| Ok(part(unique_for.part, date, value_of(date, model, of)?));
            let (theirs, own): (Result<Node>, Result<Node>) = (at(Of::Rows), at(Of::Given(record)));
            let then = Node::binary(theirs?, Operator::Eq, own?);
            if any(&full.others(Node::And(vec![value, then])), executor, caller).await? {
                errors.add(field.name, unique_for.violated(field, date));
            }
        }
    }
    Ok(())
}

/// As much of a date as is compared; an instant is looked at in UTC.
fn part(part: DatePart, date: &FieldSchema, moment: Node) -> Node {
    let part = match part {
        DatePart::Date => query::DatePart::Date,
        DatePart::Month => query::DatePart::Month,
        DatePart::Year => query::DatePart::Year,
    };
    let civil = match date.kind.base() {
        Kind::Timestamp => {
            let zone = Node::Raw(vec![RawPart::Sql("'UTC'".into())]);
            Node::Call(Function::InZone, vec![moment, zone])
        }
        _ => moment,
    };
    Node::Call(Function::Extract(part), vec![civil])
}
