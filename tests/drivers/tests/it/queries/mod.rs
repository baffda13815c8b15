//! Queries of models, against the recorded answers of Django.

mod dates;
mod functions;
mod generic;
mod injection;
mod json;
mod library;
mod loading;
mod names;
mod only_postgres;
mod random;
mod read;
mod shelf;
mod stream;
mod transfers;
mod windows;
mod write;

use carafe::prelude::*;
use driver_tests::Check;

use self::library::Book;
pub(crate) use self::random::Dice;

pub(crate) fn checks() -> Vec<Check> {
    [
        read::checks(),
        shelf::checks(),
        stream::checks(),
        random::checks(),
        dates::checks(),
        json::checks(),
        windows::checks(),
        functions::checks(),
        names::checks(),
        write::checks(),
        generic::checks(),
        injection::checks(),
        loading::checks(),
        transfers::checks(),
    ]
    .concat()
}

/// What only PostgreSQL computes.
pub(crate) fn only_postgres() -> Vec<Check> {
    only_postgres::checks()
}

/// The titles of a query's books, sorted by Unicode's numbers.
async fn titles(query: QuerySet<Book>, db: &Db) -> String {
    let mut titles = query.unordered().values(Book::TITLE).fetch(db).await.unwrap();
    titles.sort();
    titles.join(" ")
}
