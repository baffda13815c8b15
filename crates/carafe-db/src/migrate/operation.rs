//! One change of what the tables are.

use carafe_core::suggest::nearest;
use carafe_core::{Error, Result};
use carafe_model::schema::Kind;

use super::{Backfill, Direction, Mirror, Notes, Piece, Run, Side, Sql, blank};
use crate::ddl::state::{
    ExpressionState, FieldState, LiteralState, ReferenceState, State, TableState,
};

/// One change of what the tables are. It holds what undoing it needs.
#[derive(Clone, Debug, PartialEq)]
pub enum Operation {
    /// Makes a table.
    CreateTable(Box<TableState>),
    /// Drops a table with all that is in it.
    DeleteTable(Box<TableState>),
    /// Gives a table another name, and its model.
    RenameTable {
        /// The table before.
        from: TableName,
        /// The table after.
        to: TableName,
    },
    /// Changes what is said of a table as a whole.
    AlterTable {
        /// Its name.
        table: String,
        /// What is said before.
        from: TableOptions,
        /// What is said after.
        to: TableOptions,
    },
    /// Lets another crate own a table: it stays as it is.
    MoveTable {
        /// Its name.
        table: String,
        /// The crate that owns it before.
        from: String,
        /// The crate that owns it after, whose history this stands in.
        to: String,
    },
    /// Adds a field to a table.
    AddField {
        /// The table.
        table: String,
        /// The field.
        field: Box<FieldState>,
        /// What rows hold that are there already.
        fill: Option<ExpressionState>,
    },
    /// Takes a field from a table, with all that is in it.
    RemoveField {
        /// The table.
        table: String,
        /// The field.
        field: Box<FieldState>,
        /// What rows hold when it is undone.
        fill: Option<ExpressionState>,
    },
    /// Gives a field another name, and its column.
    RenameField {
        /// The table.
        table: String,
        /// The field before.
        from: FieldName,
        /// The field after.
        to: FieldName,
    },
    /// Changes a field.
    AlterField {
        /// The table.
        table: String,
        /// The field before.
        from: Box<FieldState>,
        /// The field after.
        to: Box<FieldState>,
        /// What rows hold instead of NULL, where that is not allowed any more.
        fill: Option<ExpressionState>,
    },
    /// Adds a constraint or an index.
    Add {
        /// The table.
        table: String,
        /// What is added.
        piece: Piece,
    },
    /// Takes a constraint or an index away.
    Remove {
        /// The table.
        table: String,
        /// What is taken away.
        piece: Piece,
    },
    /// Runs SQL that somebody wrote.
    Sql(Box<Sql>),
    /// Calls a function of the program.
    Run(Box<Run>),
    /// Changes what is known of tables, or the tables, and leaves the other as it is (Django's
    /// `SeparateDatabaseAndState`).
    Only(Side, Box<Self>),
    /// Another one, with what is said of how it is done.
    Noted(Box<Self>, Notes),
    /// Fills rows bit by bit; to undo it there is nothing to do.
    Backfill(Box<Backfill>, Direction),
    /// Keeps a field in step with others of its row.
    AddMirror(Box<Mirror>),
    /// Keeps it in step no longer.
    RemoveMirror(Box<Mirror>),
}

/// What is said of a table as a whole.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TableOptions {
    /// The name of the model.
    pub model: String,
    /// Whether it is made and changed here.
    pub managed: bool,
    /// Its comment in the database.
    pub comment: Option<String>,
}

impl TableOptions {
    pub(super) fn of(table: &TableState) -> Self {
        Self { model: table.model.clone(), managed: table.managed, comment: table.comment.clone() }
    }
}

/// The name of a table, and that of its model.
#[derive(Clone, Debug, PartialEq)]
pub struct TableName {
    /// The table.
    pub table: String,
    /// The model.
    pub model: String,
}

impl TableName {
    pub(super) fn of(table: &TableState) -> Self {
        Self { table: table.name.clone(), model: table.model.clone() }
    }
}

/// The name of a field, and that of its column.
#[derive(Clone, Debug, PartialEq)]
pub struct FieldName {
    /// The field.
    pub name: String,
    /// The column.
    pub column: String,
}

impl FieldName {
    pub(super) fn of(field: &FieldState) -> Self {
        Self { name: field.name.clone(), column: field.column.clone() }
    }
}

