//! The statements that make tables.

use carafe_core::{Error, Result};

use super::expression::{sql, whole};
use super::state::{DefaultState, DeleteAction};
use super::table::{Column, ForeignKey, Index, Part, Table, Unique};
use super::{Comments, Ddl, column_type, exclusion, is_literal, lack};

/// So much of a long text an index may hold where it cannot hold all of it.
const PREFIX: u32 = 255;

/// The statements that make these tables, in the order in which they are to be run: the tables, what
/// is said of them, their indexes, and last the foreign keys, since tables may refer to each other.
pub(crate) fn create(tables: &[Table], ddl: &dyn Ddl) -> Result<Vec<String>> {
    let mut statements = extensions(tables, ddl);
    let mut errors = Vec::new();
    let mut keep = |made: Result<Vec<String>>| match made {
        Ok(made) => statements.extend(made),
        Err(error) => errors.push(error),
    };
    for table in tables {
        keep(create_table(table, ddl).map(|statement| vec![statement]));
        keep(Ok(comments(table, ddl)));
    }
    for table in tables {
        keep(indexes(table, ddl).map(|made| made.iter().map(|own| own.statement(ddl)).collect()));
    }
    if !ddl.features().inline_foreign_keys {
        for table in tables {
            keep(table.foreign_keys.iter().map(|key| add_foreign_key(table, key, ddl)).collect());
        }
    }
    Error::all(errors)?;
    Ok(statements)
}

/// Brings what kinds and constraints need, before the first table.
pub(super) fn extensions(tables: &[Table], ddl: &dyn Ddl) -> Vec<String> {
    let kinds = tables.iter().flat_map(|table| &table.columns).flat_map(|own| own.ty.kind.parts());
    let of_kinds = kinds.filter_map(|kind| ddl.extension(kind.plain()?));
    let of_exclusions = tables.iter().filter_map(|table| exclusion::extension(table, ddl));
    let mut statements = Vec::new();
    for extension in of_kinds.chain(of_exclusions).map(|name| ddl.bring(name)) {
        if !statements.contains(&extension) {
            statements.push(extension);
        }
    }
    statements
}

/// The statements that take these tables away.
pub(crate) fn drop(tables: &[Table], ddl: &dyn Ddl) -> Vec<String> {
    // Those that refer go before what they refer to.
    let names: Vec<String> = tables.iter().rev().map(|table| ddl.quote(&table.name)).collect();
    if names.is_empty() { Vec::new() } else { ddl.drop_tables(&names) }
}

pub(super) fn create_table(table: &Table, ddl: &dyn Ddl) -> Result<String> {
    let mut errors = Vec::new();
    let mut lines = Vec::with_capacity(table.columns.len());
    let place = |column: &Column| format!("{}.{}", table.name, column.name);
    for own in &table.columns {
        match column(own, table, ddl) {
            Ok(line) => lines.push(line),
            Err(error) => errors.push(error.at(place(own))),
        }
    }
    for unique in uniques(table, ddl).filter(|unique| is_part_of_table(unique, ddl)) {
        match constraint(table, unique, ddl) {
            Ok(line) => lines.push(line),
            Err(error) => errors.push(error.at(table.name.clone())),
        }
    }
    for check in &table.checks {
        let name = ddl.quote(&check.name);
        match whole(ddl, table, &check.condition) {
            Ok(condition) => lines.push(format!("CONSTRAINT {name} CHECK ({condition})")),
            Err(error) => errors.push(error.at(table.name.clone())),
        }
    }
    for own in &table.exclusions {
        match exclusion::constraint(table, own, ddl) {
            Ok(line) => lines.push(line),
            Err(error) => errors.push(error.at(table.name.clone())),
        }
    }
    if table.key.len() > 1 {
        lines.push(format!("PRIMARY KEY ({})", quoted(&table.key, ddl)));
    }
    if ddl.features().inline_foreign_keys {
        for key in table.foreign_keys.iter().filter(|key| key.columns.len() > 1) {
            let name = ddl.quote(&key.name);
            match references(key, ddl) {
                Ok(refers) => lines.push(format!(
                    "CONSTRAINT {name} FOREIGN KEY ({}) {refers}",
                    quoted(&key.columns, ddl)
                )),
                Err(error) => errors.push(error.at(table.name.clone())),
            }
        }
    }
    Error::all(errors)?;
    let mut statement = format!("CREATE TABLE {} ({})", ddl.quote(&table.name), lines.join(", "));
    if let (Some(comment), Comments::Inline) = (&table.comment, ddl.features().comments) {
        statement.push_str(" COMMENT = ");
        statement.push_str(&ddl.text(comment)?);
    }
    Ok(statement)
}

