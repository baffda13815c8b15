//! Rows as structs, tuples and values.

use carafe::db::{Db, Row, Value};
use carafe_core::Kind;

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

#[derive(Debug, PartialEq, Row)]
struct Pair<T>(i64, T);

async fn posts() -> Db {
    let db = Db::open("sqlite::memory:").await.unwrap();
    db.execute("create table post (id integer primary key, title text, author_name text, type text default 'note')", ()).await.unwrap();
    db.execute("insert into post (title, author_name) values ('One', 'ada'), ('Two', null)", ())
        .await
        .unwrap();
    db
}

#[tokio::test]
async fn a_struct_is_read_by_the_names_of_the_columns() {
    let db = posts().await;
    let posts: Vec<Post> =
        db.query_as("select *, 7 as unused from post order by id", ()).all().await.unwrap();
    let expected = Post {
        title: "One".into(),
        id: 1,
        author: Some("ada".into()),
        hits: 0,
        r#type: "note".into(),
    };
    assert_eq!(posts[0], expected);
    assert_eq!(posts[1].author, None);
    let post: Post = db
        .query_as("select 5 as hits, type, author_name, title, id from post where id = ?", (1,))
        .one()
        .await
        .unwrap();
    assert_eq!(post, Post { hits: 5, ..expected });
}

#[tokio::test]
async fn tuples_are_read_by_position() {
    let db = posts().await;
    let (id, title): (i64, String) =
        db.query_as("select id, title from post where id = 1", ()).one().await.unwrap();
    assert_eq!((id, title.as_str()), (1, "One"));
    let pair: Pair<String> =
        db.query_as("select id, title from post where id = 2", ()).one().await.unwrap();
    assert_eq!(pair, Pair(2, "Two".to_owned()));
    let row: Vec<Value> = db
        .query_as("select id, author_name, 1.5, x'00' from post where id = 2", ())
        .one()
        .await
        .unwrap();
    assert_eq!(row, [Value::I64(2), Value::Null, Value::F64(1.5), Value::Bytes(vec![0])]);
}

#[tokio::test]
async fn terminals_count_rows() {
    let db = posts().await;
    let query = |sql: &'static str| db.query_scalar::<i64>(sql, ());
    assert_eq!(query("select id from post order by id").all().await.unwrap(), [1, 2]);
    assert_eq!(query("select id from post where id = 1").one().await.unwrap(), 1);
    assert_eq!(query("select id from post where id = 3").optional().await.unwrap(), None);
    assert_eq!(
        query("select id from post where id = 3").one().await.unwrap_err().kind(),
        Kind::NotFound
    );
    assert_eq!(query("select id from post").one().await.unwrap_err().kind(), Kind::MultipleFound);
    assert_eq!(
        query("select id from post").optional().await.unwrap_err().kind(),
        Kind::MultipleFound
    );
    assert_eq!(db.execute("update post set type = 'page'", ()).await.unwrap(), 2);
    assert_eq!(db.execute("create table other (a)", ()).await.unwrap(), 0);
    assert_eq!(
        db.query_scalar::<i64>("insert into post (title) values ('Three') returning id", ())
            .one()
            .await
            .unwrap(),
        3
    );
}

#[tokio::test]
async fn parameters_come_as_tuples_arrays_and_lists() {
    let db = posts().await;
    let sum = "select ? + ? + ?";
    assert_eq!(db.query_scalar::<i64>(sum, (1, 2_u8, 3_i64)).one().await.unwrap(), 6);
    assert_eq!(db.query_scalar::<i64>(sum, [1, 2, 3]).one().await.unwrap(), 6);
    assert_eq!(db.query_scalar::<i64>(sum, vec![1, 2, 3]).one().await.unwrap(), 6);
    assert_eq!(db.query_scalar::<i64>(sum, &[1, 2, 3][..]).one().await.unwrap(), 6);
    assert_eq!(
        db.query_scalar::<Option<String>>("select ?", (None::<&str>,)).one().await.unwrap(),
        None
    );
    let missing = db.query_scalar::<i64>(sum, (1,)).one().await.unwrap_err();
    assert_eq!(missing.message(), "the statement has 3 parameters, and 1 values are given");
}

#[tokio::test]
async fn a_wrong_row_says_what_is_wrong() {
    async fn check<T: Row>(sql: &'static str, message: &str) {
        let error = posts().await.query_as::<T>(sql, ()).all().await.err().unwrap();
        assert_eq!(error.message(), message, "{sql}");
    }
    check::<Post>(
        "select id, title from post",
        "the row has no columns `author_name`, `type`, which `Post` reads; it has `id`, `title`",
    )
    .await;
    // The mistake shows where the query finds nothing, too.
    check::<Post>(
        "select id, title, type from post where 0",
        "the row has no column `author_name`, which `Post` reads; it has `id`, `title`, `type`",
    )
    .await;
    check::<Post>(
        "select *, id from post",
        "the row has several columns `id`, and `Post` reads one: name them apart with `as`",
    )
    .await;
    check::<(i64, i64)>(
        "select id, title from post",
        "column `title` holds text where an integer is expected",
    )
    .await;
    check::<(i64,)>("select id, title from post", "the row has 2 columns, and `the tuple` reads 1")
        .await;
    check::<(String,)>(
        "select author_name from post order by id desc",
        "column `author_name` is NULL where text is expected: read it as an `Option`",
    )
    .await;
    check::<(u8,)>("select 256 as size", "the value of column `size` is not in the range of `u8`")
        .await;
    check::<(bool,)>("select 2 as done", "the value of column `done` is not a bool (0 or 1)").await;
    check::<(Vec<u8>,)>("select 'x' as data", "column `data` holds text where bytes is expected")
        .await;
    check::<(String,)>("select cast(x'ff' as text) as t", "the value of column `t` is not UTF-8")
        .await;
    check::<(f64,)>("select 'x' as f", "column `f` holds text where a float is expected").await;
}

#[tokio::test]
async fn a_changed_table_is_read_anew() {
    let (db, _folder) = crate::in_file().await;
    db.execute("create table post (a integer, b text)", ()).await.unwrap();
    db.execute("insert into post values (1, 'x')", ()).await.unwrap();
    for _ in 0..3 {
        let row: (i64, String) = db.query_as("select * from post", ()).one().await.unwrap();
        assert_eq!(row, (1, "x".to_owned()));
    }
    db.execute("alter table post add column c integer default 5", ()).await.unwrap();
    db.execute("alter table post drop column a", ()).await.unwrap();
    let row: (String, i64) = db.query_as("select * from post", ()).one().await.unwrap();
    assert_eq!(row, ("x".to_owned(), 5));
}
