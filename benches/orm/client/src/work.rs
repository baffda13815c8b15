//! What is done.

use std::str::FromStr;

use crate::dice::Dice;
use crate::right::{BULK, Entry};
use crate::{Client, Result};

#[derive(Debug, Clone, Copy)]
pub(crate) enum Work {
    Row,
    Queries,
    Fortunes,
    Insert,
    Bulk,
    Updates,
    BulkUpdates,
    Join,
    Prefetch,
}

impl FromStr for Work {
    type Err = String;

    fn from_str(name: &str) -> std::result::Result<Self, String> {
        Ok(match name {
            "row" => Self::Row,
            "queries" => Self::Queries,
            "fortunes" => Self::Fortunes,
            "insert" => Self::Insert,
            "bulk" => Self::Bulk,
            "updates" => Self::Updates,
            "bulk-updates" => Self::BulkUpdates,
            "join" => Self::Join,
            "prefetch" => Self::Prefetch,
            other => return Err(format!("there is no work {other}")),
        })
    }
}

impl Work {
    /// Does it once.
    pub(crate) async fn done<C: Client>(self, client: &C, dice: &mut Dice) -> Result<()> {
        match self {
            Self::Row => client.row(dice.id()).await.map(drop),
            Self::Queries => client.queries(dice.ids()).await.map(drop),
            Self::Fortunes => client.fortunes().await.map(drop),
            Self::Insert => client.insert(Entry::numbered(dice.number())).await.map(drop),
            Self::Bulk => client.bulk((0..BULK).map(Entry::numbered).collect()).await.map(drop),
            Self::Updates => client.updates(dice.changes()).await,
            Self::BulkUpdates => client.bulk_updates(dice.changes()).await,
            Self::Join => client.join().await.map(drop),
            Self::Prefetch => client.prefetch().await.map(drop),
        }
    }
}
