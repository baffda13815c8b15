//! Data steps and SQL of migrations, on a real database.

use std::process::Command;

use carafe::prelude::*;
use carafe_core::{Kind, Result};
use carafe_db::migrate::{Event, History, Id, Migration, Migrator, Target};
use driver_tests::{Ability, At, checks};

use super::shape::shape;

checks![
    slugs_are_filled_in_batches_and_emptied,
    a_step_that_fails_is_done_again_and_those_before_it_are_not,
    a_step_is_done_once_though_the_program_dies needs Connections,
    a_step_sees_the_names_of_its_time,
    relations_are_keys_and_ways,
    what_is_referred_to_stays,
    keys_of_several_columns_are_fields,
    rows_are_made_and_deleted,
    names_and_values_are_checked,
    what_is_unsaid_is_told_before_anything_is_done,
    each_database_has_its_sql,
    sql_of_several_statements_is_done_once,
    one_side_changes_alone,
];

const OWNER: &str = env!("CARGO_PKG_NAME");

const ID: &str = r#"{ name = "id", kind = "big_integer", primary_key = true, counted = true }"#;
const TITLE: &str = r#"{ name = "title", kind = "text", max_length = 50 }"#;
const SLUG: &str = r#"{ name = "slug", kind = "slug", max_length = 50 }"#;

fn id(number: usize) -> Id {
    Id { owner: OWNER.into(), name: format!("{number:04}_step") }
}

/// A history of what stands in files.
fn history(files: &[&str]) -> History {
    let mut all = Vec::new();
    for (index, text) in files.iter().enumerate() {
        let after = if index == 0 { String::new() } else { format!("\"{}\"", id(index).name) };
        let text = format!("after = [{after}]\n{text}");
        all.push(Migration::parse(OWNER, &id(index + 1).name, &text).unwrap());
    }
    History::new(all).unwrap()
}

fn operation(op: &str, rest: &str) -> String {
    format!("[[operations]]\nop = \"{op}\"\n{rest}\n")
}

fn table(name: &str, fields: &str) -> String {
    operation(
        "create_table",
        &format!("table = \"{name}\"\nmodel = \"{name}\"\nfields = [{fields}]"),
    )
}

fn run(name: &str) -> String {
    operation("run", &format!("run = \"{name}\"\nundo = \"nothing\""))
}

/// Goes to a migration, or to none; gives what was told meanwhile.
async fn to(db: &Db, history: &History, number: usize) -> Result<Vec<String>> {
    let target = match number {
        0 => Target::Zero(OWNER.into()),
        number => Target::At(id(number)),
    };
    let steps = steps![
        make_posts,
        fill_slugs,
        empty_slugs,
        note,
        fail_while_bad,
        die,
        of_titles,
        of_headlines,
        relate,
        visit,
        forget_authors,
        make_and_delete,
        look_for_mistakes,
    ];
    let mut told = Vec::new();
    let mut tell = |event: Event<'_>| match event {
        Event::Tells(direction, id, text) => {
            told.push(format!("{direction:?} {}: {text}", id.name))
        }
        Event::Done(direction, id, _) => told.push(format!("{direction:?} {}", id.name)),
        _ => {}
    };
    Migrator::new(db, history).with_steps(steps).run(&target, &mut tell).await?;
    Ok(told)
}

async fn all(db: &Db, sql: &str) -> String {
    let texts: Vec<String> = db.query_scalar(sql.to_owned(), ()).all().await.unwrap();
    texts.join(" ")
}

async fn count(db: &Db, sql: &str) -> i64 {
    db.query_scalar(sql.to_owned(), ()).one().await.unwrap()
}

const POSTS: u64 = 2300;

async fn make_posts(tables: &mut Tables) -> Result<()> {
    let posts = tables.table("post")?;
    let mut rows = Vec::new();
    for number in 0..POSTS {
        let mut row = posts.row();
        row.set("title", format!("Post {number}"))?;
        row.set("slug", "")?;
        rows.push(row);
    }
    let rows = posts.bulk_create(rows, tables).await?;
    assert_eq!(rows[2].get::<i64>("id")?, rows[0].get::<i64>("id")? + 2);
    Ok(())
}

