//! `sql`: a prompt on the app's database.

use std::fmt::Write as _;
use std::io::{BufRead, IsTerminal};

use carafe_core::command::{Command, Console};
use carafe_core::{Error, Result, Scope};
use carafe_model::{Columns, Reader, Value, moment};

use crate::db::Db;
use crate::executor::Executor;
use crate::statement::{Fetched, Sink, Statement};

/// The longest answer that is shown; more is counted only.
const SHOWN: usize = 1000;

/// `sql "select …"` runs one statement; `sql` alone reads them, each up to its semicolon.
pub(crate) fn command() -> Command {
    let statement = clap::Arg::new("statement").help("The statement; without one they are read");
    let words = clap::Command::new("sql").about("Runs SQL on the database").arg(statement);
    Command::new(words, |matches| async move {
        let db = Scope::current()?.service::<Db>().ok_or_else(|| Error::missing_service("Db"))?;
        let console: Console = carafe_core::command::extracted("console").await?;
        match matches.get_one::<String>("statement") {
            Some(sql) => {
                console.write(&answer(&db, sql).await?);
                Ok(())
            }
            None => read(&db, &console).await,
        }
    })
}

/// Reads statements until the input ends; a mistake in one of them ends a script, not a prompt.
async fn read(db: &Db, console: &Console) -> Result<()> {
    let person = std::io::stdin().is_terminal();
    let mut sql = String::new();
    loop {
        if person {
            console.write(if sql.is_empty() { "sql> " } else { "...> " });
        }
        let line = tokio::task::spawn_blocking(|| {
            let mut line = String::new();
            std::io::stdin().lock().read_line(&mut line).map(|_| line)
        });
        let line = line.await??;
        let ended = line.is_empty();
        sql.push_str(&line);
        if sql.trim().is_empty() {
            sql.clear();
        } else if ended || line.trim_end().ends_with(';') {
            match answer(db, &std::mem::take(&mut sql)).await {
                Ok(text) => console.write(&text),
                Err(error) if person => console.complain(error),
                Err(error) => return Err(error),
            }
        }
        if ended {
            return Ok(());
        }
    }
}

/// The answer to one statement: its rows as a table, or how many it changed.
async fn answer(db: &Db, sql: &str) -> Result<String> {
    let statement = Statement::raw(sql.trim().to_owned());
    let fetched = db.fetch(&statement, Vec::new(), Box::new(Table::default())).await?;
    let Fetched { sink, changed, .. } = fetched;
    let sink: Box<dyn std::any::Any> = sink;
    Ok(match sink.downcast::<Table>() {
        Ok(table) if !table.names.is_empty() => table.text(),
        _ => format!("{changed} changed\n"),
    })
}

/// Takes rows as text.
#[derive(Default)]
struct Table {
    names: Vec<String>,
    rows: Vec<Vec<String>>,
    count: usize,
}

impl Sink for Table {
    fn start(&mut self, columns: &dyn Columns) -> Result<()> {
        self.names = (0..columns.count()).map(|index| columns.name(index).to_owned()).collect();
        self.rows.clear();
        self.count = 0;
        Ok(())
    }

    fn row(&mut self, reader: &mut dyn Reader) -> Result<()> {
        self.count += 1;
        if self.rows.len() < SHOWN {
            let row = (0..reader.count()).map(|column| Ok(shown(&reader.value(column)?)));
            self.rows.push(row.collect::<Result<_>>()?);
        }
        Ok(())
    }
}

impl Table {
    fn text(&self) -> String {
        let width = |column: usize| {
            let cells = self.rows.iter().map(|row| row[column].chars().count());
            cells.chain([self.names[column].chars().count()]).max().unwrap_or_default()
        };
        let widths: Vec<usize> = (0..self.names.len()).map(width).collect();
        let line = |cells: &[String]| {
            let cells = cells.iter().zip(&widths).map(|(cell, width)| format!("{cell:width$}"));
            format!("{}\n", cells.collect::<Vec<_>>().join("  ").trim_end())
        };
        let mut text = line(&self.names);
        text.push_str(&line(&widths.iter().map(|width| "-".repeat(*width)).collect::<Vec<_>>()));
        self.rows.iter().for_each(|row| text.push_str(&line(row)));
        let noun = if self.count == 1 { "row" } else { "rows" };
        // Writing to a String cannot fail.
        let _ = writeln!(text, "({} {noun})", self.count);
        text
    }
}

/// A value on one line, with nothing in it that could command a terminal.
fn shown(value: &Value) -> String {
    match value {
        Value::Null => "NULL".to_owned(),
        Value::Bool(value) => value.to_string(),
        Value::I64(value) => value.to_string(),
        Value::F64(value) => value.to_string(),
        Value::Text(text) | Value::Json(text) => {
            let safe = |c: char| if c.is_control() { char::REPLACEMENT_CHARACTER } else { c };
            text.chars().map(safe).collect()
        }
        Value::Bytes(bytes) => format!("({} bytes)", bytes.len()),
        Value::Decimal(number) => number.clone(),
        Value::Duration(micros) => format!("{micros} µs"),
        Value::Array(values) => {
            format!("{{{}}}", values.iter().map(shown).collect::<Vec<_>>().join(", "))
        }
        Value::Date(days) => moment::date_text(*days),
        Value::Time(micros) => moment::time_text(*micros),
        Value::DateTime(micros) => moment::date_time_text(*micros),
        Value::Timestamp(micros) => moment::date_time_text(*micros) + "Z",
        Value::Uuid(bytes) => moment::uuid_text(*bytes),
        other => format!("{other:?}"),
    }
}
