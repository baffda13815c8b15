//! How a file of a migration is read.

mod piece;

use carafe_core::{Error, Result};
use carafe_model::schema::Kind;
use toml::de::DeTable;

use self::piece::{check, exclusion, index, piece, unique};
use super::by_hand;
use super::keys::{Keys, at_line, line};
use super::write::{default_column, delete_action};
use super::{Id, Migration};
use crate::ddl::state::{
    DefaultState, DeleteAction, ExpressionState, FieldState, GeneratedState, KindState,
    ReferenceState, TableState, ThroughState,
};
use crate::migrate::{
    Backfill, Direction, FieldName, Mirror, Notes, Operation, Rollout, TableName, TableOptions,
};

impl Migration {
    /// Reads the text of a file, whose name is that of the migration. Errors name it and their line.
    pub fn parse(owner: &str, name: &str, text: &str) -> Result<Self> {
        read(owner, name, text).map_err(|error| {
            let line = error.place().unwrap_or("1").to_owned();
            error.at(format!("migrations/{name}.toml:{line} of the crate {owner}"))
        })
    }
}

fn read(owner: &str, name: &str, text: &str) -> Result<Migration> {
    let parsed = DeTable::parse(text).map_err(|error| {
        let start = error.span().map_or(0, |span| span.start);
        at_line(Error::setup(format!("it is no TOML: {}", error.message())), line(text, start))
    })?;
    let mut keys = Keys::new(text, parsed.span(), parsed.get_ref());
    let after = keys.texts("after")?.into_iter().map(|id| match id.split_once(':') {
        Some((owner, name)) => Id { owner: owner.to_owned(), name: name.to_owned() },
        None => Id { owner: owner.to_owned(), name: id },
    });
    let after = after.collect();
    let line = keys.line_of("replaces");
    let replaces = keys.texts("replaces")?.into_iter().map(|name| match name.split_once(':') {
        Some(_) => Err(at_line(
            Error::setup(format!("`{name}` is replaced, which is no migration of {owner}"))
                .hint("migrations are replaced by one of their own crate: name them without it"),
            line,
        )),
        None => Ok(Id { owner: owner.to_owned(), name }),
    });
    let replaces = replaces.collect::<Result<_>>()?;
    let rollout = Rollout {
        after_deploy: match keys.text("deploy")? {
            None | Some("before") => false,
            Some("after") => true,
            Some(other) => {
                return Err(keys
                    .error(format!("`deploy = \"{other}\"` is neither \"before\" nor \"after\"")));
            }
        },
        safe: keys.text("safe")?.map(str::to_owned),
    };
    let mut operations = Vec::new();
    for mut own in keys.tables("operations")? {
        let line = own.line();
        let made = operation(&mut own, owner).and_then(|made| {
            let made = noted(made, &mut own)?;
            own.end().map(|()| made)
        });
        operations.push(made.map_err(|error| at_line(error, line))?);
    }
    keys.end()?;
    let (owner, name) = (owner.to_owned(), name.to_owned());
    Ok(Migration { owner, name, after, replaces, operations, rollout })
}

/// The names of all operations, for the one that is misspelled.
const NAMES: [&str; 22] = [
    "create_table",
    "delete_table",
    "rename_table",
    "alter_table",
    "move_table",
    "add_field",
    "remove_field",
    "rename_field",
    "alter_field",
    "backfill",
    "add_mirror",
    "remove_mirror",
    "add_unique",
    "add_check",
    "add_exclusion",
    "add_index",
    "remove_unique",
    "remove_check",
    "remove_exclusion",
    "remove_index",
    "sql",
    "run",
];

/// The same with what is said of how it is done.
fn noted(operation: Operation, keys: &mut Keys<'_>) -> Result<Operation> {
    let notes = Notes {
        online: keys.flag("online")?.unwrap_or(false),
        safe: keys.text("safe")?.map(str::to_owned),
    };
    let is_plain = notes == Notes::default();
    if !is_plain && matches!(operation, Operation::Sql(_) | Operation::Run(_)) {
        return Err(keys
            .error("`online` and `safe` say how a table is changed")
            .hint("what is written by hand is done as it is written"));
    }
    Ok(if is_plain { operation } else { Operation::Noted(Box::new(operation), notes) })
}

fn mirror(table: String, keys: &mut Keys<'_>) -> Result<Box<Mirror>> {
    let field = keys.required("field")?.to_owned();
    Ok(Box::new(Mirror { table, field, value: value(keys)? }))
}

