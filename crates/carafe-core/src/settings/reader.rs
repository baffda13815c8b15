//! Reads one section out of the tree; what the derive calls, once for each field.

use std::cell::Cell;
use std::fmt::Display;
use std::str::FromStr;

use serde_core::Deserialize;
use serde_core::de::DeserializeOwned;

use super::fault::Fault;
use super::mistake::Mistake;
use super::node::{Node, Table, Value};
use super::origin::Origin;
use super::report::Row;
use super::secret::MASK;
use super::section::{DefaultValue, FieldSchema, Literal, Section, SectionSchema};
use super::typed::Typed;
use super::unknown::{join, unknown_keys};
use super::variables::{Variable, name_of};

/// Reads one section; generated code is its only user.
#[doc(hidden)]
pub struct SectionReader<'a> {
    schema: &'static SectionSchema,
    /// The keys that lead here, with dots.
    path: String,
    table: &'a Table,
    /// The variables of the process, then those of `.env`.
    variables: &'a [Variable],
    pub(super) faults: Vec<Fault>,
    pub(super) rows: Vec<Row>,
}

/// Types that a field of the settings may have: all that serde can read.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be a setting",
    label = "serde cannot read this type",
    note = "derive `serde::Deserialize` for it, or mark the field `#[setting(nested)]` if it derives `Settings`, or `#[setting(from_str)]` if it has `FromStr`"
)]
pub trait Setting: DeserializeOwned {}

#[diagnostic::do_not_recommend]
impl<T: DeserializeOwned> Setting for T {}

impl<'a> SectionReader<'a> {
    pub(super) fn new(
        schema: &'static SectionSchema,
        path: &str,
        table: &'a Table,
        variables: &'a [Variable],
    ) -> Self {
        let mut reader = Self {
            schema,
            path: path.to_owned(),
            table,
            variables,
            faults: Vec::new(),
            rows: Vec::new(),
        };
        reader.refuse_unknown_keys();
        reader
    }

    /// The value of a field, by its place in the schema.
    pub fn field<T: Setting>(&mut self, place: usize) -> Option<T> {
        let (field, node) = self.find(place)?;
        self.convert(field, &node)
    }

    /// As [`Self::field`], with the type's own default.
    pub fn field_or_default<T: Setting + Default>(&mut self, place: usize) -> Option<T> {
        match self.find(place)? {
            (field, Node { value: Value::Null, origin: Origin::Default }) => {
                self.show(field, "(default)".to_owned(), Origin::Default);
                Some(T::default())
            }
            (field, node) => self.convert(field, &node),
        }
    }

    /// The value of a field whose type reads itself from text.
    pub fn from_text<T: FromStr<Err: Display>>(&mut self, place: usize) -> Option<T> {
        let (field, node) = self.find(place)?;
        let text: String = self.convert(field, &node)?;
        self.parse(field, &node.origin, &text)
    }

    /// As [`Self::from_text`], for an optional field.
    pub fn optional_from_text<T: FromStr<Err: Display>>(
        &mut self,
        place: usize,
    ) -> Option<Option<T>> {
        let (field, node) = self.find(place)?;
        match self.convert::<Option<String>>(field, &node)? {
            Some(text) => self.parse(field, &node.origin, &text).map(Some),
            None => Some(None),
        }
    }

    /// A struct of settings inside this one.
    pub fn nested<T: Section>(&mut self, place: usize) -> Option<T> {
        let field = &self.schema.fields[place];
        match self.table.get(field.key) {
            None => self.descend(field, &Table::new()),
            Some(node) => self.descend_into(field, node),
        }
    }

    /// A struct of settings inside this one, which may be left out as a whole.
    pub fn optional_nested<T: Section>(&mut self, place: usize) -> Option<Option<T>> {
        let field = &self.schema.fields[place];
        match self.table.get(field.key) {
            Some(Node { value: Value::Raw(text), origin }) if text.is_empty() => {
                self.show(field, "-".to_owned(), origin.clone());
                Some(None)
            }
            None => {
                self.show(field, "-".to_owned(), Origin::Default);
                Some(None)
            }
            Some(node) => self.descend_into(field, node).map(Some),
        }
    }
}

