//! From operations to migrations: each crate gets its own, each after those of others that it needs.

use std::collections::{BTreeMap, BTreeSet};

use crate::ddl::state::State;
use crate::migrate::{History, Id, Migration, Operation, Rollout};

/// The longest name that is made of what a migration does.
const LONGEST: usize = 52;

/// Puts operations into new migrations of the crates that own their tables: one a crate, or more where
/// two crates need each other.
///
/// `from` and `to` are the states that the operations lead from and to.
pub fn grouped(
    operations: Vec<Operation>,
    from: &State,
    to: &State,
    history: &History,
) -> Vec<Migration> {
    let mut open: Vec<Open> = owned(operations, from, to);
    let mut made: Vec<Migration> = Vec::new();
    // Where an operation went, by its number.
    let mut places: BTreeMap<usize, Id> = BTreeMap::new();
    while !open.is_empty() {
        let owners: BTreeSet<String> = open.iter().map(|own| own.owner.clone()).collect();
        let takes = |owner: &str| taken(owner, &open, &places);
        // A crate that can do all that it has to do comes first; else one that can do some of it.
        let whole = owners.iter().map(|owner| (owner, takes(owner))).find(|(owner, numbers)| {
            numbers.len() == open.iter().filter(|own| own.owner == **owner).count()
        });
        let next = whole.or_else(|| {
            owners.iter().map(|owner| (owner, takes(owner))).max_by_key(|(_, taken)| taken.len())
        });
        let Some((owner, numbers)) = next.filter(|(_, numbers)| !numbers.is_empty()) else { break };
        let (chosen, rest): (Vec<Open>, Vec<Open>) =
            open.into_iter().partition(|own| numbers.contains(&own.number));
        open = rest;
        let migration = migration(owner, chosen, &places, &made, history);
        for number in numbers {
            places.insert(number, migration.id());
        }
        made.push(migration);
    }
    made
}

/// An operation that is in no migration yet.
struct Open {
    number: usize,
    owner: String,
    operation: Operation,
    /// The operations before it that it needs, by number and owner.
    needs: Vec<usize>,
}

fn owned(operations: Vec<Operation>, from: &State, to: &State) -> Vec<Open> {
    let mut open: Vec<Open> = Vec::with_capacity(operations.len());
    // A table that is renamed is known by both names.
    for (number, operation) in operations.into_iter().enumerate() {
        let name = match &operation {
            Operation::RenameTable { to, .. } => &to.table,
            other => other.table(),
        };
        let table = to.tables.get(name).or_else(|| from.tables.get(name));
        let owner = table.map_or_else(String::new, |table| table.owner.clone());
        let touches = operation.touches();
        let needs = open.iter().filter(|before| {
            let own = before.operation.touches();
            own.first().is_some_and(|own| touches.contains(own))
                || touches.first().is_some_and(|mine| own.contains(mine))
                || matches!(&before.operation, Operation::RenameTable { to, .. } if touches.contains(&to.table.as_str()))
        });
        let needs = needs.map(|before| before.number).collect();
        open.push(Open { number, owner, operation, needs });
    }
    open
}

/// The operations of a crate that can be done next, in their order.
fn taken(owner: &str, open: &[Open], places: &BTreeMap<usize, Id>) -> Vec<usize> {
    let mut taken: Vec<usize> = Vec::new();
    for own in open.iter().filter(|own| own.owner == owner) {
        let is_done = |number: &usize| places.contains_key(number) || taken.contains(number);
        if own.needs.iter().all(is_done) {
            taken.push(own.number);
        }
    }
    taken
}

fn migration(
    owner: &str,
    chosen: Vec<Open>,
    places: &BTreeMap<usize, Id>,
    made: &[Migration],
    history: &History,
) -> Migration {
    let earlier = made.iter().rev().find(|own| own.owner == owner);
    let mut after: BTreeSet<Id> = match earlier {
        Some(earlier) => BTreeSet::from([earlier.id()]),
        None => history.heads(owner).into_iter().map(Migration::id).collect(),
    };
    let is_first = after.is_empty();
    for own in &chosen {
        let needed = own.needs.iter().filter_map(|number| places.get(number));
        after.extend(needed.filter(|id| id.owner != owner).cloned());
        for table in own.operation.touches() {
            after.extend(maker(table, owner, history));
        }
        if let Some(table) = led_elsewhere(&own.operation) {
            after.extend(leading(table, owner, history));
        }
    }
    let operations: Vec<Operation> = chosen.into_iter().map(|own| own.operation).collect();
    let made = made.iter().filter(|own| own.owner == owner);
    let made = made.filter_map(|own| number(&own.name)).max().unwrap_or(0);
    let number = history.last_number(owner).max(made) + 1;
    let name = if is_first { "initial".to_owned() } else { name(&operations) };
    Migration {
        owner: owner.to_owned(),
        name: format!("{number:04}_{name}"),
        after: after.into_iter().collect(),
        replaces: Vec::new(),
        operations,
        rollout: Rollout::default(),
    }
}

/// The migration of another crate that made a table, or gave it its name.
fn maker(table: &str, owner: &str, history: &History) -> Option<Id> {
    let makes = |operation: &Operation| match operation {
        Operation::CreateTable(own) => own.name == table,
        Operation::RenameTable { to, .. } => to.table == table,
        Operation::MoveTable { table: own, .. } => own == table,
        _ => false,
    };
    let mut makers = history.iter().filter(|own| own.operations.iter().any(makes));
    makers.next_back().filter(|own| own.owner != owner).map(Migration::id)
}

/// The table that an operation takes away from where others know it: what they do with it comes before.
fn led_elsewhere(operation: &Operation) -> Option<&str> {
    match operation {
        Operation::RenameTable { .. } | Operation::DeleteTable(_) | Operation::MoveTable { .. } => {
            Some(operation.table())
        }
        _ => None,
    }
}

/// The last migration of each other crate that has to do with a table.
fn leading(table: &str, owner: &str, history: &History) -> Vec<Id> {
    let mut last: BTreeMap<&str, &Migration> = BTreeMap::new();
    for own in history.iter().filter(|own| own.owner != owner) {
        if own.operations.iter().any(|operation| operation.touches().contains(&table)) {
            last.insert(&own.owner, own);
        }
    }
    last.into_values().map(Migration::id).collect()
}

/// The number that a name begins with; of one that replaces others (`0001_squashed_0004_slugs`) that of
/// the last one of them.
pub(crate) fn number(name: &str) -> Option<u32> {
    let (first, rest) = name.split_once('_').unwrap_or((name, ""));
    let last = rest.strip_prefix("squashed_").and_then(number);
    last.or_else(|| first.parse().ok())
}

/// A name that tells what is done: `post_slug_alter_post_title`, or its beginning.
pub(crate) fn name(operations: &[Operation]) -> String {
    let mut name = String::new();
    for slug in operations.iter().map(Operation::slug) {
        let more = if name.is_empty() { slug } else { format!("{name}_{slug}") };
        if more.chars().count() > LONGEST {
            return if name.is_empty() {
                more.chars().take(LONGEST).collect()
            } else {
                format!("{name}_and_more")
            };
        }
        name = more;
    }
    name
}
