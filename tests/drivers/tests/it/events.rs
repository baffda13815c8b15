//! What happens to rows, and who is told.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use carafe::db::events::{Change, Deletion, Events, RelationChange, Saved, Saving, with};
use carafe::db::{OnCommit, assert_queries};
use carafe::prelude::*;
use driver_tests::{At, checks};
use tokio::time::timeout;

checks![
    a_save_is_told,
    a_row_is_changed_before_it_is_saved,
    an_error_undoes_the_write,
    an_error_undoes_the_part_of_a_bound_database,
    an_error_that_is_passed_over_undoes_the_transaction,
    a_save_that_is_dropped_half_way_undoes_the_transaction,
    what_is_refused_before_anything_is_done_undoes_nothing,
    a_part_of_a_transaction_is_undone_alone,
    some_fields_are_told,
    rows_that_are_got_or_created_are_told,
    deletes_are_told_of_each_row,
    a_delete_is_refused,
    relations_are_told_from_both_sides,
    relations_are_refused,
    bulk_and_updates_tell_nobody,
    nothing_is_done_for_nobody,
    the_database_itself_is_refused_in_an_event,
    what_is_left_for_the_commit_waits_for_it,
];

#[derive(Model, Clone, Debug, PartialEq)]
struct Author {
    id: i64,
    #[model(max_length = 50)]
    name: String,
    #[model(by = Post::AUTHOR)]
    posts: HasMany<Post>,
}

#[derive(Model, Clone, Debug, PartialEq)]
struct Tag {
    id: i64,
    #[model(max_length = 50, unique)]
    name: String,
    #[model(by = Post::TAGS)]
    posts: HasMany<Post>,
}

#[derive(Model, Clone, Debug, PartialEq)]
struct Post {
    id: i64,
    #[model(max_length = 50)]
    title: String,
    #[model(max_length = 50, blank)]
    slug: String,
    author: ForeignKey<Author>,
    #[model(on_delete = set_null)]
    before: Option<ForeignKey<Post>>,
    tags: ManyToMany<Tag>,
}

/// What the events wrote down, in the transaction of what they are about.
#[derive(Model, Clone, Debug, PartialEq)]
#[model(ordering(id))]
struct Entry {
    id: i64,
    #[model(max_length = 200)]
    text: String,
}

async fn note(tx: &dyn Executor, text: String) -> Result<()> {
    Entry { text, ..Entry::blank() }.create(tx).await.map(drop)
}

async fn make_slug(post: &mut Post, _: Saving<'_>) -> Result<()> {
    if post.slug.is_empty() {
        post.slug = post.title.to_lowercase().replace(' ', "-");
    }
    Ok(())
}

async fn note_saving(post: &mut Post, saving: Saving<'_>) -> Result<()> {
    let fields = saving.fields().map(|fields| fields.join(",")).unwrap_or_default();
    note(saving.tx(), format!("saving {} {} [{fields}]", post.id > 0, post.slug)).await
}

async fn note_saved(post: &Post, saved: Saved<'_>) -> Result<()> {
    let fields = saved.fields().map(|fields| fields.join(",")).unwrap_or_default();
    note(saved.tx(), format!("saved {} {} [{fields}]", post.slug, saved.created())).await
}

async fn refuse(post: &Post, _: Saved<'_>) -> Result<()> {
    match post.title.as_str() {
        "Bad" => Err(Error::bad_request("no bad posts")),
        _ => Ok(()),
    }
}

async fn note_deleting(post: &Post, deletion: Deletion<'_>) -> Result<()> {
    let there = Post::all().filter(Post::ID.eq(post.id)).exists(deletion.tx()).await?;
    note(deletion.tx(), format!("deleting {} {} {there}", post.slug, deletion.is_cascaded())).await
}

async fn note_deleted(post: &Post, deletion: Deletion<'_>) -> Result<()> {
    let there = Post::all().filter(Post::ID.eq(post.id)).exists(deletion.tx()).await?;
    note(deletion.tx(), format!("deleted {} {} {there}", post.slug, deletion.is_cascaded())).await
}

fn all() -> Events {
    Events::new()
        .before_save(make_slug)
        .before_save(note_saving)
        .after_save(note_saved)
        .after_save(refuse)
        .before_delete(note_deleting)
        .after_delete(note_deleted)
}

