//! What a program says of its migrations when it serves, is checked, or fails.
#![expect(clippy::needless_raw_string_hashes, reason = "as what updates them writes them")]

use std::io::Write;
use std::path::Path;
use std::sync::{Arc, Mutex};

use carafe::prelude::*;
use carafe::testing::TestClient;
use carafe_core::assets::Assets;
use carafe_core::command::Console;
use carafe_core::settings::{Environment, SettingsLoader};
use carafe_db::__private::{Entry, Origin};
use carafe_db::Models;
use expect_test::{Expect, expect};

#[derive(Model)]
struct Post {
    id: i64,
    #[model(max_length = 50)]
    title: String,
}

mod later {
    use carafe::prelude::*;

    #[derive(Model)]
    pub(super) struct Post {
        pub(super) id: i64,
        #[model(max_length = 50)]
        pub(super) title: String,
        pub(super) views: Option<i64>,
    }
}

const FIRST: &str = "[[operations]]\nop = \"create_table\"\nmodel = \"Post\"\ntable = \"post\"\nfields = [\n  { name = \"id\", kind = \"big_integer\", primary_key = true, counted = true },\n  { name = \"title\", kind = \"text\", max_length = 50 },\n]\n";

const SECOND: &str = "after = [\"0001_initial\"]\n[[operations]]\nop = \"add_field\"\ntable = \"post\"\nfield = { name = \"views\", kind = \"big_integer\", null = true }\n";

fn models(folder: &Path, entry: Entry) -> Models {
    let dir = Box::leak(folder.display().to_string().into_boxed_str());
    Models::of(Origin { name: "blog", dir }, &[entry])
}

fn database(folder: &Path) -> Database {
    Database::at(format!("sqlite:{}", folder.join("app.sqlite3").display()))
}

#[get("/")]
async fn titles(db: Db) -> Result<String> {
    let posts: Vec<Post> = Post::all().fetch(&db).await?;
    Ok(posts.into_iter().map(|post| post.title).collect::<Vec<_>>().join(" "))
}

/// A site with these files on disk.
fn app(folder: &Path, files: &[(&str, &str)]) -> App {
    std::fs::create_dir_all(folder.join("migrations")).unwrap();
    for (name, text) in files {
        std::fs::write(folder.join(format!("migrations/{name}.toml")), text).unwrap();
    }
    App::new("blog").models(models(folder, Entry::of::<Post>())).routes(routes![titles])
}

async fn too_early() -> Result<()> {
    Err(Error::setup("it does not get as far as listening"))
}

/// What `serve` says before it would listen.
async fn serves(app: App, folder: &Path, environment: Environment, words: &[&str]) -> String {
    let settings = SettingsLoader::new(environment).dir(folder);
    let site = app.set("secret_key", "0123456789abcdef0123456789abcdef").on_start(too_early);
    let console = Console::captured();
    let site = site.build_with(settings).unwrap();
    let words = ["serve", "--port", "0"].iter().chain(words);
    assert_eq!(site.command(words, &console).await, 1);
    console.text()
}

fn check(text: &str, folder: &Path, expected: Expect) {
    let text = text.replace(&*folder.display().to_string(), "BLOG");
    let line = |line: &str| match (line.split_once("done ("), line.split_once("standing.rs:")) {
        (Some((start, _)), _) => format!("{start}done\n"),
        (_, Some((start, end))) => {
            format!("{start}standing.rs{}\n", end.trim_start_matches(char::is_numeric))
        }
        _ => format!("{line}\n"),
    };
    expected.assert_eq(&text.lines().map(line).collect::<String>());
}

