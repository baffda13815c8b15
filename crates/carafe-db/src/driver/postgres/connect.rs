//! How a connection is made.

use std::io;
use std::time::Duration;

use carafe_core::{Error, Kind, Result};
use tokio_postgres::error::SqlState;
use tokio_postgres::{CancelToken, Config};

use super::cancel;
use super::client::Client;
use super::refusal::{refused, source};
#[cfg(feature = "tls")]
pub(super) use super::tls::Tls;
#[cfg(feature = "tls")]
use super::tls::tls;
use super::url::Url;
#[cfg(not(feature = "tls"))]
pub(super) use super::without_tls::Tls;
#[cfg(not(feature = "tls"))]
use super::without_tls::tls;
use crate::settings::DatabaseSettings;

/// Makes connections, all alike.
pub(super) struct Connector {
    config: Config,
    tls: Tls,
    place: String,
    limit: Duration,
    /// How long a statement may take.
    pub(super) statement: Option<Duration>,
    /// Whether statements are prepared by name and kept.
    pub(super) named: bool,
}

impl Connector {
    pub(super) fn new(settings: &DatabaseSettings) -> Result<Self> {
        let mut url = Url::new(settings)?;
        let tls = tls(&mut url)?;
        Ok(Self {
            config: url.config,
            tls,
            place: url.place,
            limit: settings.connect,
            statement: Some(settings.statement).filter(|longest| !longest.is_zero()),
            named: settings.prepare,
        })
    }

    /// Makes a connection. Its other half is a task, which ends with it.
    pub(super) async fn connect(&self) -> Result<Client> {
        // It is rare and large: boxed, it takes no room in the future of every statement.
        let connect = Box::pin(self.config.connect(Tls::clone(&self.tls)));
        let connected = tokio::time::timeout(self.limit, connect).await;
        match connected {
            Ok(Ok((client, connection))) => {
                // How it ended is told to those who wait for an answer.
                tokio::spawn(async move { drop(connection.await) });
                let client = Client::new(client, self);
                if !self.named {
                    Box::pin(client.learn_types()).await?;
                }
                Ok(client)
            }
            Ok(Err(error)) => Err(self.refused(error)),
            Err(_) => Err(Error::new(
                Kind::Unavailable,
                format!("the PostgreSQL server did not answer within {:?}", self.limit),
            )
            .at(self.place.clone())
            .hint("is that its address, and does a firewall let it through?")),
        }
    }

    /// Asks the server to break off what a connection runs.
    pub(super) async fn cancel(&self, token: &CancelToken) {
        // The connection is looked at afterwards, whatever comes of it.
        let asked = cancel::cancel(token, &self.config, &self.tls);
        let _ = tokio::time::timeout(self.limit, asked).await;
    }

    fn refused(&self, error: tokio_postgres::Error) -> Error {
        let settings = |message: String, hint: &'static str| {
            Error::new(Kind::Settings, message).at(self.place.clone()).hint(hint)
        };
        if let Some(said) = error.as_db_error() {
            let code = said.code();
            if *code == SqlState::INVALID_PASSWORD {
                return settings(
                    "PostgreSQL does not take the password of `database.url`".into(),
                    "correct it, or set it: `alter role NAME password '…'`",
                );
            }
            if *code == SqlState::INVALID_AUTHORIZATION_SPECIFICATION {
                return settings(
                    said.message().to_owned(),
                    "is the user there (`create role NAME login password '…'`), and does pg_hba.conf let it in from here?",
                );
            }
            if *code == SqlState::INVALID_CATALOG_NAME {
                return settings(
                    said.message().to_owned(),
                    "make it: `createdb NAME`, or `create database NAME` in psql",
                );
            }
            // PgBouncer takes few settings of a connection, as it lends its own to others.
            if *code == SqlState::PROTOCOL_VIOLATION && said.message().contains("startup parameter")
            {
                return settings(
                    said.message().to_owned(),
                    "write `prepare = false` below [database], as PgBouncer and its kind want it",
                );
            }
            return refused(error).at(self.place.clone());
        }
        let Some(io) = source::<io::Error>(&error) else {
            // The password that is missing, a certificate that does not fit, …
            let why = std::error::Error::source(&error)
                .map_or(error.to_string(), |why| format!("{error}: {why}"));
            return settings(why, "look at the password and at `sslmode` in `database.url`");
        };
        let hint = match io.kind() {
            io::ErrorKind::ConnectionRefused => "is the server started, and is that its port?",
            io::ErrorKind::NotFound => {
                "is the server started, and is that the folder of its socket?"
            }
            _ => "is that its address?",
        };
        Error::new(Kind::Unavailable, format!("the PostgreSQL server cannot be reached: {io}"))
            .at(self.place.clone())
            .hint(hint)
    }
}