async fn fill_slugs(tables: &mut Tables) -> Result<()> {
    let posts = tables.table("post")?;
    let mut batches = posts.filter_by("slug", "")?.batches(1000);
    while let Some(mut rows) = batches.next(tables).await? {
        for row in &mut rows {
            let title: String = row.get("title")?;
            row.set("slug", title.to_lowercase().replace(' ', "-"))?;
        }
        let changed = posts.bulk_update(&mut rows, &["slug"], tables).await?;
        assert_eq!(usize::try_from(changed).unwrap(), rows.len());
    }
    tables.tell("all of them");
    Ok(())
}

async fn empty_slugs(tables: &mut Tables) -> Result<()> {
    let changed = tables.table("post")?.exclude_by("slug", "")?.update("slug", "", tables).await?;
    assert_eq!(changed, POSTS);
    Ok(())
}

async fn slugs_are_filled_in_batches_and_emptied(at: At) {
    let filled = operation("run", "run = \"fill_slugs\"\nundo = \"empty_slugs\"");
    let history =
        history(&[&table("post", &format!("{ID}, {TITLE}, {SLUG}")), &run("make_posts"), &filled]);
    let told = to(&at.db, &history, 3).await.unwrap();
    let expected = [
        "Forwards 0001_step",
        "Forwards 0002_step",
        "Forwards 0003_step: 1000 rows of post",
        "Forwards 0003_step: 2000 rows of post",
        "Forwards 0003_step: 2300 rows of post",
        "Forwards 0003_step: all of them",
        "Forwards 0003_step",
    ];
    assert_eq!(told, expected);
    let slugs = "select count(*) from post where slug = lower(replace(title, ' ', '-'))";
    assert_eq!(count(&at.db, slugs).await, 2300);
    assert_eq!(to(&at.db, &history, 2).await.unwrap(), ["Backwards 0003_step"]);
    assert_eq!(count(&at.db, "select count(*) from post where slug = ''").await, 2300);
    to(&at.db, &history, 3).await.unwrap();
    assert_eq!(count(&at.db, slugs).await, 2300);
    to(&at.db, &history, 0).await.unwrap();
}

async fn note(tables: &mut Tables) -> Result<()> {
    let mut row = tables.table("log")?.row();
    row.set("title", "noted")?;
    row.create(tables).await.map(drop)
}

async fn fail_while_bad(tables: &mut Tables) -> Result<()> {
    note(tables).await?;
    match tables.table("post")?.filter_by("title", "bad")?.count(tables).await? {
        0 => Ok(()),
        _ => Err(Error::setup("there is a bad one")),
    }
}

async fn a_step_that_fails_is_done_again_and_those_before_it_are_not(at: At) {
    let tables =
        table("post", &format!("{ID}, {TITLE}")) + &table("log", &format!("{ID}, {TITLE}"));
    let field =
        operation("add_field", &format!("table = \"post\"\nfield = {SLUG}\nfill = '\"none\"'"));
    let failing = run("note") + &field + &run("fail_while_bad");
    let history = history(&[&tables, &failing]);
    to(&at.db, &history, 1).await.unwrap();
    at.make("insert into post (title) values ('bad')").await;
    let before = shape(&at, &at.db).await;
    let error = to(&at.db, &history, 2).await.unwrap_err();
    assert_eq!(error.message(), "there is a bad one");
    assert!(error.place().unwrap().contains("0002_step (Run fail_while_bad)"), "{error:?}");
    let kept = i64::from(!at.can(Ability::TransactionalTables));
    assert_eq!(count(&at.db, "select count(*) from log").await, kept, "what was before it");
    if kept == 0 {
        assert_eq!(shape(&at, &at.db).await, before);
    }
    at.make("update post set title = 'good'").await;
    to(&at.db, &history, 2).await.unwrap();
    assert_eq!(count(&at.db, "select count(*) from log").await, 2, "each of both was done once");
    assert_eq!(all(&at.db, "select slug from post").await, "none");
}

