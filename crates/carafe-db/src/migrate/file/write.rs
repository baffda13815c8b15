//! What a file of a migration holds.

use std::fmt::{Display, Write as _};

use super::edit::list;
use super::{Migration, by_hand};
use crate::ddl::state::{
    CheckState, DefaultState, DeleteAction, ExclusionState, ExpressionState, FieldState,
    IndexState, KindState, ReferenceState, TableState, TermState, UniqueState,
};
use crate::migrate::{FieldName, Mirror, Operation, Piece, TableName, TableOptions};

impl Migration {
    /// It as the text of its file.
    pub fn to_toml(&self) -> String {
        let mut text = String::from("# Made by `makemigrations`. It is part of the source.\n");
        let _ = writeln!(text, "after = {}", list(&self.after, &self.owner));
        if !self.replaces.is_empty() {
            let names = self.replaces.iter().map(|id| quoted(&id.name));
            let _ = writeln!(text, "replaces = {}", lines(names));
        }
        if self.rollout.after_deploy {
            text.push_str("deploy = \"after\"\n");
        }
        if let Some(reason) = &self.rollout.safe {
            let _ = writeln!(text, "safe = {}", quoted(reason));
        }
        for operation in &self.operations {
            text.push_str("\n[[operations]]\n");
            write_operation(operation, &mut text);
        }
        text
    }
}

fn write_operation(operation: &Operation, to: &mut String) {
    if let Operation::Noted(own, notes) = operation {
        write_operation(own, to);
        if notes.online {
            to.push_str("online = true\n");
        }
        if let Some(reason) = &notes.safe {
            let _ = writeln!(to, "safe = {}", quoted(reason));
        }
        return;
    }
    let mut line = |key: &str, value: String| {
        let _ = writeln!(to, "{key} = {value}");
    };
    match operation {
        Operation::Noted(..) => {}
        Operation::Backfill(own, _) => {
            line("op", quoted("backfill"));
            line("table", quoted(&own.table));
            line("field", quoted(&own.field));
            line("value", quoted(&own.value.to_string()));
            if let Some(batch) = own.batch {
                line("batch", batch.to_string());
            }
        }
        Operation::AddMirror(own) => {
            line("op", quoted("add_mirror"));
            write_mirror(own, &mut line);
        }
        Operation::RemoveMirror(own) => {
            line("op", quoted("remove_mirror"));
            write_mirror(own, &mut line);
        }
        Operation::CreateTable(table) => {
            line("op", quoted("create_table"));
            write_table(table, &mut line);
        }
        Operation::DeleteTable(table) => {
            line("op", quoted("delete_table"));
            write_table(table, &mut line);
        }
        Operation::RenameTable { from, to } => {
            line("op", quoted("rename_table"));
            line("from", table_name(from));
            line("to", table_name(to));
        }
        Operation::AlterTable { table, from, to } => {
            line("op", quoted("alter_table"));
            line("table", quoted(table));
            line("from", options(from));
            line("to", options(to));
        }
        Operation::MoveTable { table, from, to: _ } => {
            line("op", quoted("move_table"));
            line("table", quoted(table));
            line("from", quoted(from));
        }
        Operation::AddField { table, field: own, fill } => {
            line("op", quoted("add_field"));
            line("table", quoted(table));
            line("field", field(own));
            write_fill(fill.as_ref(), &mut line);
        }
        Operation::RemoveField { table, field: own, fill } => {
            line("op", quoted("remove_field"));
            line("table", quoted(table));
            line("field", field(own));
            write_fill(fill.as_ref(), &mut line);
        }
        Operation::RenameField { table, from, to } => {
            line("op", quoted("rename_field"));
            line("table", quoted(table));
            line("from", field_name(from));
            line("to", field_name(to));
        }
        Operation::AlterField { table, from, to, fill } => {
            line("op", quoted("alter_field"));
            line("table", quoted(table));
            line("from", field(from));
            line("to", field(to));
            write_fill(fill.as_ref(), &mut line);
        }
        Operation::Add { table, piece: own } => {
            line("op", quoted(&format!("add_{}", own.kind())));
            line("table", quoted(table));
            line(own.kind(), piece(own));
        }
        Operation::Remove { table, piece: own } => {
            line("op", quoted(&format!("remove_{}", own.kind())));
            line("table", quoted(table));
            line(own.kind(), piece(own));
        }
        Operation::Sql(own) => {
            line("op", quoted("sql"));
            by_hand::write_sql(own, &mut line);
        }
        Operation::Run(own) => {
            line("op", quoted("run"));
            by_hand::write_run(own, &mut line);
        }
        Operation::Only(side, own) => {
            write_operation(own, to);
            let _ = writeln!(to, "only = {}", quoted(side.word()));
        }
    }
}

