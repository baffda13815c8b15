//! Models as source: what was found, as somebody would have written it, in rustfmt's form.
//!
//! MUST: whatever a database calls its tables and columns, and whatever stands in its comments and
//! defaults, nothing of it is read as code. Names come through [`names`](super::names), texts are
//! literals, and what stands in comments has no line breaks.

mod attribute;
mod comment;
mod imports;
mod types;

#[cfg(test)]
mod tests;

use std::collections::HashMap;

use carafe_model::schema::Kind;

use self::attribute::{Attribute, attributes};
use self::comment::comment;
use self::types::type_of;
use super::found::{Found, FoundTable};
use super::names::{is_plain, written};
use crate::catalog::DIGITS;
use crate::ddl::state::{
    CheckState, DefaultState, DeleteAction, ExclusionState, ExpressionState, FieldState,
    IndexState, KindState, ReferenceState, TableState, TermState, UniqueState,
};
use crate::names::snake;

/// So wide is a line at most.
const WIDTH: usize = 100;

/// So wide is a list at most that stands on one line.
const LIST: usize = 60;

/// Items of this width at most are set several on a line.
const SHORT: usize = 10;

/// The source of a module with these models.
pub(super) fn source(found: &Found) -> String {
    let mut text = comment(
        0,
        &format!("Models of tables of a {} database, written by `inspectdb`.", found.database),
    );
    if found.tables.iter().any(|table| !table.state.managed) {
        text.push_str("//\n");
        text.push_str(&comment(
            0,
            "Migrations leave a table alone that is `unmanaged`. Without that word they make and change it.",
        ));
    }
    let models: HashMap<&str, &str> = found
        .tables
        .iter()
        .map(|table| (table.state.name.as_str(), table.state.model.as_str()))
        .collect();
    for left_out in &found.left_out {
        text.push_str("//\n");
        text.push_str(&comment(0, left_out));
    }
    if found.tables.is_empty() {
        text.push_str("//\n// There are no tables.\n");
        return text;
    }
    text.push('\n');
    text.push_str(&imports::imports(&found.tables));
    for table in &found.tables {
        text.push('\n');
        model(table, &models, &mut text);
    }
    text.push_str(&all(&found.tables));
    text
}

/// The function that lists all models.
fn all(tables: &[FoundTable]) -> String {
    let names: Vec<&str> = tables.iter().map(|table| table.state.model.as_str()).collect();
    let line = names.join(", ");
    let list = if line.len() <= LIST {
        format!("    models![{line}]\n")
    } else if names.iter().all(|name| name.len() <= SHORT) {
        format!("    models![\n{}    ]\n", filled(&names))
    } else {
        format!("    models![\n        {}\n    ]\n", names.join(",\n        "))
    };
    format!("\n/// All of them, for `App::models`.\npub fn all() -> Models {{\n{list}}}\n")
}

/// As many on a line as it takes.
fn filled(names: &[&str]) -> String {
    let mut text = String::new();
    let mut line = String::from("       ");
    for (index, name) in names.iter().enumerate() {
        let comma = if index + 1 < names.len() { "," } else { "" };
        if line.len() + 1 + name.len() + comma.len() > WIDTH {
            text.push_str(&line);
            text.push('\n');
            line = String::from("       ");
        }
        line.extend([" ", name, comma]);
    }
    text.push_str(&line);
    text.push('\n');
    text
}

fn model(found: &FoundTable, models: &HashMap<&str, &str>, text: &mut String) {
    let table = &found.state;
    for note in &found.notes {
        text.push_str(&comment(0, note));
    }
    text.push_str("#[derive(Model)]\n");
    text.push_str(&attributes(0, of_table(table)));
    text.extend(["pub struct ", &table.model, " {\n"]);
    let several_keys = table.primary_key().count() > 1;
    for field in &table.fields {
        for note in found.of_fields.get(&field.name).into_iter().flatten() {
            text.push_str(&comment(4, note));
        }
        text.push_str(&attributes(4, of_field(field, several_keys)));
        let (name, ty) = (written(&field.name), type_of(field, models));
        let line = format!("    pub {name}: {ty},\n");
        if line.len() <= WIDTH + 1 {
            text.push_str(&line);
        } else {
            text.extend(["    pub ", &name, ":\n        ", &ty, ",\n"]);
        }
    }
    text.push_str("}\n");
}

fn of_table(table: &TableState) -> Vec<Attribute> {
    let mut words = Vec::new();
    if snake(&table.model) != table.name {
        words.push(format!("table = {:?}", table.name));
    }
    if !table.managed {
        words.push("unmanaged".to_owned());
    }
    let mut attributes = vec![Attribute::Words(words)];
    if let Some(comment) = &table.comment {
        attributes.push(Attribute::Words(vec![format!("comment = {comment:?}")]));
    }
    attributes.extend(table.uniques.iter().map(unique));
    attributes.extend(table.checks.iter().map(check));
    attributes.extend(table.exclusions.iter().map(exclusion));
    attributes.extend(table.indexes.iter().map(index));
    attributes
}