/// Where the program that dies finds its database, and when it dies.
const URL: &str = "CARAFE_TEST_STEP_URL";
const DIES: &str = "CARAFE_TEST_STEP_DIES";

/// The program that dies in the middle of a step, before or after what it does: this test binary. Without
/// the address of a database it does nothing.
#[tokio::test]
async fn dying() {
    #[expect(clippy::disallowed_methods, reason = "it is told by the test that starts it")]
    let Ok(url) = std::env::var(URL) else { return };
    let db = Db::open(url).await.unwrap();
    to(&db, &dangerous(), 1).await.unwrap();
}

fn dangerous() -> History {
    let log = table("log", &format!("{ID}, {TITLE}"));
    let slug = r#"{ name = "slug", kind = "slug", max_length = 50, null = true }"#;
    let field = operation("add_field", &format!("table = \"log\"\nfield = {slug}"));
    history(&[&(log + &run("note") + &run("die") + &field + &run("note"))])
}

async fn die(tables: &mut Tables) -> Result<()> {
    note(tables).await?;
    #[expect(clippy::disallowed_methods, reason = "it is told by the test that starts it")]
    if std::env::var(DIES).is_ok() {
        std::process::abort();
    }
    Ok(())
}

async fn a_step_is_done_once_though_the_program_dies(at: At) {
    for _ in 0..2 {
        let died = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "migrations::steps::dying", "--nocapture", "--test-threads=1"])
            .envs([(URL, &*at.url), (DIES, "yes")])
            .output()
            .unwrap();
        assert!(!died.status.success(), "it died");
    }
    let told = to(&at.db, &dangerous(), 1).await.unwrap();
    assert_eq!(told, ["Forwards 0001_step"], "it was left half done");
    assert_eq!(count(&at.db, "select count(*) from log").await, 3);
}

async fn of_titles(tables: &mut Tables) -> Result<()> {
    let posts = tables.table("post")?;
    let mut row = posts.row();
    row.set("title", "old")?;
    row.create(tables).await?;
    assert!(posts.filter_by("headline", "old").is_err(), "that name comes later");
    Ok(())
}

async fn of_headlines(tables: &mut Tables) -> Result<()> {
    assert!(tables.table("post").is_err(), "that name is gone");
    let articles = tables.table("article")?;
    for mut row in articles.filter_by("headline__startswith", "o")?.fetch(tables).await? {
        let headline: String = row.get("headline")?;
        row.set("headline", format!("{headline} and new"))?;
        row.save(tables).await?;
    }
    Ok(())
}

async fn a_step_sees_the_names_of_its_time(at: At) {
    let field = operation("rename_field", "table = \"post\"\nfrom = \"title\"\nto = \"headline\"");
    let renamed = operation(
        "rename_table",
        "from = { table = \"post\", model = \"post\" }\nto = { table = \"article\", model = \"article\" }",
    );
    let history = history(&[
        &(table("post", &format!("{ID}, {TITLE}")) + &run("of_titles")),
        &(field + &renamed),
        &run("of_headlines"),
    ]);
    to(&at.db, &history, 3).await.unwrap();
    assert_eq!(all(&at.db, "select headline from article").await, "old and new");
    to(&at.db, &history, 1).await.unwrap();
    assert_eq!(all(&at.db, "select title from post").await, "old and new");
    to(&at.db, &history, 3).await.unwrap();
    assert_eq!(all(&at.db, "select headline from article").await, "old and new and new");
}

