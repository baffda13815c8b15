//! The types of fields.

use std::collections::HashMap;

use carafe_model::schema::Kind;

use crate::ddl::state::{FieldState, KindState, ReferenceState};

/// The type of a field; models are found by their tables.
pub(super) fn type_of(field: &FieldState, models: &HashMap<&str, &str>) -> String {
    let model = field.reference.as_ref().and_then(|reference| match reference {
        ReferenceState::Key { table, .. } => models.get(table.as_str()),
        ReferenceState::Many { .. } => None,
    });
    let ty = match model {
        Some(model) if field.unique => format!("OneToOne<{model}>"),
        Some(model) => format!("ForeignKey<{model}>"),
        None => of_kind(&field.kind),
    };
    if field.null { format!("Option<{ty}>") } else { ty }
}

fn of_kind(kind: &KindState) -> String {
    match kind {
        KindState::Array(of) => format!("Array<{}>", of_kind(of)),
        KindState::Range(of) => format!("PgRange<{}>", of_kind(of)),
        KindState::Custom { base, .. } => of_kind(base),
        KindState::Plain(Kind::Vector(numbers)) => format!("Vector<{numbers}>"),
        KindState::Plain(kind) => named(*kind).to_owned(),
    }
}

fn named(kind: Kind) -> &'static str {
    match kind {
        Kind::Bool => "bool",
        Kind::TinyInteger => "i8",
        Kind::SmallInteger => "i16",
        Kind::Integer => "i32",
        Kind::BigInteger | Kind::PositiveBigInteger => "i64",
        Kind::PositiveTinyInteger => "u8",
        Kind::PositiveSmallInteger => "u16",
        Kind::PositiveInteger => "u32",
        Kind::Real => "f32",
        Kind::Float => "f64",
        Kind::Decimal => "Decimal",
        Kind::Ip => "IpAddr",
        Kind::Binary => "Vec<u8>",
        Kind::Date => "Date",
        Kind::Time => "Time",
        Kind::DateTime => "DateTime",
        Kind::Timestamp => "Timestamp",
        Kind::Duration => "SignedDuration",
        Kind::Uuid => "Uuid",
        Kind::Json => "serde_json::Value",
        Kind::HStore => "HStore",
        Kind::SearchVector => "SearchVector",
        _ => "String",
    }
}