async fn quiet(at: &At) -> Db {
    let db = at.db.with_models(models![Author, Tag, Post, Entry]);
    db.create_tables().await.unwrap();
    Author { name: "Ann".into(), ..Author::blank() }.create(&db).await.unwrap();
    db
}

fn post(title: &str) -> Post {
    Post { title: title.into(), author: ForeignKey::from_pk(1), ..Post::blank() }
}

/// What was written down since the last time.
async fn told(db: &dyn Executor) -> String {
    let entries = Entry::all().values(Entry::TEXT).fetch(db).await.unwrap().join("; ");
    Entry::all().delete(db).await.unwrap();
    entries
}

async fn titles(db: &dyn Executor) -> String {
    Post::all().order_by(Post::ID).values(Post::TITLE).fetch(db).await.unwrap().join(" ")
}

async fn a_save_is_told(at: At) {
    let db = &quiet(&at).await.with_events(all());
    let mut one = post("One").create(db).await.unwrap();
    assert_eq!(told(db).await, "saving false one []; saved one true []");
    one.slug = "1".into();
    one.save(db).await.unwrap();
    assert_eq!(told(db).await, "saving true 1 []; saved 1 false []");
    one.save_existing(db).await.unwrap();
    assert_eq!(told(db).await, "saving true 1 []; saved 1 false []");
    // A key that is not there: told once, as one that was created.
    Post { id: 77, ..post("Two") }.save(db).await.unwrap();
    assert_eq!(told(db).await, "saving true two []; saved two true []");
    let ann = Author::all().get(db).await.unwrap();
    ann.related(Author::POSTS).create(post("Three"), db).await.unwrap();
    assert_eq!(told(db).await, "saving false three []; saved three true []");
    // What fails is not told as done, and leaves nothing.
    Post { id: 500, ..post("No") }.save_existing(db).await.unwrap_err();
    assert_eq!(told(db).await, "");
}

async fn a_row_is_changed_before_it_is_saved(at: At) {
    let db = &quiet(&at).await.with_events(Events::new().before_save(make_slug));
    let made = post("A Long Day").create(db).await.unwrap();
    assert_eq!(made.slug, "a-long-day");
    assert_eq!(Post::all().get(db).await.unwrap().slug, "a-long-day");
}

async fn an_error_undoes_the_write(at: At) {
    let db = &quiet(&at).await.with_events(all());
    let error = post("Bad").create(db).await.unwrap_err();
    assert_eq!(error.to_string(), "no bad posts");
    assert_eq!((titles(db).await, told(db).await), (String::new(), String::new()));
    let mut good = post("Good").create(db).await.unwrap();
    good.title = "Bad".into();
    good.save(db).await.unwrap_err();
    assert_eq!(titles(db).await, "Good");
}

async fn an_error_undoes_the_part_of_a_bound_database(at: At) {
    let open = quiet(&at).await.with_events(all()).begin().await.unwrap();
    let db = open.db();
    post("One").create(db).await.unwrap();
    post("Bad").create(db).await.unwrap_err();
    assert_eq!(titles(db).await, "One");
    assert_eq!(told(db).await, "saving false one []; saved one true []");
    open.commit().await.unwrap();
    assert_eq!(titles(&at.db).await, "One");
}

async fn an_error_that_is_passed_over_undoes_the_transaction(at: At) {
    let db = &quiet(&at).await.with_events(all());
    let done = db
        .atomic(async |tx| {
            post("One").create(tx).await?;
            let _ = post("Bad").create(tx).await;
            Ok(())
        })
        .await;
    let error = done.unwrap_err();
    assert!(error.to_string().contains("its error was passed over"), "{error}");
    assert_eq!((titles(db).await, told(db).await), (String::new(), String::new()));
    // In a part it is that part, and its end says so.
    db.atomic(async |tx| {
        post("One").create(tx).await?;
        let part = tx.atomic(async |tx| {
            let _ = post("Bad").create(tx).await;
            Ok(())
        });
        assert!(part.await.is_err());
        post("Two").create(tx).await.map(drop)
    })
    .await
    .unwrap();
    assert_eq!(titles(db).await, "One Two");
}

