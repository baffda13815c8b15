//! The recorded scenarios: one test of Django a line of JSON, with one case or several.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

const RECORDED: &str = include_str!("autodetector.jsonl");

/// A scenario of Django's autodetector.
pub(super) struct Scenario {
    /// Its name; the cases of a test have numbers.
    pub(super) name: String,
    /// The models before.
    pub(super) before: Vec<Model>,
    /// The models after.
    pub(super) after: Vec<Model>,
    /// Whether a new name is confirmed: that of a model, and that of a field.
    pub(super) renames: (bool, bool),
    /// The operations that Django makes, by app.
    pub(super) expected: Vec<(String, Value)>,
    /// The apps that migrations of an app come after.
    pub(super) after_apps: BTreeSet<(String, String)>,
}

/// A model as Django describes it.
#[derive(Clone)]
pub(super) struct Model {
    pub(super) app: String,
    pub(super) name: String,
    pub(super) fields: Map<String, Value>,
    pub(super) options: Map<String, Value>,
    /// The models that it extends, as `app.name`.
    pub(super) bases: Vec<String>,
}

/// All of them.
pub(super) fn all() -> Vec<Scenario> {
    let mut scenarios = Vec::new();
    for line in RECORDED.lines() {
        let test: Value = serde_json::from_str(line).unwrap();
        let name = test["test"].as_str().unwrap().rsplit_once(".test_").unwrap().1.to_owned();
        let cases = test["cases"].as_array().unwrap();
        for (index, case) in cases.iter().enumerate() {
            let answer = |key| case["questioner"]["answers"][key].as_bool().unwrap_or(false);
            let (mut expected, mut after_apps) = (Vec::new(), BTreeSet::new());
            for (app, migrations) in case["expected"].as_object().unwrap() {
                for migration in migrations.as_array().unwrap() {
                    let operations = migration["operations"].as_array().unwrap();
                    expected.extend(operations.iter().map(|own| (app.clone(), own.clone())));
                    let before = migration["dependencies"].as_array().unwrap();
                    let before = before.iter().filter_map(|own| own[0].as_str());
                    let others = before.filter(|other| other != app);
                    after_apps.extend(others.map(|other| (app.clone(), other.to_owned())));
                }
            }
            scenarios.push(Scenario {
                name: match cases.len() {
                    1 => name.clone(),
                    _ => format!("{name} #{}", index + 1),
                },
                before: models(&case["before"]),
                after: models(&case["after"]),
                renames: (answer("ask_rename_model"), answer("ask_rename")),
                expected,
                after_apps,
            });
        }
    }
    scenarios
}

fn models(recorded: &Value) -> Vec<Model> {
    let model = |own: &Value| {
        let (app, name) = own["model"].as_str().unwrap().split_once('.').unwrap();
        let bases = own["bases"].as_array().into_iter().flatten();
        // What stands in angle brackets has no table: its fields are the model's own.
        let bases = bases.filter_map(Value::as_str).filter(|base| !base.starts_with('<'));
        Model {
            app: app.to_owned(),
            name: name.to_owned(),
            fields: own["fields"].as_object().cloned().unwrap_or_default(),
            options: own["options"].as_object().cloned().unwrap_or_default(),
            bases: bases.map(str::to_owned).collect(),
        }
    };
    recorded.as_array().into_iter().flatten().map(model).collect()
}

impl Model {
    /// Whether that is its name, as `app.name`; Django takes small and capital letters for the same.
    pub(super) fn is(&self, name: &str) -> bool {
        name.eq_ignore_ascii_case(&format!("{}.{}", self.app, self.name))
    }

    /// Its table.
    pub(super) fn table(&self) -> String {
        let named = self.options.get("db_table").and_then(Value::as_str);
        named.map_or_else(|| format!("{}_{}", self.app, self.name).to_lowercase(), str::to_owned)
    }

    /// Whether it is a name for the table of another model.
    pub(super) fn is_proxy(&self) -> bool {
        self.is_said("proxy")
    }

    pub(super) fn is_said(&self, option: &str) -> bool {
        self.options.get(option).and_then(Value::as_bool).unwrap_or(false)
    }
}
