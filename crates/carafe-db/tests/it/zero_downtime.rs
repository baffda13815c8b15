//! What `makemigrations` tells of migrations that would hurt a running site, and what `--safe` writes.
#![expect(clippy::needless_raw_string_hashes, reason = "as what updates them writes them")]

use std::path::Path;

use carafe::prelude::*;
use carafe::testing::TestClient;
use carafe_db::__private::{Entry, Origin};
use carafe_db::{DatabaseSettings, Lint, MigrateSettings, Models};
use expect_test::expect;

use crate::migrations::{at_first, says};

mod second {
    use carafe::prelude::*;

    #[derive(Model)]
    pub(super) struct Post {
        pub(super) id: i64,
        #[model(max_length = 50, index)]
        pub(super) title: String,
        #[model(max_length = 50)]
        pub(super) slug: String,
    }
}

fn at_second(owner: Origin) -> Models {
    Models::of(owner, &[Entry::of::<second::Post>()])
}

/// A site that is developed on SQLite, and runs on PostgreSQL.
async fn site(folder: &Path, models: fn(Origin) -> Models) -> TestClient {
    let dir: &'static str = Box::leak(folder.display().to_string().into_boxed_str());
    let url = format!("sqlite:{}", folder.join("app.sqlite3").display());
    let migrate = MigrateSettings::default().lint(Lint::Postgres);
    let database = Database::with(DatabaseSettings::new(url).migrate(migrate));
    let models = models(Origin { name: "blog", dir });
    TestClient::new(App::new("blog").plugin(database).models(models)).await.unwrap()
}

