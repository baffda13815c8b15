//! Rows as structs, tuples and values.

use carafe::db::{Row, Value};
use carafe_core::Kind;
use carafe_db::Tx;
use driver_tests::{Ability, At, checks};

checks![
    a_struct_is_read_by_the_names_of_the_columns,
    tuples_are_read_by_position,
    terminals_count_rows,
    a_key_comes_back_from_an_insert needs Returning,
    parameters_come_as_tuples_arrays_and_lists,
    a_wrong_number_of_values_is_told,
    a_row_that_does_not_fit_is_told_and_harms_nobody,
    a_changed_table_is_read_anew,
];

#[derive(Debug, PartialEq, Row)]
struct Post {
    title: String,
    id: i64,
    #[row(column = "author_name")]
    author: Option<String>,
    #[row(default)]
    hits: u32,
    r#type: String,
}

async fn posts(at: &At) {
    at.make(
        "create table post (id {id}, title {text}, author_name {text}, type {key} default 'note')",
    )
    .await;
    at.make("insert into post (id, title, author_name) values (1, 'One', 'ada'), (2, 'Two', null)")
        .await;
}

async fn a_struct_is_read_by_the_names_of_the_columns(at: At) {
    posts(&at).await;
    let select = "select post.*, 7 as unused from post order by id";
    let posts: Vec<Post> = at.db.query_as(select, ()).all().await.unwrap();
    let expected = Post {
        title: "One".into(),
        id: 1,
        author: Some("ada".into()),
        hits: 0,
        r#type: "note".into(),
    };
    assert_eq!(posts[0], expected);
    assert_eq!(posts[1].author, None);
    let select = "select 5 as hits, type, author_name, title, id from post where id = ?";
    let post: Post = at.db.query_as(select, (1,)).one().await.unwrap();
    assert_eq!(post, Post { hits: 5, ..expected });
}

async fn tuples_are_read_by_position(at: At) {
    posts(&at).await;
    let select = "select id, title from post where id = 1";
    let row: (i64, String) = at.db.query_as(select, ()).one().await.unwrap();
    assert_eq!(row, (1, "One".to_owned()));
    let select = "select id, author_name from post where id = 2";
    let row: Vec<Value> = at.db.query_as(select, ()).one().await.unwrap();
    assert_eq!(row, [Value::I64(2), Value::Null]);
}

async fn terminals_count_rows(at: At) {
    posts(&at).await;
    let db = &at.db;
    let query = |sql: &'static str| db.query_scalar::<i64>(sql, ());
    assert_eq!(query("select id from post order by id").all().await.unwrap(), [1, 2]);
    assert_eq!(query("select id from post where id = 1").one().await.unwrap(), 1);
    assert_eq!(query("select id from post where id = 3").optional().await.unwrap(), None);
    let none = query("select id from post where id = 3").one().await.unwrap_err();
    assert_eq!(none.kind(), Kind::NotFound);
    let several = query("select id from post").one().await.unwrap_err();
    assert_eq!(several.kind(), Kind::MultipleFound);
    let several = query("select id from post").optional().await.unwrap_err();
    assert_eq!(several.kind(), Kind::MultipleFound);
    assert_eq!(db.execute("update post set type = 'page'", ()).await.unwrap(), 2);
    assert_eq!(db.execute("delete from post where id = 9", ()).await.unwrap(), 0);
    assert_eq!(db.execute("select id from post", ()).await.unwrap(), 0);
    assert_eq!(db.execute("create table other (a integer)", ()).await.unwrap(), 0);
}

async fn a_key_comes_back_from_an_insert(at: At) {
    at.make("create table post (id {id}, title {text})").await;
    let insert = "insert into post (title) values (?) returning id";
    for key in 1..=3 {
        let id = at.db.query_scalar::<i64>(insert, ("x",)).one().await.unwrap();
        assert_eq!(id, key);
    }
}