async fn relate(tables: &mut Tables) -> Result<()> {
    let (authors, posts, tags) =
        (tables.table("author")?, tables.table("post")?, tables.table("tag")?);
    let mut ada = authors.row();
    ada.set("title", "Ada")?;
    let ada: i64 = ada.create(tables).await?.get("id")?;
    for title in ["one", "two"] {
        let mut post = posts.row();
        post.set("title", title)?;
        if title == "one" {
            post.set("author", ada)?;
        }
        post.create(tables).await?;
    }
    let mut rust = tags.row();
    rust.set("title", "rust")?;
    let rust = rust.create(tables).await?;
    let mut between = tables.table("post_tags")?.row();
    between
        .set("post_id", posts.filter_by("title", "two")?.get(tables).await?.get::<i64>("id")?)?;
    between.set("tag", rust.get::<i64>("pk")?)?;
    between.create(tables).await?;

    let by_ada = posts.filter_by("author__title__icontains", "ada")?.get(tables).await?;
    assert_eq!(by_ada.get::<String>("title")?, "one");
    assert_eq!((by_ada.get::<i64>("author")?, by_ada.get::<i64>("author_id")?), (ada, ada));
    let mut others = posts.filter_by("author__isnull", true)?.fetch(tables).await?;
    assert_eq!(others.len(), 1);
    assert_eq!(others[0].get::<Option<i64>>("author")?, None);
    assert!(others[0].get::<i64>("author").is_err());
    others[0].set("author", "7")?;
    assert_eq!(others[0].get::<i64>("author")?, 7, "a text is read as the kind of the key");
    let tagged = posts.filter_by("tags__title", "rust")?.get(tables).await?;
    assert_eq!(tagged.get::<String>("title")?, "two");
    assert!(tagged.get::<i64>("tags").is_err(), "it has no column");

    // What is referred to cannot go, and nothing goes with it.
    assert_eq!(posts.filter_by("author", ada)?.delete(tables).await?, 1);
    assert_eq!(authors.delete(tables).await?, 1);
    Ok(())
}

async fn relations_are_keys_and_ways(at: At) {
    let author = r#"{ name = "author", references = "author", null = true, indexed = true }"#;
    let tags = r#"{ name = "tags", many = "tag", through = "post_tags", from = ["post_id"], to = ["tag_id"] }"#;
    let history = history(&[
        &(table("author", &format!("{ID}, {TITLE}")) + &table("tag", &format!("{ID}, {TITLE}"))),
        &table("post", &format!("{ID}, {TITLE}, {author}, {tags}")),
        &run("relate"),
    ]);
    to(&at.db, &history, 3).await.unwrap();
    assert_eq!(all(&at.db, "select title from post").await, "two");
}

async fn forget_authors(tables: &mut Tables) -> Result<()> {
    tables.table("author")?.delete(tables).await.map(drop)
}

async fn what_is_referred_to_stays(at: At) {
    let author = r#"{ name = "author", references = "author" }"#;
    let history = history(&[
        &(table("author", &format!("{ID}, {TITLE}")) + &table("post", &format!("{ID}, {author}"))),
        &run("forget_authors"),
    ]);
    to(&at.db, &history, 1).await.unwrap();
    at.make("insert into author (title) values ('Ada')").await;
    at.make("insert into post (author_id) select id from author").await;
    let error = to(&at.db, &history, 2).await.unwrap_err();
    assert_eq!(error.kind(), Kind::Conflict, "{error:?}");
    assert_eq!(all(&at.db, "select title from author").await, "Ada");
    at.make("delete from post").await;
    to(&at.db, &history, 2).await.unwrap();
    assert_eq!(all(&at.db, "select title from author").await, "");
}

async fn visit(tables: &mut Tables) -> Result<()> {
    let (places, visits) = (tables.table("place")?, tables.table("visit")?);
    for (country, number) in [("at", 2), ("at", 1), ("ch", 1), ("ch", 2), ("de", 1)] {
        let mut place = places.row();
        place.set("country", country)?;
        place.set("number", number)?;
        place.create(tables).await?;
        let mut visit = visits.row();
        visit.set("place_country", country)?;
        visit.set("place_number", number)?;
        visit.create(tables).await?;
    }
    let mut batches = places.batches(2);
    let mut seen = Vec::new();
    while let Some(rows) = batches.next(tables).await? {
        seen.push(rows.len());
        for mut row in rows {
            row.set("seen", 1)?;
            row.save(tables).await?;
        }
    }
    assert_eq!(seen, [2, 2, 1]);
    assert_eq!(places.filter_by("seen", 1)?.count(tables).await?, 5, "none was made anew");
    Ok(())
}

