//! The rows of a table, so many at a time.

use std::future::Future;
use std::panic::Location;

use carafe_core::{Error, Result};
use carafe_model::Value;
use carafe_model::query::{Node, Operator};

use super::{Table, TableRow, Tables};
use crate::query::{key_columns_of, line};
use crate::write::key_of;

/// The rows of a table by its key, so many at a time: made by [`Table::batches`].
#[derive(Debug)]
pub struct Batches {
    table: Table,
    size: u32,
    /// The key of the last row that has come.
    last: Option<Vec<Value>>,
    /// How many rows have come.
    rows: u64,
    is_done: bool,
}

impl Batches {
    pub(super) fn new(table: &Table, size: u32) -> Self {
        Self { table: table.by_key(), size: size.max(1), last: None, rows: 0, is_done: false }
    }

    /// The next rows; `None` after the last ones. `migrate` shows how many have come.
    #[track_caller]
    pub fn next<'b>(
        &'b mut self,
        tables: &'b Tables,
    ) -> impl Future<Output = Result<Option<Vec<TableRow>>>> + Send + use<'b> {
        let caller = Location::caller();
        async move {
            if self.is_done {
                return Ok(None);
            }
            let model = self.table.model();
            if model.primary_key().next().is_none() {
                return Err(Error::setup(format!("`{}` has no key to go by", model.table))
                    .hint("fetch all rows at once: `.fetch(tables)`")
                    .at(line(caller)));
            }
            let rest = match &self.last {
                None => self.table.clone(),
                Some(last) => {
                    let last = Node::key(last.clone());
                    self.table.with(Node::binary(key_columns_of(model), Operator::Gt, last))
                }
            };
            let rows = rest.limit(self.size).fetch(tables).await?;
            self.is_done = rows.len() < usize::try_from(self.size).unwrap_or(usize::MAX);
            let Some(last) = rows.last() else { return Ok(None) };
            self.last = key_of(last);
            self.rows += u64::try_from(rows.len()).unwrap_or(u64::MAX);
            tables.tell(format_args!("{} rows of {}", self.rows, model.table));
            Ok(Some(rows))
        }
    }
}
