//! Models of the tables that a database has, from the command line.
#![expect(clippy::needless_raw_string_hashes, reason = "as what updates them writes them")]

use carafe::db::{Databases, Db};
use carafe::prelude::*;
use carafe::testing::TestClient;
use carafe_db::__private::{Entry, Origin};
use carafe_db::Models;
use expect_test::{Expect, expect};

const TABLES: [&str; 3] = [
    "create table author (id integer primary key, name varchar(50) not null unique)",
    "create table book (id integer primary key, author_id bigint not null references author (id), title text not null, check (title <> ''))",
    "create view titles as select title from book",
];

/// A site on a database with tables, and another one beside it.
async fn site(models: Option<Models>, folder: &tempfile::TempDir) -> TestClient {
    let url = format!("sqlite:{}", folder.path().join("app.sqlite3").display());
    let db = Db::open(&url).await.unwrap();
    for table in TABLES {
        db.execute(table, ()).await.unwrap();
    }
    let other = Db::open("sqlite::memory:").await.unwrap();
    other.execute("create table visit (id integer primary key)", ()).await.unwrap();
    let app =
        App::new("blog").plugin(Database::of(db)).plugin(Databases::new().with("reports", other));
    let app = match models {
        Some(models) => app.models(models),
        None => app,
    };
    TestClient::new(app).await.unwrap()
}

async fn says(client: &TestClient, words: &str, expected: Expect) {
    let ran = client.command(words.split_whitespace()).await;
    let lines = ran.output.lines().filter(|line| !line.starts_with("  from "));
    let lines: Vec<&str> = lines.collect();
    expected.assert_eq(&format!("{}\n→ {}\n", lines.join("\n"), ran.code));
}

#[tokio::test]
async fn models_are_printed() {
    let folder = tempfile::tempdir().unwrap();
    let client = site(None, &folder).await;
    says(&client, "inspectdb", expect![[r#"
        // Models of tables of a SQLite database, written by `inspectdb`.
        //
        // Migrations leave a table alone that is `unmanaged`. Without that word they make and change it.

        use carafe::db::Models;
        use carafe::prelude::*;

        #[derive(Model)]
        #[model(unmanaged)]
        pub struct Author {
            pub id: i64,
            #[model(max_length = 50, unique)]
            pub name: String,
        }

        #[derive(Model)]
        #[model(unmanaged)]
        #[model(check(book_check_1, title != ""))]
        pub struct Book {
            pub id: i64,
            #[model(index = false, on_delete = do_nothing)]
            pub author: ForeignKey<Author>,
            pub title: String,
        }

        /// All of them, for `App::models`.
        pub fn all() -> Models {
            models![Author, Book]
        }
        → 0
    "#]]).await;
    says(
        &client,
        "inspectdb --managed author",
        expect![[r#"
        // Models of tables of a SQLite database, written by `inspectdb`.

        use carafe::db::Models;
        use carafe::prelude::*;

        #[derive(Model)]
        pub struct Author {
            pub id: i64,
            #[model(max_length = 50, unique)]
            pub name: String,
        }

        /// All of them, for `App::models`.
        pub fn all() -> Models {
            models![Author]
        }
        → 0
    "#]],
    )
    .await;
    says(&client, "inspectdb titles", expect![[r#"
        // Models of tables of a SQLite database, written by `inspectdb`.
        //
        // Migrations leave a table alone that is `unmanaged`. Without that word they make and change it.

        use carafe::db::Models;
        use carafe::prelude::*;

        // A view.
        // No primary key that a model can have: rows are told apart by `title`. Look whether that is so.
        #[derive(Model)]
        #[model(unmanaged)]
        pub struct Titles {
            #[model(primary_key)]
            pub title: String,
        }

        /// All of them, for `App::models`.
        pub fn all() -> Models {
            models![Titles]
        }
        → 0
    "#]]).await;
    says(&client, "inspectdb --database reports", expect![[r#"
        // Models of tables of a SQLite database, written by `inspectdb`.
        //
        // Migrations leave a table alone that is `unmanaged`. Without that word they make and change it.

        use carafe::db::Models;
        use carafe::prelude::*;

        #[derive(Model)]
        #[model(unmanaged)]
        pub struct Visit {
            pub id: i64,
        }

        /// All of them, for `App::models`.
        pub fn all() -> Models {
            models![Visit]
        }
        → 0
    "#]]).await;
    says(
        &client,
        "inspectdb bok",
        expect![[r#"
        error: the database has no table `bok`; did you mean `book`?
        → 1
    "#]],
    )
    .await;
    says(&client, "inspectdb --database report", expect![[r#"
        error: there is no database of the name `report`; there is `reports`; write `url = …` under [databases.report] in carafe.toml
        → 1
    "#]]).await;
}

/// What `inspectdb --managed` prints.
mod printed {
    use carafe::prelude::*;

    #[derive(Model)]
    pub(super) struct Author {
        pub(super) id: i64,
        #[model(max_length = 50, unique)]
        pub(super) name: String,
    }

    #[derive(Model)]
    #[model(check(book_check_1, title != ""))]
    pub(super) struct Book {
        pub(super) id: i64,
        #[model(index = false, on_delete = do_nothing)]
        pub(super) author: ForeignKey<Author>,
        pub(super) title: String,
    }
}

#[tokio::test]
async fn tables_are_taken_over() {
    let folder = tempfile::tempdir().unwrap();
    let dir: &'static str = Box::leak(folder.path().display().to_string().into_boxed_str());
    let owner = Origin { name: "blog", dir };
    let models = Models::of(owner, &[Entry::of::<printed::Author>(), Entry::of::<printed::Book>()]);
    let client = site(Some(models), &folder).await;
    assert_eq!(client.command(["makemigrations"]).await.code, 0);
    let ran = client.command(["migrate", "--fake-initial"]).await;
    assert_eq!(ran.code, 0, "{}", ran.output);
    assert!(ran.output.contains("blog:0001_initial"), "{}", ran.output);
    says(
        &client,
        "makemigrations",
        expect![[r#"
        No changes detected.
        → 0
    "#]],
    )
    .await;
    says(
        &client,
        "migrate --check",
        expect![[r#"
        Nothing is to be done.
        → 0
    "#]],
    )
    .await;
    // What migrations note is no model.
    let printed = client.command(["inspectdb"]).await.output;
    assert!(!printed.contains("carafe_migrations"), "{printed}");
}