impl Operation {
    /// The table that it changes, by its name before; nothing for what people write by hand, which may
    /// change all.
    pub fn table(&self) -> &str {
        match self {
            Self::Sql(_) | Self::Run(_) => "",
            Self::Only(_, own) | Self::Noted(own, _) => own.table(),
            Self::CreateTable(table) | Self::DeleteTable(table) => &table.name,
            Self::Backfill(own, _) => &own.table,
            Self::AddMirror(own) | Self::RemoveMirror(own) => &own.table,
            Self::RenameTable { from, .. } => &from.table,
            Self::AlterTable { table, .. }
            | Self::MoveTable { table, .. }
            | Self::AddField { table, .. }
            | Self::RemoveField { table, .. }
            | Self::RenameField { table, .. }
            | Self::AlterField { table, .. }
            | Self::Add { table, .. }
            | Self::Remove { table, .. } => table,
        }
    }

    /// Whether squashing may leave it out.
    pub(super) fn is_elidable(&self) -> bool {
        match self {
            Self::Sql(own) => own.elidable,
            Self::Run(own) => own.elidable,
            _ => false,
        }
    }

    /// Whether people write it, for what nobody else knows: it stays where it is.
    pub(super) fn is_by_hand(&self) -> bool {
        matches!(self, Self::Sql(_) | Self::Run(_) | Self::Only(..))
    }

    /// The tables that it leads to, changes, or is made of.
    pub(super) fn touches(&self) -> Vec<&str> {
        let mut tables = vec![self.table()];
        match self {
            Self::Only(_, own) | Self::Noted(own, _) => return own.touches(),
            Self::CreateTable(table) | Self::DeleteTable(table) => {
                tables.extend(
                    table
                        .fields
                        .iter()
                        .filter_map(|field| field.reference.as_ref().map(ReferenceState::table)),
                );
            }
            Self::RenameTable { to, .. } => tables.push(&to.table),
            Self::AddField { field, .. } | Self::RemoveField { field, .. } => {
                tables.extend(field.reference.as_ref().map(ReferenceState::table));
            }
            Self::AlterField { from, to, .. } => {
                tables.extend(from.reference.as_ref().map(ReferenceState::table));
                tables.extend(to.reference.as_ref().map(ReferenceState::table));
            }
            _ => {}
        }
        tables
    }

    /// What undoes it.
    #[must_use]
    pub fn reversed(&self) -> Self {
        match self.clone() {
            Self::CreateTable(table) => Self::DeleteTable(table),
            Self::DeleteTable(table) => Self::CreateTable(table),
            Self::RenameTable { from, to } => Self::RenameTable { from: to, to: from },
            Self::AlterTable { table, from, to } => Self::AlterTable { table, from: to, to: from },
            Self::MoveTable { table, from, to } => Self::MoveTable { table, from: to, to: from },
            Self::AddField { table, field, fill } => Self::RemoveField { table, field, fill },
            Self::RemoveField { table, field, fill } => Self::AddField { table, field, fill },
            Self::RenameField { table, from, to } => {
                Self::RenameField { table, from: to, to: from }
            }
            Self::AlterField { table, from, to, fill } => {
                let may_be_null = to.null && !from.null;
                let fill = fill.or_else(|| blank(&from).filter(|_| may_be_null));
                Self::AlterField { table, from: to, to: from, fill }
            }
            Self::Add { table, piece } => Self::Remove { table, piece },
            Self::Remove { table, piece } => Self::Add { table, piece },
            Self::Sql(own) => Self::Sql(Box::new(own.reversed())),
            Self::Run(own) => Self::Run(Box::new(own.reversed())),
            Self::Only(side, own) => Self::Only(side, Box::new(own.reversed())),
            Self::Noted(own, notes) => Self::Noted(Box::new(own.reversed()), notes),
            Self::Backfill(own, way) => Self::Backfill(own, way.reversed()),
            Self::AddMirror(own) => Self::RemoveMirror(own),
            Self::RemoveMirror(own) => Self::AddMirror(own),
        }
    }

