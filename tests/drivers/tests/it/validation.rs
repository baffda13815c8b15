//! Rows that are checked before they are saved.

use carafe::db::{FullClean, assert_queries};
use carafe::models::{Invalid, Invalids, PgRange};
use carafe::prelude::*;
use carafe_core::Kind;
use driver_tests::{At, checks};
use jiff::Timestamp;
use jiff::civil::{Date, date};

checks![
    fields_clean_and_constraints_are_told_at_once,
    unique_fields_are_compared_with_other_rows,
    a_row_is_not_compared_with_itself,
    keys_of_new_rows_are_compared,
    combinations_are_compared,
    null_is_the_same_as_nothing,
    expressions_are_compared,
    constraints_with_a_condition_look_at_it,
    what_is_wrong_by_itself_is_compared_with_nothing,
    fields_are_left_out,
    values_exist_once_a_day,
    rows_that_are_referred_to_are_there,
    checks_ask_the_database_where_only_it_knows,
    the_parts_are_checked_alone,
    exclusions_are_compared needs Arrays,
    it_is_part_of_the_transaction,
];

#[derive(Model, Clone, Debug)]
struct Shelf {
    id: i64,
    #[model(max_length = 20)]
    name: String,
    open: bool,
}

#[derive(Model, Clone, Debug)]
#[model(clean = Book::no_novels)]
#[model(check(pages_gt_0, pages > 0), check(early, title < "n", message = "Too late.", code = "late"))]
#[model(unique(title, year), unique(lower(title), name = "one_title"))]
#[model(check(named, lower(title) != "draft" || pages > 100))]
struct Book {
    id: i64,
    #[model(max_length = 20)]
    title: String,
    year: Option<i32>,
    #[model(max_length = 13, unique)]
    isbn: Option<String>,
    #[model(default = 1)]
    pages: i32,
    #[model(limit_choices_to = open)]
    shelf: Option<ForeignKey<Shelf>>,
}

impl Book {
    fn no_novels(&self, errors: &mut Invalids) {
        if self.title.starts_with("novel") {
            errors.add_general(Invalid::new("novel", "No novels."));
        }
    }
}

#[derive(Model, Clone, Debug)]
struct Seat {
    #[model(primary_key, max_length = 2)]
    row: String,
    #[model(primary_key)]
    number: i32,
    note: i32,
}

#[derive(Model, Clone, Debug)]
struct Badge {
    #[model(primary_key)]
    book: OneToOne<Book>,
    #[model(max_length = 5)]
    color: String,
}

#[derive(Model, Clone, Debug)]
struct Article {
    id: i64,
    #[model(max_length = 20, unique_for_date = published, unique_for_year = seen)]
    slug: String,
    #[model(max_length = 20, unique_for_month = published, error_messages(unique_for_date = "Once a month."))]
    topic: String,
    published: Date,
    seen: Option<Timestamp>,
}

async fn shop(at: &At) -> Db {
    // MariaDB has no unique expressions: what is checked here does without the tables' constraints.
    for table in [
        "create table shelf (id {id}, name {key} not null, {open} not null)",
        "create table book (id {id}, title {key} not null, year {integer}, isbn {key}, pages {integer} not null, shelf_id {integer})",
        "create table seat ({row} {key} not null, number {integer} not null, note {integer} not null, primary key ({row}, number))",
        "create table badge (book_id {integer} primary key, color {key} not null)",
        "create table article (id {id}, slug {key} not null, topic {key} not null, published {date} not null, seen {timestamp})",
    ] {
        let quote = at.db.capability().dialect.quote("row");
        let open = format!("{} {{bool}}", at.db.capability().dialect.quote("open"));
        at.make(&table.replace("{row}", &quote).replace("{open}", &open)).await;
    }
    let db = at.db.with_models(models![Shelf, Book, Seat, Badge, Article]);
    Shelf { name: "A".into(), open: true, ..Shelf::blank() }.create(&db).await.unwrap();
    Shelf { name: "B".into(), open: false, ..Shelf::blank() }.create(&db).await.unwrap();
    Book { isbn: Some("1".into()), year: Some(2020), ..book("alpha") }.create(&db).await.unwrap();
    db
}

fn book(title: &str) -> Book {
    Book { title: title.into(), pages: 7, ..Book::blank() }
}

/// All that is wrong: `isbn unique: Book with this Isbn already exists.`
fn told(done: Result<()>) -> String {
    let Err(error) = done else { return String::new() };
    assert_eq!(error.kind(), Kind::Invalid, "{error:?}");
    let errors: &Invalids = error.cause().unwrap();
    let general = errors.general().iter().map(|own| format!("{}: {own}", own.code));
    let fields = errors.fields().flat_map(|(name, errors)| {
        errors.iter().map(move |own| format!("{name} {}: {own}", own.code))
    });
    general.chain(fields).collect::<Vec<_>>().join(" | ")
}

