//! What is asked of a field by a name.

use carafe_core::{Error, Result};
use carafe_model::query::{
    Cast, DatePart, Function, JsonAs, JsonStep, Node, Operator, RawPart, TextMatch, equal, matching,
};
use carafe_model::schema::{Kind, ModelSchema};
use carafe_model::{Value, moment};

use super::path::{Reached, class, wrong};
use super::value::{as_kind, text_of, truth};

/// What may be asked of every field.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Lookup {
    Exact,
    Compare(Operator),
    Text(TextMatch),
    In,
    Range,
    IsNull,
}

impl Lookup {
    fn of(name: &str) -> Option<Self> {
        Some(match name {
            "exact" => Self::Exact,
            "gt" => Self::Compare(Operator::Gt),
            "gte" => Self::Compare(Operator::Ge),
            "lt" => Self::Compare(Operator::Lt),
            "lte" => Self::Compare(Operator::Le),
            "iexact" => Self::Text(TextMatch::IExact),
            "contains" => Self::Text(TextMatch::Contains),
            "icontains" => Self::Text(TextMatch::IContains),
            "startswith" => Self::Text(TextMatch::StartsWith),
            "istartswith" => Self::Text(TextMatch::IStartsWith),
            "endswith" => Self::Text(TextMatch::EndsWith),
            "iendswith" => Self::Text(TextMatch::IEndsWith),
            "regex" => Self::Text(TextMatch::Regex),
            "iregex" => Self::Text(TextMatch::IRegex),
            "in" => Self::In,
            "range" => Self::Range,
            "isnull" => Self::IsNull,
            _ => return None,
        })
    }
}

/// An expression that is compared, and the kind of its values.
struct Side {
    node: Node,
    kind: Kind,
}

/// The condition that a name and a value are.
pub(crate) fn condition(model: &'static ModelSchema, name: &str, value: Value) -> Result<Node> {
    let reached = Reached::by(model, name)?;
    let mut rest = reached.rest.clone();
    let last = rest.last().copied();
    if reached.kind.base() == Kind::Json && reached.field.relation.is_none() {
        return json(&reached, value);
    }
    let lookup = match last.and_then(Lookup::of) {
        None => Lookup::Exact,
        Some(lookup) => {
            rest.pop();
            lookup
        }
    };
    let own = Side { node: reached.node(), kind: reached.kind };
    // A whole year is from its first moment to its last one, so that an index serves.
    if let (&["year"], Lookup::Exact) = (&rest[..], lookup)
        && let Some(year) = of_year(&own, &value, reached.field.name)?
    {
        return Ok(year);
    }
    let side = transform(own, &rest, &reached)?;
    if let (Lookup::Text(_), Some(last)) = (lookup, last)
        && has_parts(side.kind)
    {
        return Err(unsupported(last, &reached));
    }
    compared(side, lookup, value, reached.field.name)
}

/// Whether values of the kind have parts, of which a text would tell nothing true.
fn has_parts(kind: Kind) -> bool {
    use Kind::{Array, HStore, Range, SearchVector, Vector};
    matches!(kind.base(), Array(_) | HStore | Range(_) | SearchVector | Vector(_))
}

fn unsupported(lookup: &str, reached: &Reached<'_>) -> Error {
    let class = class(reached.field);
    wrong(format!("Unsupported lookup '{lookup}' for {class} or join on the field not permitted."))
}

/// A field with the parts behind it, as an expression.
pub(super) fn transformed(reached: &Reached<'_>) -> Result<Node> {
    if reached.kind.base() == Kind::Json && reached.field.relation.is_none() {
        let steps = reached.rest.iter().map(|step| json_step(step)).collect();
        return Ok(Node::Json(Box::new(reached.node()), steps, JsonAs::Json));
    }
    let own = Side { node: reached.node(), kind: reached.kind };
    Ok(transform(own, &reached.rest, reached)?.node)
}

