//! One change of what the tables are.

mod apply;

pub(super) use apply::check_fill;

use super::{Backfill, Direction, Mirror, Notes, Piece, Run, Side, Sql, blank};
use crate::ddl::state::{ExpressionState, FieldState, ReferenceState, TableState};

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
        match self {
            Self::Sql(_) | Self::Run(_) | Self::Only(..) => true,
            Self::Noted(own, _) => own.is_by_hand(),
            _ => false,
        }
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
}
