//! Changes of a table that is made anew, as SQLite does it: <https://www.sqlite.org/lang_altertable.html>.

use carafe_core::Result;
use carafe_model::schema::Kind;

use super::Step;
use super::change::Change;
use crate::ddl::create::{create_table, default, described, indexes, quoted, references};
use crate::ddl::expression::sql;
use crate::ddl::table::{Column, ForeignKey, Table};
use crate::ddl::{Ddl, column_type};

/// The steps for tables that change.
pub(super) fn steps(changes: &[Change], ddl: &dyn Ddl) -> Result<Vec<Step>> {
    let mut steps = Vec::new();
    for change in changes {
        let (before, after) = &change.renamed.table;
        let quote = |name: &str| ddl.quote(name);
        if before != after {
            let sql = format!("ALTER TABLE {} RENAME TO {}", quote(before), quote(after));
            steps.push(Step::Sql(sql));
        }
        for (from, to) in &change.renamed.columns {
            let (table, from, to) = (quote(after), quote(from), quote(to));
            steps.push(Step::Sql(format!("ALTER TABLE {table} RENAME COLUMN {from} TO {to}")));
        }
    }
    for change in changes {
        table(change, ddl, &mut steps)?;
    }
    Ok(steps)
}

fn table(change: &Change, ddl: &dyn Ddl, steps: &mut Vec<Step>) -> Result<()> {
    let (from, to) = (&change.from, &change.to);
    if is_same(from, to) && change.fill.is_none() {
        change_indexes(change, ddl, steps)?;
    } else if let Some(column) = added(from, to).filter(|_| change.fill.is_none()) {
        let mut line = described(column, to, ddl)?;
        if let Some(check) = crate::ddl::create::column_check(column, ddl) {
            line.extend([" CHECK (", &*check, ")"]);
        }
        let key = to.foreign_keys.iter().find(|key| key.columns == [column.name.as_str()]);
        if let Some(key) = key {
            line.push(' ');
            line.push_str(&references(key, ddl)?);
        }
        steps.push(Step::Sql(format!("ALTER TABLE {} ADD COLUMN {line}", ddl.quote(&to.name))));
        change_indexes(change, ddl, steps)?;
    } else {
        rebuild(change, ddl, steps)?;
    }
    Ok(())
}

/// Whether two tables differ in no more than what stands beside them.
fn is_same(from: &Table, to: &Table) -> bool {
    let columns = |table: &Table| table.columns.iter().map(essence).collect::<Vec<_>>();
    columns(from) == columns(to)
        && from.key == to.key
        && keys(from) == keys(to)
        && from.checks == to.checks
}

/// A column without what its description does not show.
fn essence(column: &Column) -> Column {
    Column { comment: None, indexed: false, ..column.clone() }
}

fn keys(table: &Table) -> Vec<ForeignKey> {
    // A key of several columns has a name in the table's description, others have none.
    let nameless = |key: &ForeignKey| match key.columns.len() {
        1 => ForeignKey { name: String::new(), ..key.clone() },
        _ => key.clone(),
    };
    table.foreign_keys.iter().map(nameless).collect()
}

/// The column that is new, where that is all and nothing needs to be filled.
fn added<'t>(from: &Table, to: &'t Table) -> Option<&'t Column> {
    let column = to.columns.last()?;
    let without = Table {
        columns: to.columns[..to.columns.len() - 1].to_vec(),
        foreign_keys: to
            .foreign_keys
            .iter()
            .filter(|key| !key.columns.contains(&column.name))
            .cloned()
            .collect(),
        ..to.clone()
    };
    let is_simple = column.null
        && !column.unique
        && column.generated.is_none()
        && column.default.is_none()
        && !to.key.contains(&column.name)
        && to.foreign_keys.iter().all(|key| key.columns.len() == 1);
    (is_simple && from.column(&column.name).is_none() && is_same(from, &without)).then_some(column)
}

fn change_indexes(change: &Change, ddl: &dyn Ddl, steps: &mut Vec<Step>) -> Result<()> {
    let (old, new) = (change.indexes_before(ddl)?, indexes(&change.to, ddl)?);
    for index in old.iter().filter(|index| !new.contains(index)) {
        steps.push(Step::Sql(format!("DROP INDEX {}", ddl.quote(&index.name))));
    }
    for index in new.iter().filter(|index| !old.contains(index)) {
        steps.push(Step::Sql(index.statement(ddl)));
    }
    Ok(())
}

fn rebuild(change: &Change, ddl: &dyn Ddl, steps: &mut Vec<Step>) -> Result<()> {
    let (from, to) = (&change.from, &change.to);
    let made = Table { name: format!("new__{}", to.name), ..to.clone() };
    let (old, new) = (ddl.quote(&to.name), ddl.quote(&made.name));
    let (old_text, new_text) = (ddl.text(&to.name)?, ddl.text(&made.name)?);
    let mut run = |sql: String| steps.push(Step::Sql(sql));
    run(create_table(&made, ddl)?);
    let (mut names, mut values) = (Vec::new(), Vec::new());
    for column in to.columns.iter().filter(|column| column.generated.is_none()) {
        if let Some(value) = value(change, column, ddl)? {
            names.push(column.name.clone());
            values.push(value);
        }
    }
    run(format!(
        "INSERT INTO {new} ({}) SELECT {} FROM {old}",
        quoted(&names, ddl),
        values.join(", ")
    ));
    if from.columns.iter().any(|column| column.counted)
        && to.columns.iter().any(|column| column.counted)
    {
        // Keys of rows that are gone are given to no other ones.
        run(format!("DELETE FROM sqlite_sequence WHERE name = {new_text}"));
        run(format!(
            "INSERT INTO sqlite_sequence (name, seq) SELECT {new_text}, seq FROM sqlite_sequence WHERE name = {old_text}"
        ));
    }
    steps.push(Step::Keep(format!(
        "select sql from sqlite_schema where type = 'trigger' and tbl_name = {old_text} and sql is not null"
    )));
    let mut run = |sql: String| steps.push(Step::Sql(sql));
    run(format!("DROP TABLE {old}"));
    // Views that name the table are looked at by any other way of renaming.
    run("PRAGMA legacy_alter_table = ON".to_owned());
    run(format!("ALTER TABLE {new} RENAME TO {old}"));
    run("PRAGMA legacy_alter_table = OFF".to_owned());
    for index in indexes(to, ddl)? {
        run(index.statement(ddl));
    }
    steps.push(Step::Again);
    Ok(())
}

/// What a row of the old table holds in a column of the new one; none where its default does.
fn value(change: &Change, column: &Column, ddl: &dyn Ddl) -> Result<Option<String>> {
    let fill = match change.fill.as_ref().filter(|(name, _)| *name == column.name) {
        Some((_, fill)) => Some(sql(ddl, &change.from, fill, column.ty.kind.plain())?),
        None => None,
    };
    let name = ddl.quote(&column.name);
    let Some(before) = change.from.column(&column.name) else { return Ok(fill) };
    let same = column_type(ddl, &before.ty)? == column_type(ddl, &column.ty)?;
    let is_text = column.ty.kind.plain().is_some_and(Kind::is_text);
    let own = if same || !is_text { name } else { format!("CAST({name} AS text)") };
    Ok(Some(match (before.null && !column.null, fill) {
        (true, Some(fill)) => format!("coalesce({own}, {fill})"),
        (true, None) => match default(column, &change.to, ddl)? {
            Some(default) => format!("coalesce({own}, {default})"),
            None => own,
        },
        _ => own,
    }))
}