#[tokio::test]
async fn what_hurts_is_told_and_written_safely() {
    let folder = tempfile::tempdir().unwrap();
    let client = site(folder.path(), at_first).await;
    // Tables that are new are nobody's yet.
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
        "migrate",
        expect![[r#"
        Applying blog:0001_initial … done
    "#]],
    )
    .await;
    let client = site(folder.path(), at_second).await;
    let fill = "--fill post.slug=lower(title)";
    says(&client, &folder, &format!("makemigrations --dry-run {fill}"), expect![[r#"
        Migrations for blog:
          BLOG/migrations/0002_alter_post_title_post_slug_delete_comment.toml
            ~ Alter field title on post
            + Add field slug to post
            - Delete table comment
        blog:0002_alter_post_title_post_slug_delete_comment would hurt a running site (PostgreSQL):
          ! Alter field title on post [index]
              CREATE INDEX keeps a SHARE lock until the index is built: all who write wait
              instead: `online = true` builds it CONCURRENTLY
          ! Add field slug to post [required]
              the version that runs now knows nothing of `slug`, and its INSERTs fail for want of a value
              instead: let it be an `Option`, or give it a default of the database for as long as that version runs: `makemigrations --safe` writes that
          ! Add field slug to post [fill]
              one UPDATE of all rows keeps the locks of all of them to its end: whoever changes one waits
              instead: `online = true` fills them bit by bit, each bit in a transaction of its own
          ! Delete table comment [drop]
              the version that runs now still uses `comment`
              instead: take it out of the program first, and away in a migration that says `deploy = "after"`, which `migrate --before-deploy` leaves out: `makemigrations --safe` writes that
          ! 2 such operations in one transaction [together]
              their locks are kept until the whole transaction ends, and two tables that are locked one after the other may meet somebody who locks them the other way round
              instead: give each a migration of its own, or `online = true`, which ends a transaction after each step
        `makemigrations --safe` writes steps that a running site bears. Where nobody is hurt, say why: `safe = "…"` at the operation.

        # Made by `makemigrations`. It is part of the source.
        after = ["0001_initial"]

        [[operations]]
        op = "alter_field"
        table = "post"
        from = { name = "title", kind = "text", max_length = 50 }
        to = { name = "title", kind = "text", indexed = true, max_length = 50 }

        [[operations]]
        op = "add_field"
        table = "post"
        field = { name = "slug", kind = "text", max_length = 50 }
        fill = "lower(title)"

        [[operations]]
        op = "delete_table"
        table = "comment"
        model = "Comment"
        fields = [
          { name = "id", kind = "big_integer", primary_key = true, counted = true },
          { name = "post", references = "post", indexed = true },
        ]

    "#]]).await;
    says(
        &client,
        &folder,
        &format!("makemigrations --safe {fill}"),
        expect![[r#"
        Migrations for blog:
          BLOG/migrations/0002_alter_post_title_post_slug_delete_comment.toml
            ~ Alter field title on post (online)
            + Add field slug to post
            ~ Keep slug of post in step with lower(title)
            ~ Alter field slug on post (online)
        Migrations for blog, after the deploy:
          BLOG/migrations/0003_alter_post_title_post_slug_delete_comment_contract.toml
            ~ Keep slug of post no longer in step
            - Delete table comment
    "#]],
    )
    .await;
    says(
        &client,
        &folder,
        "migrate --plan",
        expect![[r#"
        Apply blog:0002_alter_post_title_post_slug_delete_comment
            Alter field title on post (online)
            Add field slug to post
            Keep slug of post in step with lower(title)
            Alter field slug on post (online)
        Apply blog:0003_alter_post_title_post_slug_delete_comment_contract
            Keep slug of post no longer in step
            Delete table comment
    "#]],
    )
    .await;
    says(
        &client,
        &folder,
        "migrate --before-deploy",
        expect![[r#"
        Applying blog:0002_alter_post_title_post_slug_delete_comment … done
        Left for after the deploy: blog:0003_alter_post_title_post_slug_delete_comment_contract
    "#]],
    )
    .await;
    says(
        &client,
        &folder,
        "migrate --before-deploy",
        expect![[r#"
        Nothing is to be done.
        Left for after the deploy: blog:0003_alter_post_title_post_slug_delete_comment_contract
    "#]],
    )
    .await;
    says(
        &client,
        &folder,
        "migrate",
        expect![[r#"
        Applying blog:0003_alter_post_title_post_slug_delete_comment_contract … done
    "#]],
    )
    .await;
    says(
        &client,
        &folder,
        "makemigrations --check",
        expect![[r#"
        No changes detected.
    "#]],
    )
    .await;
    says(
        &client,
        &folder,
        "migrate blog 0001",
        expect![[r#"
        Undoing blog:0003_alter_post_title_post_slug_delete_comment_contract … done
        Undoing blog:0002_alter_post_title_post_slug_delete_comment … done
    "#]],
    )
    .await;
    let written = folder.path().join("migrations");
    let mut texts = Vec::new();
    for name in ["0002", "0003"] {
        let found = std::fs::read_dir(&written).unwrap().map(|entry| entry.unwrap().path());
        let path =
            found.into_iter().find(|path| path.display().to_string().contains(name)).unwrap();
        texts.push(std::fs::read_to_string(path).unwrap());
    }
    expect![[r##"
        # Made by `makemigrations`. It is part of the source.
        after = ["0001_initial"]

        [[operations]]
        op = "alter_field"
        table = "post"
        from = { name = "title", kind = "text", max_length = 50 }
        to = { name = "title", kind = "text", indexed = true, max_length = 50 }
        online = true

        [[operations]]
        op = "add_field"
        table = "post"
        field = { name = "slug", kind = "text", null = true, max_length = 50 }

        [[operations]]
        op = "add_mirror"
        table = "post"
        field = "slug"
        value = "lower(title)"

        [[operations]]
        op = "alter_field"
        table = "post"
        from = { name = "slug", kind = "text", null = true, max_length = 50 }
        to = { name = "slug", kind = "text", max_length = 50 }
        fill = "lower(title)"
        online = true
        safe = "a mirror fills what the version before leaves open"

        # Made by `makemigrations`. It is part of the source.
        after = ["0002_alter_post_title_post_slug_delete_comment"]
        deploy = "after"

        [[operations]]
        op = "remove_mirror"
        table = "post"
        field = "slug"
        value = "lower(title)"

        [[operations]]
        op = "delete_table"
        table = "comment"
        model = "Comment"
        fields = [
          { name = "id", kind = "big_integer", primary_key = true, counted = true },
          { name = "post", references = "post", indexed = true },
        ]
    "##]]
    .assert_eq(&texts.join("\n"));
}

#[tokio::test]
async fn what_is_not_applied_is_told_by_check_and_can_be_silenced() {
    let folder = tempfile::tempdir().unwrap();
    let client = site(folder.path(), at_first).await;
    client.command(["makemigrations"]).await;
    client.command(["migrate"]).await;
    let client = site(folder.path(), at_second).await;
    let fill = "--fill=post.slug=\"none\"";
    assert_eq!(client.command(["makemigrations", "--name", "second", fill]).await.code, 0);
    says(&client, &folder, "migrate --plan", expect![[r#"
        Apply blog:0002_second
            Alter field title on post
            Add field slug to post
            Delete table comment
        blog:0002_second would hurt a running site (PostgreSQL):
          ! Alter field title on post [index]
              CREATE INDEX keeps a SHARE lock until the index is built: all who write wait
              instead: `online = true` builds it CONCURRENTLY
          ! Add field slug to post [required]
              the version that runs now knows nothing of `slug`, and its INSERTs fail for want of a value
              instead: let it be an `Option`, or give it a default of the database for as long as that version runs: `makemigrations --safe` writes that
          ! Delete table comment [drop]
              the version that runs now still uses `comment`
              instead: take it out of the program first, and away in a migration that says `deploy = "after"`, which `migrate --before-deploy` leaves out: `makemigrations --safe` writes that
        `makemigrations --safe` writes steps that a running site bears. Where nobody is hurt, say why: `safe = "…"` at the operation.
    "#]]).await;
    says(&client, &folder, "check", expect![[r#"
        warning: db.W002: a migration is not applied: blog:0002_second; cargo run -- migrate
        warning: db.W007: Alter field title on post would hurt a running site [index]: CREATE INDEX keeps a SHARE lock until the index is built: all who write wait, at blog:0002_second; `online = true` builds it CONCURRENTLY
        warning: db.W007: Add field slug to post would hurt a running site [required]: the version that runs now knows nothing of `slug`, and its INSERTs fail for want of a value, at blog:0002_second; let it be an `Option`, or give it a default of the database for as long as that version runs: `makemigrations --safe` writes that
        warning: db.W007: Delete table comment would hurt a running site [drop]: the version that runs now still uses `comment`, at blog:0002_second; take it out of the program first, and away in a migration that says `deploy = "after"`, which `migrate --before-deploy` leaves out: `makemigrations --safe` writes that
        Nothing is wrong that keeps the app from starting (0 routes; warnings: 4).
    "#]]).await;
    let file = folder.path().join("migrations/0002_second.toml");
    let text = std::fs::read_to_string(&file).unwrap();
    let text = text.replacen("\n\n[[", "\nsafe = \"nobody is there at night\"\n\n[[", 1);
    std::fs::write(&file, text).unwrap();
    says(
        &client,
        &folder,
        "migrate --plan",
        expect![[r#"
        Apply blog:0002_second
            Alter field title on post
            Add field slug to post
            Delete table comment
    "#]],
    )
    .await;
}

#[tokio::test]
async fn a_new_database_goes_through_all_of_it_and_through_their_squash() {
    let folder = tempfile::tempdir().unwrap();
    let client = site(folder.path(), at_first).await;
    client.command(["makemigrations"]).await;
    client.command(["migrate"]).await;
    let client = site(folder.path(), at_second).await;
    let made = ["makemigrations", "--safe", "--name", "second", "--fill=post.slug=lower(title)"];
    assert_eq!(client.command(made).await.code, 0);
    says(
        &client,
        &folder,
        "migrate blog zero",
        expect![[r#"
        Undoing blog:0001_initial … done
    "#]],
    )
    .await;
    // What comes later is no matter of a part of the way.
    says(
        &client,
        &folder,
        "migrate blog 0001 --plan",
        expect![[r#"
        Apply blog:0001_initial
            Create table post
            Create table comment
    "#]],
    )
    .await;
    // What is for after the deploy is no part of other changes.
    let before = site(folder.path(), at_first).await;
    says(&before, &folder, "makemigrations --update", expect![[r#"
        error: blog:0003_second says when it is deployed, or why it is safe: that is said of nothing else; make a new one: `makemigrations`
        → 1
    "#]]).await;
    // No version before runs on tables that are not there.
    says(
        &client,
        &folder,
        "migrate --before-deploy",
        expect![[r#"
        Applying blog:0001_initial … done
        Applying blog:0002_second … done
        Applying blog:0003_second … done
    "#]],
    )
    .await;
    says(
        &client,
        &folder,
        "migrate blog zero",
        expect![[r#"
        Undoing blog:0003_second … done
        Undoing blog:0002_second … done
        Undoing blog:0001_initial … done
    "#]],
    )
    .await;
    says(&client, &folder, "squashmigrations blog 0002 0003", expect![[r#"
        error: some of them are for after the deploy, and some before it; squash up to those that are for after it, or from the first migration of the crate on
        → 1
    "#]]).await;
    says(&client, &folder, "squashmigrations blog 0003 --no-optimize", expect![[r#"
        Squashed for blog:
          0001_initial
          0002_second
          0003_second
        into BLOG/migrations/0001_squashed_0003_second.toml:
          8 operations, none of which can be merged with another one
        Keep their files until each database has all of them or the new one; then delete them, and `replaces`.
    "#]]).await;
    says(
        &client,
        &folder,
        "migrate",
        expect![[r#"
        Applying blog:0001_squashed_0003_second … done
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
    says(
        &client,
        &folder,
        "showmigrations",
        expect![[r#"
        blog
         [X] 0001_squashed_0003_second (3 squashed migrations)
    "#]],
    )
    .await;
    says(
        &client,
        &folder,
        "migrate blog zero",
        expect![[r#"
        Undoing blog:0001_squashed_0003_second … done
    "#]],
    )
    .await;
    says(
        &client,
        &folder,
        "showmigrations",
        expect![[r#"
        blog
         [ ] 0001_squashed_0003_second (3 squashed migrations)
    "#]],
    )
    .await;
}
