//! Long histories: many migrations become one.

use std::fs;

use super::*;

mod third {
    use carafe::prelude::*;

    #[derive(Model)]
    pub(super) struct Post {
        pub(super) id: i64,
        #[model(max_length = 50)]
        pub(super) headline: String,
        #[model(max_length = 20)]
        pub(super) slug: String,
    }

    #[derive(Model)]
    pub(super) struct Comment {
        pub(super) id: i64,
        pub(super) post: ForeignKey<Post>,
    }
}

pub(super) fn at_third(owner: Origin) -> Models {
    Models::of(owner, &[Entry::of::<third::Post>(), Entry::of::<third::Comment>()])
}

/// Files that lead to `at_first` by three steps.
const STEPS: [(&str, &str); 3] = [
    (
        "0001_initial",
        r#"# The beginning.
after = []

[[operations]]
op = "create_table"
table = "post"
model = "Post"
fields = [
  { name = "id", kind = "big_integer", primary_key = true, counted = true },
  { name = "name", kind = "text", max_length = 20 },
]
"#,
    ),
    (
        "0002_title",
        r#"# Names get longer.
after = ["0001_initial"]

[[operations]]
op = "rename_field"
table = "post"
from = "name"
to = "title"

[[operations]] # This comment goes.
op = "alter_field"
table = "post"
from = { name = "title", kind = "text", max_length = 20 }
to = { name = "title", kind = "text", max_length = 40 }

[[operations]]
op = "alter_field"
table = "post"
from = { name = "title", kind = "text", max_length = 40 }
to = { name = "title", kind = "text", max_length = 50 }
"#,
    ),
    (
        "0003_comment",
        r#"after = ["0002_title"]

[[operations]]
op = "create_table"
table = "comment"
model = "Comment"
fields = [
  { name = "id", kind = "big_integer", primary_key = true, counted = true },
  { name = "post", references = "post", indexed = true },
]
"#,
    ),
];

pub(super) fn write(folder: &TempDir, name: &str, text: &str) {
    let migrations = folder.path().join("migrations");
    fs::create_dir_all(&migrations).unwrap();
    fs::write(migrations.join(format!("{name}.toml")), text).unwrap();
}

pub(super) fn read(folder: &TempDir, name: &str) -> String {
    fs::read_to_string(folder.path().join("migrations").join(format!("{name}.toml"))).unwrap()
}

fn delete(folder: &TempDir, name: &str) {
    fs::remove_file(folder.path().join("migrations").join(format!("{name}.toml"))).unwrap();
}

