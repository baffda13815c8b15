//! What rows are told apart by.

use std::collections::HashMap;

use carafe_model::schema::Kind;

use super::Place;
use super::table::Draft;
use crate::catalog::{Described, DescribedColumn, DescribedIndex};
use crate::ddl::state::KindState;

/// So many columns a key has at most.
const LONGEST: usize = 4;

/// The key of a table.
pub(super) struct Key {
    pub(super) columns: Vec<String>,
    /// Whether it is the primary key of the table; else it was chosen here.
    pub(super) is_real: bool,
}

/// The primary key, or what may stand for it; `None` where no column can.
pub(super) fn of(table: &Described, omitted: &[&str], place: &Place<'_>) -> Option<Key> {
    let can_be = |name: &str| {
        let column = table.column(name).filter(|_| !omitted.contains(&name));
        column.is_some_and(|column| can_be_key(column, place))
    };
    let real = &table.key;
    if !real.is_empty() && real.len() <= LONGEST && real.iter().all(|name| can_be(name)) {
        return Some(Key { columns: real.clone(), is_real: true });
    }
    let required =
        |name: &str| table.column(name).is_some_and(|column| !column.null) && can_be(name);
    let mut unique: Vec<Vec<&str>> = table
        .indexes
        .iter()
        .filter(|index| index.unique)
        .filter_map(DescribedIndex::columns)
        .filter(|columns| columns.len() <= LONGEST && columns.iter().all(|name| required(name)))
        .collect();
    unique.sort_by_key(Vec::len);
    let named = || table.columns.iter().map(|column| column.name.as_str());
    let all: Vec<&str> = named().filter(|name| required(name)).collect();
    let chosen = if let Some(columns) = unique.first() {
        columns.clone()
    } else if let Some(id) = named().find(|name| name.eq_ignore_ascii_case("id") && can_be(name)) {
        vec![id]
    } else if (1..=LONGEST).contains(&all.len()) {
        all
    } else {
        vec![named().find(|name| can_be(name))?]
    };
    Some(Key { columns: chosen.into_iter().map(str::to_owned).collect(), is_real: false })
}

fn can_be_key(column: &DescribedColumn, place: &Place<'_>) -> bool {
    let Some(known) = place.catalog.known(column) else { return true };
    match known.kind {
        KindState::Plain(kind) => !matches!(
            kind,
            Kind::Real
                | Kind::Float
                | Kind::Json
                | Kind::HStore
                | Kind::SearchVector
                | Kind::Vector(_)
        ),
        _ => false,
    }
}

/// How large the counted keys are whose type does not tell: as large as the columns that refer to
/// them say.
pub(super) fn sizes(
    drafts: &[Draft<'_>],
    places: &HashMap<&str, usize>,
    place: &Place<'_>,
) -> HashMap<String, Kind> {
    let mut sizes: HashMap<String, Kind> = HashMap::new();
    if place.catalog.counts_by_type() {
        return sizes;
    }
    for draft in drafts {
        for lead in draft.leads.iter().filter(|lead| lead.columns.len() == 1) {
            let Some(target) = places.get(lead.table.as_str()) else { continue };
            let known = draft.own.column(&lead.columns[0]).and_then(|own| place.catalog.known(own));
            let kind = match known.and_then(|known| known.kind.plain()) {
                Some(kind @ (Kind::SmallInteger | Kind::Integer)) => kind,
                _ => Kind::BigInteger,
            };
            let size = sizes.entry(drafts[*target].own.name.clone()).or_insert(kind);
            if *size != kind {
                *size = Kind::BigInteger;
            }
        }
    }
    sizes
}