    /// What it does, in a line: `Add field slug to post`.
    pub fn describe(&self) -> String {
        match self {
            Self::CreateTable(table) => format!("Create table {}", table.name),
            Self::DeleteTable(table) => format!("Delete table {}", table.name),
            Self::RenameTable { from, to } => {
                format!("Rename table {} to {}", from.table, to.table)
            }
            Self::AlterTable { table, from, to } if from.model != to.model => {
                format!("Call the model of {table} {}", to.model)
            }
            Self::AlterTable { table, from, to } if from.managed != to.managed => {
                let who = if to.managed { "here" } else { "elsewhere" };
                format!("Let {table} be made {who}")
            }
            Self::AlterTable { table, .. } => format!("Alter the comment of {table}"),
            Self::MoveTable { table, from, to } => format!("Move {table} from {from} to {to}"),
            Self::AddField { table, field, .. } => format!("Add field {} to {table}", field.name),
            Self::RemoveField { table, field, .. } => {
                format!("Remove field {} from {table}", field.name)
            }
            Self::RenameField { table, from, to } => {
                format!("Rename field {} on {table} to {}", from.name, to.name)
            }
            Self::AlterField { table, to, .. } => format!("Alter field {} on {table}", to.name),
            Self::Add { table, piece } => format!("Add {} to {table}", piece.told()),
            Self::Remove { table, piece } => format!("Remove {} from {table}", piece.told()),
            Self::Noted(own, notes) if notes.online => format!("{} (online)", own.describe()),
            Self::Noted(own, _) => own.describe(),
            Self::Backfill(own, _) => format!("Fill field {} of {}", own.field, own.table),
            Self::AddMirror(own) => {
                format!("Keep {} of {} in step with {}", own.field, own.table, own.value)
            }
            Self::RemoveMirror(own) => {
                format!("Keep {} of {} no longer in step", own.field, own.table)
            }
            Self::Sql(own) => own.describe(),
            Self::Run(own) => own.describe(),
            Self::Only(side, own) => format!("{} (only the {})", own.describe(), side.word()),
        }
    }

    /// Whether it can be no part of a transaction with others.
    pub(super) fn is_stepwise(&self) -> bool {
        match self {
            Self::Noted(own, notes) => notes.online || own.is_stepwise(),
            Self::Only(_, own) => own.is_stepwise(),
            Self::Backfill(..) => true,
            _ => false,
        }
    }

    /// The sign before its description: what is there afterwards that was not, or the other way.
    pub fn sign(&self) -> char {
        match self {
            Self::CreateTable(_) | Self::AddField { .. } | Self::Add { .. } => '+',
            Self::DeleteTable(_) | Self::RemoveField { .. } | Self::Remove { .. } => '-',
            Self::Only(_, own) | Self::Noted(own, _) => own.sign(),
            _ => '~',
        }
    }

    /// Its part of a file's name: `post_slug`, `remove_post_slug`.
    pub(super) fn slug(&self) -> String {
        let of_piece = |piece: &Piece| match piece {
            Piece::Unique(own) => own.name.clone(),
            Piece::Check(own) => Some(own.name.clone()),
            Piece::Exclusion(own) => Some(own.name.clone()),
            Piece::Index(own) => own.name.clone(),
        };
        match self {
            Self::CreateTable(table) => table.name.clone(),
            Self::DeleteTable(table) => format!("delete_{}", table.name),
            Self::RenameTable { from, to } => format!("rename_{}_{}", from.table, to.table),
            Self::AlterTable { table, .. } => format!("alter_{table}"),
            Self::MoveTable { table, .. } => format!("move_{table}"),
            Self::AddField { table, field, .. } => format!("{table}_{}", field.name),
            Self::RemoveField { table, field, .. } => format!("remove_{table}_{}", field.name),
            Self::RenameField { table, from, to } => {
                format!("rename_{}_{table}_{}", from.name, to.name)
            }
            Self::AlterField { table, to, .. } => format!("alter_{table}_{}", to.name),
            Self::Add { table, piece } => {
                of_piece(piece).unwrap_or_else(|| format!("{table}_{}", piece.kind()))
            }
            Self::Remove { table, piece } => {
                let name = of_piece(piece).unwrap_or_else(|| format!("{table}_{}", piece.kind()));
                format!("remove_{name}")
            }
            Self::Sql(_) => "sql".to_owned(),
            Self::Run(own) => own.slug(),
            Self::Only(_, own) | Self::Noted(own, _) => own.slug(),
            Self::Backfill(own, _) => format!("fill_{}_{}", own.table, own.field),
            Self::AddMirror(own) | Self::RemoveMirror(own) => {
                format!("mirror_{}_{}", own.table, own.field)
            }
        }
    }

