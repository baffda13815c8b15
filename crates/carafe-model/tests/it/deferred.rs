//! Columns that a query may leave out.

use carafe::models::model::values;
use carafe::models::{Column, Cursor, Deferred, Error, Reader, Value};
use carafe::prelude::*;

use crate::data::Text;

#[derive(Model, Clone, Debug, PartialEq)]
struct Post {
    id: i64,
    #[model(default = "Nothing yet.", max_length = 20)]
    body: Deferred<String>,
    #[model(default = 3)]
    views: Deferred<i32>,
    notes: Deferred<Option<String>>,
    title: String,
    tags: ManyToMany<Tag>,
}

#[derive(Model)]
struct Tag {
    id: i64,
}

const BODY: u16 = 1;

fn read(row: &mut dyn Reader, skipped: &[u16]) -> Result<Post, Error> {
    Post::read(&mut Cursor::skipping(row, 0, Post::schema(), skipped))
}

fn row(values: &[&str]) -> Text {
    let text = values.iter().map(|text| Value::Text((*text).to_owned()));
    Text([Value::I64(7)].into_iter().chain(text).collect())
}

#[test]
fn it_holds_its_value() {
    let mut post = Post::blank();
    assert_eq!(post.body.get().unwrap(), "Nothing yet.");
    assert_eq!((post.views.get(), post.notes.get()), (Ok(&3), Ok(&None)));
    post.body.get_mut().unwrap().push('!');
    assert_eq!(post.get("body"), Ok(Value::Text("Nothing yet.!".into())));
    post.body.set("A".to_owned());
    assert_eq!(post.body, Deferred::from("A"));
    post.set("body", Value::Text("B".into())).unwrap();
    assert_eq!((post.body.clone().into_inner(), post.deferred().len()), (Ok("B".to_owned()), 0));
    assert_eq!(format!("{:?} {:?}", post.body, Deferred::<i32>::default()), "\"B\" 0");

    let mut whole = Text(values(&post));
    assert_eq!(read(&mut whole, &[]).unwrap(), post);
}

#[test]
fn what_is_left_out_says_so() {
    let mut post = read(&mut row(&["Title"]), &[BODY, 2, 3, 5]).unwrap();
    assert_eq!((post.id, post.title.as_str()), (7, "Title"));
    let names: Vec<&str> = post.deferred().iter().map(|field| field.name).collect();
    assert_eq!(names, ["body", "views", "notes"]);
    let said = "`Post.body` was deferred: leave out `.defer(Post::BODY)`, or name it in `.only(…)`";
    for error in [
        post.body.get().unwrap_err(),
        post.body.get_mut().unwrap_err(),
        post.body.clone().into_inner().unwrap_err(),
        post.get("body").unwrap_err(),
    ] {
        assert_eq!(error.to_string(), said);
        assert!(error.is_not_loaded());
    }
    assert_eq!(format!("{:?}", post.body), "deferred");
    assert_eq!(serde_json::to_string(&post.body).unwrap(), "null");
    // There is nothing to find fault with, and a place for each column all the same.
    assert!(post.validate().is_ok());
    assert_eq!(values(&post).len(), Post::schema().width());

    post.body.set("Far more than twenty letters.".to_owned());
    assert_eq!(post.deferred().len(), 2);
    assert_eq!(post.validate().unwrap_err().field("body").len(), 1);
    assert_eq!(serde_json::to_string(&post.views).unwrap(), "null");
}

#[test]
fn other_fields_are_always_read() {
    let error = read(&mut row(&["Body"]), &[2, 3, 4]).unwrap_err();
    assert_eq!(
        error.to_string(),
        "the query leaves `Post.title` out, whose type cannot say so: make it a `Deferred<…>`"
    );
    let deferrable = Post::schema().fields.iter().filter(|field| field.deferrable);
    assert_eq!(deferrable.map(|field| field.name).collect::<Vec<_>>(), ["body", "views", "notes"]);
}

#[test]
fn its_schema_is_that_of_its_value() {
    const COLUMN: Column<Post, Deferred<String>> = Post::BODY;
    let [_, body, _, notes, ..] = Post::schema().fields else { panic!("{COLUMN}") };
    assert_eq!((body.column, body.max_length, body.null), ("body", Some(20), false));
    assert_eq!((notes.null, notes.kind), (true, body.kind));
}