fn transform(side: Side, names: &[&str], reached: &Reached<'_>) -> Result<Side> {
    let mut side = side;
    for name in names {
        side = match part(name, side.kind) {
            Some(part) => {
                let kind = match part {
                    DatePart::Date => Kind::Date,
                    DatePart::Time => Kind::Time,
                    _ => Kind::Integer,
                };
                let civil = civil(side);
                Side { node: Node::Call(Function::Extract(part), vec![civil]), kind }
            }
            None if reached.field.relation.is_some() => {
                return Err(wrong(format!("Related Field got invalid lookup: {name}")));
            }
            None => return Err(unsupported(name, reached)),
        };
    }
    Ok(side)
}

/// What clocks show: an instant is looked at in UTC.
fn civil(side: Side) -> Node {
    match side.kind.base() {
        Kind::Timestamp => {
            let zone = Node::Raw(vec![RawPart::Sql("'UTC'".into())]);
            Node::Call(Function::InZone, vec![side.node, zone])
        }
        _ => side.node,
    }
}

/// The part of a moment of that name, where such a kind has it.
fn part(name: &str, kind: Kind) -> Option<DatePart> {
    let part = match name {
        "year" => DatePart::Year,
        "iso_year" => DatePart::IsoYear,
        "quarter" => DatePart::Quarter,
        "month" => DatePart::Month,
        "week" => DatePart::Week,
        "day" => DatePart::Day,
        "week_day" => DatePart::WeekDay,
        "iso_week_day" => DatePart::IsoWeekDay,
        "hour" => DatePart::Hour,
        "minute" => DatePart::Minute,
        "second" => DatePart::Second,
        "date" => DatePart::Date,
        "time" => DatePart::Time,
        _ => return None,
    };
    let of_a_day = matches!(part, DatePart::Hour | DatePart::Minute | DatePart::Second);
    let of_both = matches!(part, DatePart::Date | DatePart::Time);
    let has = match kind.base() {
        Kind::Date => !of_a_day && !of_both,
        Kind::Time => of_a_day,
        Kind::DateTime | Kind::Timestamp => true,
        _ => false,
    };
    has.then_some(part)
}

fn of_year(side: &Side, value: &Value, name: &str) -> Result<Option<Node>> {
    let kind = side.kind.base();
    if !matches!(kind, Kind::Date | Kind::DateTime | Kind::Timestamp) {
        return Ok(None);
    }
    let Value::I64(year) = as_kind(value.clone(), Kind::Integer, name)? else { return Ok(None) };
    let day = |text: &str| moment::parse_date(&format!("{year:04}-{text}"));
    let Some((first, last)) = day("01-01").zip(day("12-31")) else {
        return Ok(Some(Node::never()));
    };
    let micros = |days: i32| i64::from(days) * 86_400_000_000;
    let bounds = match kind {
        Kind::Date => [Value::Date(first), Value::Date(last)],
        Kind::DateTime => [Value::DateTime(micros(first)), Value::DateTime(micros(last + 1) - 1)],
        _ => [Value::Timestamp(micros(first)), Value::Timestamp(micros(last + 1) - 1)],
    };
    let [first, last] = bounds.map(Node::Value);
    Ok(Some(Node::Between(Box::new([side.node.clone(), first, last]))))
}

fn compared(side: Side, lookup: Lookup, value: Value, name: &str) -> Result<Node> {
    let Side { node, kind } = side;
    let one = |value| as_kind(value, kind, name).map(Node::Value);
    Ok(match lookup {
        Lookup::Exact => equal(node, one(value)?),
        Lookup::Compare(_) | Lookup::Text(_) if value == Value::Null => {
            return Err(wrong("Cannot use None as a query value"));
        }
        Lookup::Compare(operator) => Node::binary(node, operator, one(value)?),
        Lookup::Text(how) => matching(as_text(node, kind), Node::Value(text(value)), how),
        Lookup::In => {
            let list: Result<Vec<_>> = list(value).into_iter().map(one).collect();
            let mut list = list?;
            list.retain(|node| !matches!(node, Node::Value(Value::Null)));
            if list.is_empty() { Node::never() } else { Node::In(Box::new(node), list) }
        }
        Lookup::Range => match <[Value; 2]>::try_from(list(value)) {
            Ok([first, last]) => Node::Between(Box::new([node, one(first)?, one(last)?])),
            Err(_) => return Err(wrong("`range` takes two values")),
        },
        Lookup::IsNull => is_null(node, &value)?,
    })
}

