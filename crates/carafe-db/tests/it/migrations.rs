//! Migrations from the command line: models change, files are written, tables follow.
#![expect(
    clippy::format_push_string,
    clippy::needless_raw_string_hashes,
    reason = "as what updates them writes them; speed is no matter"
)]

mod latest;
mod long;

use std::path::Path;

use carafe::prelude::*;
use carafe::testing::TestClient;
use carafe_db::__private::{Entry, Origin};
use carafe_db::Models;
use expect_test::{Expect, expect};
use tempfile::TempDir;

mod first {
    use carafe::prelude::*;

    #[derive(Model)]
    pub(super) struct Post {
        pub(super) id: i64,
        #[model(max_length = 50)]
        pub(super) title: String,
    }

    #[derive(Model)]
    pub(super) struct Comment {
        pub(super) id: i64,
        pub(super) post: ForeignKey<Post>,
    }
}

mod second {
    use carafe::prelude::*;

    #[derive(Model)]
    pub(super) struct Post {
        pub(super) id: i64,
        #[model(max_length = 50)]
        pub(super) headline: String,
        #[model(max_length = 20)]
        pub(super) slug: String,
        #[model(default = 0)]
        pub(super) views: i64,
    }

    #[derive(Model)]
    pub(super) struct Comment {
        pub(super) id: i64,
        pub(super) post: ForeignKey<Post>,
        pub(super) approved: Option<bool>,
    }
}

/// A site whose crate lives in a folder, at one point of its life.
async fn site(folder: &Path, models: fn(Origin) -> Models) -> TestClient {
    let dir: &'static str = Box::leak(folder.display().to_string().into_boxed_str());
    let url = format!("sqlite:{}", folder.join("app.sqlite3").display());
    let models = models(Origin { name: "blog", dir });
    TestClient::new(App::new("blog").plugin(Database::at(url)).models(models)).await.unwrap()
}

pub(crate) fn at_first(owner: Origin) -> Models {
    Models::of(owner, &[Entry::of::<first::Post>(), Entry::of::<first::Comment>()])
}

fn at_second(owner: Origin) -> Models {
    Models::of(owner, &[Entry::of::<second::Post>(), Entry::of::<second::Comment>()])
}

/// What a command prints, without what differs from run to run.
pub(crate) async fn says(client: &TestClient, folder: &TempDir, words: &str, expected: Expect) {
    let ran = client.command(words.split_whitespace()).await;
    let mut text = String::new();
    for line in ran.output.replace(&*folder.path().display().to_string(), "BLOG").lines() {
        let line = match line.split_once(" (") {
            Some((start, rest)) if rest.ends_with("s)") && start.ends_with("done") => start,
            _ => line,
        };
        if !line.starts_with("  from ") {
            text.push_str(&format!("{line}\n"));
        }
    }
    if ran.code != 0 {
        text.push_str(&format!("→ {}\n", ran.code));
    }
    expected.assert_eq(&text);
}