fn write_mirror(own: &Mirror, line: &mut dyn FnMut(&str, String)) {
    line("table", quoted(&own.table));
    line("field", quoted(&own.field));
    line("value", quoted(&own.value.to_string()));
}

fn write_fill(fill: Option<&ExpressionState>, line: &mut dyn FnMut(&str, String)) {
    if let Some(fill) = fill {
        line("fill", quoted(&fill.to_string()));
    }
}

fn write_table(table: &TableState, line: &mut dyn FnMut(&str, String)) {
    line("table", quoted(&table.name));
    line("model", quoted(&table.model));
    if !table.managed {
        line("managed", "false".to_owned());
    }
    if let Some(comment) = &table.comment {
        line("comment", quoted(comment));
    }
    line("fields", lines(table.fields.iter().map(field)));
    for (key, items) in [
        ("uniques", table.uniques.iter().map(unique).collect::<Vec<_>>()),
        ("checks", table.checks.iter().map(check).collect()),
        ("exclusions", table.exclusions.iter().map(exclusion).collect()),
        ("indexes", table.indexes.iter().map(index).collect()),
    ] {
        if !items.is_empty() {
            line(key, lines(items.into_iter()));
        }
    }
}

/// A list with one item a line, so that two people add to it without a conflict.
fn lines(items: impl Iterator<Item = String>) -> String {
    let mut text = String::from("[\n");
    for item in items {
        let _ = writeln!(text, "  {item},");
    }
    text + "]"
}

/// A table on one line.
#[derive(Default)]
struct Inline(Vec<String>);

impl Inline {
    fn set(&mut self, key: &str, value: impl Display) {
        self.0.push(format!("{key} = {value}"));
    }

    fn text(&mut self, key: &str, value: Option<&str>) {
        if let Some(value) = value {
            self.set(key, quoted(value));
        }
    }

    fn flag(&mut self, key: &str, is_set: bool) {
        if is_set {
            self.set(key, "true");
        }
    }

    fn texts(&mut self, key: &str, values: &[String]) {
        if !values.is_empty() {
            self.set(key, format!("[{}]", joined(values.iter().map(|value| quoted(value)))));
        }
    }

    fn end(self) -> String {
        format!("{{ {} }}", self.0.join(", "))
    }
}

fn options(options: &TableOptions) -> String {
    let mut inline = Inline::default();
    inline.set("model", quoted(&options.model));
    if !options.managed {
        inline.set("managed", "false");
    }
    inline.text("comment", options.comment.as_deref());
    inline.end()
}

fn table_name(name: &TableName) -> String {
    let mut inline = Inline::default();
    inline.set("table", quoted(&name.table));
    inline.set("model", quoted(&name.model));
    inline.end()
}

fn field_name(name: &FieldName) -> String {
    if name.name == name.column {
        return quoted(&name.name);
    }
    let mut inline = Inline::default();
    inline.set("name", quoted(&name.name));
    inline.set("column", quoted(&name.column));
    inline.end()
}

fn field(field: &FieldState) -> String {
    let mut inline = Inline::default();
    inline.set("name", quoted(&field.name));
    match &field.reference {
        None => {
            inline.set("kind", quoted(&field.kind.to_string()));
            if let KindState::Custom { types, .. } = &field.kind {
                let types = types.iter().map(|(name, sql)| format!("{name} = {}", quoted(sql)));
                inline.set("types", format!("{{ {} }}", joined(types)));
            }
        }
        Some(ReferenceState::Key { table, constrained, on_delete }) => {
            inline.set("references", quoted(table));
            if !constrained {
                inline.set("constrained", "false");
            }
            inline.text("on_delete", on_delete.map(delete_action));
        }
        Some(ReferenceState::Many { table, constrained, through }) => {
            inline.set("many", quoted(table));
            if !constrained {
                inline.set("constrained", "false");
            }
            inline.set("through", quoted(&through.table));
            inline.texts("from", &through.from);
            inline.texts("to", &through.to);
        }
    }
    if field.column != default_column(&field.name, field.reference.as_ref()) {
        inline.set("column", quoted(&field.column));
    }
    inline.flag("null", field.null);
    inline.flag("primary_key", field.primary_key);
    inline.flag("counted", field.counted);
    inline.flag("unique", field.unique);
    inline.flag("indexed", field.indexed);
    if let Some(length) = field.max_length {
        inline.set("max_length", length);
    }
    if let Some((all, behind)) = field.digits {
        inline.set("digits", format!("[{all}, {behind}]"));
    }
    if let Some(DefaultState::Database(default)) = &field.default {
        inline.set("default", quoted(&default.to_string()));
    }
    if let Some(generated) = &field.generated {
        inline.set("generated", quoted(&generated.expression.to_string()));
        inline.flag("stored", generated.stored);
    }
    inline.text("comment", field.comment.as_deref());
    inline.end()
}

