//! Rows of models one after the other.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use carafe::db::functions::{count, raw_condition, raw_expression};
use carafe::db::{FieldType, QueryStream, Reader, Value};
use carafe::models::schema::Kind;
use carafe::models::{Blank, ColumnType};
use carafe::prelude::*;
use driver_tests::{Ability, At, add, all, checks};

use tokio::sync::Mutex;

use super::library::{Author, Book, Employee, Publisher, filled};

checks![
    rows_of_every_sort_are_streamed,
    relations_are_loaded_for_each_batch,
    a_stream_and_its_relations_need_one_connection needs Beside,
    a_transaction_is_read_in_its_turn,
    one_that_is_dropped_leaves_no_connection_behind needs Connections,
    an_error_in_the_middle_is_the_last,
    mistakes_are_told_where_it_is_called,
    hundred_thousand_rows_are_never_held,
];

/// All rows of a stream.
async fn read<R: carafe::db::query::Returned>(
    mut stream: QueryStream<'_, R>,
) -> Result<Vec<R::Row>> {
    let mut read = Vec::new();
    while let Some(row) = stream.try_next().await? {
        read.push(row);
    }
    assert!(stream.next().await.is_none());
    Ok(read)
}

async fn rows_of_every_sort_are_streamed(at: At) {
    let db = &filled(&at).await;
    macro_rules! check {
        ($query:expr) => {
            let query = $query;
            let wanted = query.fetch(db).await.unwrap();
            for size in [0, 1, 2, 500] {
                assert_eq!(read(query.stream(db).batches_of(size)).await.unwrap(), wanted);
            }
            assert_eq!(read(query.stream(db)).await.unwrap(), wanted);
        };
    }
    check!(Book::all());
    check!(Book::all().filter(Book::PAGES.gt(1000)));
    check!(Book::none());
    check!(Book::all().limit(0));
    check!(Book::all().order_by(Book::PAGES.desc()).limit(3).offset(1));
    check!(Book::all().values(Book::TITLE));
    check!(Book::all().values((Book::ID, Book::PUBLISHER.on(Publisher::NAME))));
    check!(Publisher::all().annotate(count(Publisher::BOOKS)).order_by(Publisher::ID));
    check!(Book::all().values(Book::PUBLISHER).annotate(count(Book::ID)).order_by(Book::PUBLISHER));
    let named = |name: &str| Author::all().filter(Author::NAME.eq(name));
    check!(named("Ann").union(named("Bob")).order_by(Author::NAME));
    let mut books = Book::all().select_related(Book::PUBLISHER).order_by(Book::ID).stream(db);
    let first = books.try_next().await.unwrap().unwrap();
    assert_eq!(first.publisher.unwrap().get().unwrap().name, "Acme");
}

/// The titles of books with their authors and reviews.
fn with_relations(book: &Book) -> String {
    let mut authors: Vec<&str> =
        book.authors.get().unwrap().iter().map(|author| author.name.as_str()).collect();
    authors.sort_unstable();
    format!("{} {} {}", book.title, authors.join("+"), book.reviews.get().unwrap().len())
}

const RELATIONS: [&str; 5] =
    ["Alpha Ann+Bob 3", "beta Bob 1", "Gamma_1 Ann+Dee 2", "Delta%  0", "Éclair Ann+Cid+Dee 0"];

fn books() -> QuerySet<Book> {
    Book::all().order_by(Book::ID).prefetch_related(Book::AUTHORS).prefetch_related(Book::REVIEWS)
}

async fn relations_are_loaded_for_each_batch(at: At) {
    let db = filled(&at).await.counted();
    for (size, batches) in [(2, 3), (5, 1), (500, 1)] {
        db.reset();
        let read = read(books().stream(&*db).batches_of(size)).await.unwrap();
        assert_eq!(read.iter().map(with_relations).collect::<Vec<_>>(), RELATIONS);
        db.assert_count(1 + 2 * batches);
    }
    let annotated = books().annotate(count(Book::REVIEWS));
    let read = read(annotated.stream(&*db).batches_of(2)).await.unwrap();
    let read: Vec<String> = read.iter().map(|(book, _)| with_relations(book)).collect();
    assert_eq!(read, RELATIONS);
}

async fn a_stream_and_its_relations_need_one_connection(at: At) {
    let filled = filled(&at).await;
    let db = if at.can(Ability::Connections) {
        at.with(|settings| settings.connections(1).wait(Duration::from_secs(1)))
    } else {
        filled
    };
    let read = read(books().stream(&db).batches_of(2)).await.unwrap();
    assert_eq!(read.iter().map(with_relations).collect::<Vec<_>>(), RELATIONS);
}

async fn a_transaction_is_read_in_its_turn(at: At) {
    let db = filled(&at).await;
    at.names().await;
    db.atomic(async |tx| {
        let mut stream = books().for_update().stream(tx).batches_of(2);
        let mut read = Vec::new();
        while let Some(mut book) = stream.try_next().await? {
            read.push(with_relations(&book));
            add(tx, &book.id.to_string()).await?;
            book.pages += 1;
            book.save_fields(["pages"], tx).await?;
        }
        assert_eq!(read, RELATIONS);
        assert_eq!(all(tx).await, "1 2 3 4 5");
        Ok(())
    })
    .await
    .unwrap();
    let pages = Book::all().order_by(Book::ID).values(Book::PAGES).fetch(&db).await.unwrap();
    assert_eq!(pages, [101, 201, 301, 51, 151]);
}

