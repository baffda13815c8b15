//! References to rows of any model, and the way back.

use carafe::db::functions::count;
use carafe::models::GenericForeignKey;
use carafe::prelude::*;
use carafe_core::Kind;
use driver_tests::{At, checks};

checks![
    rows_are_followed_to_their_models,
    rows_that_are_there_follow_too,
    one_is_read_alone,
    the_way_back_is_asked,
    the_way_back_is_loaded,
    rows_are_added_by_the_way_back,
    what_refers_to_a_row_goes_with_it,
];

#[derive(Model, Debug, Clone, PartialEq)]
struct User {
    id: i64,
    #[model(max_length = 50)]
    name: String,
}

#[derive(Model, Debug, Clone, PartialEq)]
struct Post {
    id: i64,
    #[model(max_length = 50)]
    title: String,
    author: ForeignKey<User>,
    #[model(by = Tag::TARGET)]
    tags: HasMany<Tag>,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "blog's photos")]
struct Photo {
    id: i64,
    #[model(max_length = 50)]
    path: String,
    #[model(by = Tag::TARGET)]
    tags: HasMany<Tag>,
}

/// No way back leads from it.
#[derive(Model, Debug, Clone, PartialEq)]
struct Link {
    id: i64,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(proxy = Post)]
struct Draft {
    id: i64,
    #[model(max_length = 50)]
    title: String,
    author: ForeignKey<User>,
}

#[derive(Model, Debug, Clone, PartialEq)]
struct Tag {
    id: i64,
    #[model(max_length = 50)]
    name: String,
    #[model(flatten)]
    target: GenericForeignKey,
    post: Option<ForeignKey<Post>>,
    #[model(by = Vote::TAG)]
    votes: HasMany<Vote>,
}

#[derive(Model, Debug, Clone, PartialEq)]
struct Vote {
    id: i64,
    tag: ForeignKey<Tag>,
}

fn tag(name: &str, target: GenericForeignKey) -> Tag {
    Tag { name: name.into(), target, ..Tag::blank() }
}

/// Posts and photos with the same keys, and tags of both.
async fn blog(at: &At) -> Db {
    let db = at.db.with_models(models![User, Post, Photo, Link, Draft, Tag, Vote]);
    db.create_tables().await.unwrap();
    let ada = User { name: "Ada".into(), ..User::blank() }.create(&db).await.unwrap();
    let posts = ["One", "Two", "Three"].map(|title| Post {
        title: title.into(),
        author: ada.key(),
        ..Post::blank()
    });
    let posts = Post::bulk_create(posts).run(&db).await.unwrap();
    let photos = ["a.jpg", "b.jpg"].map(|path| Photo { path: path.into(), ..Photo::blank() });
    let photos = Photo::bulk_create(photos).run(&db).await.unwrap();
    let link = Link::blank().create(&db).await.unwrap();
    let tags = [
        tag("rust", GenericForeignKey::to(&posts[0])),
        tag("sql", GenericForeignKey::to(&posts[0])),
        tag("rust", GenericForeignKey::to(&photos[0])),
        tag("old", GenericForeignKey::to(&posts[1])),
        tag("far", GenericForeignKey::to(&photos[1])),
        tag("web", GenericForeignKey::to(&link)),
        tag("gone", GenericForeignKey::from_pk::<Post>(99)),
    ];
    let tags = Tag::bulk_create(tags).run(&db).await.unwrap();
    Vote { tag: tags[0].key(), ..Vote::blank() }.create(&db).await.unwrap();
    Vote { tag: tags[4].key(), ..Vote::blank() }.create(&db).await.unwrap();
    db
}

/// What tags lead to.
fn told(tags: &[Tag]) -> String {
    let one = |tag: &Tag| {
        let target = &tag.target;
        if let Ok(post) = target.get::<Post>() {
            let author = post.author.get().map_or("?", |author| &author.name);
            format!("{} by {author}", post.title)
        } else if let Ok(photo) = target.get::<Photo>() {
            photo.path.clone()
        } else {
            format!("{target:?}")
        }
    };
    tags.iter().map(one).collect::<Vec<_>>().join(", ")
}

