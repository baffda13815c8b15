//! Variables as settings: `CARAFE_SERVER__PORT`, and names that the world already has.

use std::ffi::OsString;
use std::sync::Arc;

use super::fault::Fault;
use super::node::{Node, Table, Value};
use super::origin::Origin;

/// What the name of a variable that is a setting begins with.
pub(super) const PREFIX: &str = "CARAFE_";

/// The variable that names the environment, which is no setting.
pub(super) const ENVIRONMENT: &str = "CARAFE_ENV";

/// A longer name would fill the screen, or nest deeper than the stack.
const LONGEST_NAME: usize = 200;

/// One variable, from `.env` or from the process.
#[derive(Clone, Debug)]
pub(super) struct Variable {
    pub(super) name: Arc<str>,
    pub(super) value: String,
    pub(super) origin: Origin,
}

impl Variable {
    pub(super) fn node(&self) -> Node {
        Node::new(Value::Raw(self.value.clone()), self.origin.clone())
    }

    /// The keys that the name spells, or nothing for a variable of others.
    fn path(&self) -> Option<Vec<String>> {
        let spelled = self.name.strip_prefix(PREFIX)?;
        // `CARAFE__…` is how Carafe's own tools talk to each other.
        if &*self.name == ENVIRONMENT || spelled.starts_with('_') {
            return None;
        }
        Some(spelled.split("__").map(str::to_ascii_lowercase).collect())
    }
}

/// The variable that sets a key.
pub(super) fn name_of(path: &str) -> String {
    format!("{PREFIX}{}", path.replace('.', "__").replace('-', "_").to_ascii_uppercase())
}

/// The variables of the process.
#[expect(clippy::disallowed_methods, reason = "this is the one place that reads them")]
pub(super) fn of_process() -> impl Iterator<Item = (OsString, OsString)> {
    std::env::vars_os()
}

/// Those that are text; one with an unreadable name is not ours.
pub(super) fn readable(
    all: impl IntoIterator<Item = (OsString, OsString)>,
    faults: &mut Vec<Fault>,
) -> Vec<Variable> {
    let mut found = Vec::new();
    for (name, value) in all {
        let Ok(name) = name.into_string() else {
            continue;
        };
        let name: Arc<str> = name.into();
        let origin = Origin::Variable { name: Arc::clone(&name) };
        match value.into_string() {
            Ok(value) => found.push(Variable { name, value, origin }),
            Err(_) if name.starts_with(PREFIX) => {
                faults.push(Fault::at(origin, "its value is not UTF-8 text"));
            }
            // A stranger's variable may hold anything.
            Err(_) => {}
        }
    }
    found
}

/// The tree that the `CARAFE_…` variables of one source spell.
pub(super) fn tree(variables: &[Variable], faults: &mut Vec<Fault>) -> Table {
    let mut root = Table::new();
    let mut ours: Vec<_> =
        variables.iter().filter_map(|variable| Some((variable.path()?, variable))).collect();
    ours.sort_by(|a, b| a.0.cmp(&b.0).then_with(|| a.1.name.cmp(&b.1.name)));
    for (path, variable) in ours {
        if variable.name.len() > LONGEST_NAME {
            let start: String = variable.name.chars().take(40).collect();
            let origin = Origin::Variable { name: format!("{start}…").into() };
            faults.push(Fault::at(origin, "no setting has a name as long as this"));
        } else if path.iter().any(String::is_empty) {
            faults.push(Fault::at(
                variable.origin.clone(),
                "keys are separated by exactly two underscores, as in CARAFE_SERVER__PORT",
            ));
        } else if let Err(other) = insert(&mut root, &path, variable.node()) {
            faults.push(Fault::at(variable.origin.clone(), format!("it contradicts {other}")));
        }
    }
    root
}

/// Puts a node at the end of a path of keys; the error is where something else stands already.
pub(super) fn insert(table: &mut Table, path: &[String], node: Node) -> Result<(), Origin> {
    let Some((key, rest)) = path.split_first() else {
        return Ok(());
    };
    if rest.is_empty() {
        if let Some(other) = table.get(key) {
            return Err(other.origin.clone());
        }
        table.insert(key.clone(), node);
        return Ok(());
    }
    let below = table
        .entry(key.clone())
        .or_insert_with(|| Node::new(Value::Table(Table::new()), node.origin.clone()));
    match &mut below.value {
        Value::Table(inner) => insert(inner, rest, node),
        _ => Err(below.origin.clone()),
    }
}