/// The column that a field has where none is named.
pub(super) fn default_column(name: &str, reference: Option<&ReferenceState>) -> String {
    match reference {
        Some(ReferenceState::Key { .. }) => format!("{name}_id"),
        _ => name.to_owned(),
    }
}

pub(super) fn delete_action(action: DeleteAction) -> &'static str {
    match action {
        DeleteAction::Cascade => "cascade",
        DeleteAction::SetNull => "set_null",
        DeleteAction::SetDefault => "set_default",
    }
}

fn piece(piece: &Piece) -> String {
    match piece {
        Piece::Unique(own) => unique(own),
        Piece::Check(own) => check(own),
        Piece::Exclusion(own) => exclusion(own),
        Piece::Index(own) => index(own),
    }
}

fn unique(unique: &UniqueState) -> String {
    let mut inline = Inline::default();
    inline.text("name", unique.name.as_deref());
    inline.set("parts", terms(&unique.parts));
    condition(&mut inline, unique.condition.as_ref());
    inline.texts("include", &unique.include);
    inline.flag("nulls_equal", unique.nulls_equal);
    inline.flag("deferred", unique.deferred);
    inline.end()
}

fn check(check: &CheckState) -> String {
    let mut inline = Inline::default();
    inline.set("name", quoted(&check.name));
    inline.set("condition", quoted(&check.condition.to_string()));
    inline.end()
}

fn exclusion(exclusion: &ExclusionState) -> String {
    let mut inline = Inline::default();
    inline.set("name", quoted(&exclusion.name));
    let parts = exclusion.parts.iter().map(|(own, operator)| term(own, Some(operator)));
    inline.set("parts", format!("[{}]", joined(parts)));
    condition(&mut inline, exclusion.condition.as_ref());
    inline.text("method", exclusion.method.as_deref());
    inline.flag("deferred", exclusion.deferred);
    inline.end()
}

fn index(index: &IndexState) -> String {
    let mut inline = Inline::default();
    inline.text("name", index.name.as_deref());
    inline.set("parts", terms(&index.parts));
    condition(&mut inline, index.condition.as_ref());
    inline.texts("include", &index.include);
    inline.text("method", index.method.as_deref());
    inline.end()
}

fn condition(inline: &mut Inline, condition: Option<&ExpressionState>) {
    if let Some(condition) = condition {
        inline.set("condition", quoted(&condition.to_string()));
    }
}

fn terms(terms: &[TermState]) -> String {
    format!("[{}]", joined(terms.iter().map(|own| term(own, None))))
}

/// A field or an expression; a table where more is said of it.
fn term(term: &TermState, operator: Option<&str>) -> String {
    let expression = quoted(&term.expression.to_string());
    if !term.descending && term.class.is_none() && operator.is_none() {
        return expression;
    }
    let mut inline = Inline::default();
    inline.set("by", expression);
    inline.flag("descending", term.descending);
    inline.text("class", term.class.as_deref());
    inline.text("with", operator);
    inline.end()
}

fn joined(items: impl Iterator<Item = String>) -> String {
    items.collect::<Vec<_>>().join(", ")
}

/// A text as TOML writes it: as it is between single quotes, where that is easier to read.
pub(super) fn quoted(text: &str) -> String {
    let is_plain = |c: char| !c.is_control() || c == '\t';
    if text.contains(['"', '\\']) && !text.contains('\'') && text.chars().all(is_plain) {
        return format!("'{text}'");
    }
    let mut quoted = String::with_capacity(text.len() + 2);
    quoted.push('"');
    for c in text.chars() {
        match c {
            '"' | '\\' => quoted.extend(['\\', c]),
            '\n' => quoted.push_str("\\n"),
            '\t' => quoted.push_str("\\t"),
            '\r' => quoted.push_str("\\r"),
            c if c.is_control() => {
                let _ = write!(quoted, "\\u{:04x}", u32::from(c));
            }
            c => quoted.push(c),
        }
    }
    quoted + "\""
}