fn column(column: &Column, table: &Table, ddl: &dyn Ddl) -> Result<String> {
    let features = ddl.features();
    let mut line = described(column, table, ddl)?;
    if table.key == [column.name.as_str()] {
        line.push_str(" PRIMARY KEY");
    } else if column.unique {
        line.push_str(" UNIQUE");
    }
    if let Some(check) = column_check(column, ddl) {
        line.extend([" CHECK (", &*check, ")"]);
    }
    if column.counted {
        line.push(' ');
        line.push_str(features.counted);
    }
    let own_key = table.foreign_keys.iter().find(|key| key.columns == [column.name.as_str()]);
    if let (Some(key), true) = (own_key, features.inline_foreign_keys) {
        line.push(' ');
        line.push_str(&references(key, ddl)?);
    }
    Ok(line)
}

/// What must hold for the values of a column by itself.
pub(super) fn column_check(column: &Column, ddl: &dyn Ddl) -> Option<String> {
    let kind = column.ty.kind.plain().filter(|_| !column.refers)?;
    ddl.column_check(kind, &ddl.quote(&column.name))
}

/// A column's name, type, default and whether it may be NULL.
pub(super) fn described(column: &Column, table: &Table, ddl: &dyn Ddl) -> Result<String> {
    let features = ddl.features();
    let name = ddl.quote(&column.name);
    let ty = match column.ty.kind.plain().filter(|_| column.counted) {
        Some(kind) => ddl.counted_type(kind, &column.ty)?,
        None => column_type(ddl, &column.ty)?,
    };
    if (column.unique || table.key.contains(&column.name)) && !can_be_looked_up(&ty, ddl) {
        return Err(ddl
            .lacks(&format!("unique column of the type `{ty}`"))
            .hint("say how long the text is at most: `#[model(max_length = 200)]`"));
    }
    let mut line = format!("{name} {ty}");
    if let (Some(comment), Comments::Inline) = (&column.comment, features.comments) {
        line.push_str(" COMMENT ");
        line.push_str(&ddl.text(comment)?);
    }
    if let Some(default) = default(column, table, ddl)? {
        line.push_str(" DEFAULT ");
        line.push_str(&default);
    }
    if let Some(generated) = &column.generated {
        if !generated.stored && !features.virtual_columns {
            return Err(ddl
                .lacks("generated columns that are computed when they are read")
                .hint("let it be stored: `#[model(generated = …, stored)]`"));
        }
        let expression = whole(ddl, table, &generated.expression)?;
        let kept = if generated.stored { "STORED" } else { "VIRTUAL" };
        line.extend([" GENERATED ALWAYS AS (", &*expression, ") ", kept]);
    } else {
        line.push_str(if column.null { " NULL" } else { " NOT NULL" });
    }
    Ok(line)
}

/// What the database gives a column where nobody says.
pub(super) fn default(column: &Column, table: &Table, ddl: &dyn Ddl) -> Result<Option<String>> {
    let Some(DefaultState::Database(default)) = &column.default else { return Ok(None) };
    let ty = column_type(ddl, &column.ty)?;
    let value = sql(ddl, table, default, column.ty.kind.plain())?;
    let in_parentheses = ddl.features().text_defaults_in_parentheses && is_long(&ty, ddl);
    let bare = is_literal(default) && !in_parentheses;
    let made_them = value.starts_with('(') && !is_literal(default);
    Ok(Some(if bare || made_them { value } else { format!("({value})") }))
}

pub(super) fn references(key: &ForeignKey, ddl: &dyn Ddl) -> Result<String> {
    let features = ddl.features();
    let action = match key.on_delete {
        None => "",
        Some(DeleteAction::Cascade) => " ON DELETE CASCADE",
        Some(DeleteAction::SetNull) => " ON DELETE SET NULL",
        Some(DeleteAction::SetDefault) if features.set_default => " ON DELETE SET DEFAULT",
        Some(DeleteAction::SetDefault) => {
            return Err(ddl
                .lacks("`ON DELETE SET DEFAULT`")
                .hint("let the program do it: `#[model(on_delete = set_default, default = …)]`"));
        }
    };
    let (table, to) = (ddl.quote(&key.table), quoted(&key.to, ddl));
    Ok(format!("REFERENCES {table} ({to}){action}{}", features.deferrable))
}

fn add_foreign_key(table: &Table, key: &ForeignKey, ddl: &dyn Ddl) -> Result<String> {
    let refers = references(key, ddl)
        .map_err(|error| error.at(format!("{}.{}", table.name, key.columns.join(","))))?;
    Ok(format!(
        "ALTER TABLE {} ADD CONSTRAINT {} FOREIGN KEY ({}) {refers}",
        ddl.quote(&table.name),
        ddl.quote(&key.name),
        quoted(&key.columns, ddl)
    ))
}