async fn keys_of_several_columns_are_fields(at: At) {
    let place = r#"{ name = "country", kind = "text", max_length = 2, primary_key = true }, { name = "number", kind = "integer", primary_key = true }, { name = "seen", kind = "integer", null = true }"#;
    let visit = format!(r#"{ID}, {{ name = "place", references = "place" }}"#);
    let history = history(&[&(table("place", place) + &table("visit", &visit)), &run("visit")]);
    to(&at.db, &history, 2).await.unwrap();
    assert_eq!(count(&at.db, "select count(*) from visit where place_number = 1").await, 3);
}

async fn make_and_delete(tables: &mut Tables) -> Result<()> {
    let posts = tables.table("post")?;
    for (title, views) in [("a", 3), ("b", 1), ("c", 2)] {
        let mut post = posts.row();
        post.set("title", title)?;
        post.set("views", views)?;
        let post = post.create(tables).await?;
        assert!(post.get::<i64>("id")? > 0);
    }
    let mut order = Vec::new();
    for row in posts.order_by(["-views"])?.fetch(tables).await? {
        order.push(row.get::<String>("title")?);
    }
    assert_eq!(order, ["a", "c", "b"]);
    let first = posts.first(tables).await?.unwrap();
    assert_eq!((first.get::<String>("title")?, first.get::<i32>("n")?), ("a".into(), 7));
    let most = posts.order_by(["-views", "id"])?.limit(2).fetch(tables).await?;
    assert_eq!(most.len(), 2);
    assert_eq!(posts.get(tables).await.unwrap_err().kind(), Kind::MultipleFound);
    let nobody = posts.filter_by("title", "z")?;
    assert_eq!(nobody.get(tables).await.unwrap_err().kind(), Kind::NotFound);
    assert!(nobody.first(tables).await?.is_none());
    assert_eq!(posts.filter_by("views__gt", 1)?.update("title", "many", tables).await?, 2);
    assert_eq!(posts.filter_by("title", "many")?.count(tables).await?, 2);
    assert!(posts.limit(1).update("title", "x", tables).await.is_err());
    assert!(posts.limit(1).delete(tables).await.is_err());
    assert_eq!(first.delete(tables).await?, 1);
    assert_eq!(posts.row().delete(tables).await?, 0, "it is no row yet");
    assert_eq!(posts.filter_by("title", "many")?.delete(tables).await?, 1);
    let titles: Vec<String> = tables.query_scalar("select title from post", ()).all().await?;
    assert_eq!(titles, ["b"]);
    let blank = posts.row().create(tables).await.unwrap_err();
    assert_eq!(blank.kind(), Kind::Invalid, "{blank:?}");
    Ok(())
}

async fn rows_are_made_and_deleted(at: At) {
    let views =
        r#"{ name = "views", kind = "integer" }, { name = "n", kind = "integer", default = "7" }"#;
    let history =
        history(&[&table("post", &format!("{ID}, {TITLE}, {views}")), &run("make_and_delete")]);
    to(&at.db, &history, 2).await.unwrap();
    assert_eq!(all(&at.db, "select title from post").await, "b");
}

async fn look_for_mistakes(tables: &mut Tables) -> Result<()> {
    fn hint<T>(wrong: Result<T>) -> String {
        let error = wrong.err().unwrap();
        error.advice().unwrap_or_else(|| panic!("{error:?}")).to_owned()
    }
    assert_eq!(hint(tables.table("pots")), "did you mean `post`?");
    assert_eq!(hint(tables.table("zebra")), "there are: post");
    let posts = tables.table("post")?;
    assert_eq!(hint(posts.filter_by("titel__contains", "a")), "did you mean `title`?");
    assert_eq!(hint(posts.order_by(["-titel"])), "did you mean `title`?");
    assert_eq!(hint(posts.update("titel", 1, tables).await), "did you mean `title`?");
    let mut row = posts.row();
    assert_eq!(hint(row.set("titel", 1)), "did you mean `title`?");
    assert_eq!(hint(row.get::<String>("titel")), "did you mean `title`?");
    let error = row.set("views", "many").unwrap_err();
    assert_eq!(error.place(), Some("post.views"), "{error:?}");
    assert!(row.set("views", i64::MAX).is_err(), "it is too large");
    let error = row.get::<String>("title").unwrap_err();
    assert_eq!(error.place(), Some("post.title"), "{error:?}");
    assert!(posts.filter_by("title') or 1=1 --", "a").is_err());
    let hostile = "'); drop table post; --";
    row.set("title", hostile)?;
    row.set("views", 1)?;
    row.create(tables).await?;
    let found = posts.filter_by("title", hostile)?.get(tables).await?;
    assert_eq!(found.get::<String>("title")?, hostile);
    Ok(())
}

async fn names_and_values_are_checked(at: At) {
    let views = r#"{ name = "views", kind = "integer" }"#;
    let history =
        history(&[&table("post", &format!("{ID}, {TITLE}, {views}")), &run("look_for_mistakes")]);
    to(&at.db, &history, 2).await.unwrap();
    assert_eq!(count(&at.db, "select count(*) from post").await, 1);
}

async fn what_is_unsaid_is_told_before_anything_is_done(at: At) {
    let post = table("post", &format!("{ID}, {TITLE}"));
    let field = operation("add_field", &format!("table = \"post\"\nfield = {SLUG}\nfill = '\"\"'"));
    for (own, message) in [
        (
            operation("run", "run = \"of_titles\""),
            "of_titles cannot be undone, as it does not say how",
        ),
        (
            operation("sql", "sql = \"delete from post\""),
            "SQL cannot be undone, as it does not say how",
        ),
        (
            operation("run", "run = \"of_titles\"\nundo = \"of_titels\""),
            "driver-tests has no step `of_titels`",
        ),
    ] {
        let history = history(&[&post, &own, &field]);
        to(&at.db, &history, 3).await.unwrap();
        let before = shape(&at, &at.db).await;
        let error = to(&at.db, &history, 1).await.unwrap_err();
        assert_eq!((error.message(), error.place()), (message, Some("driver-tests:0002_step")));
        assert_eq!(shape(&at, &at.db).await, before);
        let fake = Migrator::new(&at.db, &history).fake();
        fake.run(&Target::Zero(OWNER.into()), &mut |_| {}).await.unwrap();
        at.make("drop table post").await;
    }
    let history = history(&[&post, &field, &run("of_title")]);
    let error = to(&at.db, &history, 3).await.unwrap_err();
    assert_eq!(error.advice(), Some("did you mean `of_titles`?"), "{error:?}");
    assert_eq!(shape(&at, &at.db).await, "");
}

async fn each_database_has_its_sql(at: At) {
    let post = table("post", &format!("{ID}, {TITLE}"));
    let text = |key: &str, name: &str, sql: &str| format!("{key}.{name} = \"{sql}\"\n");
    let add =
        |name: &str| text("sql", name, &format!("insert into post (title) values ('{name}')"));
    let take = |name: &str| text("undo", name, &format!("delete from post where title = '{name}'"));
    let names = ["sqlite", "postgres", "mysql"];
    let each: String = names.iter().map(|name| add(name) + &take(name)).collect();
    let history = self::history(&[&post, &operation("sql", &each)]);
    to(&at.db, &history, 2).await.unwrap();
    let own = all(&at.db, "select title from post").await;
    let like = |name: &str| {
        at.dialect.name.to_lowercase().starts_with(name)
            || (name == "mysql" && at.dialect.name == "MariaDB")
    };
    assert!(like(&own), "{own} on {}", at.dialect.name);
    to(&at.db, &history, 1).await.unwrap();
    assert_eq!(all(&at.db, "select title from post").await, "");

    let nothing: String = names.iter().map(|name| text("sql", name, "nothing")).collect();
    let with_nothing = self::history(&[&post, &operation("sql", &nothing)]);
    to(&at.db, &with_nothing, 2).await.unwrap();
    let fake = Migrator::new(&at.db, &with_nothing).fake();
    fake.run(&Target::At(id(1)), &mut |_| {}).await.unwrap();

    let others: String = names.iter().filter(|name| **name != own).map(|name| add(name)).collect();
    let field = operation("add_field", &format!("table = \"post\"\nfield = {SLUG}"));
    let without = self::history(&[&post, &field, &operation("sql", &others)]);
    let before = shape(&at, &at.db).await;
    let error = to(&at.db, &without, 3).await.unwrap_err();
    assert!(error.message().starts_with("there is no SQL for "), "{error:?}");
    assert_eq!(shape(&at, &at.db).await, before, "it is told before anything is done");
    let sql = Migrator::new(&at.db, &history).sql(&id(2), carafe_db::migrate::Direction::Forwards);
    assert!(sql.unwrap().contains("insert into post (title) values ('"));
}

async fn sql_of_several_statements_is_done_once(at: At) {
    let tables =
        table("post", &format!("{ID}, {TITLE}")) + &table("log", &format!("{ID}, {TITLE}"));
    let body = "create trigger noted after insert on post for each row begin insert into log (title) values (new.title); end";
    let several = format!(
        "sql = \"\"\"\ninsert into log (title) values ('a;b');\n-- now; from elsewhere\ninsert into log (title) select title from missing;\n\"\"\"\nundo = \"delete from log; delete from post\"\n{}\n{}",
        "[[operations]]\nop = \"sql\"",
        format_args!(
            "sql.postgres = \"nothing\"\nsql.sqlite = \"{body}\"\nsql.mysql = \"{body}\"\nundo.postgres = \"nothing\"\nundo.sqlite = \"drop trigger noted\"\nundo.mysql = \"drop trigger noted\""
        ),
    );
    let history = history(&[&tables, &operation("sql", &several)]);
    to(&at.db, &history, 1).await.unwrap();
    let error = to(&at.db, &history, 2).await.unwrap_err();
    assert!(error.place().unwrap().contains("0002_step (Run SQL: "), "{error:?}");
    let kept = i64::from(!at.can(Ability::TransactionalTables));
    assert_eq!(count(&at.db, "select count(*) from log").await, kept);
    at.make("create table missing (title varchar(50))").await;
    at.make("insert into missing values ('found')").await;
    to(&at.db, &history, 2).await.unwrap();
    assert_eq!(all(&at.db, "select title from log order by id").await, "a;b found");
    at.make("insert into post (title) values ('told')").await;
    if !at.dialect.name.starts_with("PostgreSQL") {
        assert_eq!(all(&at.db, "select title from log order by id").await, "a;b found told");
    }
    to(&at.db, &history, 1).await.unwrap();
    assert_eq!(count(&at.db, "select count(*) from log").await, 0);
    at.make("insert into post (title) values ('silent')").await;
    assert_eq!(count(&at.db, "select count(*) from log").await, 0, "the trigger is gone");
}

async fn one_side_changes_alone(at: At) {
    let post = table("post", &format!("{ID}, {TITLE}"));
    let field = |only: &str| {
        operation(
            "add_field",
            &format!("table = \"post\"\nfield = {SLUG}\nfill = '\"none\"'\n{only}"),
        )
    };
    let history = history(&[
        &post,
        &field("only = \"database\""),
        &field("only = \"state\""),
        &operation("rename_field", "table = \"post\"\nfrom = \"slug\"\nto = \"short\""),
    ]);
    let db = &at.db;
    to(db, &history, 1).await.unwrap();
    let first = shape(&at, db).await;
    at.make("insert into post (title) values ('a')").await;
    to(db, &history, 2).await.unwrap();
    assert_eq!(all(db, "select slug from post").await, "none");
    let second = shape(&at, db).await;
    to(db, &history, 3).await.unwrap();
    assert_eq!(shape(&at, db).await, second);
    to(db, &history, 4).await.unwrap();
    assert_eq!(all(db, "select short from post").await, "none");
    to(db, &history, 2).await.unwrap();
    assert_eq!(shape(&at, db).await, second);
    to(db, &history, 1).await.unwrap();
    assert_eq!(shape(&at, db).await, first);
    assert_eq!(all(db, "select title from post").await, "a");
}
