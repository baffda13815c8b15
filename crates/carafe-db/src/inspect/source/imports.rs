//! What the source takes from elsewhere.

use carafe_model::schema::Kind;

use crate::ddl::state::KindState;
use crate::inspect::found::FoundTable;

/// The lines at the beginning, in rustfmt's order.
pub(super) fn imports(tables: &[FoundTable]) -> String {
    let fields = || tables.iter().flat_map(|table| &table.state.fields);
    let fields = || fields().filter(|field| field.reference.is_none());
    let uses = |found: &dyn Fn(&KindState) -> bool| {
        fields().any(|field| field.kind.parts().into_iter().any(found))
    };
    let kind = |wanted: Kind| uses(&|kind| *kind == KindState::Plain(wanted));
    let names = |names: &[(&'static str, bool)]| -> Vec<&'static str> {
        names.iter().filter(|(_, used)| *used).map(|(name, _)| *name).collect()
    };
    let kinds = names(&[
        ("Array", uses(&|kind| matches!(kind, KindState::Array(_)))),
        ("HStore", kind(Kind::HStore)),
        ("PgRange", uses(&|kind| matches!(kind, KindState::Range(_)))),
        ("SearchVector", kind(Kind::SearchVector)),
        ("Vector", uses(&|kind| matches!(kind, KindState::Plain(Kind::Vector(_))))),
    ]);
    let moments = names(&[
        ("Date", kind(Kind::Date)),
        ("DateTime", kind(Kind::DateTime)),
        ("Time", kind(Kind::Time)),
    ]);
    let instants =
        names(&[("SignedDuration", kind(Kind::Duration)), ("Timestamp", kind(Kind::Timestamp))]);
    let mut lines = vec![
        of("carafe::db", &["Models"]),
        of("carafe::models", &kinds),
        of("carafe::prelude", &["*"]),
    ];
    // Names come before what is below, and braces behind it.
    let (one, several) =
        if instants.len() == 1 { (&instants[..], &[][..]) } else { (&[][..], &instants[..]) };
    lines.extend([of("jiff", one), of("jiff::civil", &moments), of("jiff", several)]);
    lines.extend([
        of("rust_decimal", &names(&[("Decimal", kind(Kind::Decimal))])),
        of("std::net", &names(&[("IpAddr", kind(Kind::Ip))])),
        of("uuid", &names(&[("Uuid", kind(Kind::Uuid))])),
    ]);
    lines.concat()
}

fn of(from: &str, names: &[&str]) -> String {
    match names {
        [] => String::new(),
        [name] => format!("use {from}::{name};\n"),
        names => format!("use {from}::{{{}}};\n", names.join(", ")),
    }
}