/// The combinations that exist once, those left out that the database cannot have.
pub(super) fn uniques<'t>(table: &'t Table, ddl: &'t dyn Ddl) -> impl Iterator<Item = &'t Unique> {
    table.uniques.iter().filter(|unique| lack::of_unique(unique, ddl).is_none())
}

/// Whether a combination that exists once stands in the description of its table.
pub(super) fn is_part_of_table(unique: &Unique, ddl: &dyn Ddl) -> bool {
    unique.is_plain() && !ddl.features().uniques_are_indexes
}

pub(super) fn constraint(table: &Table, unique: &Unique, ddl: &dyn Ddl) -> Result<String> {
    let features = ddl.features();
    let nulls = nulls(unique);
    let columns: Vec<String> =
        unique.parts.iter().filter_map(Part::column).map(str::to_owned).collect();
    for column in &columns {
        whole_column(table, column, ddl)?;
    }
    // Where it cannot wait for the end of the transaction, it holds all the time.
    let deferred = if unique.deferred && features.deferred_uniques {
        " DEFERRABLE INITIALLY DEFERRED"
    } else {
        ""
    };
    let (name, columns) = (ddl.quote(&unique.name), quoted(&columns, ddl));
    Ok(format!("CONSTRAINT {name} UNIQUE{nulls} ({columns}){deferred}"))
}

fn nulls(unique: &Unique) -> &'static str {
    if unique.nulls_equal { " NULLS NOT DISTINCT" } else { "" }
}

/// An error where the database cannot hold all of the column in an index.
fn whole_column(table: &Table, column: &str, ddl: &dyn Ddl) -> Result<()> {
    let Some(column) = table.column(column) else { return Ok(()) };
    let ty = column_type(ddl, &column.ty)?;
    if can_be_looked_up(&ty, ddl) {
        return Ok(());
    }
    Err(ddl
        .lacks(&format!("unique constraint over a column of the type `{ty}`"))
        .hint(format!("say how long `{}` is at most: `#[model(max_length = 200)]`", column.name)))
}

/// An index as a statement makes it.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct MadeIndex {
    pub(super) name: String,
    unique: bool,
    /// The table, the columns, and what else is said.
    on: String,
}

impl MadeIndex {
    pub(super) fn statement(&self, ddl: &dyn Ddl) -> String {
        let unique = if self.unique { "UNIQUE " } else { "" };
        format!("CREATE {unique}INDEX {} ON {}", ddl.quote(&self.name), self.on)
    }

    /// Whether the other one differs in no more than its name.
    pub(super) fn is_like(&self, other: &Self) -> bool {
        self.unique == other.unique && self.on == other.on
    }
}

/// The indexes of a table: its own, and those that columns and constraints bring.
pub(super) fn indexes(table: &Table, ddl: &dyn Ddl) -> Result<Vec<MadeIndex>> {
    let features = ddl.features();
    let mut statements = Vec::new();
    for unique in uniques(table, ddl).filter(|unique| !is_part_of_table(unique, ddl)) {
        let made = unique_index(table, unique, ddl);
        statements.push(made.map_err(|error| error.at(table.name.clone()))?);
    }
    for column in &table.columns {
        let names = [column.name.as_str()];
        let plain = |suffix, parts: &str| MadeIndex {
            name: crate::names::of_columns(&table.name, &names, suffix),
            unique: false,
            on: format!("{} ({parts})", ddl.quote(&table.name)),
        };
        let is_key = table.foreign_keys.iter().any(|key| key.columns == names);
        if column.indexed && !(is_key && features.foreign_keys_are_indexed) {
            statements.push(plain("", &looked_up(table, &column.name, ddl)?));
        }
        let looked_up = column.indexed || column.unique || table.key == names;
        if features.like_indexes && looked_up {
            let ty = column_type(ddl, &column.ty)?;
            let class = ["varchar", "text"].into_iter().find(|own| ty.starts_with(own));
            if let (Some(class), false) = (class, ty.contains('[')) {
                statements.push(plain(
                    "_like",
                    &format!("{} {class}_pattern_ops", ddl.quote(&column.name)),
                ));
            }
        }
    }
    for own in &table.indexes {
        let made = index(table, own, ddl).map_err(|error| error.at(table.name.clone()))?;
        statements.extend(made);
    }
    Ok(statements)
}

