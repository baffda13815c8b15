//! Pairs of versions: what a table is before and after, and what each version asks of it.

use carafe::routing::Routes;
use carafe_db::Models;

/// A version of the app.
pub(super) struct Version {
    pub(super) models: Models,
    pub(super) routes: fn() -> Routes,
    /// Makes `ROWS` rows.
    pub(super) seed: &'static str,
}

/// A version whose model has these fields, what a new row has in them, and the one that is updated.
macro_rules! version {
    ($name:ident, $seed:literal, { $($(#[$meta:meta])* $field:ident : $ty:ty = $value:expr),* $(,)? }, $set:ident = $new:expr) => {
        pub(super) fn $name() -> Version {
            $name::version()
        }

        mod $name {
            use carafe::prelude::*;

            #[derive(Model)]
            #[model(table = "tag")]
            pub(super) struct Tag {
                pub(super) id: i64,
                #[model(max_length = 20)]
                pub(super) word: String,
            }

            #[derive(Model)]
            #[model(table = "post")]
            pub(super) struct Post {
                pub(super) id: i64,
                $($(#[$meta])* pub(super) $field: $ty,)*
            }

            #[get("/read")]
            async fn read(db: Db) -> Result<String> {
                let posts = Post::all().order_by(Post::ID.desc()).limit(20).fetch(&db).await?;
                Ok(posts.len().to_string())
            }

            #[get("/insert")]
            async fn insert(db: Db) -> Result<String> {
                let post = Post { $($field: $value,)* ..Post::blank() }.create(&db).await?;
                Ok(post.id.to_string())
            }

            #[get("/update")]
            async fn update(db: Db, Query(asked): Query<super::Asked>) -> Result<String> {
                let id = asked.n * 37 % 5_000 + 1;
                let changed = Post::all().filter(Post::ID.eq(id)).update(Post::$set.set($new)).run(&db).await?;
                Ok(changed.to_string())
            }

            pub(super) fn version() -> super::Version {
                super::Version { models: models![Tag, Post], routes: || routes![read, insert, update].into(), seed: $seed }
            }
        }
    };
}

/// Which one a request is.
#[derive(serde::Deserialize)]
pub(super) struct Asked {
    n: i64,
}

fn unlike() -> String {
    uuid::Uuid::now_v7().simple().to_string()
}

version!(plain, "insert into post (title) select concat('Title ', i) from generate_series(1, ROWS) as i", {
    #[model(max_length = 60)] title: String = "Title".to_owned(),
}, TITLE = "Other");

version!(with_slug, "", {
    #[model(max_length = 60)] title: String = "Title".to_owned(),
    #[model(max_length = 60)] slug: String = "title".to_owned(),
}, SLUG = "other");

version!(with_views, "insert into post (title, views) select concat('Title ', i), i from generate_series(1, ROWS) as i", {
    #[model(max_length = 60)] title: String = "Title".to_owned(),
    #[model(default = 0)] views: i64 = 1,
}, VIEWS = 2);

version!(renamed, "", {
    #[model(max_length = 60, was = "title")] headline: String = "Title".to_owned(),
}, HEADLINE = "Other");

version!(indexed, "", {
    #[model(max_length = 60, index)] title: String = "Title".to_owned(),
}, TITLE = "Other");

version!(with_code, "insert into post (title, code) select concat('Title ', i), concat('c', i) from generate_series(1, ROWS) as i", {
    #[model(max_length = 60)] title: String = "Title".to_owned(),
    #[model(max_length = 60)] code: String = super::unlike(),
}, TITLE = "Other");

version!(unique, "", {
    #[model(max_length = 60)] title: String = "Title".to_owned(),
    #[model(max_length = 60, unique)] code: String = super::unlike(),
}, TITLE = "Other");

version!(referring, "", {
    #[model(max_length = 60)] title: String = "Title".to_owned(),
    tag: Option<ForeignKey<Tag>> = None,
}, TITLE = "Other");

version!(with_note, "insert into post (title, note) select concat('Title ', i), nullif(i % 3, 0) from generate_series(1, ROWS) as i", {
    #[model(max_length = 60)] title: String = "Title".to_owned(),
    note: Option<i64> = None,
}, NOTE = None);

version!(noted, "", {
    #[model(max_length = 60)] title: String = "Title".to_owned(),
    #[model(default = 7)] note: i64 = 1,
}, NOTE = 2);

version!(with_count, "insert into post (title, count) select concat('Title ', i), i from generate_series(1, ROWS) as i", {
    #[model(max_length = 60)] title: String = "Title".to_owned(),
    count: i32 = 1,
}, COUNT = 2);

version!(counted, "", {
    #[model(max_length = 60)] title: String = "Title".to_owned(),
    count: i64 = 3,
}, COUNT = 4);