async fn rows_are_followed_to_their_models(at: At) {
    let counted = blog(&at).await.counted();
    let db = counted.db();
    let targets = || (Post::all().select_related(Post::AUTHOR), Photo::all());
    let tags = Tag::all().prefetch_generic(Tag::TARGET, targets()).order_by(Tag::ID);
    let tags = tags.fetch(db).await.unwrap();
    let expected = "One by Ada, One by Ada, a.jpg, Two by Ada, b.jpg, link(1), post(99)";
    assert_eq!(told(&tags), expected);
    counted.assert_count(3);
    // The others are not loaded, and say so.
    let missing = tags[5].target.get::<Link>().unwrap_err();
    assert!(missing.to_string().contains(".prefetch_generic(…, Link::all())"), "{missing}");
    assert!(tags[6].target.get::<Post>().unwrap_err().is_not_loaded());
    // A model that none of them leads to is not asked.
    counted.reset();
    let posts = Tag::all().filter(Tag::NAME.eq("sql")).prefetch_generic(Tag::TARGET, targets());
    assert_eq!(told(&posts.fetch(db).await.unwrap()), "One by Ada");
    counted.assert_count(2);
    // Behind other relations, and with relations behind.
    counted.reset();
    let posts = Post::all().order_by(Post::ID).prefetch_related(Post::TAGS);
    let posts = posts.prefetch_generic(
        Post::TAGS.on(Tag::TARGET),
        Post::all().prefetch_related(Post::AUTHOR).filter(Post::TITLE.ne("Two")),
    );
    let posts = posts.fetch(db).await.unwrap();
    assert_eq!(told(posts[0].tags.get().unwrap()), "One by Ada, One by Ada");
    assert_eq!(told(posts[1].tags.get().unwrap()), "post(2)");
    counted.assert_count(4);
    let sliced = Tag::all().prefetch_generic(Tag::TARGET, Post::all().limit(1)).fetch(db).await;
    assert!(sliced.unwrap_err().to_string().contains("cannot be sliced"));
}

async fn rows_that_are_there_follow_too(at: At) {
    let counted = blog(&at).await.counted();
    let db = counted.db();
    let mut tags = Tag::all().order_by(Tag::ID).fetch(db).await.unwrap();
    tags.load_generic(Tag::TARGET, Photo::all(), db).await.unwrap();
    assert_eq!(told(&tags[..3]), "post(1), post(1), a.jpg");
    tags[0].load_generic(Tag::TARGET, (Post::all(), Photo::all()), db).await.unwrap();
    assert_eq!(told(&tags[..3]), "One by ?, post(1), a.jpg");
    counted.assert_count(3);
    // A part of it that is changed leads elsewhere.
    tags[0].set("object_id", carafe::db::Value::I64(2)).unwrap();
    assert_eq!(told(&tags[..1]), "post(2)");
}

async fn one_is_read_alone(at: At) {
    let counted = blog(&at).await.counted();
    let db = counted.db();
    let mut tag = Tag::all().order_by(Tag::ID).first(db).await.unwrap().unwrap();
    let post = tag.target.key::<Post>().unwrap().load(db).await.unwrap();
    assert_eq!(post.title, "One");
    counted.assert_count(2);
    tag.target.share(post).unwrap();
    assert_eq!(tag.target.key::<Post>().unwrap().load(db).await.unwrap().title, "One");
    counted.assert_count(2);
    assert!(tag.target.key::<Photo>().is_err());
}

async fn the_way_back_is_asked(at: At) {
    let db = &blog(&at).await;
    let titles = async |filter: Filter<Post>| {
        let posts = Post::all().filter(filter).distinct().order_by(Post::ID).values(Post::TITLE);
        posts.fetch(db).await.unwrap().join(" ")
    };
    assert_eq!(titles(Post::TAGS.on(Tag::NAME).eq("rust")).await, "One");
    assert_eq!(titles(Post::TAGS.on(Tag::NAME).eq("far")).await, "");
    assert_eq!(titles(!Post::TAGS.on(Tag::NAME).eq("rust")).await, "Two Three");
    assert_eq!(titles(Post::TAGS.is_null()).await, "Three");
    assert_eq!(titles(Post::TAGS.on(Tag::VOTES).on(Vote::ID).gt(0)).await, "One");
    let photos = Photo::all().filter(Photo::TAGS.on(Tag::NAME).eq("rust")).values(Photo::PATH);
    assert_eq!(photos.fetch(db).await.unwrap(), ["a.jpg"]);
    let named = Post::all().filter_by("tags__name__startswith", "ol").unwrap();
    assert_eq!(named.get(db).await.unwrap().title, "Two");
    let counts = Post::all().order_by(Post::ID).values(Post::TITLE).annotate(count(Post::TAGS));
    let counts = counts.fetch(db).await.unwrap();
    let expected = [("One", 2), ("Two", 1), ("Three", 0)].map(|(one, two)| (one.to_owned(), two));
    assert_eq!(counts, expected);
    let content_type = Tag::TARGET.on(GenericForeignKey::<i64>::CONTENT_TYPE);
    let tags = Tag::all().filter(content_type.eq(Photo::TABLE));
    assert_eq!(tags.count(db).await.unwrap(), 2);
}