fn unique_index(table: &Table, unique: &Unique, ddl: &dyn Ddl) -> Result<MadeIndex> {
    for part in &unique.parts {
        if let Some(column) = part.column() {
            whole_column(table, column, ddl)?;
        }
    }
    let nulls = nulls(unique);
    let parts = parts(table, &unique.parts, ddl)?;
    let include = include(&unique.include, ddl);
    let condition = match &unique.condition {
        Some(condition) => format!(" WHERE {}", whole(ddl, table, condition)?),
        None => String::new(),
    };
    let on = format!("{} ({parts}){include}{nulls}{condition}", ddl.quote(&table.name));
    Ok(MadeIndex { name: unique.name.clone(), unique: true, on })
}

/// An index makes things fast and changes no answer: what a database cannot have of it is left out.
fn index(table: &Table, index: &Index, ddl: &dyn Ddl) -> Result<Option<MadeIndex>> {
    let features = ddl.features();
    if lack::of_index(index, ddl).is_some() {
        return Ok(None);
    }
    let method = match &index.method {
        Some(method) if features.index_methods => format!(" USING {}", word(method)?),
        _ => String::new(),
    };
    let parts = parts(table, &index.parts, ddl)?;
    let include = include(&index.include, ddl);
    let condition = match &index.condition {
        Some(condition) if features.partial_indexes => {
            format!(" WHERE {}", whole(ddl, table, condition)?)
        }
        _ => String::new(),
    };
    let on = format!("{}{method} ({parts}){include}{condition}", ddl.quote(&table.name));
    Ok(Some(MadeIndex { name: index.name.clone(), unique: false, on }))
}

fn parts(table: &Table, parts: &[Part], ddl: &dyn Ddl) -> Result<String> {
    let parts: Result<Vec<_>> = parts.iter().map(|own| part(table, own, ddl)).collect();
    Ok(parts?.join(", "))
}

/// One part of an index.
pub(super) fn part(table: &Table, part: &Part, ddl: &dyn Ddl) -> Result<String> {
    let mut text = match part.column() {
        Some(column) => looked_up(table, column, ddl)?,
        None => format!("({})", whole(ddl, table, &part.expression)?),
    };
    if let (Some(class), true) = (&part.class, ddl.features().index_methods) {
        text.push(' ');
        text.push_str(word(class)?);
    }
    if part.descending {
        text.push_str(" DESC");
    }
    Ok(text)
}

/// A column in an index: only its beginning, where the database cannot have all of it.
fn looked_up(table: &Table, column: &str, ddl: &dyn Ddl) -> Result<String> {
    let name = ddl.quote(column);
    let Some(column) = table.column(column) else { return Ok(name) };
    let ty = column_type(ddl, &column.ty)?;
    Ok(if can_be_looked_up(&ty, ddl) { name } else { format!("{name}({PREFIX})") })
}

fn can_be_looked_up(ty: &str, ddl: &dyn Ddl) -> bool {
    ddl.features().whole_text_indexes || !is_long(ty, ddl)
}

/// Whether values of that type may be too long to stand in an index, or to have a plain default.
fn is_long(ty: &str, ddl: &dyn Ddl) -> bool {
    let ty = ty.to_ascii_lowercase();
    !ddl.features().whole_text_indexes
        && ["text", "blob", "json"].into_iter().any(|end| ty.ends_with(end))
}

fn include(columns: &[String], ddl: &dyn Ddl) -> String {
    if columns.is_empty() || !ddl.features().covering_indexes {
        return String::new();
    }
    format!(" INCLUDE ({})", quoted(columns, ddl))
}

pub(super) fn comments(table: &Table, ddl: &dyn Ddl) -> Vec<String> {
    if ddl.features().comments != Comments::Statements {
        return Vec::new();
    }
    let name = ddl.quote(&table.name);
    let text = |comment: &str| ddl.text(comment).ok();
    let of_table = table.comment.as_deref().and_then(text);
    let of_table = of_table.map(|text| format!("COMMENT ON TABLE {name} IS {text}"));
    let of_columns = table.columns.iter().filter_map(|column| {
        let text = text(column.comment.as_deref()?)?;
        Some(format!("COMMENT ON COLUMN {name}.{} IS {text}", ddl.quote(&column.name)))
    });
    of_table.into_iter().chain(of_columns).collect()
}

/// A method or an operator class, which is a name and stands without quotes.
pub(super) fn word(word: &str) -> Result<&str> {
    let is_name = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '.';
    if !word.is_empty() && word.chars().all(is_name) {
        return Ok(word);
    }
    Err(Error::setup(format!("`{word}` is no name of a method or an operator class")))
}

pub(super) fn quoted(names: &[String], ddl: &dyn Ddl) -> String {
    names.iter().map(|name| ddl.quote(name)).collect::<Vec<_>>().join(", ")
}