fn is_null(node: Node, value: &Value) -> Result<Node> {
    let null = Node::IsNull(Box::new(node));
    match truth(value) {
        Some(true) => Ok(null),
        Some(false) => Ok(Node::Not(Box::new(null))),
        None => Err(wrong("The QuerySet value for an isnull lookup must be True or False.")),
    }
}

fn text(value: Value) -> Value {
    Value::Text(text_of(value))
}

/// What is no text is looked at as one.
fn as_text(node: Node, kind: Kind) -> Node {
    if kind.is_text() {
        return node;
    }
    let cast = Cast { kind: Kind::Text, max_length: None, digits: None };
    Node::Cast(Box::new(node), cast)
}

/// Several values: those of an array, or the parts of a text with commas.
fn list(value: Value) -> Vec<Value> {
    match value {
        Value::Array(values) => values,
        Value::Text(text) if text.is_empty() => Vec::new(),
        Value::Text(text) => text.split(',').map(|part| Value::Text(part.to_owned())).collect(),
        other => vec![other],
    }
}

fn json_step(step: &str) -> JsonStep {
    match step.parse() {
        Ok(index) => JsonStep::Index(index),
        Err(_) => JsonStep::Key(step.to_owned()),
    }
}

/// A condition on a JSON document, or a place in one: what is no lookup is a key.
fn json(reached: &Reached<'_>, value: Value) -> Result<Node> {
    let mut steps = reached.rest.clone();
    let last = steps.last().copied().unwrap_or_default();
    let holds = |steps: &[&str]| matches!(last, "contains" | "contained_by") && steps.len() == 1;
    let special = matches!(last, "has_key" | "has_keys" | "has_any_keys") || holds(&steps);
    let lookup = if special { None } else { Lookup::of(last) };
    if special || lookup.is_some() {
        steps.pop();
    }
    let is_place = !steps.is_empty();
    let place = |read_as| {
        if !is_place {
            return reached.node();
        }
        let steps = steps.iter().map(|step| json_step(step)).collect();
        Node::Json(Box::new(reached.node()), steps, read_as)
    };
    let name = reached.field.name;
    let document = |value| {
        as_kind(value, Kind::Json, name).map(|value| match value {
            // JSON's null is something that stands there.
            Value::Null => Node::Value(Value::Json("null".to_owned())),
            value => Node::Value(value),
        })
    };
    let has =
        |key| Node::Call(Function::JsonHasKey, vec![place(JsonAs::Json), Node::Value(text(key))]);
    if special {
        return Ok(match last {
            "has_key" => has(value),
            "has_keys" => Node::And(list(value).into_iter().map(has).collect()),
            "has_any_keys" => Node::Or(list(value).into_iter().map(has).collect()),
            "contains" => {
                Node::Call(Function::JsonContains, vec![place(JsonAs::Json), document(value)?])
            }
            _ => Node::Call(Function::JsonContainedBy, vec![place(JsonAs::Json), document(value)?]),
        });
    }
    let json = place(JsonAs::Json);
    let compare = |operator, value| Ok(Node::binary(json.clone(), operator, document(value)?));
    match lookup.unwrap_or(Lookup::Exact) {
        Lookup::Exact if value == Value::Null && !is_place => Ok(Node::IsNull(Box::new(json))),
        Lookup::Exact => compare(Operator::Eq, value),
        Lookup::Compare(operator) => compare(operator, value),
        Lookup::Text(how) => {
            let text_of_place =
                if is_place { place(JsonAs::Text) } else { as_text(json, Kind::Json) };
            Ok(matching(text_of_place, Node::Value(text(value)), how))
        }
        Lookup::In => {
            let any: Result<Vec<_>> =
                list(value).into_iter().map(|value| compare(Operator::Eq, value)).collect();
            Ok(Node::Or(any?))
        }
        Lookup::Range => match <[Value; 2]>::try_from(list(value)) {
            Ok([first, last]) => {
                Ok(Node::And(vec![compare(Operator::Ge, first)?, compare(Operator::Le, last)?]))
            }
            Err(_) => Err(wrong("`range` takes two values")),
        },
        Lookup::IsNull => is_null(json, &value),
    }
}
