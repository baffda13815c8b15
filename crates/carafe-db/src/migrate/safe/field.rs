//! A field that comes, goes or changes while two versions of a program use it.

use carafe_core::Result;

use super::{Parts, online};
use crate::ddl::state::{
    DefaultState, ExpressionState, FieldState, ReferenceState, State, TableState,
};
use crate::ddl::{Ddl, Online};
use crate::migrate::lint::is_written_anew;
use crate::migrate::{Backfill, Direction, FieldName, Mirror, Notes, Operation, Piece};

/// Longer names of columns are not given an end.
const LONGEST: usize = 50;

const FILLED: &str = "a mirror fills what the version before leaves open";

impl Parts {
    pub(super) fn field(
        &mut self,
        operation: Operation,
        (before, after): (&State, &State),
        ddl: &dyn Ddl,
    ) -> Result<()> {
        let has_mirrors = ddl.features().online == Online::Concurrently;
        match operation {
            Operation::AddField { table, field, fill } => match fill {
                Some(fill) if is_required(&field) => {
                    self.add_required(table, *field, fill, has_mirrors);
                }
                fill => {
                    let brings = brings(None, &field);
                    self.push(Operation::AddField { table, field, fill }, brings);
                }
            },
            Operation::RemoveField { table, field, fill } => {
                self.remove(table, *field, fill);
            }
            Operation::RenameField { table, from, to } => {
                let own = before.tables.get(&table);
                let field = own.and_then(|own| own.field(&from.name).map(|field| (own, field)));
                match field {
                    Some((own, field))
                        if from.column != to.column && has_mirrors && is_simple(own, field) =>
                    {
                        let field = field.clone();
                        self.rename(&table, field, to);
                    }
                    _ => self.expand.push(Operation::RenameField { table, from, to }),
                }
            }
            Operation::AlterField { table, from, to, fill } => {
                let anew = is_written_anew(&table, (before, &from), (after, &to), ddl)?;
                let is_plain =
                    |field: &FieldState| !field.unique && !field.indexed && !has_default(field);
                let own = before.tables.get(&table).filter(|own| is_simple(own, &from));
                if anew
                    && has_mirrors
                    && own.is_some()
                    && is_plain(&from)
                    && is_plain(&to)
                    && from.null == to.null
                    && from.column == to.column
                {
                    self.retype(&table, *from, *to);
                    return Ok(());
                }
                match fill {
                    Some(value) if from.null && !to.null && has_mirrors && !anew => {
                        let mirror = mirror(&table, &to.name, value.clone());
                        self.expand.push(Operation::AddMirror(Box::new(mirror.clone())));
                        let alter = Operation::AlterField { table, from, to, fill: Some(value) };
                        self.expand.push(filled(alter));
                        self.contract.push(Operation::RemoveMirror(Box::new(mirror)));
                    }
                    fill if from.null && !to.null && !anew => {
                        let alter = Operation::AlterField { table, from, to, fill };
                        self.contract.push(online(alter));
                    }
                    fill => {
                        let brings = brings(Some(&from), &to);
                        self.push(Operation::AlterField { table, from, to, fill }, brings);
                    }
                }
            }
            other => self.expand.push(other),
        }
        Ok(())
    }

    fn push(&mut self, operation: Operation, is_online: bool) {
        self.expand.push(if is_online { online(operation) } else { operation });
    }

    /// The version before knows nothing of it: until it is gone the database gives it a value.
    fn add_required(
        &mut self,
        table: String,
        field: FieldState,
        fill: ExpressionState,
        has_mirrors: bool,
    ) {
        let mut names = false;
        fill.fields(&mut |_| names = true);
        let brings = brings(None, &field);
        if names && has_mirrors {
            let open = FieldState { null: true, ..field.clone() };
            let mirror = mirror(&table, &field.name, fill.clone());
            let add = Operation::AddField {
                table: table.clone(),
                field: Box::new(open.clone()),
                fill: None,
            };
            self.push(add, brings);
            self.expand.push(Operation::AddMirror(Box::new(mirror.clone())));
            let (from, to) = (Box::new(open), Box::new(field));
            self.expand.push(filled(Operation::AlterField { table, from, to, fill: Some(fill) }));
            self.contract.push(Operation::RemoveMirror(Box::new(mirror)));
        } else if names {
            let (field, fill) = (Box::new(field), Some(fill));
            self.expand.push(online(Operation::AddField { table, field, fill }));
        } else {
            let given = FieldState { default: Some(DefaultState::Database(fill)), ..field.clone() };
            let add = Operation::AddField {
                table: table.clone(),
                field: Box::new(given.clone()),
                fill: None,
            };
            self.push(add, brings);
            let (from, to) = (Box::new(given), Box::new(field));
            self.contract.push(Operation::AlterField { table, from, to, fill: None });
        }
    }

    /// The new version knows nothing of it: until it is gone the database gives it a value, which the version
    /// before can read; where none is known, nothing.
    fn remove(&mut self, table: String, field: FieldState, fill: Option<ExpressionState>) {
        let open = match &fill {
            _ if !is_required(&field) || field.primary_key => field.clone(),
            Some(fill) => {
                FieldState { default: Some(DefaultState::Database(fill.clone())), ..field.clone() }
            }
            None => FieldState { null: true, ..field.clone() },
        };
        if open != field {
            let (from, to) = (Box::new(field), Box::new(open.clone()));
            let table = table.clone();
            self.expand.push(Operation::AlterField { table, from, to, fill: None });
        }
        self.contract.push(Operation::RemoveField { table, field: Box::new(open), fill });
    }