async fn a_save_that_is_dropped_half_way_undoes_the_transaction(at: At) {
    async fn hang(_: &Post, _: Saved<'_>) -> Result<()> {
        std::future::pending().await
    }
    let db = &quiet(&at).await.with_events(Events::new().after_save(hang));
    let done = db
        .atomic(async |tx| {
            note(tx, "kept?".to_owned()).await?;
            let late = Duration::from_millis(50);
            assert!(timeout(late, post("One").create(tx)).await.is_err());
            Ok(())
        })
        .await;
    assert!(done.unwrap_err().to_string().contains("broken off half-way"));
    assert_eq!((titles(db).await, told(db).await), (String::new(), String::new()));
}

async fn what_is_refused_before_anything_is_done_undoes_nothing(at: At) {
    #[derive(Model)]
    #[model(table = "note")]
    struct Note {
        id: i64,
        #[model(on_delete = protect)]
        post: ForeignKey<Post>,
    }
    let quiet = quiet(&at).await.with_models(models![Author, Tag, Post, Entry, Note]);
    quiet.create_tables().await.unwrap();
    let db = &quiet.with_events(all());
    let one = post("One").create(db).await.unwrap();
    Note { post: one.key(), ..Note::blank() }.create(db).await.unwrap();
    db.atomic(async |tx| {
        let refused = one.delete(tx).await.unwrap_err();
        assert!(refused.to_string().contains("protected foreign keys"), "{refused}");
        post("Two").create(tx).await.map(drop)
    })
    .await
    .unwrap();
    assert_eq!(titles(db).await, "One Two");
}

async fn a_part_of_a_transaction_is_undone_alone(at: At) {
    let db = &quiet(&at).await.with_events(all());
    db.atomic(async |tx| {
        post("One").create(tx).await?;
        let bad = tx.atomic(async |tx| post("Bad").create(tx).await).await;
        assert!(bad.is_err());
        post("Two").create(tx).await.map(drop)
    })
    .await
    .unwrap();
    assert_eq!(titles(db).await, "One Two");
}

async fn some_fields_are_told(at: At) {
    let db = &quiet(&at).await.with_events(all());
    let mut one = post("One").create(db).await.unwrap();
    let before = one.clone();
    told(db).await;
    one.title = "Uno".into();
    one.slug = "uno".into();
    one.save_fields(["title"], db).await.unwrap();
    assert_eq!(told(db).await, "saving true uno [title]; saved uno false [title]");
    assert_eq!(Post::all().get(db).await.unwrap().slug, "one");
    one.save_changed(&before, db).await.unwrap();
    assert_eq!(told(db).await, "saving true uno [title,slug]; saved uno false [title,slug]");
    let same = one.clone();
    one.save_changed(&same, db).await.unwrap();
    one.save_fields([], db).await.unwrap();
    assert_eq!(told(db).await, "");
}

async fn rows_that_are_got_or_created_are_told(at: At) {
    let db = &quiet(&at).await.with_events(all());
    let query = Post::all().filter(Post::TITLE.eq("One"));
    let (one, made) = query.get_or_create(post("One"), db).await.unwrap();
    assert_eq!((one.slug.as_str(), made), ("one", true));
    assert_eq!(told(db).await, "saving false one []; saved one true []");
    let (_, made) = query.get_or_create(post("One"), db).await.unwrap();
    assert!(!made);
    assert_eq!(told(db).await, "");
    let query = Post::all().filter(Post::TITLE.eq("Two"));
    query.update_or_create(Post::SLUG.set("2"), post("Two"), db).await.unwrap();
    assert_eq!(told(db).await, "saving false two []; saved two true []");
    let error =
        Post::all().filter(Post::TITLE.eq("Bad")).get_or_create(post("Bad"), db).await.unwrap_err();
    assert_eq!(error.to_string(), "no bad posts");
    assert_eq!(titles(db).await, "One Two");
}

async fn deletes_are_told_of_each_row(at: At) {
    let quiet = &quiet(&at).await;
    let db = &quiet.with_events(all());
    let one = post("One").create(db).await.unwrap();
    let two = Post { before: Some(one.key()), ..post("Two") }.create(db).await.unwrap();
    told(db).await;
    let deleted = one.delete(db).await.unwrap();
    assert_eq!((deleted.total(), deleted.of("post")), (1, 1));
    assert_eq!(told(db).await, "deleting one false true; deleted one false false");
    assert_eq!(Post::all().get(db).await.unwrap().before, None);
    // Of a query, and with what they belong to.
    post("Three").create(quiet).await.unwrap();
    Post::all().filter(Post::ID.eq(two.id)).delete(db).await.unwrap();
    assert_eq!(told(db).await, "deleting two false true; deleted two false false");
    post("Four").create(db).await.unwrap();
    told(db).await;
    let ann = Author::all().get(db).await.unwrap();
    let deleted = ann.delete(db).await.unwrap();
    assert_eq!((deleted.of("author"), deleted.of("post")), (1, 2));
    assert_eq!(
        told(db).await,
        "deleting  true true; deleting four true true; deleted  true false; deleted four true false"
    );
    Post::all().delete(db).await.unwrap();
    assert_eq!(told(db).await, "");
}