fn value(keys: &mut Keys<'_>) -> Result<ExpressionState> {
    expression(keys, "value")?.ok_or_else(|| keys.error("`value` is missing"))
}

fn operation(keys: &mut Keys<'_>, owner: &str) -> Result<Operation> {
    let side = by_hand::side(keys)?;
    let operation = of_both_sides(keys, owner)?;
    match side {
        None => Ok(operation),
        Some(side) => by_hand::only(side, operation, keys),
    }
}

fn of_both_sides(keys: &mut Keys<'_>, owner: &str) -> Result<Operation> {
    let name = keys.required("op")?;
    if !NAMES.contains(&name) {
        return Err(unknown(keys, name));
    }
    if name == "sql" {
        return by_hand::sql(keys);
    }
    if name == "run" {
        return by_hand::run(keys);
    }
    if name == "create_table" {
        return Ok(Operation::CreateTable(Box::new(table(keys, owner)?)));
    }
    if name == "delete_table" {
        return Ok(Operation::DeleteTable(Box::new(table(keys, owner)?)));
    }
    if name == "rename_table" {
        let from = table_name(keys.required_table("from")?)?;
        let to = table_name(keys.required_table("to")?)?;
        return Ok(Operation::RenameTable { from, to });
    }
    let table = keys.required("table")?.to_owned();
    Ok(match name {
        "alter_table" => Operation::AlterTable {
            table,
            from: options(keys.required_table("from")?)?,
            to: options(keys.required_table("to")?)?,
        },
        "move_table" => {
            let from = keys.required("from")?.to_owned();
            Operation::MoveTable { table, from, to: owner.to_owned() }
        }
        "add_field" => Operation::AddField {
            table,
            field: Box::new(field(keys.required_table("field")?)?),
            fill: expression(keys, "fill")?,
        },
        "remove_field" => Operation::RemoveField {
            table,
            field: Box::new(field(keys.required_table("field")?)?),
            fill: expression(keys, "fill")?,
        },
        "rename_field" => Operation::RenameField {
            table,
            from: field_name(keys, "from")?,
            to: field_name(keys, "to")?,
        },
        "alter_field" => Operation::AlterField {
            table,
            from: Box::new(field(keys.required_table("from")?)?),
            to: Box::new(field(keys.required_table("to")?)?),
            fill: expression(keys, "fill")?,
        },
        "backfill" => {
            let field = keys.required("field")?.to_owned();
            let (value, batch) = (value(keys)?, keys.number("batch")?);
            let own = Backfill { table, field, value, batch };
            Operation::Backfill(Box::new(own), Direction::Forwards)
        }
        "add_mirror" => Operation::AddMirror(mirror(table, keys)?),
        "remove_mirror" => Operation::RemoveMirror(mirror(table, keys)?),
        name => match name.split_once('_') {
            Some(("add", kind)) => Operation::Add { table, piece: piece(keys, kind)? },
            Some(("remove", kind)) => Operation::Remove { table, piece: piece(keys, kind)? },
            _ => return Err(unknown(keys, name)),
        },
    })
}

fn unknown(keys: &Keys<'_>, name: &str) -> Error {
    let error = keys.error(format!("there is no operation `{name}`"));
    match carafe_core::suggest::nearest(name, NAMES) {
        Some(known) => error.hint(format!("did you mean `{known}`?")),
        None => error.hint(format!("there are: {}", NAMES.join(", "))),
    }
}

fn table(keys: &mut Keys<'_>, owner: &str) -> Result<TableState> {
    Ok(TableState {
        name: keys.required("table")?.to_owned(),
        was: None,
        model: keys.required("model")?.to_owned(),
        owner: owner.to_owned(),
        managed: keys.flag("managed")?.unwrap_or(true),
        comment: keys.text("comment")?.map(str::to_owned),
        fields: all(keys.tables("fields")?, field)?,
        uniques: all(keys.tables("uniques")?, unique)?,
        checks: all(keys.tables("checks")?, check)?,
        exclusions: all(keys.tables("exclusions")?, exclusion)?,
        indexes: all(keys.tables("indexes")?, index)?,
    })
}

fn all<'t, T>(tables: Vec<Keys<'t>>, read: impl Fn(Keys<'t>) -> Result<T>) -> Result<Vec<T>> {
    tables.into_iter().map(read).collect()
}