fn of_field(field: &FieldState, several_keys: bool) -> Vec<Attribute> {
    let mut words = Vec::new();
    let mut say = |word: &str| words.push(word.to_owned());
    if field.primary_key && (several_keys || field.name != "id") {
        say("primary_key");
    }
    let counts = matches!(
        field.kind.plain(),
        Some(Kind::SmallInteger | Kind::Integer | Kind::BigInteger | Kind::PositiveBigInteger)
    );
    if field.primary_key && !several_keys && !field.counted && counts && field.default.is_none() {
        say("natural");
    }
    let is_key = matches!(field.reference, Some(ReferenceState::Key { .. }));
    let usual = if is_key { format!("{}_id", field.name) } else { field.name.clone() };
    if field.column != usual {
        say(&format!("column = {:?}", field.column));
    }
    match field.kind {
        KindState::Plain(Kind::PositiveBigInteger) => say("positive"),
        KindState::Plain(Kind::CiText) => say("citext"),
        _ => {}
    }
    if let Some(length) = field.max_length {
        say(&format!("max_length = {length}"));
    }
    if let Some((digits, places)) = field.digits.filter(|digits| *digits != DIGITS) {
        say(&format!("max_digits = {digits}, decimal_places = {places}"));
    }
    match (is_key, field.unique, field.indexed) {
        (false, true, _) => say("unique"),
        (false, false, true) => say("index"),
        (true, false, false) if !field.primary_key => say("index = false"),
        _ => {}
    }
    if let Some(ReferenceState::Key { on_delete, .. }) = &field.reference {
        say(match on_delete {
            None => "on_delete = do_nothing",
            Some(DeleteAction::Cascade) => "on_delete = db_cascade",
            Some(DeleteAction::SetNull) => "on_delete = db_set_null",
            Some(DeleteAction::SetDefault) => "on_delete = db_set_default",
        });
    }
    let is_plain = !is_key;
    let mut attributes =
        vec![if is_plain { Attribute::Words(words) } else { Attribute::Verbatim(words) }];
    if let Some(comment) = &field.comment {
        attributes.push(Attribute::Words(vec![format!("comment = {comment:?}")]));
    }
    if let Some(DefaultState::Database(default)) = &field.default {
        let text = format!("db_default = {}", expression(default));
        attributes.push(match default {
            ExpressionState::Literal(_) if !text.contains("= -") => Attribute::Words(vec![text]),
            _ => Attribute::Verbatim(vec![text]),
        });
    }
    if let Some(generated) = &field.generated {
        let stored = if generated.stored { ", stored" } else { "" };
        let text = format!("generated = {}{stored}", expression(&generated.expression));
        attributes.push(Attribute::Verbatim(vec![text]));
    }
    attributes
}

/// An expression as it stands in an attribute.
fn expression(own: &ExpressionState) -> String {
    let named = own.renamed(&|name| Ok(written(name)));
    named.unwrap_or_else(|_| own.clone()).to_string()
}

/// A part of a constraint, and whether it is no more than a name or a text.
fn term(term: &TermState) -> (String, bool) {
    if let (ExpressionState::Field(name), None) = (&term.expression, &term.class) {
        let down = if term.descending { "-" } else { "" };
        if !is_plain(name) {
            return (format!("{:?}", format!("{down}{name}")), true);
        }
        return (format!("{down}{name}"), !term.descending);
    }
    let down = if term.descending { "-" } else { "" };
    let text = expression(&term.expression);
    let text = match &term.class {
        Some(class) => format!("{text}.class({class:?})"),
        None => text,
    };
    (format!("{down}{text}"), false)
}

/// What stands in a list, and whether all of it are names, texts and settings of them.
#[derive(Default)]
struct List {
    items: Vec<String>,
    is_code: bool,
}

impl List {
    fn terms(&mut self, terms: &[TermState]) {
        for own in terms {
            let (text, is_plain) = term(own);
            self.items.push(text);
            self.is_code |= !is_plain;
        }
    }

    fn text(&mut self, option: &str, text: Option<&str>) {
        self.items.extend(text.map(|text| format!("{option} = {text:?}")));
    }

    fn condition(&mut self, condition: Option<&ExpressionState>) {
        if let Some(condition) = condition {
            self.items.push(format!("condition = {}", expression(condition)));
            self.is_code = true;
        }
    }

    fn include(&mut self, include: &[String]) {
        if !include.is_empty() {
            let names = include
                .iter()
                .map(|name| if is_plain(name) { name.clone() } else { format!("{name:?}") });
            self.items.push(format!("include = [{}]", names.collect::<Vec<_>>().join(", ")));
            self.is_code = true;
        }
    }

    fn flag(&mut self, option: &str, is_set: bool) {
        if is_set {
            self.items.push(format!("{option} = true"));
        }
    }

    fn attribute(self, name: &'static str) -> Attribute {
        if self.is_code {
            Attribute::Verbatim(vec![format!("{name}({})", self.items.join(", "))])
        } else {
            Attribute::List(name, self.items)
        }
    }
}

fn unique(own: &UniqueState) -> Attribute {
    let mut list = List::default();
    list.terms(&own.parts);
    list.text("name", own.name.as_deref());
    list.condition(own.condition.as_ref());
    list.include(&own.include);
    list.flag("nulls_equal", own.nulls_equal);
    list.flag("deferred", own.deferred);
    list.attribute("unique")
}

fn index(own: &IndexState) -> Attribute {
    let mut list = List::default();
    list.terms(&own.parts);
    list.text("name", own.name.as_deref());
    list.condition(own.condition.as_ref());
    list.include(&own.include);
    list.text("method", own.method.as_deref());
    list.attribute("index")
}

fn check(own: &CheckState) -> Attribute {
    let name = if is_plain(&own.name) { own.name.clone() } else { format!("{:?}", own.name) };
    Attribute::Verbatim(vec![format!("check({name}, {})", expression(&own.condition))])
}

fn exclusion(own: &ExclusionState) -> Attribute {
    let mut list = List { is_code: true, ..List::default() };
    list.items.push(if is_plain(&own.name) { own.name.clone() } else { format!("{:?}", own.name) });
    for (part, operator) in &own.parts {
        list.items.push(format!("({}, {operator:?})", term(part).0));
    }
    list.condition(own.condition.as_ref());
    list.text("method", own.method.as_deref());
    list.flag("deferred", own.deferred);
    list.attribute("exclude")
}