async fn a_delete_is_refused(at: At) {
    async fn keep(post: &Post, _: Deletion<'_>) -> Result<()> {
        if post.title == "Kept" { Err(Error::bad_request("it is kept")) } else { Ok(()) }
    }
    let quiet = quiet(&at).await;
    for events in [Events::new().before_delete(keep), Events::new().after_delete(keep)] {
        let db = &quiet.with_events(events);
        post("Gone").create(db).await.unwrap();
        let kept = post("Kept").create(db).await.unwrap();
        assert_eq!(kept.delete(db).await.unwrap_err().to_string(), "it is kept");
        Author::all().get(db).await.unwrap().delete(db).await.unwrap_err();
        assert_eq!(titles(db).await, "Gone Kept");
        Post::all().filter(Post::TITLE.eq("Gone")).delete(db).await.unwrap();
        assert_eq!(titles(db).await, "Kept");
        Post::all().delete(&quiet).await.unwrap();
    }
}

/// `after Add from [1] to [2]`.
async fn note_change(when: &str, change: RelationChange<'_, Post, Tag>) -> Result<()> {
    let keys =
        |keys: Option<Vec<i64>>| keys.map_or_else(|| "all".to_owned(), |keys| format!("{keys:?}"));
    let side = if change.is_reverse() { " from the tag" } else { "" };
    let (from, to) = (keys(change.from()?), keys(change.to()?));
    let there = change.tx().query_scalar::<i64>("select count(*) from post_tags", ()).one().await?;
    let text = format!("{when} {:?} {from} {to}{side}: {there}", change.change());
    note(change.tx(), text).await
}

async fn note_before(change: RelationChange<'_, Post, Tag>) -> Result<()> {
    note_change("before", change).await
}

async fn note_after(change: RelationChange<'_, Post, Tag>) -> Result<()> {
    note_change("after", change).await
}

async fn tags(db: &Db) -> [Tag; 3] {
    let mut tags = Vec::new();
    for name in ["a", "b", "c"] {
        tags.push(Tag { name: name.into(), ..Tag::blank() }.create(db).await.unwrap());
    }
    tags.try_into().unwrap()
}

async fn relations_are_told_from_both_sides(at: At) {
    let events = Events::new()
        .before_m2m_change(Post::TAGS, note_before)
        .after_m2m_change(Post::TAGS, note_after);
    let db = &quiet(&at).await.with_events(events);
    let [a, b, c] = tags(db).await;
    let one = post("One").create(db).await.unwrap();
    let two = post("Two").create(db).await.unwrap();
    let of_one = one.related(Post::TAGS);
    of_one.add([&a, &b], db).await.unwrap();
    assert_eq!(told(db).await, "before Add [1] [1, 2]: 0; after Add [1] [1, 2]: 2");
    // Only what is new is told.
    of_one.add([&b, &c], db).await.unwrap();
    assert_eq!(told(db).await, "before Add [1] [3]: 2; after Add [1] [3]: 3");
    of_one.add([&a], db).await.unwrap();
    assert_eq!(told(db).await, "");
    of_one.remove([&a], db).await.unwrap();
    assert_eq!(told(db).await, "before Remove [1] [1]: 3; after Remove [1] [1]: 2");
    of_one.set([&a, &b], db).await.unwrap();
    assert_eq!(
        told(db).await,
        "before Remove [1] [3]: 2; after Remove [1] [3]: 1; before Add [1] [1]: 1; after Add [1] [1]: 2"
    );
    of_one.set([&b, &a], db).await.unwrap();
    assert_eq!(told(db).await, "");
    a.related(Tag::POSTS).add([&two], db).await.unwrap();
    assert_eq!(
        told(db).await,
        "before Add [2] [1] from the tag: 2; after Add [2] [1] from the tag: 3"
    );
    a.related(Tag::POSTS).clear(db).await.unwrap();
    assert_eq!(
        told(db).await,
        "before Clear all [1] from the tag: 3; after Clear all [1] from the tag: 1"
    );
    of_one.clear(db).await.unwrap();
    assert_eq!(told(db).await, "before Clear [1] all: 1; after Clear [1] all: 0");
    of_one.create(Tag { name: "d".into(), ..Tag::blank() }, db).await.unwrap();
    assert_eq!(told(db).await, "before Add [1] [4]: 0; after Add [1] [4]: 1");
    // A row that is deleted takes its pairs along, and tells nobody.
    one.delete(db).await.unwrap();
    assert_eq!(told(db).await, "");
}