fn options(mut keys: Keys<'_>) -> Result<TableOptions> {
    let options = TableOptions {
        model: keys.required("model")?.to_owned(),
        managed: keys.flag("managed")?.unwrap_or(true),
        comment: keys.text("comment")?.map(str::to_owned),
    };
    keys.end()?;
    Ok(options)
}

fn table_name(mut keys: Keys<'_>) -> Result<TableName> {
    let name = TableName {
        table: keys.required("table")?.to_owned(),
        model: keys.required("model")?.to_owned(),
    };
    keys.end()?;
    Ok(name)
}

fn field_name(keys: &mut Keys<'_>, key: &'static str) -> Result<FieldName> {
    if let Some(name) = keys.text_if_any(key)? {
        return Ok(FieldName { name: name.to_owned(), column: name.to_owned() });
    }
    let mut own = keys.required_table(key)?;
    let name = FieldName {
        name: own.required("name")?.to_owned(),
        column: own.required("column")?.to_owned(),
    };
    own.end()?;
    Ok(name)
}

fn field(mut keys: Keys<'_>) -> Result<FieldState> {
    let name = keys.required("name")?.to_owned();
    let reference = reference(&mut keys)?;
    let kind = match &reference {
        Some(ReferenceState::Key { .. }) => KindState::Plain(Kind::Key),
        Some(ReferenceState::Many { .. }) => KindState::Plain(Kind::Related),
        None => kind(&mut keys)?,
    };
    let column = match keys.text("column")? {
        Some(column) => column.to_owned(),
        None => default_column(&name, reference.as_ref()),
    };
    let digits = match keys.numbers("digits")? {
        None => None,
        Some(digits) => match <[u8; 2]>::try_from(digits) {
            Ok([all, behind]) => Some((all, behind)),
            Err(_) => {
                return Err(
                    keys.error("`digits` is not two numbers: all, and those behind the point")
                );
            }
        },
    };
    let stored = keys.flag("stored")?.unwrap_or(false);
    let field = FieldState {
        name,
        was: None,
        kind,
        column,
        null: keys.flag("null")?.unwrap_or(false),
        primary_key: keys.flag("primary_key")?.unwrap_or(false),
        counted: keys.flag("counted")?.unwrap_or(false),
        unique: keys.flag("unique")?.unwrap_or(false),
        indexed: keys.flag("indexed")?.unwrap_or(false),
        max_length: keys.number("max_length")?,
        digits,
        default: expression(&mut keys, "default")?.map(DefaultState::Database),
        generated: expression(&mut keys, "generated")?
            .map(|expression| GeneratedState { expression, stored }),
        comment: keys.text("comment")?.map(str::to_owned),
        reference,
    };
    keys.end()?;
    Ok(field)
}

fn kind(keys: &mut Keys<'_>) -> Result<KindState> {
    let line = keys.line();
    let mut kind =
        KindState::parse(keys.required("kind")?).map_err(|error| at_line(error, line))?;
    if let Some(mut own) = keys.table("types")?
        && let KindState::Custom { types, .. } = &mut kind
    {
        *types = own.pairs()?;
    }
    Ok(kind)
}

fn reference(keys: &mut Keys<'_>) -> Result<Option<ReferenceState>> {
    if let Some(table) = keys.text("references")? {
        return Ok(Some(ReferenceState::Key {
            table: table.to_owned(),
            constrained: keys.flag("constrained")?.unwrap_or(true),
            on_delete: match keys.text("on_delete")? {
                None => None,
                Some(text) => Some(action(text).ok_or_else(|| {
                    keys.error(format!("`{text}` is nothing that a database does on deletion"))
                        .hint("there are: cascade, set_null, set_default")
                })?),
            },
        }));
    }
    let Some(table) = keys.text("many")? else { return Ok(None) };
    Ok(Some(ReferenceState::Many {
        table: table.to_owned(),
        constrained: keys.flag("constrained")?.unwrap_or(true),
        through: ThroughState {
            table: keys.required("through")?.to_owned(),
            from: keys.texts("from")?,
            to: keys.texts("to")?,
        },
    }))
}

fn action(text: &str) -> Option<DeleteAction> {
    let actions = [DeleteAction::Cascade, DeleteAction::SetNull, DeleteAction::SetDefault];
    actions.into_iter().find(|action| delete_action(*action) == text)
}

fn expression(keys: &mut Keys<'_>, key: &'static str) -> Result<Option<ExpressionState>> {
    let line = keys.line_of(key);
    let read = |text| ExpressionState::parse(text).map_err(|error| at_line(error, line));
    keys.text(key)?.map(read).transpose()
}
