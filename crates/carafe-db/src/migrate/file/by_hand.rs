//! What people write by hand, in files: SQL, and calls of functions.

#[cfg(test)]
mod tests;

use carafe_core::suggest::nearest;
use carafe_core::{Error, Result};

use super::keys::{Keys, Line, at_line};
use super::write::quoted;
use crate::migrate::by_hand::NOTHING;
use crate::migrate::{Call, Operation, Run, Script, Side, Sql};

/// The names of databases in files.
const DATABASES: [&str; 4] = ["sqlite", "postgres", "mysql", "mariadb"];

/// The side that an operation keeps to, where it says so.
pub(super) fn side(keys: &mut Keys<'_>) -> Result<Option<Side>> {
    let line = keys.line_of("only");
    let Some(word) = keys.text("only")? else { return Ok(None) };
    let sides = [Side::State, Side::Database];
    let side = sides.into_iter().find(|side| side.word() == word).ok_or_else(|| {
        at_line(Error::setup(format!("`{word}` is nothing that is changed alone")), line)
            .hint("there are: state, database")
    })?;
    Ok(Some(side))
}

/// An operation that keeps to a side; an error for one that has no sides.
pub(super) fn only(side: Side, operation: Operation, keys: &Keys<'_>) -> Result<Operation> {
    match operation {
        Operation::Sql(_) | Operation::Run(_) => Err(keys
            .error(format!("`only = \"{}\"` says nothing of what is written by hand", side.word()))
            .hint("nobody knows what it changes; say that by operations with `only = \"state\"` beside it")),
        other => Ok(Operation::Only(side, Box::new(other))),
    }
}

pub(super) fn sql(keys: &mut Keys<'_>) -> Result<Operation> {
    let own = Sql {
        description: keys.text("description")?.map(str::to_owned),
        sql: script(keys, "sql")?,
        undo: script(keys, "undo")?,
        elidable: keys.flag("elidable")?.unwrap_or(false),
    };
    if own.sql == Script::Unsaid {
        return Err(keys.error("`sql` is missing"));
    }
    Ok(Operation::Sql(Box::new(own)))
}

/// One text for all databases, or one for each of some.
fn script(keys: &mut Keys<'_>, key: &'static str) -> Result<Script> {
    let line = keys.line_of(key);
    if let Some(text) = keys.text_if_any(key)? {
        return Ok(match known(text, line)? {
            None => Script::Nothing,
            Some(sql) => Script::Same(sql),
        });
    }
    let table = keys.table(key).map_err(|_| {
        let sentence = format!("`{key}` is no text, and no table with a text for each database");
        at_line(Error::setup(sentence), line)
    });
    let Some(mut own) = table? else { return Ok(Script::Unsaid) };
    let mut all = Vec::new();
    for name in DATABASES {
        let line = own.line_of(name);
        if let Some(text) = own.text(name)? {
            all.push((name.to_owned(), known(text, line)?));
        }
    }
    if let Some((name, line)) = own.first_left() {
        let error = at_line(Error::setup(format!("there is no database `{name}`")), line);
        return Err(match nearest(&name, DATABASES) {
            Some(known) => error.hint(format!("did you mean `{known}`?")),
            None => error.hint(format!("there are: {}", DATABASES.join(", "))),
        });
    }
    if all.is_empty() {
        return Err(own.error(format!("`{key}` names no database")));
    }
    Ok(Script::ByDatabase(all))
}

fn known(text: &str, line: Line<'_>) -> Result<Option<String>> {
    match text.trim() {
        NOTHING => Ok(None),
        "" => Err(at_line(Error::setup("SQL is empty"), line)
            .hint(format!("where nothing is to be done: `\"{NOTHING}\"`"))),
        _ => Ok(Some(text.to_owned())),
    }
}

pub(super) fn run(keys: &mut Keys<'_>) -> Result<Operation> {
    let own = Run {
        run: call(keys, "run")?,
        undo: call(keys, "undo")?,
        elidable: keys.flag("elidable")?.unwrap_or(false),
    };
    if own.run == Call::Unsaid {
        return Err(keys.error("`run` is missing"));
    }
    Ok(Operation::Run(Box::new(own)))
}

fn call(keys: &mut Keys<'_>, key: &'static str) -> Result<Call> {
    let line = keys.line_of(key);
    Ok(match keys.text(key)? {
        None => Call::Unsaid,
        Some(NOTHING) => Call::Nothing,
        Some(name) if is_name(name) => Call::Function(name.to_owned()),
        Some(name) => {
            let error = Error::setup(format!("`{name}` is no name of a function"));
            return Err(
                at_line(error, line).hint("write the name alone, as the last word in `steps![…]`")
            );
        }
    })
}

fn is_name(name: &str) -> bool {
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    !name.is_empty() && name.chars().all(is_word)
}

pub(super) fn write_sql(own: &Sql, line: &mut dyn FnMut(&str, String)) {
    if let Some(description) = &own.description {
        line("description", quoted(description));
    }
    if own.elidable {
        line("elidable", "true".to_owned());
    }
    for (key, script) in [("sql", &own.sql), ("undo", &own.undo)] {
        match script {
            Script::Unsaid => {}
            Script::Nothing => line(key, quoted(NOTHING)),
            Script::Same(sql) => line(key, block(sql)),
            Script::ByDatabase(all) => {
                for (name, sql) in all {
                    let text = sql.as_deref().map_or_else(|| quoted(NOTHING), block);
                    line(&format!("{key}.{name}"), text);
                }
            }
        }
    }
}

pub(super) fn write_run(own: &Run, line: &mut dyn FnMut(&str, String)) {
    for (key, call) in [("run", &own.run), ("undo", &own.undo)] {
        match call {
            Call::Unsaid => {}
            Call::Nothing => line(key, quoted(NOTHING)),
            Call::Function(name) => line(key, quoted(name)),
        }
    }
    if own.elidable {
        line("elidable", "true".to_owned());
    }
}

/// Text of several lines as TOML writes it: as it stands, where that can be.
fn block(text: &str) -> String {
    let is_plain = |c: char| !c.is_control() || c == '\t' || c == '\n';
    if !text.contains('\n') || !text.chars().all(is_plain) {
        return quoted(text);
    }
    if text.contains('\\') && !text.contains("'''") && !text.ends_with('\'') {
        return format!("'''\n{text}'''");
    }
    let mut text = text.replace('\\', "\\\\");
    if text.contains("\"\"\"") || text.ends_with('"') {
        text = text.replace('"', "\\\"");
    }
    format!("\"\"\"\n{text}\"\"\"")
}
