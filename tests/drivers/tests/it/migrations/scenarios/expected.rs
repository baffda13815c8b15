//! The operations that Django makes, in Carafe's words.
//!
//! What is lawful of all scenarios is said here; what is lawful of one, in [`differences`](super::differences):
//!
//! - Options, managers, messages of constraints, and proxies are no matter of tables, nor is a field that is
//!   the same in the database before and after.
//! - `unique_together` is a list that Django sets; Carafe adds and removes its parts, and a name of a field
//!   that changes is followed by them.
//! - An index that is renamed is taken away and made.
//! - A table that goes takes its fields with it.

use std::collections::{BTreeMap, BTreeSet};

use carafe_db::ddl::state::{FieldState, State, TableState};
use carafe_db::migrate::Piece;
use serde_json::Value;

use super::recorded::{Model, Scenario};

/// The expected operations, in Carafe's words, each with its app.
pub(super) fn operations(scenario: &Scenario, before: &State, after: &State) -> Vec<String> {
    let mut reader = Reader { scenario, before, after, renamed: BTreeMap::new(), made: Vec::new() };
    for (app, operation) in &scenario.expected {
        reader.operation(app, operation);
    }
    reader.uniques();
    for (app, other) in &scenario.after_apps {
        reader.say(app, format!("after {other}"));
    }
    reader.made
}

struct Reader<'r> {
    scenario: &'r Scenario,
    before: &'r State,
    after: &'r State,
    /// Fields that have got another name, by table and name after.
    renamed: BTreeMap<(String, String), String>,
    made: Vec<String>,
}