async fn the_way_back_is_loaded(at: At) {
    let counted = blog(&at).await.counted();
    let db = counted.db();
    let posts = Post::all().order_by(Post::ID).prefetch_related(Post::TAGS.on(Tag::VOTES));
    let posts = posts.fetch(db).await.unwrap();
    let names = |tags: &[Tag]| {
        let names =
            tags.iter().map(|tag| format!("{} {}", tag.name, tag.votes.get().unwrap().len()));
        names.collect::<Vec<_>>().join(", ")
    };
    let told: Vec<String> = posts.iter().map(|post| names(post.tags.get().unwrap())).collect();
    assert_eq!(told, ["rust 1, sql 0", "old 0", ""]);
    counted.assert_count(3);
    counted.reset();
    let photos = Photo::all().order_by(Photo::ID).fetch_peers().fetch(db).await.unwrap();
    let mut told = Vec::new();
    for photo in &photos {
        for tag in photo.tags.load(db).await.unwrap().iter() {
            told.push(format!("{} {}", tag.name, tag.votes.load(db).await.unwrap().len()));
        }
    }
    assert_eq!(told, ["rust 0", "far 1"]);
    counted.assert_count(3);
}

async fn rows_are_added_by_the_way_back(at: At) {
    let db = &blog(&at).await;
    let photo = Photo::all().order_by(Photo::ID).first(db).await.unwrap().unwrap();
    let post = Post::all().filter(Post::TITLE.eq("Three")).get(db).await.unwrap();
    let made = photo.related(Photo::TAGS).create(Tag { name: "new".into(), ..Tag::blank() }, db);
    let made = made.await.unwrap();
    assert!(made.target.is::<Photo>() && made.target.object_id() == &photo.id);
    let names = async |tags: QuerySet<Tag>| {
        tags.order_by(Tag::ID).values(Tag::NAME).fetch(db).await.unwrap().join(" ")
    };
    assert_eq!(names(photo.related(Photo::TAGS).all()).await, "rust new");
    // It moves to another row, of another model.
    post.related(Post::TAGS).add([&made], db).await.unwrap();
    assert_eq!(names(photo.related(Photo::TAGS).all()).await, "rust");
    assert_eq!(names(post.related(Post::TAGS).all()).await, "new");
    let refused = post.related(Post::TAGS).remove([&made], db).await.unwrap_err();
    assert!(refused.to_string().contains("`Tag.content_type` cannot be NULL"), "{refused}");
    assert_eq!(post.related(Post::TAGS).delete(db).await.unwrap().total(), 1);
}

async fn what_refers_to_a_row_goes_with_it(at: At) {
    let db = &blog(&at).await;
    let post = Post::all().filter(Post::ID.eq(1)).get(db).await.unwrap();
    let deleted = post.delete(db).await.unwrap();
    let deleted: Vec<_> = deleted.by_table().collect();
    assert_eq!(deleted, [("post", 1), ("tag", 2), ("vote", 1)]);
    // That of the same key in another table stays.
    assert_eq!(Tag::all().count(db).await.unwrap(), 5);
    let deleted = Photo::all().filter(Photo::PATH.eq("b.jpg")).delete(db).await.unwrap();
    assert_eq!((deleted.total(), deleted.of("tag"), deleted.of("vote")), (3, 1, 1));
    // A proxy's rows are those of its model.
    let draft = Draft::all().filter(Draft::TITLE.eq("Two")).delete(db).await.unwrap();
    assert_eq!((draft.total(), draft.of("tag")), (2, 1));
    // Where no way back is said, they stay.
    assert_eq!(Link::all().delete(db).await.unwrap().total(), 1);
    let left = Tag::all().order_by(Tag::ID).values(Tag::NAME).fetch(db).await.unwrap();
    assert_eq!(left, ["rust", "web", "gone"]);
    // A row that goes with another takes its own along.
    let ada = User::all().get(db).await.unwrap();
    let three = Post::all().get(db).await.unwrap();
    tag("last", GenericForeignKey::to(&three)).create(db).await.unwrap();
    assert_eq!(ada.delete(db).await.unwrap().of("tag"), 1);
    let wrong = Tag::all().filter(Tag::NAME.eq("last")).get(db).await.unwrap_err();
    assert_eq!(wrong.kind(), Kind::NotFound);
}
