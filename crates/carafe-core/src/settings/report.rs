//! What is in force and where it comes from, for people and for programs.

use std::fmt;

use serde_core::ser::{Serialize, SerializeStruct, Serializer};

use super::environment::Environment;
use super::origin::Origin;
use super::secret::MASK;

/// What is in force and where it comes from; what `cargo run -- settings` prints.
///
/// Displayed, it is a table; [`Report::to_json`] is the same for programs. Secrets are masked in
/// both.
///
/// ```
/// use carafe_core::settings::{Environment, SettingsLoader};
///
/// let settings = SettingsLoader::new(Environment::TEST).toml("[server]\nport = 80").load()?;
/// let report = settings.report();
/// assert!(report.to_string().contains("server.port"));
/// assert_eq!(report.row("server.port").unwrap().from(), "carafe.toml:2");
/// # Ok::<(), carafe_core::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Report {
    environment: String,
    settings: Vec<Row>,
}

impl Report {
    pub(super) fn new(environment: &Environment, mut settings: Vec<Row>) -> Self {
        // The top level first, as in the file, then section by section.
        settings.sort_by_key(|row| row.key.contains('.'));
        Self { environment: environment.name().to_owned(), settings }
    }

    /// One row for each key that is known.
    pub fn rows(&self) -> &[Row] {
        &self.settings
    }

    /// The row of a key, as `server.port`.
    pub fn row(&self, key: &str) -> Option<&Row> {
        self.settings.iter().find(|row| row.key == key)
    }

    /// `{"environment": …, "settings": [{"key": …, "value": …, "from": …, "about": …}]}`
    pub fn to_json(&self) -> serde_json::Value {
        serde_json::json!({ "environment": self.environment, "settings": self.settings })
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let widest = |cell: fn(&Row) -> &str| {
            // A single long value must not push the last column off the screen.
            self.settings
                .iter()
                .map(|row| cell(row).chars().count())
                .filter(|width| *width <= 48)
                .max()
                .unwrap_or(0)
        };
        let (keys, values) = (widest(Row::key), widest(Row::value));
        writeln!(f, "environment: {}", self.environment)?;
        for row in &self.settings {
            writeln!(f, "{:keys$}  {:values$}  {}", row.key, row.value, row.from)?;
        }
        Ok(())
    }
}

/// One key of a [`Report`].
#[derive(Clone, Debug)]
pub struct Row {
    key: String,
    value: String,
    from: String,
    about: &'static str,
}

impl Row {
    pub(super) fn new(key: String, value: String, origin: Origin, about: &'static str) -> Self {
        Self { key, value, from: origin.to_string(), about }
    }

    pub(super) fn mask(&mut self) {
        MASK.clone_into(&mut self.value);
    }

    /// The key with its section, as `server.port`.
    pub fn key(&self) -> &str {
        &self.key
    }

    /// The value; `********` for a secret, `-` for none.
    pub fn value(&self) -> &str {
        &self.value
    }

    /// Where the value comes from: `carafe.toml:4`, `variable PORT`, `.env:2 (…)`, `default`, `code`.
    pub fn from(&self) -> &str {
        &self.from
    }

    /// What the setting is for, from the doc comment of its field.
    pub fn about(&self) -> &str {
        self.about
    }
}

impl Serialize for Report {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut report = serializer.serialize_struct("Report", 2)?;
        report.serialize_field("environment", &self.environment)?;
        report.serialize_field("settings", &self.settings)?;
        report.end()
    }
}

impl Serialize for Row {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut row = serializer.serialize_struct("Row", 4)?;
        row.serialize_field("key", &self.key)?;
        row.serialize_field("value", &self.value)?;
        row.serialize_field("from", &self.from)?;
        row.serialize_field("about", &self.about)?;
        row.end()
    }
}