impl Reader<'_> {
    fn say(&mut self, app: &str, text: String) {
        self.made.push(format!("{app}: {text}"));
    }

    /// A model after the change, or before it.
    fn model(&self, app: &str, name: &str) -> (Option<&Model>, Option<&Model>) {
        let full = format!("{app}.{name}");
        let find = |models: &'_ [Model]| models.iter().position(|model| model.is(&full));
        let Scenario { before, after, .. } = self.scenario;
        (find(before).map(|own| &before[own]), find(after).map(|own| &after[own]))
    }

    fn operation(&mut self, app: &str, operation: &Value) {
        let text = |key: &str| operation[key].as_str().unwrap_or_default().to_owned();
        let name = if operation.get("model_name").is_some() { "model_name" } else { "name" };
        let name = match text("op").as_str() {
            "RenameModel" => text("new_name"),
            _ => text(name),
        };
        let (old, new) = self.model(app, &name);
        let is_made = new.or(old).is_some_and(|model| !model.is_proxy());
        let (was_table, table) = (old.map(Model::table), new.or(old).map(Model::table));
        let table = table.unwrap_or_default();
        let field = text("name");
        let said = match text("op").as_str() {
            "CreateModel" if is_made => format!("Create table {table}"),
            "DeleteModel" if old.is_some_and(|model| !model.is_proxy()) => {
                format!("Delete table {}", was_table.unwrap_or_default())
            }
            "RenameModel" => match self.model(app, &text("old_name")).0.map(Model::table) {
                Some(was) if was == table => {
                    format!("Call the model of {table} {}", text("new_name"))
                }
                Some(was) => format!("Rename table {was} to {table}"),
                None => return,
            },
            "AlterModelTable" => {
                let was = was_table.unwrap_or_else(|| self.renamed_model(app, &name));
                let renamed = format!("Rename table {was} to {table}");
                // It was renamed at once.
                if self.made.contains(&format!("{app}: {renamed}")) {
                    return;
                }
                renamed
            }
            "AlterModelTableComment" => format!("Alter the comment of {table}"),
            "AlterModelOptions" => {
                let managed = |state: &State| state.tables.get(&table).map(|table| table.managed);
                match (managed(self.before), managed(self.after)) {
                    (Some(false), Some(true)) => format!("Let {table} be made here"),
                    (Some(true), Some(false)) => format!("Let {table} be made elsewhere"),
                    _ => return,
                }
            }
            "AddField" if self.is_kept(&table, &field) => format!("Add field {field} to {table}"),
            "RemoveField" => {
                let is_gone = old.is_some() && new.is_none();
                let was_there = self
                    .before
                    .tables
                    .get(&was_table.unwrap_or_default())
                    .and_then(|own| own.field(&field));
                if is_gone || was_there.is_none() {
                    return;
                }
                format!("Remove field {field} from {table}")
            }
            "AlterField" => {
                let before = self.before.tables.get(&was_table.unwrap_or_default());
                let before = before.and_then(|own| own.field(&field)).map(kept);
                let after = self.after.tables.get(&table).and_then(|own| own.field(&field));
                if before == after.map(kept) {
                    return;
                }
                format!("Alter field {field} on {table}")
            }
            "RenameField" => {
                let (from, to) = (text("old_name"), text("new_name"));
                self.renamed.insert((table.clone(), to.clone()), from.clone());
                format!("Rename field {from} on {table} to {to}")
            }
            "AddIndex" => {
                format!("Add index `{}` to {table}", operation["index"]["name"].as_str().unwrap())
            }
            "RemoveIndex" => format!("Remove index `{field}` from {table}"),
            "RenameIndex" => {
                self.say(app, format!("Remove index `{}` from {table}", text("old_name")));
                format!("Add index `{}` to {table}", text("new_name"))
            }
            "AddConstraint" => {
                let kind = kind(&operation["constraint"]);
                let name = operation["constraint"]["name"].as_str().unwrap();
                format!("Add {kind} `{name}` to {table}")
            }
            "RemoveConstraint" => format!("Remove check `{field}` from {table}"),
            "AlterOrderWithRespectTo" if operation["order_with_respect_to"].is_null() => {
                format!("Remove field _order from {table}")
            }
            "AlterOrderWithRespectTo" => format!("Add field _order to {table}"),
            _ => return,
        };
        self.say(app, said);
    }

    /// The table of the model that was renamed to this one.
    fn renamed_model(&self, app: &str, name: &str) -> String {
        let is_it = |(owner, operation): &&(String, Value)| {
            let to = operation["new_name"].as_str().unwrap_or_default();
            owner == app && operation["op"] == "RenameModel" && to.eq_ignore_ascii_case(name)
        };
        let renamed = self.scenario.expected.iter().find(is_it);
        let from = renamed.and_then(|(_, operation)| operation["old_name"].as_str());
        from.and_then(|from| self.model(app, from).0).map(Model::table).unwrap_or_default()
    }

    /// Whether a field is one of the table.
    fn is_kept(&self, table: &str, field: &str) -> bool {
        self.after.tables.get(table).is_some_and(|own| own.field(field).is_some())
    }

    /// What becomes of `unique_together`, of tables that stay.
    fn uniques(&mut self) {
        let mut said = Vec::new();
        for after in self.after.tables.values() {
            let Some(before) = self.before.tables.get(&after.name) else { continue };
            let old: BTreeSet<String> = told(before, |name| {
                let renamed = self
                    .renamed
                    .iter()
                    .find(|((table, _), from)| *table == after.name && *from == name);
                renamed.map_or_else(|| name.to_owned(), |((_, to), _)| to.clone())
            });
            let new = told(after, str::to_owned);
            said.extend(
                old.difference(&new)
                    .map(|own| (after, format!("Remove {own} from {}", after.name))),
            );
            said.extend(
                new.difference(&old).map(|own| (after, format!("Add {own} to {}", after.name))),
            );
        }
        for (table, text) in said {
            self.say(&table.owner, text);
        }
    }
}

/// The combinations of a table that have no name.
fn told(table: &TableState, name: impl Fn(&str) -> String) -> BTreeSet<String> {
    let nameless = table.uniques.iter().filter(|own| own.name.is_none());
    let told = nameless.map(|own| {
        let mut own = own.clone();
        for part in &mut own.parts {
            let renamed = |field: &str| Ok(name(field));
            part.expression = part.expression.renamed(&renamed).unwrap();
        }
        Piece::Unique(own).told()
    });
    told.collect()
}

fn kind(constraint: &Value) -> &'static str {
    if constraint["type"] == "UniqueConstraint" { "unique" } else { "check" }
}

/// A field without what only the program knows.
fn kept(field: &FieldState) -> FieldState {
    let default = field.default.clone().filter(carafe_db::ddl::state::DefaultState::is_kept);
    FieldState { default, ..field.clone() }
}