#[tokio::test]
async fn models_change_and_tables_follow() {
    let folder = tempfile::tempdir().unwrap();
    let client = site(folder.path(), at_first).await;
    says(
        &client,
        &folder,
        "makemigrations --check",
        expect![[r#"
            Migrations for blog:
              BLOG/migrations/0001_initial.toml
                + Create table post
                + Create table comment
            error: models changed, and no migration says so; make it: `makemigrations`
            → 1
        "#]],
    )
    .await;
    says(
        &client,
        &folder,
        "makemigrations",
        expect![[r#"
        Migrations for blog:
          BLOG/migrations/0001_initial.toml
            + Create table post
            + Create table comment
    "#]],
    )
    .await;
    says(
        &client,
        &folder,
        "makemigrations",
        expect![[r#"
        No changes detected.
    "#]],
    )
    .await;
    says(
        &client,
        &folder,
        "showmigrations",
        expect![[r#"
        blog
         [ ] 0001_initial
    "#]],
    )
    .await;
    says(
        &client,
        &folder,
        "migrate --check",
        expect![[r#"
            Apply blog:0001_initial
                Create table post
                Create table comment
            error: migrations are not applied yet; apply them: `migrate`
            → 1
        "#]],
    )
    .await;
    says(
        &client,
        &folder,
        "migrate",
        expect![[r#"
        Applying blog:0001_initial … done
        "#]],
    )
    .await;
    says(
        &client,
        &folder,
        "migrate",
        expect![[r#"
        Nothing is to be done.
    "#]],
    )
    .await;
    let db = client.service::<Db>();
    db.execute("insert into post (title) values ('Hello')", ()).await.unwrap();
    db.execute("insert into comment (post_id) values (1)", ()).await.unwrap();

    let client = site(folder.path(), at_second).await;
    says(
        &client,
        &folder,
        "migrate",
        expect![[r#"
        Nothing is to be done.
        Models have changes that no migration has yet: make it by `makemigrations`.
    "#]],
    )
    .await;
    says(&client, &folder, "makemigrations", expect![[r#"
        error: it is not said whether `post.title` was renamed to `post.headline` (text); say so: `--rename post.title=headline`, or `--drop post.title`
        → 1
    "#]]).await;
    says(&client, &folder, "makemigrations --rename post.title=headline", expect![[r#"
        error: `post.slug` is new and needs a value, also in rows that are there already; say what they hold: `--fill post.slug=VALUE` (or `--fill post.slug=nothing`, if there are none), give the field a default, or let it be an `Option`
        → 1
    "#]]).await;
    says(
        &client,
        &folder,
        "makemigrations --rename post.title=headline --fill post.slug=lower(headline",
        expect![[r#"
            error: `lower(headline` is no expression: `,` is missing at its end, at post.slug; a text stands between quotes: `"none"`
            → 1
        "#]],
    )
    .await;
    says(
        &client,
        &folder,
        "makemigrations --rename post.title=headline --fill post.slug=lower(nme)",
        expect![[r#"
            error: `post` has no field `nme` at that point, at what `post.slug` is filled with; a text stands between quotes: `"none"`
            → 1
        "#]],
    )
    .await;
    says(
        &client,
        &folder,
        "makemigrations --rename post.title=headline --fill post.slug=3",
        expect![[r#"
            error: `3` is no value of the kind `text`, at what `post.slug` is filled with
            → 1
        "#]],
    )
    .await;
    says(&client, &folder, "makemigrations --drop post.title --fill post.headline=\"\" --fill post.slug=\"\" --rename post.titel=x --fill post.nope=1", expect![[r#"
        error: nothing was asked that is answered by `--rename post.titel=x`, `--fill post.nope`; is the name right? where more than the name of a field changes, say it in the model: `#[model(was = "title")]`
        → 1
    "#]]).await;
    says(
        &client,
        &folder,
        "makemigrations --rename post.title=headline --fill post.slug=lower(headline) --name slugs",
        expect![[r#"
            Migrations for blog:
              BLOG/migrations/0002_slugs.toml
                ~ Rename field title on post to headline
                + Add field approved to comment
                + Add field slug to post
                + Add field views to post
        "#]],
    )
    .await;
    says(
        &client,
        &folder,
        "showmigrations --plan",
        expect![[r#"
        [X] blog:0001_initial
        [ ] blog:0002_slugs
    "#]],
    )
    .await;
    says(&client, &folder, "sqlmigrate blog 0002", expect![[r#"
        -- Rename field title on post to headline
        ALTER TABLE "post" RENAME COLUMN "title" TO "headline";
        -- Add field approved to comment
        ALTER TABLE "comment" ADD COLUMN "approved" bool NULL;
        -- Add field slug to post
        CREATE TABLE "new__post" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "headline" varchar(50) NOT NULL, "slug" varchar(20) NOT NULL);
        INSERT INTO "new__post" ("id", "headline", "slug") SELECT "id", "headline", LOWER("headline") FROM "post";
        DELETE FROM sqlite_sequence WHERE name = 'new__post';
        INSERT INTO sqlite_sequence (name, seq) SELECT 'new__post', seq FROM sqlite_sequence WHERE name = 'post';
        -- keep: select sql from sqlite_schema where type = 'trigger' and tbl_name = 'post' and sql is not null
        DROP TABLE "post";
        PRAGMA legacy_alter_table = ON;
        ALTER TABLE "new__post" RENAME TO "post";
        PRAGMA legacy_alter_table = OFF;
        -- run again what was kept
        -- Add field views to post
        CREATE TABLE "new__post" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "headline" varchar(50) NOT NULL, "slug" varchar(20) NOT NULL, "views" bigint NOT NULL);
        INSERT INTO "new__post" ("id", "headline", "slug", "views") SELECT "id", "headline", "slug", 0 FROM "post";
        DELETE FROM sqlite_sequence WHERE name = 'new__post';
        INSERT INTO sqlite_sequence (name, seq) SELECT 'new__post', seq FROM sqlite_sequence WHERE name = 'post';
        -- keep: select sql from sqlite_schema where type = 'trigger' and tbl_name = 'post' and sql is not null
        DROP TABLE "post";
        PRAGMA legacy_alter_table = ON;
        ALTER TABLE "new__post" RENAME TO "post";
        PRAGMA legacy_alter_table = OFF;
        -- run again what was kept
    "#]]).await;
    says(
        &client,
        &folder,
        "migrate",
        expect![[r#"
        Applying blog:0002_slugs … done
        "#]],
    )
    .await;
    let db = client.service::<Db>();
    let post: (String, String, i64) =
        db.query_as("select headline, slug, views from post", ()).one().await.unwrap();
    assert_eq!(post, ("Hello".into(), "hello".into(), 0));
    says(
        &client,
        &folder,
        "migrate blog 0001",
        expect![[r#"
        Undoing blog:0002_slugs … done
        "#]],
    )
    .await;
    assert_eq!(
        db.query_scalar::<String>("select title from post", ()).one().await.unwrap(),
        "Hello"
    );
    says(
        &client,
        &folder,
        "migrate blog zero",
        expect![[r#"
        Undoing blog:0001_initial … done
        "#]],
    )
    .await;
}

#[tokio::test]
async fn two_branches_are_joined() {
    let folder = tempfile::tempdir().unwrap();
    let client = site(folder.path(), at_first).await;
    client.command(["makemigrations"]).await;
    let field = |name: &str| {
        format!(
            "after = [\"0001_initial\"]\n[[operations]]\nop = \"add_field\"\ntable = \"post\"\nfield = {{ name = \"{name}\", kind = \"integer\", null = true }}\n"
        )
    };
    let migrations = folder.path().join("migrations");
    std::fs::write(migrations.join("0002_ours.toml"), field("ours")).unwrap();
    std::fs::write(migrations.join("0002_theirs.toml"), field("theirs")).unwrap();
    says(&client, &folder, "migrate", expect![[r#"
        error: the migrations of blog have 2 ends: 0002_ours, 0002_theirs; two branches each added one: join them by `makemigrations --merge`, or put yours behind the other by `--rebase`
        → 1
    "#]]).await;
    says(&client, &folder, "makemigrations", expect![[r#"
        error: the migrations of blog have 2 ends: 0002_ours, 0002_theirs; two branches each added one: join them by `makemigrations --merge`, or put yours behind the other by `--rebase`
        → 1
    "#]]).await;
    says(
        &client,
        &folder,
        "makemigrations --merge",
        expect![[r#"
        Migrations for blog:
          BLOG/migrations/0003_merge_ours_theirs.toml
    "#]],
    )
    .await;
    says(
        &client,
        &folder,
        "migrate",
        expect![[r#"
        Applying blog:0001_initial … done
        Applying blog:0002_ours … done
        Applying blog:0002_theirs … done
        Applying blog:0003_merge_ours_theirs … done
        Models have changes that no migration has yet: make it by `makemigrations`.
    "#]],
    )
    .await;
    std::fs::write(migrations.join("0002_theirs.toml"), field("ours")).unwrap();
    says(&client, &folder, "migrate", expect![[r#"
        error: the field `post.ours` is there already at that point, at operation 1 of blog:0002_theirs
        → 1
    "#]]).await;
}

#[tokio::test]
async fn tables_that_are_there_are_taken_over() {
    let folder = tempfile::tempdir().unwrap();
    let client = site(folder.path(), at_first).await;
    client.service::<Db>().create_tables().await.unwrap();
    client.command(["makemigrations"]).await;
    says(&client, &folder, "migrate", expect![[r#"
        Applying blog:0001_initial … failed
        error: table "post" already exists, at blog:0001_initial (Create table post); nothing of this migration is applied; if its tables were made before there were migrations: `migrate --fake-initial`
        → 1
    "#]]).await;
    says(
        &client,
        &folder,
        "migrate --fake-initial",
        expect![[r#"
        Applying blog:0001_initial … done
        "#]],
    )
    .await;
    says(
        &client,
        &folder,
        "showmigrations",
        expect![[r#"
        blog
         [X] 0001_initial
    "#]],
    )
    .await;
    says(
        &client,
        &folder,
        "migrate nope",
        expect![[r#"
        error: no crate `nope` has migrations; there are: blog
        → 1
    "#]],
    )
    .await;
    says(
        &client,
        &folder,
        "migrate blog 0007",
        expect![[r#"
        error: blog has no migration `0007`; `showmigrations` lists them
        → 1
    "#]],
    )
    .await;
    says(
        &client,
        &folder,
        "makemigrations blgo",
        expect![[r#"
        error: the program has no models of a crate `blgo`; did you mean `blog`?
        → 1
    "#]],
    )
    .await;
}
