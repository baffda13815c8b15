//! What is in the tables, as the benchmark has filled them, and so what the right answers are.

use crate::work::Work;
use crate::{Client, MANY, PAGE, Result};

/// How many rows `world` has.
pub(crate) const ROWS: u64 = 10_000;

/// How many rows are inserted in bulk.
pub const BULK: i32 = 10_000;

/// The bytes of the twelve fortunes.
const FORTUNES: usize = 528;

/// A row of `entry` that is not yet there.
#[derive(Debug)]
pub struct Entry {
    pub title: String,
    pub body: String,
    pub views: i32,
}

impl Entry {
    pub(crate) fn numbered(number: i32) -> Self {
        Self { title: format!("Entry {number}"), body: "Long. ".repeat(16), views: number }
    }
}

/// Does a work once and compares.
pub(crate) async fn check<C: Client>(client: &C, work: Work) -> Result<()> {
    let mut id = 0;
    let ids: [i64; MANY] = std::array::from_fn(|_| {
        id += 400;
        id
    });
    let title = |post: i64| format!("Post {post}").len();
    let name = |author: i64| format!("Author {author}").len();
    match work {
        Work::Row => same(work, client.row(7).await?, number(7)),
        Work::Queries => {
            let sum = ids.iter().map(|id| i64::from(number(*id))).sum();
            same(work, client.queries(ids).await?, sum)
        }
        Work::Fortunes => same(work, client.fortunes().await?, FORTUNES),
        Work::Insert => {
            let first = client.insert(Entry::numbered(1)).await?;
            same(work, client.insert(Entry::numbered(2)).await?, first + 1)
        }
        Work::Bulk => {
            let entries: Vec<_> = (0..BULK).map(Entry::numbered).collect();
            same(work, client.bulk(entries).await?, 10_000)
        }
        Work::Updates => {
            let changes = ids.map(|id| (id + 1, 5));
            client.updates(changes).await?;
            same(work, client.queries(changes.map(|(id, _)| id)).await?, 100)
        }
        Work::BulkUpdates => {
            let changes = ids.map(|id| (id + 2, 6));
            client.bulk_updates(changes).await?;
            same(work, client.queries(changes.map(|(id, _)| id)).await?, 120)
        }
        Work::Join => {
            let right = (1..=PAGE).map(|post| title(post) + name((post - 1) / 10 + 1)).sum();
            same(work, client.join().await?, right)
        }
        Work::Prefetch => {
            let titles: usize = (1..=PAGE * 10).map(title).sum();
            let names: usize = (1..=PAGE).map(name).sum();
            same(work, client.prefetch().await?, titles + names)
        }
    }
}

/// The number that a row of `world` has at first.
fn number(id: i64) -> i32 {
    i32::try_from(id * 7919 % 10_007).unwrap_or_default()
}

fn same<T: Copy + PartialEq + std::fmt::Debug>(work: Work, found: T, right: T) -> Result<()> {
    if found == right {
        return Ok(());
    }
    Err(format!("{work:?} is {found:?} and should be {right:?}").into())
}