async fn parameters_come_as_tuples_arrays_and_lists(at: At) {
    let db = &at.db;
    let sum = || at.sql("select cast(? {as integer}) + cast(? {as integer})");
    assert_eq!(db.query_scalar::<i64>(sum(), (1, 2_u8)).one().await.unwrap(), 3);
    assert_eq!(db.query_scalar::<i64>(sum(), [1, 2]).one().await.unwrap(), 3);
    assert_eq!(db.query_scalar::<i64>(sum(), vec![1, 2]).one().await.unwrap(), 3);
    assert_eq!(db.query_scalar::<i64>(sum(), &[1, 2][..]).one().await.unwrap(), 3);
    let none = at.sql("select cast(? {as integer})");
    assert_eq!(db.query_scalar::<Option<i64>>(none, (None::<i64>,)).one().await.unwrap(), None);
}

async fn a_wrong_number_of_values_is_told(at: At) {
    let sql = || at.sql("select cast(? {as integer}) + cast(? {as integer})");
    let missing = at.db.query_scalar::<i64>(sql(), (1,)).one().await.unwrap_err();
    assert_eq!(missing.message(), "the statement has 2 parameters, and 1 values are given");
    let many = at.db.query_scalar::<i64>(sql(), (1, 2, 3)).one().await.unwrap_err();
    assert_eq!(many.message(), "the statement has 2 parameters, and 3 values are given");
    assert_eq!(at.db.query_scalar::<i64>(sql(), (1, 2)).one().await.unwrap(), 3);
}

async fn a_row_that_does_not_fit_is_told_and_harms_nobody(at: At) {
    posts(&at).await;
    let db = &at.db;
    for _ in 0..30 {
        let error = db.query_as::<(i64, i64)>("select id, title from post", ()).all().await;
        assert_eq!(
            error.unwrap_err().message(),
            "column `title` holds text where an integer is expected"
        );
    }
    let select = "select author_name from post where id = 2";
    let null = db.query_scalar::<String>(select, ()).one().await.unwrap_err();
    assert_eq!(
        null.message(),
        "column `author_name` is NULL where text is expected: read it as an `Option`"
    );
    let range = at.sql("select cast(256 {as integer}) as size");
    let range = db.query_scalar::<u8>(range, ()).one().await.unwrap_err();
    assert_eq!(range.message(), "the value of column `size` is not in the range of `u8`");
    let columns = "select id, title from post";
    let columns = db.query_as::<(i64,)>(columns, ()).all().await.unwrap_err();
    assert_eq!(columns.message(), "the row has 2 columns, and `the tuple` reads 1");
    let missing = "select id, title from post where id > 99";
    let missing = db.query_as::<Post>(missing, ()).all().await.unwrap_err();
    assert_eq!(
        missing.message(),
        "the row has no columns `author_name`, `type`, which `Post` reads; it has `id`, `title`"
    );
}

async fn a_changed_table_is_read_anew(at: At) {
    at.make("create table post (a {integer}, b {text})").await;
    at.make("insert into post values (1, 'x')").await;
    let db = &at.db;
    for _ in 0..5 {
        let row: (i64, String) = db.query_as("select * from post", ()).one().await.unwrap();
        assert_eq!(row, (1, "x".to_owned()));
    }
    at.make("alter table post add column c {integer} default 5").await;
    at.make("alter table post drop column a").await;
    for _ in 0..5 {
        let row: (String, i64) = db.query_as("select * from post", ()).one().await.unwrap();
        assert_eq!(row, ("x".to_owned(), 5));
    }
    if at.can(Ability::TransactionalTables) {
        at.make("alter table post drop column c").await;
        // Inside of a transaction it may have to begin again, where all was prepared before.
        let read = async |tx: &mut Tx| tx.query_as("select * from post", ()).one().await;
        let row: (String,) = db.atomic_retry(9, read).await.unwrap();
        assert_eq!(row, ("x".to_owned(),));
    }
}
