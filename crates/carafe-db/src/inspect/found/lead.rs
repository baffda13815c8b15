//! Which foreign keys become references of models.

use std::collections::{HashMap, HashSet};

use super::table::Draft;
use crate::catalog::DescribedReference;

/// A foreign key that is a reference of the model.
pub(super) struct Lead {
    /// Which of the foreign keys of the table it is.
    pub(super) number: usize,
    pub(super) columns: Vec<String>,
    pub(super) table: String,
    /// What its columns begin with, where it has several.
    pub(super) prefix: Option<String>,
}

/// Decides for all tables; why others are no references is noted.
pub(super) fn decide(drafts: &mut [Draft<'_>], places: &HashMap<&str, usize>) {
    // The tables to whose keys the key of a table leads: no key is made of itself.
    let mut keys: HashMap<usize, Vec<usize>> = HashMap::new();
    for index in 0..drafts.len() {
        let own = drafts[index].own;
        for (number, reference) in own.references.iter().enumerate() {
            let target = places.get(reference.table.as_str()).copied();
            match lead(&drafts[index], target.map(|target| &drafts[target]), reference) {
                Ok(prefix) => {
                    let in_key = drafts[index].key.columns.contains(&reference.columns[0]);
                    if let (true, Some(target)) = (in_key, target) {
                        if leads_back(&keys, target, index) {
                            let note = told(reference, "the key there is made of this one");
                            drafts[index].notes.push(note);
                            continue;
                        }
                        keys.entry(index).or_default().push(target);
                    }
                    drafts[index].leads.push(Lead {
                        number,
                        columns: reference.columns.clone(),
                        table: reference.table.clone(),
                        prefix,
                    });
                }
                Err(why) => drafts[index].notes.push(told(reference, why)),
            }
        }
    }
}

fn told(reference: &DescribedReference, why: &str) -> String {
    let columns = reference.columns.join("`, `");
    format!("The foreign key of `{columns}` to `{}` is not said here: {why}.", reference.table)
}

/// Whether the key of a table leads, by others, to that table.
fn leads_back(keys: &HashMap<usize, Vec<usize>>, from: usize, to: usize) -> bool {
    let (mut seen, mut open) = (HashSet::new(), vec![from]);
    while let Some(next) = open.pop() {
        if next == to {
            return true;
        }
        if seen.insert(next) {
            open.extend(keys.get(&next).into_iter().flatten());
        }
    }
    false
}

/// What the columns of a reference of several begin with; an error where it is none.
fn lead(
    own: &Draft<'_>,
    target: Option<&Draft<'_>>,
    reference: &DescribedReference,
) -> Result<Option<String>, &'static str> {
    let Some(target) = target else { return Err("that table is not among these models") };
    if !target.key.is_real {
        return Err("that table has no primary key");
    }
    let to = if reference.to.is_empty() { &target.own.key } else { &reference.to };
    if *to != target.key.columns || reference.columns.len() != to.len() {
        return Err("it leads to other columns than the primary key there, in its order");
    }
    let columns = &reference.columns;
    let is_taken =
        own.leads.iter().any(|lead| lead.columns.iter().any(|own| columns.contains(own)));
    if is_taken {
        return Err("one of its columns belongs to another reference");
    }
    let computed =
        |name: &String| own.own.column(name).is_none_or(|column| column.generated.is_some());
    if columns.iter().any(computed) {
        return Err("the database computes its column");
    }
    if let [_] = &columns[..] {
        return Ok(None);
    }
    let in_key = columns.iter().filter(|name| own.key.columns.contains(name)).count();
    if in_key > 0 && (in_key < columns.len() || in_key < own.key.columns.len()) {
        return Err("it shares columns with the primary key");
    }
    let null = |name: &String| own.own.column(name).is_some_and(|column| column.null);
    if columns.iter().any(|name| null(name) != null(&columns[0])) {
        return Err("some of its columns may be NULL, and others not");
    }
    let prefix = columns[0].strip_suffix(&format!("_{}", to[0])).unwrap_or_default();
    let named = |(column, to): (&String, &String)| *column == format!("{prefix}_{to}");
    if prefix.is_empty() || !columns.iter().zip(to).all(named) {
        return Err("its columns are not named after one name and those of the key there");
    }
    Ok(Some(prefix.to_owned()))
}