pub(super) fn files(folder: &TempDir) -> Vec<String> {
    let files = fs::read_dir(folder.path().join("migrations")).unwrap();
    let mut names: Vec<String> =
        files.map(|file| file.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

pub(super) async fn three_steps() -> (TempDir, TestClient) {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in STEPS {
        write(&folder, name, text);
    }
    let client = site(folder.path(), at_first).await;
    (folder, client)
}

async fn squash(client: &TestClient) {
    let ran = client.command(["squashmigrations", "blog", "0003"]).await;
    assert_eq!(ran.code, 0, "{}", ran.output);
}

#[tokio::test]
async fn three_migrations_become_one() {
    let (folder, client) = three_steps().await;
    says(&client, &folder, "squashmigrations blog 0003", expect![[r#"
        Squashed for blog:
          0001_initial
          0002_title
          0003_comment
        into BLOG/migrations/0001_squashed_0003_comment.toml:
          5 operations became 2
        Keep their files until each database has all of them or the new one; then delete them, and `replaces`.
    "#]]).await;
    expect![[r##"
        # Made by `makemigrations`. It is part of the source.
        after = []
        replaces = [
          "0001_initial",
          "0002_title",
          "0003_comment",
        ]

        [[operations]]
        op = "create_table"
        table = "post"
        model = "Post"
        fields = [
          { name = "id", kind = "big_integer", primary_key = true, counted = true },
          { name = "title", kind = "text", max_length = 50 },
        ]

        [[operations]]
        op = "create_table"
        table = "comment"
        model = "Comment"
        fields = [
          { name = "id", kind = "big_integer", primary_key = true, counted = true },
          { name = "post", references = "post", indexed = true },
        ]
    "##]]
    .assert_eq(&read(&folder, "0001_squashed_0003_comment"));
    says(
        &client,
        &folder,
        "showmigrations",
        expect![[r#"
        blog
         [ ] 0001_squashed_0003_comment (3 squashed migrations)
    "#]],
    )
    .await;
    says(
        &client,
        &folder,
        "migrate",
        expect![[r#"
        Applying blog:0001_squashed_0003_comment … done
    "#]],
    )
    .await;
    says(
        &client,
        &folder,
        "showmigrations",
        expect![[r#"
        blog
         [X] 0001_squashed_0003_comment (3 squashed migrations)
    "#]],
    )
    .await;
    says(
        &client,
        &folder,
        "migrate blog 0002",
        expect![[r#"
        error: blog has no migration `0002`; `0001_squashed_0003_comment` stands in its place
        → 1
    "#]],
    )
    .await;
    // The files are not needed any more.
    for (name, _) in STEPS {
        delete(&folder, name);
    }
    says(
        &client,
        &folder,
        "migrate",
        expect![[r#"
        Nothing is to be done.
    "#]],
    )
    .await;
    let text = read(&folder, "0001_squashed_0003_comment");
    let (head, rest) = text.split_once("replaces = [").unwrap();
    let (_, rest) = rest.split_once("]\n").unwrap();
    write(&folder, "0001_squashed_0003_comment", &format!("{head}{rest}"));
    says(
        &client,
        &folder,
        "migrate",
        expect![[r#"
            Nothing is to be done.
            warning: 3 migrations are applied whose files are gone: blog:0001_initial, blog:0002_title, blog:0003_comment; bring them back, or forget them: cargo run -- migrate --prune
        "#]],
    )
    .await;
    says(
        &client,
        &folder,
        "showmigrations",
        expect![[r#"
        blog
         [X] 0001_squashed_0003_comment
         [X] 0001_initial (its file is not there)
         [X] 0002_title (its file is not there)
         [X] 0003_comment (its file is not there)
    "#]],
    )
    .await;
    says(
        &client,
        &folder,
        "migrate blog --prune",
        expect![[r#"
        Forgot blog:0001_initial
        Forgot blog:0002_title
        Forgot blog:0003_comment
    "#]],
    )
    .await;
    says(
        &client,
        &folder,
        "migrate blog --prune",
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
         [X] 0001_squashed_0003_comment
    "#]],
    )
    .await;
    let client = site(folder.path(), at_second).await;
    says(
        &client,
        &folder,
        "makemigrations --rename post.title=headline --fill post.slug=\"\" --name slugs",
        expect![[r#"
            Migrations for blog:
              BLOG/migrations/0004_slugs.toml
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
        "migrate",
        expect![[r#"
        Applying blog:0004_slugs … done
    "#]],
    )
    .await;
    says(
        &client,
        &folder,
        "migrate blog zero",
        expect![[r#"
        Undoing blog:0004_slugs … done
        Undoing blog:0001_squashed_0003_comment … done
    "#]],
    )
    .await;
}

#[tokio::test]
async fn what_is_applied_before_is_noted_as_squashed() {
    let (folder, client) = three_steps().await;
    client.command(["migrate"]).await;
    squash(&client).await;
    says(
        &client,
        &folder,
        "showmigrations",
        expect![[r#"
        blog
         [-] 0001_squashed_0003_comment (3 squashed migrations, all applied: `migrate` notes it)
    "#]],
    )
    .await;
    says(
        &client,
        &folder,
        "migrate --check",
        expect![[r#"
        Nothing is to be done.
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
        "showmigrations --plan",
        expect![[r#"
        [X] blog:0001_squashed_0003_comment (3 squashed migrations)
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
        "migrate blog zero",
        expect![[r#"
        Undoing blog:0001_squashed_0003_comment … done
    "#]],
    )
    .await;
    says(
        &client,
        &folder,
        "showmigrations",
        expect![[r#"
        blog
         [ ] 0001_squashed_0003_comment (3 squashed migrations)
    "#]],
    )
    .await;
}

#[tokio::test]
async fn what_is_applied_in_part_goes_on_one_by_one() {
    let (folder, client) = three_steps().await;
    client.command(["migrate", "blog", "0001"]).await;
    squash(&client).await;
    says(
        &client,
        &folder,
        "showmigrations",
        expect![[r#"
        blog
         [X] 0001_initial
         [ ] 0002_title
         [ ] 0003_comment
    "#]],
    )
    .await;
    says(
        &client,
        &folder,
        "migrate --plan",
        expect![[r#"
        Apply blog:0002_title
            Rename field name on post to title
            Alter field title on post
            Alter field title on post
        Apply blog:0003_comment
            Create table comment
    "#]],
    )
    .await;
    says(
        &client,
        &folder,
        "migrate",
        expect![[r#"
        Applying blog:0002_title … done
        Applying blog:0003_comment … done
    "#]],
    )
    .await;
    says(
        &client,
        &folder,
        "showmigrations",
        expect![[r#"
        blog
         [X] 0001_squashed_0003_comment (3 squashed migrations)
    "#]],
    )
    .await;
    // Somebody else's database is as this one was, and the files are gone too early.
    client.command(["migrate", "blog", "zero"]).await;
    client
        .service::<Db>()
        .execute("insert into carafe_migrations (owner, name) values ('blog', '0001_initial')", ())
        .await
        .unwrap();
    for (name, _) in STEPS {
        delete(&folder, name);
    }
    says(&client, &folder, "migrate", expect![[r#"
        error: of what blog:0001_squashed_0003_comment replaces, 0001_initial is applied, but not 0002_title, 0003_comment, and the files are not there any more; run `migrate` of a version of the program that has the files, and then this one
        → 1
    "#]]).await;
}

#[tokio::test]
async fn a_squash_that_cannot_be_is_told() {
    let (folder, client) = three_steps().await;
    says(&client, &folder, "squashmigrations blog 0001", expect![[r#"
        error: 0001_initial alone cannot be squashed; fewer operations make it by `optimizemigration`
        → 1
    "#]]).await;
    says(
        &client,
        &folder,
        "squashmigrations blog 0003 0002",
        expect![[r#"
        error: 0003_comment does not come before 0002_title; name the earlier one first
        → 1
    "#]],
    )
    .await;
    says(
        &client,
        &folder,
        "squashmigrations blog zero",
        expect![[r#"
        error: `zero` is no migration; `showmigrations` lists them
        → 1
    "#]],
    )
    .await;
    says(
        &client,
        &folder,
        "squashmigrations blog 0003 --name no/name",
        expect![[r#"
        error: `no/name` is no name for a file; letters, digits and underscores make one
        → 1
    "#]],
    )
    .await;
    says(
        &client,
        &folder,
        "squashmigrations blog 0002 0003 --name all --no-optimize",
        expect![[r#"
            Squashed for blog:
              0002_title
              0003_comment
            into BLOG/migrations/0002_squashed_0003_all.toml:
              4 operations, none of which can be merged with another one
            Keep their files until each database has all of them or the new one; then delete them, and `replaces`.
        "#]],
    )
    .await;
    says(
        &client,
        &folder,
        "squashmigrations blog 0002 0003 --name all",
        expect![[r#"
        error: blog has no migration `0003`; `0002_squashed_0003_all` stands in its place
        → 1
    "#]],
    )
    .await;
    delete(&folder, "0003_comment");
    says(&client, &folder, "migrate", expect![[r#"
        error: blog:0002_squashed_0003_all replaces blog:0003_comment, which is not there; delete the files that it replaces all at once, or none of them
        → 1
    "#]]).await;
}

#[tokio::test]
async fn a_migration_becomes_shorter() {
    let (folder, client) = three_steps().await;
    says(&client, &folder, "optimizemigration blog 0002 --check", expect![[r#"
        error: blog:0002_title could do with 2 of 3 operations; merge them: `optimizemigration blog 0002_title`
        → 1
    "#]]).await;
    assert_eq!(read(&folder, "0002_title"), STEPS[1].1);
    says(
        &client,
        &folder,
        "optimizemigration blog 0002",
        expect![[r#"
        BLOG/migrations/0002_title.toml:
          3 operations became 2
            ~ Rename field name on post to title
            ~ Alter field title on post
    "#]],
    )
    .await;
    expect![[r##"
        # Names get longer.
        after = ["0001_initial"]

        [[operations]]
        op = "rename_field"
        table = "post"
        from = "name"
        to = "title"

        [[operations]]
        op = "alter_field"
        table = "post"
        from = { name = "title", kind = "text", max_length = 20 }
        to = { name = "title", kind = "text", max_length = 50 }
    "##]]
    .assert_eq(&read(&folder, "0002_title"));
    says(
        &client,
        &folder,
        "optimizemigration blog 0002 --check",
        expect![[r#"
        No operation of blog:0002_title can be merged with another one.
    "#]],
    )
    .await;
    says(
        &client,
        &folder,
        "migrate",
        expect![[r#"
        Applying blog:0001_initial … done
        Applying blog:0002_title … done
        Applying blog:0003_comment … done
    "#]],
    )
    .await;
}

#[tokio::test]
async fn what_was_done_to_rows_may_be_left_out() {
    let (folder, client) = three_steps().await;
    let sql = |more: &str| {
        format!(
            "[[operations]]\nop = \"sql\"\n{more}sql = \"update post set title = trim(title)\"\nundo = \"nothing\"\n"
        )
    };
    write(
        &folder,
        "0004_rows",
        &format!("after = [\"0003_comment\"]\n\n{}\n{}", sql("elidable = true\n"), sql("")),
    );
    write(
        &folder,
        "0005_more",
        "after = [\"0004_rows\"]\n\n[[operations]]\nop = \"add_field\"\ntable = \"post\"\nfield = { name = \"n\", kind = \"integer\", null = true }\n",
    );
    says(
        &client,
        &folder,
        "optimizemigration blog 0004",
        expect![[r#"
        No operation of blog:0004_rows can be merged with another one.
    "#]],
    )
    .await;
    says(&client, &folder, "squashmigrations blog 0005", expect![[r#"
        Squashed for blog:
          0001_initial
          0002_title
          0003_comment
          0004_rows
          0005_more
        into BLOG/migrations/0001_squashed_0005_more.toml:
          8 operations became 4
        Keep their files until each database has all of them or the new one; then delete them, and `replaces`.
    "#]]).await;
    says(&client, &folder, "sqlmigrate blog 0001", expect![[r#"
        -- Create table post
        CREATE TABLE "post" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "title" varchar(50) NOT NULL);
        -- Create table comment
        CREATE TABLE "comment" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "post_id" bigint NOT NULL REFERENCES "post" ("id") DEFERRABLE INITIALLY DEFERRED);
        CREATE INDEX "comment_post_id_d299ca5f" ON "comment" ("post_id");
        -- Run SQL: update post set title = trim(title)
        update post set title = trim(title);
        -- Add field n to post
        ALTER TABLE "post" ADD COLUMN "n" integer NULL;
    "#]]).await;
    says(
        &client,
        &folder,
        "migrate",
        expect![[r#"
        Applying blog:0001_squashed_0005_more … done
        Models have changes that no migration has yet: make it by `makemigrations`.
    "#]],
    )
    .await;
}