#[tokio::test]
async fn development_says_what_is_missing_before_it_serves() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    let say = async |files: &[(&str, &str)], words: &[&str]| {
        let app = app(path, files).plugin(database(path));
        serves(app, path, Environment::DEVELOPMENT, words).await
    };
    check(
        &say(&[], &[]).await,
        path,
        expect![[r#"
        The models of blog have changes that no migration has: cargo run -- makemigrations
        error: it does not get as far as listening
    "#]],
    );
    check(
        &say(&[("0001_initial", FIRST)], &[]).await,
        path,
        expect![[r#"
        A migration is not applied: blog:0001_initial: cargo run -- migrate
        error: it does not get as far as listening
    "#]],
    );
    check(
        &say(&[], &["--migrate"]).await,
        path,
        expect![[r#"
        Applying blog:0001_initial … done
        error: it does not get as far as listening
    "#]],
    );
    check(
        &say(&[("0002_views", SECOND)], &[]).await,
        path,
        expect![[r#"
        The models of blog have changes that no migration has: cargo run -- makemigrations
        A migration is not applied: blog:0002_views: cargo run -- migrate
        error: it does not get as far as listening
    "#]],
    );
    check(
        &say(&[("0002_other", SECOND)], &[]).await,
        path,
        expect![[r#"
        warning: the migrations of blog have 2 ends: 0002_other, 0002_views; two branches each added one: join them by `makemigrations --merge`, or put yours behind the other by `--rebase`
        error: it does not get as far as listening
    "#]],
    );
}

#[tokio::test]
async fn tables_that_are_made_of_models_need_no_migration() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    let say = async |files: &[(&str, &str)]| {
        let app = app(path, files).plugin(database(path).create_tables());
        serves(app, path, Environment::DEVELOPMENT, &[]).await
    };
    check(
        &say(&[]).await,
        path,
        expect![[r#"
        error: it does not get as far as listening
    "#]],
    );
    check(
        &say(&[("0001_initial", FIRST)]).await,
        path,
        expect![[r#"
        Tables are made by `.create_tables()` beside the migrations that there are: take it away from `Database`
        error: it does not get as far as listening
    "#]],
    );
}

/// What is written to the log.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }
    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn production_logs_what_is_not_applied() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    let log = Log::default();
    let writer = log.clone();
    let subscriber = tracing_subscriber::fmt()
        .with_writer(move || writer.clone())
        .with_ansi(false)
        .without_time()
        .with_target(false)
        .with_max_level(tracing_subscriber::filter::LevelFilter::WARN)
        .finish();
    let _guard = tracing_subscriber::util::SubscriberInitExt::set_default(subscriber);
    let later = App::new("blog").models(models(path, Entry::of::<later::Post>()));
    let later = later.plugin(database(path));
    app(path, &[("0001_initial", FIRST)]);
    let said = serves(later, path, Environment::PRODUCTION, &[]).await;
    check(
        &said,
        path,
        expect![[r#"
        error: it does not get as far as listening
    "#]],
    );
    let logged = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
    check(
        logged.trim_start(),
        path,
        expect![[r#"
            WARN a migration is not applied: blog:0001_initial; the command `migrate` applies them, or `serve --migrate`
        "#]],
    );
}

#[tokio::test]
async fn a_check_tells_all_of_it() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    let client = async |app: App| TestClient::new(app).await.unwrap();
    let here = client(app(path, &[]).plugin(database(path))).await;
    check(
        &here.command(["check"]).await.output,
        path,
        expect![[r#"
        warning: db.W001: the models of blog have changes that no migration has; cargo run -- makemigrations
        Nothing is wrong that keeps the app from starting (1 routes; warnings: 1).
    "#]],
    );
    let here = client(app(path, &[("0001_initial", FIRST)]).plugin(database(path))).await;
    check(
        &here.command(["check"]).await.output,
        path,
        expect![[r#"
        warning: db.W002: a migration is not applied: blog:0001_initial; cargo run -- migrate
        Nothing is wrong that keeps the app from starting (1 routes; warnings: 1).
    "#]],
    );
    let ran = here.command(["check", "--fail-on-warnings"]).await;
    assert_eq!(ran.code, 1);
    here.command(["migrate"]).await;
    let ran = here.command(["check", "--fail-on-warnings"]).await;
    check(
        &ran.output,
        path,
        expect![[r#"
        Nothing is wrong (1 routes).
    "#]],
    );
    assert_eq!(ran.code, 0);

    // Its file is renamed once it is applied.
    let migrations = path.join("migrations");
    std::fs::rename(migrations.join("0001_initial.toml"), migrations.join("0001_first.toml"))
        .unwrap();
    check(
        &here.command(["check"]).await.output,
        path,
        expect![[r#"
            warning: db.W002: a migration is not applied: blog:0001_first; cargo run -- migrate
            warning: db.W004: a migration is applied whose file is gone: blog:0001_initial; bring them back, or forget them: cargo run -- migrate --prune
            Nothing is wrong that keeps the app from starting (1 routes; warnings: 2).
        "#]],
    );
    check(
        &here.command(["migrate", "--fake"]).await.output,
        path,
        expect![[r#"
            Applying blog:0001_first … done
            warning: a migration is applied whose file is gone: blog:0001_initial; bring them back, or forget them: cargo run -- migrate --prune
        "#]],
    );
    check(
        &here.command(["migrate", "blog", "--prune"]).await.output,
        path,
        expect![[r#"
        Forgot blog:0001_initial
    "#]],
    );
    check(
        &here.command(["migrate", "--prune"]).await.output,
        path,
        expect![[r#"
        Nothing is to be done.
    "#]],
    );
    std::fs::rename(migrations.join("0001_first.toml"), migrations.join("0001_initial.toml"))
        .unwrap();

    let beside = client(app(path, &[]).plugin(database(path).create_tables())).await;
    check(
        &beside.command(["check"]).await.output,
        path,
        expect![[r#"
            warning: db.W003: tables are made by `.create_tables()` beside the migrations that there are; take it away from `Database`
            warning: db.W002: a migration is not applied: blog:0001_initial; cargo run -- migrate
            warning: db.W004: a migration is applied whose file is gone: blog:0001_first; bring them back, or forget them: cargo run -- migrate --prune
            Nothing is wrong that keeps the app from starting (1 routes; warnings: 3).
        "#]],
    );

    let forked = app(path, &[("0002_ours", SECOND), ("0002_theirs", SECOND)]);
    let ran = client(forked.plugin(database(path))).await.command(["check"]).await;
    assert_eq!(ran.code, 1);
    check(
        &ran.output,
        path,
        expect![[r#"
        error: db.E003: the migrations of blog have 2 ends: 0002_ours, 0002_theirs; two branches each added one: join them by `makemigrations --merge`, or put yours behind the other by `--rebase`
    "#]],
    );
}

#[command]
async fn views(db: Db) -> Result<()> {
    later::Post::all().fetch(&db).await.map(drop)
}

#[tokio::test]
async fn a_table_that_is_not_there_names_the_command() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    let client = async |app: App| {
        let settings = SettingsLoader::new(Environment::DEVELOPMENT).dir(path);
        TestClient::of(app.plugin(database(path)).build_with(settings).unwrap())
    };
    let page = client(app(path, &[])).await.get("/").await.assert_status(500).text().to_owned();
    assert!(page.contains("no such table: post"), "{page}");
    let hint = "the models of blog have changes that no migration has: cargo run -- makemigrations, then cargo run -- migrate";
    assert!(page.contains(hint), "{page}");

    let here = client(app(path, &[("0001_initial", FIRST)])).await;
    let page = here.get("/").await.assert_status(500).text().to_owned();
    assert!(
        page.contains("a migration is not applied: blog:0001_initial: cargo run -- migrate"),
        "{page}"
    );
    here.command(["migrate"]).await;
    here.get("/").await.assert_status(200);

    let later = App::new("blog").models(models(path, Entry::of::<later::Post>()));
    let there = client(later.commands(commands![views])).await;
    check(
        &there.command(["views"]).await.output,
        path,
        expect![[r#"
            error: no such column: t0.views, at SELECT t0."id", t0."title", t0."views" FROM "post" t0 (crates/carafe-db/tests/it/standing.rs); the models of blog have changes that no migration has: cargo run -- makemigrations, then cargo run -- migrate
        "#]],
    );
    // A name that nobody ever made is a mistake of the statement.
    std::fs::write(path.join("migrations/0002_views.toml"), SECOND).unwrap();
    there.command(["migrate"]).await;
    assert_eq!(there.command(["views"]).await.code, 0);
    let ran = there.command(["sql", "select nope from post"]).await;
    assert!(
        ran.output.contains("no such column: nope") && !ran.output.contains("migrat"),
        "{}",
        ran.output
    );
}

/// As a release build has them: inside, and the source is nowhere.
#[tokio::test]
async fn migrations_are_read_from_the_program() {
    static FILES: &[(&str, &[u8])] = &[
        ("migrations/0001_initial.toml", FIRST.as_bytes()),
        ("migrations/0002_views.toml", SECOND.as_bytes()),
        ("templates/page.html", b"<p>"),
    ];
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    let nowhere = path.join("nowhere");
    let root: &'static str = Box::leak(nowhere.display().to_string().into_boxed_str());
    let app = App::new("blog")
        .plugin(database(path))
        .assets(Assets::new("blog", root, Some(FILES)))
        .models(models(&nowhere, Entry::of::<later::Post>()));
    let client = TestClient::new(app).await.unwrap();
    check(
        &client.command(["check"]).await.output,
        path,
        expect![[r#"
        warning: db.W002: 2 migrations are not applied: blog:0001_initial, blog:0002_views; cargo run -- migrate
        Nothing is wrong that keeps the app from starting (0 routes; warnings: 1).
    "#]],
    );
    check(
        &client.command(["migrate"]).await.output,
        path,
        expect![[r#"
        Applying blog:0001_initial … done
        Applying blog:0002_views … done
    "#]],
    );
    check(
        &client.command(["makemigrations", "blog", "--empty"]).await.output,
        path,
        expect![[r#"
            Migrations for blog:
              BLOG/nowhere/migrations/0003_custom.toml
            error: the source of the crate is not here, where its migrations belong, at BLOG/nowhere/migrations; make them where the program is built
        "#]],
    );
    let db = client.service::<Db>();
    later::Post { title: "Hi".into(), ..later::Post::blank() }.create(&*db).await.unwrap();

    // Without assets there is nothing to read.
    let app = App::new("blog").plugin(database(path)).models(models(&nowhere, Entry::of::<Post>()));
    let client = TestClient::new(app).await.unwrap();
    check(
        &client.command(["migrate"]).await.output,
        path,
        expect![[r#"
            error: migrations are not in the program, and its source is not here, at BLOG/nowhere; let the app have them: `.assets(assets!())`
        "#]],
    );
}

/// A program that was built before a file came.
#[tokio::test]
async fn a_file_that_the_program_has_not_is_told() {
    static FILES: &[(&str, &[u8])] = &[("migrations/0001_initial.toml", FIRST.as_bytes())];
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    let root: &'static str = Box::leak(path.display().to_string().into_boxed_str());
    let app = app(path, &[("0001_initial", FIRST), ("0002_views", SECOND)])
        .plugin(database(path))
        .assets(Assets::new("blog", root, Some(FILES)));
    let client = TestClient::new(app).await.unwrap();
    client.command(["migrate"]).await;
    check(
        &client.command(["check"]).await.output,
        path,
        expect![[r#"
        warning: db.W005: migrations are on disk that the program was built without, at BLOG/migrations/0002_views.toml; build it again
        Nothing is wrong that keeps the app from starting (1 routes; warnings: 1).
    "#]],
    );
}

/// Several servers that start at once.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_several_servers_one_migrates() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().to_owned();
    app(&path, &[("0001_initial", FIRST)]);
    let servers = (0..5).map(|_| {
        let path = path.clone();
        tokio::spawn(async move {
            let app = app(&path, &[]).plugin(database(&path));
            serves(app, &path, Environment::PRODUCTION, &["--migrate"]).await
        })
    });
    let mut said = String::new();
    for server in servers.collect::<Vec<_>>() {
        said.push_str(&server.await.unwrap());
    }
    assert_eq!(said.matches("done (").count(), 1, "{said}");
    assert_eq!(said.matches("failed").count(), 0, "{said}");
    assert_eq!(said.matches("as far as listening").count(), 5, "{said}");
}
