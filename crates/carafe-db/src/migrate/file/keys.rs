//! The keys of a table in a TOML file, each taken once: what is left over nobody knows.

use std::collections::BTreeMap;
use std::fmt::{self, Display, Formatter};
use std::ops::Range;

use carafe_core::suggest::nearest;
use carafe_core::{Error, Result};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// A table of a file.
pub(super) struct Keys<'t> {
    text: &'t str,
    place: usize,
    left: BTreeMap<String, (usize, &'t DeValue<'t>)>,
    asked: Vec<&'static str>,
}

impl<'t> Keys<'t> {
    pub(super) fn new(text: &'t str, span: Range<usize>, table: &'t DeTable<'t>) -> Self {
        let left = table
            .iter()
            .map(|(key, value)| (key.get_ref().to_string(), (key.span().start, value.get_ref())));
        Self { text, place: span.start, left: left.collect(), asked: Vec::new() }
    }

    /// Where it begins.
    pub(super) fn line(&self) -> Line<'t> {
        line(self.text, self.place)
    }

    /// Where a key stands that was not taken yet; where there is none, where it begins.
    pub(super) fn line_of(&self, key: &str) -> Line<'t> {
        self.left.get(key).map_or_else(|| self.line(), |(start, _)| line(self.text, *start))
    }

    /// An error on the line on which it begins.
    pub(super) fn error(&self, message: impl Into<String>) -> Error {
        at_line(Error::setup(message.into()), self.line())
    }

    fn take(&mut self, key: &'static str) -> Option<(usize, &'t DeValue<'t>)> {
        self.asked.push(key);
        self.left.remove(key)
    }

    fn typed<T>(
        &mut self,
        key: &'static str,
        what: &str,
        read: impl Fn(&'t DeValue<'t>) -> Option<T>,
    ) -> Result<Option<T>> {
        let Some((start, value)) = self.take(key) else { return Ok(None) };
        read(value).map(Some).ok_or_else(|| {
            at_line(Error::setup(format!("`{key}` is no {what}")), line(self.text, start))
        })
    }

    pub(super) fn text(&mut self, key: &'static str) -> Result<Option<&'t str>> {
        self.typed(key, "text", DeValue::as_str)
    }

    /// A text that may as well be something else.
    pub(super) fn text_if_any(&mut self, key: &'static str) -> Result<Option<&'t str>> {
        match self.left.get(key) {
            Some((_, value)) if value.as_str().is_some() => self.text(key),
            _ => Ok(None),
        }
    }

    pub(super) fn required(&mut self, key: &'static str) -> Result<&'t str> {
        match self.text(key)? {
            Some(text) => Ok(text),
            None => Err(self.error(format!("`{key}` is missing"))),
        }
    }

    pub(super) fn flag(&mut self, key: &'static str) -> Result<Option<bool>> {
        self.typed(key, "`true` or `false`", DeValue::as_bool)
    }

    pub(super) fn number<N: std::str::FromStr>(&mut self, key: &'static str) -> Result<Option<N>> {
        self.typed(key, "number that fits", number)
    }

    pub(super) fn numbers<N: std::str::FromStr>(
        &mut self,
        key: &'static str,
    ) -> Result<Option<Vec<N>>> {
        self.typed(key, "list of numbers that fit", |value| {
            value.as_array()?.iter().map(|item| number(item.get_ref())).collect()
        })
    }

    pub(super) fn texts(&mut self, key: &'static str) -> Result<Vec<String>> {
        let texts = self.typed(key, "list of texts", |value| {
            let texts = value.as_array()?.iter();
            texts.map(|item| item.get_ref().as_str().map(str::to_owned)).collect()
        })?;
        Ok(texts.unwrap_or_default())
    }

    /// The items of a list, each with the place at which it begins.
    pub(super) fn list(&mut self, key: &'static str) -> Result<Vec<&'t Spanned<DeValue<'t>>>> {
        let list = self.typed(key, "list", DeValue::as_array)?;
        Ok(list.into_iter().flat_map(|list| list.iter()).collect())
    }

    /// The tables of a list.
    pub(super) fn tables(&mut self, key: &'static str) -> Result<Vec<Self>> {
        let mut tables = Vec::new();
        for item in self.list(key)? {
            tables.push(self.of(key, item)?);
        }
        Ok(tables)
    }

    /// An item as a table.
    pub(super) fn of(&self, key: &str, item: &'t Spanned<DeValue<'t>>) -> Result<Self> {
        match item.get_ref().as_table() {
            Some(table) => Ok(Self::new(self.text, item.span(), table)),
            None => Err(at_line(
                Error::setup(format!("an item of `{key}` is no table")),
                line(self.text, item.span().start),
            )),
        }
    }

    pub(super) fn table(&mut self, key: &'static str) -> Result<Option<Self>> {
        let Some((start, value)) = self.take(key) else { return Ok(None) };
        match value.as_table() {
            Some(table) => Ok(Some(Self::new(self.text, start..start, table))),
            None => {
                Err(at_line(Error::setup(format!("`{key}` is no table")), line(self.text, start)))
            }
        }
    }

    pub(super) fn required_table(&mut self, key: &'static str) -> Result<Self> {
        match self.table(key)? {
            Some(table) => Ok(table),
            None => Err(self.error(format!("`{key}` is missing"))),
        }
    }

    /// The names and texts of a table whose keys are free.
    pub(super) fn pairs(&mut self) -> Result<Vec<(String, String)>> {
        let mut pairs = Vec::new();
        for (key, (start, value)) in std::mem::take(&mut self.left) {
            let Some(text) = value.as_str() else {
                return Err(at_line(
                    Error::setup(format!("`{key}` is no text")),
                    line(self.text, start),
                ));
            };
            pairs.push((key, text.to_owned()));
        }
        Ok(pairs)
    }

    /// The first key that was not taken yet, with its line.
    pub(super) fn first_left(&self) -> Option<(String, Line<'t>)> {
        let first = self.left.iter().min_by_key(|(_, (start, _))| *start);
        first.map(|(key, (start, _))| (key.clone(), line(self.text, *start)))
    }

    /// An error where something is left over.
    pub(super) fn end(self) -> Result<()> {
        let Some((key, line)) = self.first_left() else { return Ok(()) };
        let error = Error::setup(format!("nobody knows the key `{key}`"));
        let error = match nearest(&key, self.asked.iter().copied()) {
            Some(known) => error.hint(format!("did you mean `{known}`?")),
            None => error,
        };
        Err(at_line(error, line))
    }
}

fn number<N: std::str::FromStr>(value: &DeValue<'_>) -> Option<N> {
    let number = value.as_integer().filter(|number| number.radix() == 10)?;
    number.as_str().parse().ok()
}

/// A line of a text. It is counted when somebody asks for it, which is seldom: for an error.
#[derive(Clone, Copy)]
pub(super) struct Line<'t> {
    text: &'t str,
    place: usize,
}

/// The line of a place in a text.
pub(super) fn line(text: &str, place: usize) -> Line<'_> {
    Line { text, place }
}

/// Its number, counted from 1.
impl Display for Line<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let before = self.text.bytes().take(self.place);
        (1 + before.filter(|byte| *byte == b'\n').count()).fmt(f)
    }
}

/// An error with its line, for which the file is named later.
pub(super) fn at_line(error: Error, line: Line<'_>) -> Error {
    if error.place().is_some() { error } else { error.at(line.to_string()) }
}