    /// Changes the state as it changes the tables. An error where the state is not the one that it was
    /// made for: somebody edited or reordered the files.
    pub fn apply(&self, state: &mut State) -> Result<()> {
        match self {
            Self::CreateTable(table) => {
                if state.tables.contains_key(&table.name) {
                    return Err(there(&format!("table `{}`", table.name)));
                }
                state.tables.insert(table.name.clone(), (**table).clone());
            }
            Self::DeleteTable(table) => {
                state.tables.remove(&table.name).ok_or_else(|| missing(&table.name))?;
            }
            Self::RenameTable { from, to } => rename_table(state, from, to)?,
            Self::AlterTable { table, from, to } => {
                let own = find(state, table)?;
                if TableOptions::of(own) != *from {
                    return Err(other_than(&format!("`{table}`")));
                }
                own.model.clone_from(&to.model);
                own.managed = to.managed;
                own.comment.clone_from(&to.comment);
            }
            Self::MoveTable { table, from, to } => {
                let own = find(state, table)?;
                if own.owner != *from {
                    return Err(other_than(&format!("the owner of `{table}`")));
                }
                own.owner.clone_from(to);
            }
            Self::AddField { table, field, fill } => {
                let own = find(state, table)?;
                if own.field(&field.name).is_some() {
                    return Err(there(&format!("field `{table}.{}`", field.name)));
                }
                check_fill(own, field, fill.as_ref())?;
                own.fields.push((**field).clone());
            }
            Self::RemoveField { table, field, .. } => {
                let own = find(state, table)?;
                check_field(own, field)?;
                own.fields.retain(|other| other.name != field.name);
            }
            Self::RenameField { table, from, to } => rename_field(find(state, table)?, from, to)?,
            Self::AlterField { table, from, to, fill } => {
                let own = find(state, table)?;
                check_field(own, from)?;
                // What undoes it says so, too, and needs it no more.
                check_fill(own, to, fill.as_ref().filter(|_| from.null && !to.null))?;
                let field = own.fields.iter_mut().find(|other| other.name == from.name);
                if let Some(field) = field {
                    *field = (**to).clone();
                }
            }
            Self::Add { table, piece } => piece.add_to(find(state, table)?)?,
            Self::Remove { table, piece } => piece.take_from(find(state, table)?)?,
            Self::Only(Side::State, own) | Self::Noted(own, _) => own.apply(state)?,
            Self::Only(Side::Database, own) => own.on_database(state).map(drop)?,
            Self::Sql(_) | Self::Run(_) => {}
            Self::Backfill(own, _) => own.check(state)?,
            Self::AddMirror(own) | Self::RemoveMirror(own) => own.check(state)?,
        }
        Ok(())
    }

    /// What a change of the database alone leads from and to, where this is known of its tables.
    ///
    /// Forwards it leads away from what is known; backwards it comes back to it.
    pub(super) fn on_database(&self, known: &State) -> Result<(State, State)> {
        let mut other = known.clone();
        match self.apply(&mut other) {
            Ok(()) => Ok((known.clone(), other)),
            Err(error) => {
                let mut other = known.clone();
                match self.reversed().apply(&mut other) {
                    Ok(()) => Ok((other, known.clone())),
                    Err(_) => Err(error),
                }
            }
        }
    }
}

fn find<'s>(state: &'s mut State, table: &str) -> Result<&'s mut TableState> {
    state.tables.get_mut(table).ok_or_else(|| missing(table))
}

fn check_field(table: &TableState, field: &FieldState) -> Result<()> {
    match table.field(&field.name) {
        None => Err(Error::setup(format!(
            "`{}` has no field `{}` at that point",
            table.name, field.name
        ))),
        Some(found) if found != field => {
            Err(other_than(&format!("`{}.{}`", table.name, field.name)))
        }
        Some(_) => Ok(()),
    }
}