async fn one_that_is_dropped_leaves_no_connection_behind(at: At) {
    let filled = filled(&at).await;
    at.make("insert into book_authors (book_id, author_id) select b.id, a.id from book b, author a where not exists (select 1 from book_authors o where o.book_id = b.id and o.author_id = a.id)").await;
    drop(filled);
    let db = at.with(|settings| settings.connections(2));
    for round in 0..40_u64 {
        let stream = books().stream(&db).batches_of(1);
        let reading = async {
            let mut stream = stream;
            for _ in 0..round % 5 {
                stream.try_next().await?;
            }
            std::future::pending::<Result<()>>().await
        };
        let _ = tokio::time::timeout(Duration::from_micros(round * 200), reading).await;
        // Both are there.
        let (one, two) = tokio::join!(db.begin(), db.query_scalar::<i64>("select 1", ()).one());
        assert_eq!(two.unwrap(), 1);
        one.unwrap().rollback().await.unwrap();
    }
    let (one, two) = tokio::join!(
        read(Book::all().stream(&db).batches_of(1)),
        read(Book::all().stream(&db).batches_of(1)),
    );
    assert_eq!(one.unwrap(), two.unwrap());
}

async fn an_error_in_the_middle_is_the_last(at: At) {
    let db = filled(&at).await;
    let late = "abs(-9223372036854775807 - case when id = 3 then 1 else 0 end)";
    let query = Book::all()
        .unordered()
        .values((Book::ID, raw_expression::<i64, _, _>(late, ())))
        .filter(Book::ID.ge(1));
    let mut stream = query.stream(&db).batches_of(1);
    for wanted in [1, 2] {
        assert_eq!(stream.try_next().await.unwrap().unwrap().0, wanted);
    }
    let error = stream.next().await.unwrap().unwrap_err();
    assert!(error.place().unwrap().contains("queries/stream.rs:"), "{error:?}");
    assert!(stream.next().await.is_none());
    // In the relations of a batch.
    at.make("drop table review").await;
    let mut stream = books().stream(&db).batches_of(2);
    let error = stream.next().await.unwrap().unwrap_err();
    assert!(error.place().unwrap().contains("review"), "{error:?}");
    assert!(stream.next().await.is_none());
    drop(stream);
    assert_eq!(read(Book::all().stream(&db)).await.unwrap().len(), 5);
}

async fn mistakes_are_told_where_it_is_called(at: At) {
    let db = &filled(&at).await;
    let mut locked = Book::all().for_update().stream(db);
    let error = locked.next().await.unwrap().unwrap_err();
    assert!(error.message().contains("for_update"), "{error:?}");
    assert!(error.place().unwrap().contains("queries/stream.rs:"), "{error:?}");
    assert!(locked.next().await.is_none());
    assert!(format!("{:?}", Book::all().stream(db)).contains("FROM"), "the statement is told");
}

/// How many numbers are there, of all streams of the check.
static HELD: AtomicUsize = AtomicUsize::new(0);

/// Taken by who counts: databases may be tested at the same time.
static ALONE: Mutex<()> = Mutex::const_new(());

/// A number that is counted as long as it is there.
#[derive(Debug)]
struct Counted(i64);

impl Counted {
    fn new(number: i64) -> Self {
        HELD.fetch_add(1, Ordering::Relaxed);
        Self(number)
    }
}

impl Clone for Counted {
    fn clone(&self) -> Self {
        Self::new(self.0)
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        HELD.fetch_sub(1, Ordering::Relaxed);
    }
}

impl FieldType for Counted {
    fn from_reader(reader: &mut dyn Reader, column: usize) -> carafe::models::Result<Self> {
        reader.i64(column).map(Self::new)
    }

    fn into_value(self) -> Value {
        Value::I64(self.0)
    }
}

impl ColumnType for Counted {
    const KIND: Kind = Kind::BigInteger;
}

impl Blank for Counted {
    fn blank() -> Self {
        Self::new(0)
    }
}

#[derive(Model)]
#[model(table = "employee")]
struct Worker {
    id: i64,
    salary: Counted,
    manager: Option<ForeignKey<Employee>>,
}

async fn hundred_thousand_rows_are_never_held(at: At) {
    let db = &filled(&at).await;
    let digits = "(select 0 as d union all select 1 union all select 2 union all select 3 union all select 4 union all select 5 union all select 6 union all select 7 union all select 8 union all select 9)";
    at.make(&format!(
        "insert into employee (name, dept, salary, manager_id) select 'x', 'many', 1, 1 from {digits} a, {digits} b, {digits} c, {digits} d, {digits} e"
    ))
    .await;
    let _alone = ALONE.lock().await;
    let many = || Worker::all().filter(raw_condition("dept = ?", ("many",)));
    let (mut read, mut most) = (0, 0);
    let mut workers = many().prefetch_related(Worker::MANAGER).stream(db);
    while let Some(worker) = workers.try_next().await.unwrap() {
        read += worker.salary.0;
        most = most.max(HELD.load(Ordering::Relaxed));
        assert_eq!(worker.manager.unwrap().get().unwrap().name, "Eve");
    }
    assert_eq!((read, most, HELD.load(Ordering::Relaxed)), (100_000, 500, 0));

    let (mut read, mut most) = (0, 0);
    db.atomic(async |tx| {
        let mut salaries = many().values(Worker::SALARY).stream(tx).batches_of(50);
        while let Some(salary) = salaries.try_next().await? {
            read += salary.0;
            most = most.max(HELD.load(Ordering::Relaxed));
        }
        Ok(())
    })
    .await
    .unwrap();
    assert_eq!((read, most), (100_000, 50));

    let mut workers = many().stream(db);
    for _ in 0..700 {
        workers.try_next().await.unwrap();
    }
    drop(workers);
    assert_eq!(HELD.load(Ordering::Relaxed), 0);
    assert_eq!(many().count(db).await.unwrap(), 100_000);
}
