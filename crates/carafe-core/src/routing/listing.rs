//! The table as a person or a program reads it: `cargo run -- routes`.

use std::fmt;

use serde_core::ser::{Serialize, SerializeStruct, Serializer};

use super::{Rule, Table};

/// The routes, sorted, ready to be printed as a table or as JSON.
#[derive(Debug)]
pub struct Listing(Vec<Row>);

#[derive(Debug)]
struct Row {
    endpoint: String,
    methods: String,
    host: Option<String>,
    rule: String,
    place: String,
}

/// What the rows are sorted by (Flask's `--sort`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Sort {
    /// By the endpoint's name.
    #[default]
    Endpoint,
    /// By the methods.
    Methods,
    /// By the host.
    Host,
    /// By the path.
    Rule,
    /// In the order in which a request is held against them.
    Match,
}

impl Table {
    /// The table, sorted.
    pub fn listing(&self, sort: Sort) -> Listing {
        let mut rules: Vec<&Rule> = self.rules().collect();
        // One sort with five orders, not five sorts: each is a page of machine code.
        rules.sort_by(|a, b| match sort {
            Sort::Endpoint => a.endpoint().cmp(b.endpoint()),
            Sort::Methods => a.methods().to_string().cmp(&b.methods().to_string()),
            Sort::Host => a.host().cmp(&b.host()),
            Sort::Rule => a.pattern().as_str().cmp(b.pattern().as_str()),
            Sort::Match => b.pattern().rank().cmp(&a.pattern().rank()),
        });
        Listing(rules.into_iter().map(Row::new).collect())
    }
}

impl Row {
    fn new(rule: &Rule) -> Self {
        Self {
            endpoint: rule.endpoint().to_owned(),
            methods: rule.methods().to_string(),
            host: rule.host().map(ToString::to_string),
            rule: rule.pattern().to_string(),
            place: rule.route().place.to_string(),
        }
    }
}

/// Columns under their heads, as wide as they need to be.
impl fmt::Display for Listing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let hosts = self.0.iter().any(|row| row.host.is_some());
        let mut lines = vec![["Endpoint", "Methods", "Host", "Rule"].map(str::to_owned)];
        lines.extend(self.0.iter().map(|row| {
            let host = row.host.clone().unwrap_or_default();
            [row.endpoint.clone(), row.methods.clone(), host, row.rule.clone()]
        }));
        let widths: [usize; 4] = std::array::from_fn(|i| {
            lines.iter().map(|line| line[i].chars().count()).max().unwrap_or_default()
        });
        lines.insert(1, widths.map(|width| "-".repeat(width)));
        for line in &lines {
            let shown = line.iter().zip(widths).enumerate().filter(|(i, _)| hosts || *i != 2);
            let text: Vec<_> = shown.map(|(_, (cell, width))| format!("{cell:width$}")).collect();
            writeln!(f, "{}", text.join("  ").trim_end())?;
        }
        Ok(())
    }
}

impl Serialize for Listing {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}

impl Serialize for Row {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut row = serializer.serialize_struct("Row", 5)?;
        row.serialize_field("endpoint", &self.endpoint)?;
        row.serialize_field("methods", &self.methods)?;
        row.serialize_field("host", &self.host)?;
        row.serialize_field("rule", &self.rule)?;
        row.serialize_field("place", &self.place)?;
        row.end()
    }
}

impl fmt::Display for super::Host {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.capture {
            Some(name) => write!(f, "{{{name}}}{}", self.suffix),
            None => f.write_str(&self.suffix),
        }
    }
}
