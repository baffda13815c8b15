//! Data steps and SQL from the command line, as they are told.
#![expect(clippy::needless_raw_string_hashes, reason = "as what updates them writes them")]

use std::fs;
use std::path::Path;

use carafe::prelude::*;
use carafe::testing::TestClient;
use carafe_db::__private::{Entry, Origin};
use carafe_db::migrate::Steps;
use carafe_db::{BoxFuture, Models};
use expect_test::{Expect, expect};
use tempfile::TempDir;

#[derive(Model)]
struct Post {
    id: i64,
    #[model(max_length = 50)]
    title: String,
    #[model(max_length = 50)]
    slug: String,
}

fn fill_slugs(tables: &mut Tables) -> BoxFuture<'_, Result<()>> {
    Box::pin(async move {
        let posts = tables.table("post")?;
        for mut row in posts.filter_by("slug", "")?.fetch(tables).await? {
            let title: String = row.get("title")?;
            row.set("slug", title.to_lowercase())?;
            row.save(tables).await?;
        }
        Ok(())
    })
}

async fn site(folder: &Path) -> TestClient {
    let dir: &'static str = Box::leak(folder.display().to_string().into_boxed_str());
    let owner = Origin { name: "blog", dir };
    let url = format!("sqlite:{}", folder.join("app.sqlite3").display());
    let app = App::new("blog")
        .plugin(Database::at(url))
        .models(Models::of(owner, &[Entry::of::<Post>()]))
        .steps(Steps::of(owner, &[("slugs::fill_slugs", fill_slugs)]));
    TestClient::new(app).await.unwrap()
}

/// What a command prints, without what differs from run to run.
async fn says(client: &TestClient, folder: &TempDir, words: &str, expected: Expect) {
    let ran = client.command(words.split_whitespace()).await;
    let mut text = String::new();
    for line in ran.output.replace(&*folder.path().display().to_string(), "BLOG").lines() {
        let line = match line.split_once(" (") {
            Some((start, rest)) if rest.ends_with("s)") && start.ends_with("done") => start,
            _ => line,
        };
        if !line.starts_with("  from ") {
            text.push_str(line);
            text.push('\n');
        }
    }
    expected.assert_eq(&text);
}

#[tokio::test]
async fn what_is_written_by_hand_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let client = site(folder.path()).await;
    client.command(["makemigrations"]).await;
    client.command(["migrate"]).await;
    let db = client.service::<Db>();
    let sql = "insert into post (title, slug) values ('Hello', '')";
    db.execute(sql, ()).await.unwrap();
    says(
        &client,
        &folder,
        "makemigrations blog --empty --name slugs",
        expect![[r#"
        Migrations for blog:
          BLOG/migrations/0002_slugs.toml
    "#]],
    )
    .await;
    let file = folder.path().join("migrations/0002_slugs.toml");
    let text = fs::read_to_string(&file).unwrap();
    expect![[r##"
        # Made by `makemigrations`. It is part of the source.
        after = ["0001_initial"]

        # A function of the program, which the app lists by `.steps(steps![fill_slugs])`:
        #
        # [[operations]]
        # op = "run"
        # run = "fill_slugs"
        # undo = "nothing"
        #
        # SQL for all databases; `sql.postgres = "…"` and so on for each of them:
        #
        # [[operations]]
        # op = "sql"
        # sql = "update post set title = trim(title)"
        # undo = "nothing"
    "##]]
    .assert_eq(&text);
    says(
        &client,
        &folder,
        "makemigrations --check",
        expect![[r#"
        No changes detected.
    "#]],
    )
    .await;

    // What is shown is right where its signs are taken away.
    let shown = text.replace("\n# ", "\n").replace("\n#\n", "\n\n");
    let (header, shown) = shown.split_once("A function").unwrap();
    let (call, sql) = shown.split_once("\nSQL for").unwrap();
    let own = |text: &str| text[text.find("[[").unwrap()..].to_owned();
    let header = &header[header.find("after").unwrap()..];
    let whole = format!("{header}{}\n{}", own(call), own(sql));
    fs::write(&file, whole.replace("run = \"fill_slugs\"", "run = \"fil_slugs\"")).unwrap();
    says(&client, &folder, "migrate", expect![[r#"
        error: blog has no step `fil_slugs`, at migrations/0002_slugs.toml of the crate blog; did you mean `fill_slugs`?
    "#]])
    .await;
    says(&client, &folder, "makemigrations", expect![[r#"
        error: blog has no step `fil_slugs`, at migrations/0002_slugs.toml of the crate blog; did you mean `fill_slugs`?
    "#]])
    .await;
    says(&client, &folder, "check", expect![[r#"
        error: db.E003: blog has no step `fil_slugs`, at migrations/0002_slugs.toml of the crate blog; did you mean `fill_slugs`?
    "#]]).await;
    fs::write(&file, whole.replacen("undo = \"nothing\"\n", "", 1)).unwrap();
    says(
        &client,
        &folder,
        "migrate --plan",
        expect![[r#"
        Apply blog:0002_slugs
            Run fill_slugs
            Run SQL: update post set title = trim(title)
    "#]],
    )
    .await;
    says(
        &client,
        &folder,
        "sqlmigrate blog 0002",
        expect![[r#"
        -- Run fill_slugs
        -- a function of the program
        -- Run SQL: update post set title = trim(title)
        update post set title = trim(title);
    "#]],
    )
    .await;
    says(
        &client,
        &folder,
        "migrate",
        expect![[r#"
        Applying blog:0002_slugs … done
    "#]],
    )
    .await;
    let slugs: Vec<String> = db.query_scalar("select slug from post", ()).all().await.unwrap();
    assert_eq!(slugs, ["hello"]);
    says(
        &client,
        &folder,
        "showmigrations",
        expect![[r#"
        blog
         [X] 0001_initial
         [X] 0002_slugs
    "#]],
    )
    .await;
    says(
        &client,
        &folder,
        "migrate blog 0001 --plan",
        expect![[r#"
        Undo blog:0002_slugs
            Run no SQL
            Undo fill_slugs, which does not say how
    "#]],
    )
    .await;
    says(&client, &folder, "migrate blog 0001", expect![[r#"
        error: fill_slugs cannot be undone, as it does not say how, at blog:0002_slugs; say it in the file by `undo = …`, or `undo = "nothing"` where undoing needs nothing
    "#]]).await;
    says(&client, &folder, "sqlmigrate blog 0002 --backwards", expect![[r#"
        error: fill_slugs cannot be undone, as it does not say how, at blog:0002_slugs (Undo fill_slugs, which does not say how); say it in the file by `undo = …`, or `undo = "nothing"` where undoing needs nothing
    "#]]).await;
    fs::write(&file, &whole).unwrap();
    says(
        &client,
        &folder,
        "migrate blog 0001",
        expect![[r#"
        Undoing blog:0002_slugs … done
    "#]],
    )
    .await;
}

#[tokio::test]
async fn two_steps_of_one_name_are_a_mistake() {
    fn other(_: &mut Tables) -> BoxFuture<'_, Result<()>> {
        Box::pin(std::future::ready(Ok(())))
    }
    let owner = Origin { name: "blog", dir: "" };
    let steps = || Steps::of(owner, &[("slugs::fill_slugs", fill_slugs)]);
    assert!(Steps::join([steps(), steps()]).is_ok());
    let error = Steps::join([steps(), Steps::of(owner, &[("fill_slugs", other)])]).unwrap_err();
    assert_eq!(error.message(), "two steps of blog are called `fill_slugs`");
}