impl SectionReader<'_> {
    /// The strongest value of a field; `None` after telling that a required one is missing.
    fn find(&mut self, place: usize) -> Option<(&'static FieldSchema, Node)> {
        let field = &self.schema.fields[place];
        let every = (field.key == FieldSchema::EVERY_KEY).then(|| self.every_key()).flatten();
        let set = every.as_ref().or_else(|| self.table.get(field.key));
        let alias = self
            .variables
            .iter()
            .filter(|variable| field.env.contains(&&*variable.name) && !variable.value.is_empty())
            .max_by_key(|variable| variable.origin.strength())
            .filter(|variable| {
                set.is_none_or(|node| node.origin.strength() < variable.origin.strength())
            });
        let node = match (alias, set, &field.default) {
            (Some(variable), ..) => variable.node(),
            (None, Some(node), _) => node.clone(),
            (None, None, DefaultValue::Literal(literal)) => literal_node(literal),
            (None, None, DefaultValue::Nothing | DefaultValue::OfType) => {
                Node::new(Value::Null, Origin::Default)
            }
            (None, None, DefaultValue::Required) => {
                self.faults.push(missing(field, &self.path));
                return None;
            }
        };
        Some((field, node))
    }

    /// The whole section, unless it is empty.
    fn every_key(&self) -> Option<Node> {
        let first = self.table.values().next()?;
        Some(Node::new(Value::Table(self.table.clone()), first.origin.clone()))
    }

    fn convert<T: for<'de> Deserialize<'de>>(
        &mut self,
        field: &'static FieldSchema,
        node: &Node,
    ) -> Option<T> {
        let secret = Cell::new(field.secret);
        let result = T::deserialize(Typed::new(node, &secret));
        self.settle(field, node, secret.get(), result)
    }

    /// Keeps the row of a value that fits, and the fault of one that does not.
    fn settle<T>(
        &mut self,
        field: &'static FieldSchema,
        node: &Node,
        secret: bool,
        result: Result<T, Mistake>,
    ) -> Option<T> {
        match result {
            Ok(value) => {
                let empty = matches!(node.value, Value::Null);
                let shown = if secret && !empty { MASK.to_owned() } else { node.show() };
                self.show(field, shown, node.origin.clone());
                Some(value)
            }
            Err(mistake) => {
                self.faults.push(mistake.fault(
                    &self.path_of(field.key),
                    &node.origin,
                    field.secret,
                ));
                None
            }
        }
    }

    fn parse<T: FromStr<Err: Display>>(
        &mut self,
        field: &'static FieldSchema,
        origin: &Origin,
        text: &str,
    ) -> Option<T> {
        match text.trim().parse() {
            Ok(value) => Some(value),
            Err(error) => {
                let mistake = <Mistake as serde_core::de::Error>::custom(error);
                self.faults.push(mistake.fault(&self.path_of(field.key), origin, field.secret));
                None
            }
        }
    }

    fn descend_into<T: Section>(&mut self, field: &'static FieldSchema, node: &Node) -> Option<T> {
        let table = match &node.value {
            Value::Table(table) => Some(table.clone()),
            Value::Raw(text) => super::text::table(text, &node.origin),
            _ => None,
        };
        let Some(table) = table else {
            let sentence = format!("`{}` must be a table", self.path_of(field.key));
            self.faults.push(Fault::at(node.origin.clone(), sentence));
            return None;
        };
        self.descend(field, &table)
    }

    fn descend<T: Section>(&mut self, field: &'static FieldSchema, table: &Table) -> Option<T> {
        let mut below =
            SectionReader::new(T::SCHEMA, &self.path_of(field.key), table, self.variables);
        let value = T::read(&mut below);
        self.faults.append(&mut below.faults);
        if field.secret {
            below.rows.iter_mut().for_each(Row::mask);
        }
        self.rows.append(&mut below.rows);
        value
    }

    fn refuse_unknown_keys(&mut self) {
        // At the top level stand the sections of others too; `Settings::check` looks at those.
        if !self.path.is_empty() {
            unknown_keys(self.table, self.schema, &self.path, &mut self.faults);
        }
    }

    fn show(&mut self, field: &'static FieldSchema, value: String, origin: Origin) {
        self.rows.push(Row::new(self.path_of(field.key), value, origin, field.docs));
    }

    fn path_of(&self, key: &str) -> String {
        if key == FieldSchema::EVERY_KEY { self.path.clone() } else { join(&self.path, key) }
    }
}

fn literal_node(literal: &Literal) -> Node {
    let value = match *literal {
        Literal::Bool(value) => Value::Bool(value),
        Literal::Int(value) => Value::Int(value),
        Literal::Float(value) => Value::Float(value),
        Literal::Text(text) => Value::Text(text.to_owned()),
        Literal::List(items) => Value::List(items.iter().map(literal_node).collect()),
    };
    Node::new(value, Origin::Default)
}

fn missing(field: &FieldSchema, path: &str) -> Fault {
    let (owner, place) = if path.is_empty() {
        ("the top level of carafe.toml".to_owned(), "above its first section".to_owned())
    } else {
        (format!("section [{path}]"), format!("under [{path}]"))
    };
    let about = field.docs.lines().next().unwrap_or_default().trim_end_matches('.');
    let about = if about.is_empty() { String::new() } else { format!(" ({about})") };
    let mut names = vec![name_of(&join(path, field.key))];
    names.extend(field.env.iter().map(|name| (*name).to_owned()));
    Fault::missing(format!(
        "{owner} needs the key `{key}`{about}: write `{key} = …` {place} in carafe.toml, or set the variable {names}",
        key = field.key,
        names = names.join(" or "),
    ))
}
