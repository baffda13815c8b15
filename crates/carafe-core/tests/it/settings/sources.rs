//! Which source wins, and how a value finds its key.

use carafe::settings::{Environment, Overrides, SettingsLoader};
use expect_test::{Expect, expect};

use super::{loader, outcome};

#[track_caller]
fn check(toml: &str, dot_env: &str, variables: &[(&str, &str)], expected: Expect) {
    expected.assert_eq(&outcome(loader(toml, variables).dot_env(dot_env)));
}

#[test]
fn a_stronger_source_wins() {
    let toml = "[blog]\ntitle = 'file'";
    let env_table = "[blog]\ntitle = 'file'\n[env.production.blog]\ntitle = 'table'\n[env.test.blog]\ntitle = 'other'";
    check(
        toml,
        "",
        &[],
        expect![[r#"
        blog.title = file <- carafe.toml:2
    "#]],
    );
    check(
        env_table,
        "",
        &[],
        expect![[r#"
        blog.title = table <- carafe.toml:4
    "#]],
    );
    check(
        env_table,
        "CARAFE_BLOG__TITLE=dot",
        &[],
        expect![[r#"
        blog.title = dot <- .env:1 (CARAFE_BLOG__TITLE)
    "#]],
    );
    check(
        env_table,
        "CARAFE_BLOG__TITLE=dot",
        &[("CARAFE_BLOG__TITLE", "process")],
        expect![[r#"
            blog.title = process <- variable CARAFE_BLOG__TITLE
        "#]],
    );
    let code = loader(env_table, &[("CARAFE_BLOG__TITLE", "process")]).set("blog.title", "code");
    expect![[r#"
        blog.title = code <- code
    "#]]
    .assert_eq(&outcome(code));
}

#[test]
fn a_default_of_the_program_is_weaker_than_all_but_the_sections() {
    let check = |toml: &str, dot_env: &str, variables: &[(&str, &str)], expected: Expect| {
        let defaults = Overrides::new().set("blog.database", "sqlite:app.db");
        let title = Overrides::new().set("blog.title", "x");
        let loader = loader(toml, variables).dot_env(dot_env).overrides(title);
        let told = outcome(loader.defaults(defaults));
        expected.assert_eq(told.lines().find(|line| !line.contains("blog.title")).unwrap());
    };
    check("", "", &[], expect!["blog.database = sqlite:app.db <- app default"]);
    let toml = "[blog]\ndatabase = 'sqlite:file.db'";
    check(toml, "", &[], expect!["blog.database = sqlite:file.db <- carafe.toml:2"]);
    let table = "[env.production.blog]\ndatabase = 'sqlite:table.db'";
    check(table, "", &[], expect!["blog.database = sqlite:table.db <- carafe.toml:2"]);
    let dot = "DATABASE_URL=sqlite:dot.db";
    check("", dot, &[], expect!["blog.database = sqlite:dot.db <- .env:1 (DATABASE_URL)"]);
    let process = [("CARAFE_BLOG__DATABASE", "sqlite:var.db")];
    let told = expect!["blog.database = sqlite:var.db <- variable CARAFE_BLOG__DATABASE"];
    check(toml, dot, &process, told);
}

#[test]
fn what_is_set_beats_the_default_of_the_program() {
    let defaults = Overrides::new().set("blog.title", "weak").set("blog.hosts", ["a", "b"]);
    let settings = loader("", &[]).defaults(defaults).set("blog.title", "strong");
    expect![[r#"
        blog.title = strong <- code
        blog.hosts = ["a", "b"] <- app default
    "#]]
    .assert_eq(&outcome(settings));
}

#[test]
fn a_wrong_default_of_the_program_is_found_at_the_load() {
    let title = || loader("[blog]\ntitle = 'x'", &[]);
    let ports = Overrides::new().set("blog.ports", vec!["a"]).set("server.prot", 1);
    expect![[r#"
        error: 2 settings are wrong:
          - app default: `blog.ports[0]` must be a whole number from 0 to 65535, not the text "a"
          - app default: `server.prot` is not a setting; did you mean `server.port`?
    "#]]
    .assert_eq(&outcome(title().defaults(ports)));
}

#[test]
fn a_name_of_the_world_sets_its_key() {
    let toml = "[blog]\ntitle = 'x'\ndatabase = 'sqlite:file.db'";
    check(
        toml,
        "",
        &[("DATABASE_URL", "sqlite:a")],
        expect![[r#"
        blog.title = x <- carafe.toml:2
        blog.database = sqlite:a <- variable DATABASE_URL
    "#]],
    );
    check(
        toml,
        "DATABASE_URL=sqlite:b",
        &[],
        expect![[r#"
        blog.title = x <- carafe.toml:2
        blog.database = sqlite:b <- .env:1 (DATABASE_URL)
    "#]],
    );
    check(
        toml,
        "CARAFE_BLOG__DATABASE=sqlite:b",
        &[("DB_URL", "sqlite:c")],
        expect![[r#"
            blog.title = x <- carafe.toml:2
            blog.database = sqlite:c <- variable DB_URL
        "#]],
    );
    check(
        toml,
        "",
        &[("CARAFE_BLOG__DATABASE", "sqlite:own"), ("DATABASE_URL", "sqlite:a")],
        expect![[r#"
            blog.title = x <- carafe.toml:2
            blog.database = sqlite:own <- variable CARAFE_BLOG__DATABASE
        "#]],
    );
    // What others export but leave empty is not set.
    check(
        toml,
        "",
        &[("DATABASE_URL", ""), ("PORT", "")],
        expect![[r#"
        blog.title = x <- carafe.toml:2
        blog.database = sqlite:file.db <- carafe.toml:3
    "#]],
    );
    check(
        toml,
        "",
        &[("SMTP_PORT", "2525"), ("PORT", "80")],
        expect![[r#"
            server.port = 80 <- variable PORT
            blog.title = x <- carafe.toml:2
            blog.database = sqlite:file.db <- carafe.toml:3
            blog.mail.port = 2525 <- variable SMTP_PORT
        "#]],
    );
}

#[test]
fn variables_become_what_the_field_asks_for() {
    let toml = "[blog]\ntitle = 'x'";
    for (name, value, expected) in [
        (
            "PER_PAGE",
            " 1_000 ",
            expect![[r#"
                blog.per_page = " 1_000 " <- variable CARAFE_BLOG__PER_PAGE
                blog.title = x <- carafe.toml:2
            "#]],
        ),
        (
            "OPEN",
            "Yes",
            expect![[r#"
            blog.title = x <- carafe.toml:2
            blog.open = Yes <- variable CARAFE_BLOG__OPEN
        "#]],
        ),
        (
            "OPEN",
            "0",
            expect![[r#"
            blog.title = x <- carafe.toml:2
            blog.open = 0 <- variable CARAFE_BLOG__OPEN
        "#]],
        ),
        (
            "OFFSET",
            "1e3",
            expect![[r#"
            blog.title = x <- carafe.toml:2
            blog.offset = 1e3 <- variable CARAFE_BLOG__OFFSET
        "#]],
        ),
        (
            "HOSTS",
            "a, b,",
            expect![[r#"
            blog.title = x <- carafe.toml:2
            blog.hosts = a, b, <- variable CARAFE_BLOG__HOSTS
        "#]],
        ),
        (
            "HOSTS",
            "",
            expect![[r#"
                blog.title = x <- carafe.toml:2
                blog.hosts = "" <- variable CARAFE_BLOG__HOSTS
            "#]],
        ),
        (
            "HOSTS",
            "[\"a,b\", \"c\"]",
            expect![[r#"
            blog.title = x <- carafe.toml:2
            blog.hosts = ["a,b", "c"] <- variable CARAFE_BLOG__HOSTS
        "#]],
        ),
        (
            "PORTS",
            "80, 443",
            expect![[r#"
            blog.title = x <- carafe.toml:2
            blog.ports = 80, 443 <- variable CARAFE_BLOG__PORTS
        "#]],
        ),
        (
            "PORTS",
            "[80, 0x1bb]",
            expect![[r#"
            blog.title = x <- carafe.toml:2
            blog.ports = [80, 0x1bb] <- variable CARAFE_BLOG__PORTS
        "#]],
        ),
        (
            "LABELS",
            "{\"A\": 1}",
            expect![[r#"
            blog.title = x <- carafe.toml:2
            blog.labels = {"A": 1} <- variable CARAFE_BLOG__LABELS
        "#]],
        ),
        (
            "LABELS",
            "{ A = 1 }",
            expect![[r#"
            blog.title = x <- carafe.toml:2
            blog.labels = { A = 1 } <- variable CARAFE_BLOG__LABELS
        "#]],
        ),
        (
            "LABELS__A",
            "1",
            expect![[r#"
            blog.title = x <- carafe.toml:2
            blog.labels = { a = "1" } <- variable CARAFE_BLOG__LABELS__A
        "#]],
        ),
        (
            "AUTHORS__ANN__NAME",
            "Ann",
            expect![[r#"
            blog.title = x <- carafe.toml:2
            blog.authors = { ann = { name = "Ann" } } <- variable CARAFE_BLOG__AUTHORS__ANN__NAME
        "#]],
        ),
        (
            "AUTHORS",
            r#"{"ann": {"name": "Ann", "token": "t"}}"#,
            expect![[r#"
                blog.title = x <- carafe.toml:2
                blog.authors = ******** <- variable CARAFE_BLOG__AUTHORS
            "#]],
        ),
        (
            "TIMEOUT",
            "1h 30m",
            expect![[r#"
            blog.title = x <- carafe.toml:2
            blog.timeout = 1h 30m <- variable CARAFE_BLOG__TIMEOUT
        "#]],
        ),
        (
            "MAX_UPLOAD",
            "500kb",
            expect![[r#"
            blog.title = x <- carafe.toml:2
            blog.max_upload = 500kb <- variable CARAFE_BLOG__MAX_UPLOAD
        "#]],
        ),
        (
            "MAX_UPLOAD",
            "1024",
            expect![[r#"
            blog.title = x <- carafe.toml:2
            blog.max_upload = 1024 <- variable CARAFE_BLOG__MAX_UPLOAD
        "#]],
        ),
        (
            "THEME",
            "very-dark",
            expect![[r#"
            blog.title = x <- carafe.toml:2
            blog.theme = very-dark <- variable CARAFE_BLOG__THEME
        "#]],
        ),
        (
            "TITLE",
            "true",
            expect![[r#"
            blog.title = true <- variable CARAFE_BLOG__TITLE
        "#]],
        ),
        (
            "TITLE",
            "",
            expect![[r#"
                blog.title = "" <- variable CARAFE_BLOG__TITLE
            "#]],
        ),
        (
            "FOLDER",
            "",
            expect![[r#"
                blog.title = x <- carafe.toml:2
                blog.folder = "" <- variable CARAFE_BLOG__FOLDER
            "#]],
        ),
        (
            "KEY",
            "hunter2",
            expect![[r#"
            blog.title = x <- carafe.toml:2
            blog.key = ******** <- variable CARAFE_BLOG__KEY
        "#]],
        ),
        (
            "WEBHOOK",
            "hunter2",
            expect![[r#"
            blog.title = x <- carafe.toml:2
            blog.webhook = ******** <- variable CARAFE_BLOG__WEBHOOK
        "#]],
        ),
        (
            "LEVEL",
            "high",
            expect![[r#"
            blog.title = x <- carafe.toml:2
            blog.level = high <- variable CARAFE_BLOG__LEVEL
        "#]],
        ),
        (
            "TYPE",
            "ä",
            expect![[r#"
            blog.title = x <- carafe.toml:2
            blog.type = ä <- variable CARAFE_BLOG__TYPE
        "#]],
        ),
        (
            "BACKUP__PORT",
            "26",
            expect![[r#"
            blog.title = x <- carafe.toml:2
            blog.backup.port = 26 <- variable CARAFE_BLOG__BACKUP__PORT
        "#]],
        ),
        (
            "BACKUP",
            "{ port = 26 }",
            expect![[r#"
            blog.title = x <- carafe.toml:2
            blog.backup.port = 26 <- variable CARAFE_BLOG__BACKUP
        "#]],
        ),
        (
            "BACKUP",
            "",
            expect![[r#"
            blog.title = x <- carafe.toml:2
            blog.backup = - <- variable CARAFE_BLOG__BACKUP
        "#]],
        ),
        (
            "MAIL__PASSWORD",
            "hunter2",
            expect![[r#"
            blog.title = x <- carafe.toml:2
            blog.mail.password = ******** <- variable CARAFE_BLOG__MAIL__PASSWORD
        "#]],
        ),
        (
            "DATABASE",
            "postgres://me:hunter2@db/blog",
            expect![[r#"
            blog.title = x <- carafe.toml:2
            blog.database = postgres://me:********@db/blog <- variable CARAFE_BLOG__DATABASE
        "#]],
        ),
    ] {
        check(toml, "", &[(&format!("CARAFE_BLOG__{name}"), value)], expected);
    }
}

#[test]
fn variables_of_others_are_left_alone() {
    let others = [
        ("PATH", "/bin"),
        ("carafe_blog__title", "x"),
        ("CARAFE", "x"),
        ("CARAFE_ENV", "test"),
        ("CARAFE__TOOL", "x"),
        ("XCARAFE_BLOG__TITLE", "x"),
        ("", "x"),
    ];
    check(
        "[blog]\ntitle = 'x'",
        "OTHER=1",
        &others,
        expect![[r#"
        blog.title = x <- carafe.toml:2
    "#]],
    );
}

#[test]
fn dot_env_is_read_as_shells_read_it() {
    let text = "\u{feff}# comment\n\n  export CARAFE_BLOG__TITLE = \"a \\\"b\\\"\\n$HOME \" # comment\r\nA='one\ntwo'\n\
        CARAFE_BLOG__HOSTS=a,b # not c\nCARAFE_BLOG__DATABASE=a#b\r\nCARAFE_BLOG__FOLDER='C:\\new'\nEMPTY=\nCARAFE_BLOG__PER_PAGE=7";
    check(
        "",
        text,
        &[],
        expect![[r#"
            blog.per_page = 7 <- .env:10 (CARAFE_BLOG__PER_PAGE)
            blog.title = "a \"b\"\n$HOME " <- .env:3 (CARAFE_BLOG__TITLE)
            blog.hosts = a,b <- .env:6 (CARAFE_BLOG__HOSTS)
            blog.folder = C:\new <- .env:8 (CARAFE_BLOG__FOLDER)
            blog.database = a#b <- .env:7 (CARAFE_BLOG__DATABASE)
        "#]],
    );
}

#[test]
fn two_programs_in_one_process_have_two_settings() {
    let load = |title: &str| {
        SettingsLoader::new(Environment::TEST)
            .section::<super::Blog>()
            .set("blog.title", title)
            .load()
    };
    let (one, two) = (load("one").unwrap(), load("two").unwrap());
    let title = |settings: &carafe::settings::Settings| {
        settings.section::<super::Blog>().unwrap().title.clone()
    };
    assert_eq!((title(&one), title(&two)), ("one".to_owned(), "two".to_owned()));
}

#[test]
fn a_section_is_read_once_for_all_threads() {
    let settings = loader("[blog]\ntitle = 'x'", &[]).load().unwrap();
    let first = settings.section::<super::Blog>().unwrap();
    std::thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| assert!(std::sync::Arc::ptr_eq(&first, &settings.section().unwrap())));
        }
    });
}

#[test]
fn the_environment_has_a_name() {
    for (name, expected) in [
        ("Production", expect!["production, strict: true"]),
        ("staging-2", expect!["staging-2, strict: true"]),
        ("", expect![[r#""" cannot name an environment"#]]),
        ("a b", expect![[r#""a b" cannot name an environment"#]]),
        ("../x", expect![[r#""../x" cannot name an environment"#]]),
        ("prod\0", expect![[r#""prod\0" cannot name an environment"#]]),
        ("ä", expect![[r#""ä" cannot name an environment"#]]),
    ] {
        let text = match name.parse::<Environment>() {
            Ok(environment) => format!("{environment}, strict: {}", environment.is_strict()),
            Err(error) => error.message().to_owned(),
        };
        expected.assert_eq(&text);
    }
}

#[test]
#[expect(clippy::disallowed_methods, reason = "the test looks behind the settings")]
fn a_wrong_environment_is_told_with_its_place() {
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join(".env"), "\nCARAFE_ENV='a b'").unwrap();
    // Whoever sets the variable for the tests has told what holds.
    if std::env::var_os("CARAFE_ENV").is_none() {
        expect![[r#""a b" cannot name an environment, at .env:2 (CARAFE_ENV); CARAFE_ENV is `development`, `test`, `production` or a name of your own out of letters, digits, `-` and `_`"#]].assert_eq(&Environment::detect(dir.path()).unwrap_err().to_string());
    }
}