    /// Both are there for a while, whoever writes which of them.
    fn rename(&mut self, table: &str, old: FieldState, to: FieldName) {
        let new = FieldState { name: to.name, column: to.column, ..old.clone() };
        let open = FieldState { null: true, ..new.clone() };
        let to_new = mirror(table, &new.name, ExpressionState::Field(old.name.clone()));
        let to_old = mirror(table, &old.name, ExpressionState::Field(new.name.clone()));
        let brings = brings(None, &new);
        let table = table.to_owned();
        let field = Box::new(open.clone());
        self.push(Operation::AddField { table: table.clone(), field, fill: None }, brings);
        self.expand.push(Operation::AddMirror(Box::new(to_new.clone())));
        self.expand.push(Operation::AddMirror(Box::new(to_old.clone())));
        self.expand.push(backfill(&to_new));
        if !new.null {
            let (from, to) = (Box::new(open), Box::new(new));
            let alter = Operation::AlterField { table: table.clone(), from, to, fill: None };
            self.expand.push(filled(alter));
        }
        self.contract.push(Operation::RemoveMirror(Box::new(to_old)));
        self.contract.push(Operation::RemoveMirror(Box::new(to_new)));
        self.contract.push(Operation::RemoveField { table, field: Box::new(old), fill: None });
    }

    /// A new column is filled, and takes the name of the old one.
    fn retype(&mut self, table: &str, from: FieldState, to: FieldState) {
        let named = |field: &FieldState, end: &str| FieldState {
            name: format!("{}{end}", field.name),
            column: format!("{}{end}", field.column),
            ..field.clone()
        };
        let new = named(&to, "__new");
        let open = FieldState { null: true, ..new.clone() };
        let old = named(&from, "__old");
        let mirror = mirror(table, &new.name, ExpressionState::Field(from.name.clone()));
        let name = |field: &FieldState| FieldName {
            name: field.name.clone(),
            column: field.column.clone(),
        };
        let table = || table.to_owned();
        let alter = |from: &FieldState, to: &FieldState| Operation::AlterField {
            table: table(),
            from: Box::new(from.clone()),
            to: Box::new(to.clone()),
            fill: None,
        };
        let rename = |from: &FieldState, to: &FieldState| {
            let operation =
                Operation::RenameField { table: table(), from: name(from), to: name(to) };
            let why = "another column has its name a moment later";
            Operation::Noted(
                Box::new(operation),
                Notes { online: false, safe: Some(why.to_owned()) },
            )
        };
        let field = Box::new(open.clone());
        self.expand.push(Operation::AddField { table: table(), field, fill: None });
        self.expand.push(Operation::AddMirror(Box::new(mirror.clone())));
        self.expand.push(backfill(&mirror));
        if !new.null {
            self.expand.push(filled(alter(&open, &new)));
        }
        self.switch.push(Operation::RemoveMirror(Box::new(mirror)));
        self.switch.push(rename(&from, &old));
        self.switch.push(rename(&new, &to));
        let gone = FieldState { null: true, ..old.clone() };
        if !old.null {
            self.switch.push(alter(&old, &gone));
        }
        self.contract.push(Operation::RemoveField {
            table: table(),
            field: Box::new(gone),
            fill: None,
        });
    }
}

fn mirror(table: &str, field: &str, value: ExpressionState) -> Mirror {
    Mirror { table: table.to_owned(), field: field.to_owned(), value }
}

/// Fills what is there already.
fn backfill(mirror: &Mirror) -> Operation {
    let Mirror { table, field, value } = mirror.clone();
    Operation::Backfill(
        Box::new(Backfill { table, field, value, batch: None }),
        Direction::Forwards,
    )
}

/// What is done online, and may be done since nothing is left open.
fn filled(operation: Operation) -> Operation {
    Operation::Noted(Box::new(operation), Notes { online: true, safe: Some(FILLED.to_owned()) })
}

/// Whether a row must have a value that nobody but the program gives.
fn is_required(field: &FieldState) -> bool {
    !field.null
        && !field.counted
        && field.generated.is_none()
        && !has_default(field)
        && !matches!(field.reference, Some(ReferenceState::Many { .. }))
}

/// Whether an index or a constraint comes with it.
fn brings(from: Option<&FieldState>, to: &FieldState) -> bool {
    let is_new = |has: fn(&FieldState) -> bool| has(to) && !from.is_some_and(has);
    is_new(|field| field.unique)
        || is_new(|field| field.indexed)
        || is_new(|field| {
            matches!(field.reference, Some(ReferenceState::Key { constrained: true, .. }))
        })
}

/// Whether the database gives it a value: a column that is added has that in all rows at once, so that neither
/// a mirror nor a fill finds one that has nothing.
fn has_default(field: &FieldState) -> bool {
    matches!(field.default, Some(DefaultState::Database(_)))
}

/// Whether it stands by itself: nothing else of the table is made of it, and it gets its values from the program.
fn is_simple(table: &TableState, field: &FieldState) -> bool {
    let mut is_named = has_default(field);
    let mut name = |own: &str| is_named |= own == field.name;
    for piece in Piece::all(table) {
        piece.fields(&mut name);
    }
    for generated in table.fields.iter().filter_map(|own| own.generated.as_ref()) {
        generated.expression.fields(&mut name);
    }
    !is_named
        && !field.primary_key
        && !field.counted
        && field.generated.is_none()
        && field.reference.is_none()
        && field.column.len() <= LONGEST
        && field.name.len() <= LONGEST
}