async fn relations_are_refused(at: At) {
    async fn refuse(change: RelationChange<'_, Post, Tag>) -> Result<()> {
        match change.change() {
            Change::Add => Ok(()),
            Change::Remove | Change::Clear => Err(Error::bad_request("they stay")),
        }
    }
    let db = &quiet(&at).await.with_events(Events::new().after_m2m_change(Post::TAGS, refuse));
    let [a, b, _] = tags(db).await;
    let one = post("One").create(db).await.unwrap();
    let of_one = one.related(Post::TAGS);
    of_one.add([&a], db).await.unwrap();
    of_one.remove([&a], db).await.unwrap_err();
    of_one.clear(db).await.unwrap_err();
    of_one.set([&b], db).await.unwrap_err();
    let names = of_one.all().values(Tag::NAME).fetch(db).await.unwrap();
    assert_eq!(names, ["a"]);
}

async fn bulk_and_updates_tell_nobody(at: At) {
    let db = &quiet(&at).await.with_events(all());
    let mut posts = Post::bulk_create([post("One"), post("Two")]).run(db).await.unwrap();
    assert_eq!((posts[0].slug.as_str(), told(db).await.as_str()), ("", ""));
    Post::bulk_update(&mut posts, &["title"]).run(db).await.unwrap();
    Post::all().update(Post::SLUG.set("x")).run(db).await.unwrap();
    assert_eq!(told(db).await, "");
}

async fn nothing_is_done_for_nobody(at: At) {
    let quiet = quiet(&at).await;
    // Somebody is told of other rows.
    let db = &quiet.with_events(all());
    let entry = Entry { text: "x".into(), ..Entry::blank() };
    let entry = assert_queries(1, async || entry.create(db).await).await.unwrap();
    assert_queries(1, async || entry.delete(db).await).await.unwrap();
    // A post saved with somebody who is told is more.
    assert_queries(3, async || post("One").create(db).await).await.unwrap();
}

async fn the_database_itself_is_refused_in_an_event(at: At) {
    let quiet = quiet(&at).await;
    let outside = Arc::new(quiet.clone());
    let events = Events::new().before_save(move |post: &mut Post, _: Saving<'_>| {
        let (db, title) = (outside.clone(), post.title.clone());
        async move { note(&*db, title).await }
    });
    for db in [&quiet.with_events(events.clone())] {
        let error = post("One").create(db).await.unwrap_err();
        assert!(error.to_string().contains("while this task holds a transaction"), "{error}");
    }
    let open = quiet.with_events(events).begin().await.unwrap();
    let error = post("One").create(open.db()).await.unwrap_err();
    assert!(error.to_string().contains("while this task holds a transaction"), "{error}");
}

type Inbox = Arc<Mutex<Vec<String>>>;

async fn send(inbox: Inbox, post: &Post, saved: Saved<'_>) -> Result<()> {
    let title = post.title.clone();
    let work = async move {
        inbox.lock().unwrap().push(title);
        Ok(())
    };
    saved.tx().after_commit(OnCommit::new(work)).await
}

async fn what_is_left_for_the_commit_waits_for_it(at: At) {
    let sent = Inbox::default();
    let events = Events::new().after_save(with(sent.clone(), send)).after_save(refuse);
    let db = &quiet(&at).await.with_events(events);
    post("One").create(db).await.unwrap();
    post("Bad").create(db).await.unwrap_err();
    db.atomic(async |tx| {
        post("Two").create(tx).await?;
        assert_eq!(*sent.lock().unwrap(), ["One"]);
        Ok(())
    })
    .await
    .unwrap();
    assert_eq!(*sent.lock().unwrap(), ["One", "Two"]);
}