/// An error where rows would be filled with what the table has not, or with values of another kind: a
/// database may take a name that it does not know for a text.
pub(super) fn check_fill(
    table: &TableState,
    field: &FieldState,
    fill: Option<&ExpressionState>,
) -> Result<()> {
    let Some(fill) = fill else { return Ok(()) };
    let mut unknown = None;
    fill.fields(&mut |name| {
        if table.field(name).is_none_or(is_many) {
            unknown = unknown.or(Some(name));
        }
    });
    let place = format!("what `{}.{}` is filled with", table.name, field.name);
    if let Some(name) = unknown {
        let error = Error::setup(format!("`{}` has no field `{name}` at that point", table.name));
        let names = table.fields.iter().map(|field| field.name.as_str());
        return Err(error.at(place).hint(match nearest(name, names) {
            Some(known) => format!("did you mean `{known}`? a text stands between quotes"),
            None => "a text stands between quotes: `\"none\"`".to_owned(),
        }));
    }
    let ExpressionState::Literal(literal) = fill else { return Ok(()) };
    let Some(kind) = field.kind.plain().filter(|kind| *kind != Kind::Key) else { return Ok(()) };
    let fits = match literal {
        LiteralState::Null => field.null,
        LiteralState::Bool(_) => kind == Kind::Bool,
        LiteralState::I64(number) => match kind.range() {
            Some((least, most)) => (least..=most).contains(number),
            None => !kind.is_text() && kind != Kind::Bool,
        },
        LiteralState::F64(_) => matches!(kind, Kind::Real | Kind::Float | Kind::Decimal),
        LiteralState::Text(_) => kind != Kind::Bool && kind.range().is_none(),
    };
    if fits {
        return Ok(());
    }
    Err(Error::setup(format!("`{fill}` is no value of the kind `{}`", field.kind)).at(place))
}

fn is_many(field: &FieldState) -> bool {
    matches!(field.reference, Some(ReferenceState::Many { .. }))
}

fn rename_table(state: &mut State, from: &TableName, to: &TableName) -> Result<()> {
    if from.table != to.table && state.tables.contains_key(&to.table) {
        return Err(there(&format!("table `{}`", to.table)));
    }
    let mut table = state.tables.remove(&from.table).ok_or_else(|| missing(&from.table))?;
    if table.model != from.model {
        return Err(other_than(&format!("the model of `{}`", from.table)));
    }
    table.name.clone_from(&to.table);
    table.model.clone_from(&to.model);
    state.tables.insert(to.table.clone(), table);
    let leads =
        |field: &FieldState| field.reference.as_ref().is_some_and(|own| own.table() == from.table);
    for table in state.tables.changing(|table| table.fields.iter().any(leads)) {
        for field in table.fields.iter_mut().filter(|field| leads(field)) {
            if let Some(ReferenceState::Key { table, .. } | ReferenceState::Many { table, .. }) =
                &mut field.reference
            {
                table.clone_from(&to.table);
            }
        }
    }
    Ok(())
}

fn rename_field(table: &mut TableState, from: &FieldName, to: &FieldName) -> Result<()> {
    if from.name != to.name && table.field(&to.name).is_some() {
        return Err(there(&format!("field `{}.{}`", table.name, to.name)));
    }
    let pieces: Result<Vec<Piece>> =
        Piece::all(table).iter().map(|piece| piece.renamed(&from.name, &to.name)).collect();
    let found = table.fields.iter_mut().find(|field| field.name == from.name);
    match found {
        Some(field) if field.column == from.column => {
            field.name.clone_from(&to.name);
            field.column.clone_from(&to.column);
        }
        Some(_) => return Err(other_than(&format!("`{}.{}`", table.name, from.name))),
        None => {
            return Err(Error::setup(format!(
                "`{}` has no field `{}` at that point",
                table.name, from.name
            )));
        }
    }
    let name =
        |field: &str| Ok(if field == from.name { to.name.clone() } else { field.to_owned() });
    for field in &mut table.fields {
        if let Some(generated) = &mut field.generated {
            generated.expression = generated.expression.renamed(&name)?;
        }
    }
    table.uniques.clear();
    table.checks.clear();
    table.exclusions.clear();
    table.indexes.clear();
    for piece in pieces? {
        piece.add_to(table)?;
    }
    Ok(())
}

fn missing(table: &str) -> Error {
    Error::setup(format!("there is no table `{table}` at that point"))
}

fn there(what: &str) -> Error {
    Error::setup(format!("the {what} is there already at that point"))
}

fn other_than(what: &str) -> Error {
    Error::setup(format!("{what} is another one at that point than the migration says"))
        .hint("was an earlier migration changed, or were two branches merged? take over in `from` what the earlier ones lead to")
}
