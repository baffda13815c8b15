//! References to rows of any model.

use std::sync::Arc;

use carafe::models::{Column, Cursor, GenericForeignKey, Value, model};
use carafe::prelude::*;
use uuid::Uuid;

use crate::data::Text;

#[derive(Model, Debug, PartialEq)]
struct Post {
    id: i64,
    title: String,
}

#[derive(Model)]
#[model(table = "photos")]
struct Photo {
    id: i64,
}

#[derive(Model)]
struct Page {
    id: Uuid,
}

#[derive(Model, Clone, Debug, PartialEq)]
struct Tag {
    id: i64,
    name: String,
    #[model(flatten)]
    target: GenericForeignKey,
    weight: i32,
}

#[derive(Model)]
struct Seen {
    id: i64,
    #[model(flatten)]
    what: GenericForeignKey<Uuid>,
}

const CONTENT_TYPE: Column<Tag, String> = Tag::TARGET.on(GenericForeignKey::<i64>::CONTENT_TYPE);
const OBJECT_ID: Column<Seen, Uuid> = Seen::WHAT.on(GenericForeignKey::OBJECT_ID);

fn post() -> Post {
    Post { id: 7, title: "Hi".into() }
}

#[test]
fn it_is_a_table_and_a_key() {
    assert_eq!(Tag::schema().columns(), ["id", "name", "content_type", "object_id", "weight"]);
    let content_type = CONTENT_TYPE.schema().unwrap();
    assert_eq!((content_type.model, content_type.max_length), ("Tag", Some(128)));
    assert_eq!(OBJECT_ID.to_string(), "object_id");

    let tag = Tag { target: GenericForeignKey::to(&post()), weight: 2, ..Tag::blank() };
    assert_eq!(tag.get("content_type"), Ok(Value::Text("post".into())));
    assert_eq!(format!("{:?}", tag.target), "post(7)");
    let json = serde_json::to_string(&tag.target).unwrap();
    assert_eq!(json, r#"{"content_type":"post","object_id":7}"#);
    let mut row = Text(model::values(&tag));
    let read = Tag::read(&mut Cursor::new(&mut row, 0, Tag::schema())).unwrap();
    assert_eq!(read, tag);
    let page = Uuid::from_u128(9);
    assert_eq!(GenericForeignKey::from_pk::<Page>(page).object_id(), &page);
}

#[test]
fn it_leads_to_a_row_of_its_model_only() {
    let mut target = GenericForeignKey::to(&post());
    assert!(target.is::<Post>() && !target.is::<Photo>());
    assert_eq!(target.key::<Post>().unwrap().pk(), Some(&7));
    assert_eq!(
        target.key::<Photo>().unwrap_err().to_string(),
        "the reference leads to a row of `post`, not of `photos`"
    );
    let missing = target.get::<Post>().unwrap_err();
    assert!(missing.is_not_loaded());
    assert_eq!(
        missing.to_string(),
        "the `Post` that is referred to is not loaded: add `.prefetch_generic(…, Post::all())` to the query, or read it by `key::<Post>()?.load(&db)`"
    );
    assert!(target.share(Arc::new(Photo { id: 7 })).is_err());
    assert!(target.share(Arc::new(Post { id: 8, ..post() })).is_err());
    assert!(!target.is_loaded());
    target.share(Arc::new(post())).unwrap();
    assert_eq!(target.get::<Post>(), Ok(&post()));
    assert!(target.get::<Photo>().is_err());
    assert_eq!(target, GenericForeignKey::from_pk::<Post>(7));

    let mut tag = Tag { target, ..Tag::blank() };
    tag.set("object_id", Value::I64(8)).unwrap();
    assert!(!tag.target.is_loaded());
    assert_eq!((tag.target.object_id(), tag.target.is::<Post>()), (&8, true));
}

#[test]
fn it_may_lead_nowhere_yet() {
    let nowhere = GenericForeignKey::to(&Post::blank());
    assert_eq!(nowhere, Tag::blank().target);
    assert_eq!(nowhere.key::<Post>().unwrap_err().to_string(), "the reference leads nowhere yet");
    let errors = Tag { name: "a".into(), ..Tag::blank() }.validate().unwrap_err();
    assert_eq!(errors.field("content_type")[0].message, "This field cannot be blank.");
}