async fn fields_clean_and_constraints_are_told_at_once(at: At) {
    let db = &shop(&at).await;
    let wrong = Book { isbn: Some("1".into()), pages: 0, ..book("novel of twenty letters") };
    assert_eq!(
        told(wrong.full_clean(db).await),
        "novel: No novels. | violated: Constraint “pages_gt_0” is violated. | isbn unique: Book with this Isbn already exists. | title max_length: Ensure this value has at most 20 characters (it has 23)."
    );
    assert_eq!(told(book("beta").full_clean(db).await), "");
}

async fn unique_fields_are_compared_with_other_rows(at: At) {
    let db = &shop(&at).await;
    let same = Book { isbn: Some("1".into()), ..book("beta") };
    let error = same.full_clean(db).await.unwrap_err();
    assert!(error.to_string().contains("this Book is not valid"), "{error}");
    assert_eq!(told(Err(error)), "isbn unique: Book with this Isbn already exists.");
    let other = Book { isbn: Some("2".into()), ..book("beta") };
    assert_eq!(told(other.full_clean(db).await), "");
}

async fn a_row_is_not_compared_with_itself(at: At) {
    let db = &shop(&at).await;
    let mut alpha = Book::all().get(db).await.unwrap();
    assert_eq!(told(alpha.full_clean(db).await), "");
    let beta = Book { isbn: Some("2".into()), ..book("beta") }.create(db).await.unwrap();
    alpha.isbn = beta.isbn;
    assert_eq!(
        told(alpha.full_clean(db).await),
        "isbn unique: Book with this Isbn already exists."
    );
}

async fn keys_of_new_rows_are_compared(at: At) {
    let db = &shop(&at).await;
    let seat = Seat { row: "A".into(), number: 7, note: 0 };
    let badge = Badge { book: OneToOne::from(ForeignKey::from_pk(1)), color: "red".into() };
    assert_eq!(told(FullClean::of(&seat).as_new().run(db).await), "");
    assert_eq!(told(FullClean::of(&badge).as_new().run(db).await), "");
    let (seat, badge) = (seat.create(db).await.unwrap(), badge.create(db).await.unwrap());
    assert_eq!(
        told(FullClean::of(&seat).as_new().run(db).await),
        "unique_together: Seat with this Row and Number already exists."
    );
    assert_eq!(
        told(FullClean::of(&badge).as_new().run(db).await),
        "book unique: Badge with this Book already exists."
    );
    assert_eq!(
        (told(seat.full_clean(db).await), told(badge.full_clean(db).await)),
        Default::default()
    );
}

async fn combinations_are_compared(at: At) {
    #[derive(Model)]
    #[model(table = "book", verbose_name = "old book")]
    #[model(unique(title, year, pages), unique(isbn, message = "One of each.", code = "each"))]
    struct Old {
        id: i64,
        #[model(max_length = 20)]
        title: String,
        year: i32,
        #[model(max_length = 13)]
        isbn: Option<String>,
        pages: i32,
    }
    let db = &shop(&at).await;
    let old = |pages| {
        let (title, isbn) = ("alpha".to_owned(), Some("1".to_owned()));
        Old { title, isbn, year: 2020, pages, ..Old::blank() }
    };
    assert_eq!(
        told(old(7).full_clean(db).await),
        "unique_together: Old book with this Title, Year and Pages already exists. | each: One of each."
    );
    assert_eq!(told(old(8).full_clean(db).await), "each: One of each.");
    assert_eq!(told(Old { year: 1, isbn: None, ..old(7) }.full_clean(db).await), "");
}

async fn null_is_the_same_as_nothing(at: At) {
    #[derive(Model)]
    #[model(table = "book", unique(year, pages, nulls_equal = true, name = "equal"))]
    struct Equal {
        id: i64,
        year: Option<i32>,
        pages: i32,
    }
    let db = &shop(&at).await;
    book("beta").create(db).await.unwrap();
    assert_eq!(told(Book { pages: 8, ..book("gamma") }.full_clean(db).await), "");
    let equal = |year| Equal { year, pages: 7, ..Equal::blank() };
    let taken = "unique_together: Equal with this Year and Pages already exists.";
    assert_eq!(told(equal(None).full_clean(db).await), taken);
    assert_eq!(told(equal(Some(2020)).full_clean(db).await), taken);
    assert_eq!(told(equal(Some(2021)).full_clean(db).await), "");
}

