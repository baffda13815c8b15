//! Queries whose rows are read batch by batch, and how one is broken off.
//!
//! MUST: a connection has one answer at a time, so the rest of one is read, set aside or broken off before
//! anything else is sent.

use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use carafe_core::Result;
use carafe_model::Value;
use futures_util::future::join;
use mysql_async::prelude::Queryable;
use mysql_async::{BinaryProtocol, Params, QueryResult, Row, Statement};

use super::Client;
use crate::driver::mysql::bind;
use crate::driver::mysql::connect::Connector;
use crate::driver::mysql::cursor::Rows;
use crate::driver::mysql::refusal::{self, refused};
use crate::driver::mysql::row::{Names, RowReader};
use crate::statement::Sink;

/// How long the rest of a query may take that nobody reads, before it is broken off.
const SOON: Duration = Duration::from_millis(20);

/// How long the server is given to end it then.
const PATIENCE: Duration = Duration::from_secs(5);

/// A query whose rows are not all read yet.
pub(super) struct Open {
    rows: Arc<Rows>,
    /// Its statement, where that is not kept.
    statement: Option<Statement>,
}

impl Client {
    /// Opens a query.
    pub(super) async fn open(&mut self, sql: &str, values: Vec<Value>) -> Result<Arc<Rows>> {
        self.check_open()?;
        let params = bind::all(values)?;
        // The limit of the server counts how long its reader takes too. Here each batch has one.
        self.conn.query_drop(self.limit.lift).await.map_err(refused)?;
        let mut opened = self.ask(sql, params.clone()).await;
        if opened.as_ref().is_err_and(refusal::is_forgotten) {
            self.prepared.forget(sql);
            opened = self.ask(sql, params).await;
        }
        match opened {
            Ok(open) => {
                let rows = open.rows.clone();
                self.reading = Some(open);
                Ok(rows)
            }
            Err(error) => {
                self.note(&error);
                if !self.is_lost() {
                    self.limit_again().await?;
                }
                Err(error)
            }
        }
    }

    async fn ask(&mut self, sql: &str, params: Vec<mysql_async::Value>) -> Result<Open> {
        let known = self.known(sql).await?;
        bind::check_count(known.statement.num_params(), params.len())?;
        self.spent |= known.marks;
        let params = if params.is_empty() { Params::Empty } else { Params::Positional(params) };
        let result = self.conn.exec_iter(&known.statement, params).await.map_err(refused)?;
        let rows = Rows::of(result.columns().unwrap_or_default());
        Ok(Open { rows, statement: (!self.keeps).then_some(known.statement) })
    }

    /// Reads further rows of a query; tells how many there were.
    pub(super) async fn read_on(
        &mut self,
        rows: &Arc<Rows>,
        most: usize,
        sink: &mut dyn Sink,
    ) -> Result<usize> {
        if !self.reading.as_ref().is_some_and(|open| Arc::ptr_eq(&open.rows, rows)) {
            return rows.take(most, sink);
        }
        sink.start(&Names(&rows.columns))?;
        for read in 0..most {
            match self.next().await {
                Ok(Some(row)) => sink.row(&mut RowReader::new(row))?,
                Ok(None) => return self.end_reading().await.map(|()| read),
                Err(error) => {
                    self.note(&error);
                    self.end_reading().await?;
                    return Err(error);
                }
            }
        }
        Ok(most)
    }

    /// Puts the rest of what is being read where its reader finds it, if there is a reader.
    pub(super) async fn set_aside(&mut self, connector: &Connector) -> Result<()> {
        let Some(open) = &self.reading else { return Ok(()) };
        let rows = open.rows.clone();
        // Held here, by `reading`, and by whoever reads.
        while Arc::strong_count(&rows) > 2 {
            match self.next().await {
                Ok(Some(row)) => {
                    if !rows.keep(row) {
                        break;
                    }
                }
                Ok(None) => return self.end_reading().await,
                Err(error) => {
                    self.note(&error);
                    rows.end(error);
                    return self.end_reading().await;
                }
            }
        }
        self.cut_off(connector).await;
        self.end_reading().await
    }

    /// Sees to it that what was broken off is over.
    pub(in crate::driver::mysql) async fn settle(&mut self, connector: &Connector) {
        if let Some(open) = &self.reading {
            open.rows.end(refusal::broken_off());
            self.cut_off(connector).await;
            if let Err(error) = self.end_reading().await {
                self.note(&error);
            }
        }
        self.absorb().await;
    }

    /// Reads what nobody wants to its end, which is made to come soon.
    async fn cut_off(&mut self, connector: &Connector) {
        let id = self.id();
        let (late, over) = {
            // An error that ends the connection is met by what comes next.
            let mut rest = pin!(async { while let Ok(Some(_)) = self.next().await {} });
            let late = tokio::time::timeout(SOON, rest.as_mut()).await.is_err();
            let ended = async { join(connector.kill(id), rest).await };
            (late, !late || tokio::time::timeout(PATIENCE, ended).await.is_ok())
        };
        match (late, over) {
            (false, _) => {}
            (true, true) => self.absorb().await,
            (true, false) => self.lose(),
        }
    }

    /// What breaks a statement off may come late: then it meets this, and not the next one.
    async fn absorb(&mut self) {
        const TIMES: usize = 3;
        for _ in 0..TIMES {
            match self.conn.query_drop("DO 0").await {
                Ok(()) => return,
                Err(mysql_async::Error::Server(_)) => {}
                Err(_) => break,
            }
        }
        self.lose();
    }

    async fn end_reading(&mut self) -> Result<()> {
        let statement = self.reading.take().and_then(|open| open.statement);
        if self.is_lost() {
            return Ok(());
        }
        if let Some(statement) = statement {
            self.close(statement).await?;
        }
        self.limit_again().await
    }

    async fn limit_again(&mut self) -> Result<()> {
        self.conn.query_drop(&self.limit.set).await.map_err(refused)
    }

    async fn next(&mut self) -> Result<Option<Row>> {
        // What is left of an answer is kept by the connection, not by this.
        let mut result = QueryResult::<BinaryProtocol>::new(&mut self.conn);
        result.next().await.map_err(refused)
    }
}