async fn expressions_are_compared(at: At) {
    #[derive(Model)]
    #[model(table = "book", unique(title + "-" + isbn, year + pages * 2, name = "both"))]
    struct Computed {
        id: i64,
        #[model(max_length = 20)]
        title: String,
        year: Option<i32>,
        #[model(max_length = 13)]
        isbn: Option<String>,
        pages: i32,
    }
    let db = &shop(&at).await;
    assert_eq!(
        told(book("ALPHA").full_clean(db).await),
        "violated: Constraint “one_title” is violated."
    );
    let computed = |isbn: Option<&str>, year, pages| {
        let (title, isbn) = ("alpha".to_owned(), isbn.map(str::to_owned));
        Computed { title, isbn, year: Some(year), pages, ..Computed::blank() }
    };
    let taken = "violated: Constraint “both” is violated.";
    assert_eq!(told(computed(Some("1"), 2020, 7).full_clean(db).await), taken);
    assert_eq!(told(computed(Some("1"), 2024, 5).full_clean(db).await), taken);
    assert_eq!(told(computed(Some("1"), 2024, 6).full_clean(db).await), "");
    assert_eq!(told(computed(Some("2"), 2020, 7).full_clean(db).await), "");
    assert_eq!(told(computed(None, 2020, 7).full_clean(db).await), "");
}

async fn constraints_with_a_condition_look_at_it(at: At) {
    #[derive(Model)]
    #[model(table = "book")]
    #[model(unique(title, condition = pages > 5 && !(year == 2021), name = "thick"))]
    #[model(unique(isbn, condition = title < "n", name = "early_isbn"))]
    struct Partly {
        id: i64,
        #[model(max_length = 20)]
        title: String,
        year: Option<i32>,
        #[model(max_length = 13, blank)]
        isbn: Option<String>,
        pages: i32,
    }
    let db = &shop(&at).await;
    let some = |title: &str, year, pages| Partly {
        title: title.into(),
        year: Some(year),
        pages,
        ..Partly::blank()
    };
    let taken = "violated: Constraint “thick” is violated.";
    assert_eq!(told(some("alpha", 2020, 6).full_clean(db).await), taken);
    // It does not hold for this row.
    assert_eq!(told(some("alpha", 2020, 5).full_clean(db).await), "");
    assert_eq!(told(some("alpha", 2021, 6).full_clean(db).await), "");
    // Nor, as its condition is NULL then.
    assert_eq!(told(Partly { year: None, ..some("alpha", 0, 6) }.full_clean(db).await), "");
    // It does not hold for the other one.
    at.make("update book set pages = 5").await;
    assert_eq!(told(some("alpha", 2020, 6).full_clean(db).await), "");
    at.make("update book set pages = 6, year = null").await;
    assert_eq!(told(some("alpha", 2020, 6).full_clean(db).await), "");
    // Only the database knows how texts sort.
    let isbn = |title: &str| Partly { isbn: Some("1".into()), ..some(title, 2020, 1) };
    assert_eq!(
        told(isbn("beta").full_clean(db).await),
        "violated: Constraint “early_isbn” is violated."
    );
    assert_eq!(told(isbn("zeta").full_clean(db).await), "");
}

async fn what_is_wrong_by_itself_is_compared_with_nothing(at: At) {
    let db = &shop(&at).await;
    at.make("update book set isbn = '12345678901234'").await;
    let long = Book { isbn: Some("12345678901234".into()), ..book("beta") };
    assert_eq!(
        told(long.full_clean(db).await),
        "isbn max_length: Ensure this value has at most 13 characters (it has 14)."
    );
    let blank = Book { pages: 0, ..book("") };
    assert_eq!(
        told(blank.full_clean(db).await),
        "violated: Constraint “pages_gt_0” is violated. | title blank: This field cannot be blank."
    );
}

async fn fields_are_left_out(at: At) {
    let db = &shop(&at).await;
    let wrong = Book { isbn: Some("1".into()), pages: 0, ..book("ALPHA") };
    let full = FullClean::of(&wrong);
    assert_eq!(
        told(full.except(&["isbn"]).run(db).await),
        "violated: Constraint “one_title” is violated. | violated: Constraint “pages_gt_0” is violated."
    );
    assert_eq!(told(FullClean::of(&wrong).except(&["isbn", "title", "pages"]).run(db).await), "");
}

async fn values_exist_once_a_day(at: At) {
    let db = &shop(&at).await;
    let seen = |text: &str| Some(text.parse().unwrap());
    let article = |slug: &str, topic: &str, published| Article {
        slug: slug.into(),
        topic: topic.into(),
        published,
        ..Article::blank()
    };
    let first = article("a", "x", date(2024, 5, 7));
    Article { seen: seen("2024-12-31T23:30:00Z"), ..first }.create(db).await.unwrap();
    let check = async |article: Article| told(article.full_clean(db).await);
    assert_eq!(
        check(article("a", "y", date(2024, 5, 7))).await,
        "slug unique_for_date: Slug must be unique for published date."
    );
    assert_eq!(check(article("a", "y", date(2024, 5, 8))).await, "");
    // A month, of whichever year.
    assert_eq!(
        check(article("b", "x", date(2021, 5, 30))).await,
        "topic unique_for_date: Once a month."
    );
    assert_eq!(check(article("b", "x", date(2024, 6, 7))).await, "");
    let then = |text: &str| Article { seen: seen(text), ..article("a", "y", date(2020, 1, 1)) };
    assert_eq!(
        check(then("2024-01-01T00:00:00Z")).await,
        "slug unique_for_date: Slug must be unique for seen year."
    );
    assert_eq!(check(then("2025-01-01T00:00:00Z")).await, "");
    let mut own = Article::all().get(db).await.unwrap();
    assert_eq!(told(own.full_clean(db).await), "");
    own.slug = "c".into();
    assert_eq!(told(own.full_clean(db).await), "");
}

async fn rows_that_are_referred_to_are_there(at: At) {
    let db = &shop(&at).await;
    let on = |shelf| Book { shelf: Some(ForeignKey::from_pk(shelf)), ..book("beta") };
    assert_eq!(told(on(1).full_clean(db).await), "");
    assert_eq!(
        told(on(99).full_clean(db).await),
        "shelf invalid: shelf instance with id 99 is not a valid choice."
    );
    // It is there, and may not be chosen.
    assert_eq!(
        told(on(2).full_clean(db).await),
        "shelf invalid: shelf instance with id 2 is not a valid choice."
    );
}

async fn checks_ask_the_database_where_only_it_knows(at: At) {
    let db = &shop(&at).await;
    assert_eq!(told(book("zeta").full_clean(db).await), "late: Too late.");
    assert_eq!(
        told(book("Draft").full_clean(db).await),
        "violated: Constraint “named” is violated."
    );
    assert_eq!(told(Book { pages: 101, ..book("mine") }.full_clean(db).await), "");
}

async fn exclusions_are_compared(at: At) {
    #[derive(Model)]
    #[model(exclude(no_two_at_once, (room, "="), (during, "&&"), condition = !cancelled))]
    struct Booking {
        id: i64,
        room: i32,
        during: PgRange<i32>,
        cancelled: bool,
    }
    at.make("create table booking (id {id}, room integer not null, during int4range not null, cancelled boolean not null)").await;
    let db = &at.db.with_models(models![Booking]);
    let booking = |room, during: std::ops::Range<i32>| Booking {
        room,
        during: during.into(),
        ..Booking::blank()
    };
    let first = booking(1, 10..20).create(db).await.unwrap();
    let taken = "violated: Constraint “no_two_at_once” is violated.";
    assert_eq!(told(booking(1, 15..25).full_clean(db).await), taken);
    assert_eq!(told(booking(1, 20..25).full_clean(db).await), "");
    assert_eq!(told(booking(2, 15..25).full_clean(db).await), "");
    assert_eq!(told(first.full_clean(db).await), "");
    let cancelled = Booking { cancelled: true, ..booking(1, 15..25) };
    assert_eq!(told(cancelled.full_clean(db).await), "");
}

async fn the_parts_are_checked_alone(at: At) {
    let db = &shop(&at).await;
    let wrong = Book { isbn: Some("1".into()), pages: 0, ..book("novel of twenty letters") };
    assert_eq!(
        told(wrong.validate_unique(db).await),
        "isbn unique: Book with this Isbn already exists."
    );
    assert_eq!(
        told(wrong.validate_constraints(db).await),
        "violated: Constraint “pages_gt_0” is violated. | late: Too late."
    );
    // What can be told without the database asks nothing.
    let shelf = Shelf { name: "long".repeat(9), ..Shelf::blank() };
    let checked = assert_queries(0, async || shelf.full_clean(db).await).await;
    assert_eq!(
        told(checked),
        "name max_length: Ensure this value has at most 20 characters (it has 36)."
    );
}

async fn it_is_part_of_the_transaction(at: At) {
    let db = &shop(&at).await;
    let undone: Result<()> = db
        .atomic(async |tx| {
            let new = Book { isbn: Some("2".into()), ..book("beta") }.create(tx).await?;
            new.full_clean(tx).await?;
            let same = Book { isbn: Some("2".into()), ..book("gamma") };
            same.full_clean(tx).await
        })
        .await;
    assert_eq!(told(undone), "isbn unique: Book with this Isbn already exists.");
    let gamma = Book { isbn: Some("2".into()), ..book("gamma") };
    assert_eq!(told(gamma.full_clean(db).await), "");
}
