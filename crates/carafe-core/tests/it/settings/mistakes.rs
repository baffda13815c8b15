//! The exact words of every mistake: where, what, and what to do.

use std::ffi::OsString;

use carafe::settings::{Environment, SettingsLoader};
use carafe_macros::Settings;
use expect_test::{Expect, expect};

use super::{loader, outcome};

#[track_caller]
fn check(toml: &str, variables: &[(&str, &str)], expected: Expect) {
    expected.assert_eq(&outcome(loader(toml, variables)));
}

#[test]
fn what_is_missing_is_told_with_both_ways_to_give_it() {
    check(
        "",
        &[],
        expect![[r#"
        error: section [blog] needs the key `title` (The title above every page): write `title = …` under [blog] in carafe.toml, or set the variable CARAFE_BLOG__TITLE
    "#]],
    );
    check(
        "[blog.authors.ann]",
        &[("CARAFE_BLOG__TITLE", "x")],
        expect![[r#"
            error: carafe.toml:1: `blog.authors.ann` needs the key `name`
        "#]],
    );
}

#[test]
fn unknown_names_are_refused() {
    let title = "blog.title = 'x'\n";
    for (toml, expected) in [
        (
            "blog.tittle = 1",
            expect![[r#"
            error: carafe.toml:2: `blog.tittle` is not a setting; did you mean `blog.title`?
        "#]],
        ),
        (
            "colour = 1",
            expect![[r#"
            error: carafe.toml:2: `colour` is not a setting
        "#]],
        ),
        (
            "debugg = true",
            expect![[r#"
            error: carafe.toml:2: `debugg` is not a setting; did you mean `debug`?
        "#]],
        ),
        (
            "[sever]\nport = 1",
            expect![[r#"
                error: carafe.toml:2: nothing here owns a section [sever]; did you mean `server`?
            "#]],
        ),
        (
            "[blog.mail]\nhots = 'x'",
            expect![[r#"
            error: carafe.toml:3: `blog.mail.hots` is not a setting; did you mean `blog.mail.host`?
        "#]],
        ),
        (
            "[blog.authors.ann]\nname = 'Ann'\nnmae = 'x'",
            expect![[r#"
            error: carafe.toml:4: `blog.authors.ann` has no key `nmae`; did you mean `name`?
        "#]],
        ),
        (
            "[env.test.sever]\nport = 1",
            expect![[r#"
                error: carafe.toml:2: nothing here owns a section [sever]; did you mean `server`?
            "#]],
        ),
        (
            "[env.test.server]\nprot = 1",
            expect![[r#"
            error: carafe.toml:3: `env.test.server.prot` is not a setting; did you mean `env.test.server.port`?
        "#]],
        ),
        (
            "[env.prodution.server]\nport = 1",
            expect![[r#"
            error: carafe.toml:2: `env.prodution` is one slip away from an environment; did you mean `env.production`?
        "#]],
        ),
        (
            "[env.Production.server]\nport = 1",
            expect![[r#"
            error: carafe.toml:2: `env.Production` names no environment: those have lower-case letters, digits, `-` and `_`
        "#]],
        ),
        (
            "env = 'test'",
            expect![[r#"
            error: carafe.toml:2: `env` holds the tables of the environments, as [env.production.server]
        "#]],
        ),
        (
            "[env]\ntest = 1",
            expect![[r#"
            error: carafe.toml:3: `env.test` must be a table: the settings of the environment `test`
        "#]],
        ),
    ] {
        check(&format!("{title}{toml}"), &[], expected);
    }
    for (name, expected) in [
        (
            "CARAFE_SERVER__PROT",
            expect![[r#"
            error: variable CARAFE_SERVER__PROT: no setting has this name; did you mean `CARAFE_SERVER__PORT`?
        "#]],
        ),
        (
            "CARAFE_SEVER__PORT",
            expect![[r#"
            error: variable CARAFE_SEVER__PORT: no setting has this name; did you mean `CARAFE_SERVER__PORT`?
        "#]],
        ),
        (
            "CARAFE_SECRET_KY",
            expect![[r#"
            error: variable CARAFE_SECRET_KY: no setting has this name; did you mean `CARAFE_SECRET_KEY`?
        "#]],
        ),
        (
            "CARAFE_SERVER_PORT",
            expect![[r#"
            error: variable CARAFE_SERVER_PORT: no setting has this name; did you mean `CARAFE_SERVER__PORT`?
        "#]],
        ),
        (
            "CARAFE_BLOG",
            expect![[r#"
                error: variable CARAFE_BLOG: `blog` is a section, [blog], and cannot hold a value itself
            "#]],
        ),
        (
            "CARAFE_BLOG__MAIL__HOTS",
            expect![[r#"
            error: variable CARAFE_BLOG__MAIL__HOTS: no setting has this name; did you mean `CARAFE_BLOG__MAIL__HOST`?
        "#]],
        ),
        (
            "CARAFE_BLOG__MAIL__HOST__X",
            expect![[r#"
            error: variable CARAFE_BLOG__MAIL__HOST__X: `blog.mail.host` must be text, not a table
        "#]],
        ),
        (
            "CARAFE_BLOG___TITLE",
            expect![[r#"
            error: variable CARAFE_BLOG___TITLE: no setting has this name; did you mean `CARAFE_BLOG__TITLE`?
        "#]],
        ),
        (
            "CARAFE_BLOG__",
            expect![[r#"
            error: variable CARAFE_BLOG__: keys are separated by exactly two underscores, as in CARAFE_SERVER__PORT
        "#]],
        ),
        (
            "CARAFE_",
            expect![[r#"
            error: variable CARAFE_: keys are separated by exactly two underscores, as in CARAFE_SERVER__PORT
        "#]],
        ),
    ] {
        check(title, &[(name, "1")], expected);
    }
}

#[test]
fn wrong_types_are_refused_in_plain_words() {
    for (line, expected) in [
        (
            "per_page = 'ten'",
            expect![[r#"
            error: carafe.toml:3: `blog.per_page` must be a whole number from 0 to 4294967295, not the text "ten"
        "#]],
        ),
        (
            "per_page = -1",
            expect![[r#"
            error: carafe.toml:3: `blog.per_page` must be a whole number from 0 to 4294967295, not -1
        "#]],
        ),
        (
            "per_page = 1.5",
            expect![[r#"
            error: carafe.toml:3: `blog.per_page` must be a whole number from 0 to 4294967295, not 1.5
        "#]],
        ),
        (
            "per_page = 5000000000",
            expect![[r#"
            error: carafe.toml:3: `blog.per_page` must be a whole number from 0 to 4294967295, not 5000000000
        "#]],
        ),
        (
            "per_page = 170141183460469231731687303715884105728",
            expect![[r#"
                error: carafe.toml:3: `blog.per_page` must be a whole number from 0 to 4294967295, not 1.7014118346046923e38
            "#]],
        ),
        (
            "per_page = true",
            expect![[r#"
            error: carafe.toml:3: `blog.per_page` must be a whole number from 0 to 4294967295, not true
        "#]],
        ),
        (
            "open = 1",
            expect![[r#"
            error: carafe.toml:3: `blog.open` must be true or false, not 1
        "#]],
        ),
        (
            "open = 'true'",
            expect![[r#"
            error: carafe.toml:3: `blog.open` must be true or false, not the text "true"
        "#]],
        ),
        (
            "hosts = 'a'",
            expect![[r#"
            error: carafe.toml:3: `blog.hosts` must be a list, not the text "a"
        "#]],
        ),
        (
            "hosts = ['a', 2]",
            expect![[r#"
            error: carafe.toml:3: `blog.hosts[1]` must be text, not 2
        "#]],
        ),
        (
            "hosts = {}",
            expect![[r#"
            error: carafe.toml:3: `blog.hosts` must be a list, not a table
        "#]],
        ),
        (
            "labels = { a = 1, b = 'x' }",
            expect![[r#"
            error: carafe.toml:3: `blog.labels.b` must be a whole number, not the text "x"
        "#]],
        ),
        (
            "labels = []",
            expect![[r#"
            error: carafe.toml:3: `blog.labels` must be a table, not a list
        "#]],
        ),
        (
            "timeout = 30",
            expect![[r#"
            error: carafe.toml:3: `blog.timeout` must be a length of time with its unit, as "30s", "5m" or "1h 30m"
        "#]],
        ),
        (
            "timeout = 'soon'",
            expect![[r#"
            error: carafe.toml:3: `blog.timeout` must be a length of time as "30s", "5m" or "1h 30m", not the text "soon"
        "#]],
        ),
        (
            "max_upload = '10 M'",
            expect![[r#"
            error: carafe.toml:3: `blog.max_upload` is not accepted: a size has one of the units B, kB, KiB, MB, MiB, GB, GiB, TB, TiB, as in "2 MiB"
        "#]],
        ),
        (
            "max_upload = -1",
            expect![[r#"
            error: carafe.toml:3: `blog.max_upload` must be a size as in "2 MiB", not -1
        "#]],
        ),
        (
            "max_upload = '99999999999 TiB'",
            expect![[r#"
            error: carafe.toml:3: `blog.max_upload` is not accepted: a size has at most 18446744073709551615 bytes
        "#]],
        ),
        (
            "theme = 'dark'",
            expect![[r#"
            error: carafe.toml:3: `blog.theme` must be one of `light`, `very-dark`, not the text "dark"
        "#]],
        ),
        (
            "theme = 'ligth'",
            expect![[r#"
            error: carafe.toml:3: `blog.theme` must be one of `light`, `very-dark`, not the text "ligth"; did you mean `light`?
        "#]],
        ),
        (
            "theme = 1",
            expect![[r#"
            error: carafe.toml:3: `blog.theme` must be one of `light`, `very-dark`
        "#]],
        ),
        (
            "bind = 'localhost'",
            expect![[r#"
            error: carafe.toml:3: `blog.bind` is not accepted: invalid IP address syntax
        "#]],
        ),
        (
            "level = 'mid'",
            expect![[r#"
            error: carafe.toml:3: `blog.level` is not accepted: a level is low or high
        "#]],
        ),
        (
            "mail = 1",
            expect![[r#"
            error: carafe.toml:3: `blog.mail` must be a table
        "#]],
        ),
        (
            "mail = { port = 'x' }",
            expect![[r#"
            error: carafe.toml:3: `blog.mail.port` must be a whole number from 0 to 65535, not the text "x"
        "#]],
        ),
        (
            "backup = { port = 70000 }",
            expect![[r#"
            error: carafe.toml:3: `blog.backup.port` must be a whole number from 0 to 65535, not 70000
        "#]],
        ),
        (
            "authors = { ann = { token = 1, name = 'x' } }",
            expect![[r#"
            error: carafe.toml:3: `blog.authors.ann.token` must be text (what stands there is secret)
        "#]],
        ),
        (
            "authors = { ann = { name = [] } }",
            expect![[r#"
            error: carafe.toml:3: `blog.authors.ann.name` must be text, not a list
        "#]],
        ),
        (
            "type = 'ab'",
            expect![[r#"
            error: carafe.toml:3: `blog.type` must be one character, not the text "ab"
        "#]],
        ),
        (
            "folder = 7",
            expect![[r#"
            error: carafe.toml:3: `blog.folder` must be a path, not 7
        "#]],
        ),
    ] {
        check(&format!("[blog]\ntitle = 'x'\n{line}"), &[], expected);
    }
}

#[test]
fn a_wrong_variable_is_told_by_its_name() {
    for (name, value, expected) in [
        (
            "CARAFE_BLOG__PER_PAGE",
            "",
            expect![[r#"
            error: variable CARAFE_BLOG__PER_PAGE: `blog.per_page` must be a whole number from 0 to 4294967295, not nothing
        "#]],
        ),
        (
            "CARAFE_BLOG__PER_PAGE",
            "1e3",
            expect![[r#"
            error: variable CARAFE_BLOG__PER_PAGE: `blog.per_page` must be a whole number from 0 to 4294967295, not the text "1e3"
        "#]],
        ),
        (
            "CARAFE_BLOG__OPEN",
            "maybe",
            expect![[r#"
            error: variable CARAFE_BLOG__OPEN: `blog.open` must be true or false, not the text "maybe"
        "#]],
        ),
        (
            "CARAFE_BLOG__HOSTS",
            "[1",
            expect![[r#"
            error: variable CARAFE_BLOG__HOSTS: `blog.hosts` must be a list, as in `[1, 2]` or `1, 2`
        "#]],
        ),
        (
            "CARAFE_BLOG__HOSTS__0",
            "a",
            expect![[r#"
            error: variable CARAFE_BLOG__HOSTS__0: `blog.hosts` must be a list, not a table
        "#]],
        ),
        (
            "CARAFE_BLOG__LABELS",
            "a=1",
            expect![[r#"
            error: variable CARAFE_BLOG__LABELS: `blog.labels` must be a table, as in `{"key": 1}` or `{ key = 1 }`
        "#]],
        ),
        (
            "CARAFE_BLOG__LABELS__A",
            "x",
            expect![[r#"
            error: variable CARAFE_BLOG__LABELS__A: `blog.labels.a` must be a whole number, not the text "x"
        "#]],
        ),
        (
            "CARAFE_BLOG__PORTS",
            "80,x",
            expect![[r#"
            error: variable CARAFE_BLOG__PORTS: `blog.ports[1]` must be a whole number from 0 to 65535, not the text "x"
        "#]],
        ),
        (
            "PORT",
            "http",
            expect![[r#"
            error: variable PORT: `server.port` must be a whole number from 0 to 65535, not the text "http"
        "#]],
        ),
        (
            "SMTP_PORT",
            "99999",
            expect![[r#"
            error: variable SMTP_PORT: `blog.mail.port` must be a whole number from 0 to 65535, not 99999
        "#]],
        ),
    ] {
        check("[blog]\ntitle = 'x'", &[(name, value)], expected);
    }
    let both = [("CARAFE_BLOG__LABELS", "{}"), ("CARAFE_BLOG__LABELS__A", "1")];
    check(
        "[blog]\ntitle = 'x'",
        &both,
        expect![[r#"
        error: variable CARAFE_BLOG__LABELS__A: it contradicts variable CARAFE_BLOG__LABELS
    "#]],
    );
}

#[test]
fn everything_wrong_is_told_at_once() {
    check(
        "debug = 1\nzzz = 2\n[blog]\nper_page = 'x'\ntheme = 2\nzzz = 1\n[server]\nport = 99999\n[sever]\na = 1",
        &[("CARAFE_BLOG__OPEN", "x"), ("CARAFE_LIMITS__MAX_BODY", "big")],
        expect![[r#"
            error: 10 settings are wrong:
              - carafe.toml:1: `debug` must be true or false, not 1
              - carafe.toml:2: `zzz` is not a setting
              - carafe.toml:4: `blog.per_page` must be a whole number from 0 to 4294967295, not the text "x"
              - carafe.toml:5: `blog.theme` must be one of `light`, `very-dark`
              - carafe.toml:6: `blog.zzz` is not a setting
              - carafe.toml:8: `server.port` must be a whole number from 0 to 65535, not 99999
              - carafe.toml:9: nothing here owns a section [sever]; did you mean `server`?
              - variable CARAFE_BLOG__OPEN: `blog.open` must be true or false, not the text "x"
              - variable CARAFE_LIMITS__MAX_BODY: `limits.max_body` is not accepted: a size has one of the units B, kB, KiB, MB, MiB, GB, GiB, TB, TiB, as in "2 MiB"
              - section [blog] needs the key `title` (The title above every page): write `title = …` under [blog] in carafe.toml, or set the variable CARAFE_BLOG__TITLE
        "#]],
    );
}

#[test]
fn no_mistake_shows_a_secret() {
    let toml = "[blog]\ntitle = 'x'\nkey = { hunter2 = 'hunter2' }\nwebhook = ['hunter2']\nauthors = { a = { name = 'x', token = 77712345 } }\n[blog.mail]\npassword = 77712345";
    let text = outcome(loader(toml, &[("CARAFE_BLOG__LABELS", "{\"hunter2\"")]));
    assert!(!text.contains("hunter2") && !text.contains("77712345"), "{text}");
    expect![[r#"
        error: 5 settings are wrong:
          - carafe.toml:3: `blog.key` must be text (what stands there is secret)
          - carafe.toml:4: `blog.webhook` does not fit its type (what stands there is secret)
          - carafe.toml:5: `blog.authors.a.token` must be text (what stands there is secret)
          - carafe.toml:7: `blog.mail.password` must be text (what stands there is secret)
          - variable CARAFE_BLOG__LABELS: `blog.labels` must be a table, as in `{"key": 1}` or `{ key = 1 }`
    "#]].assert_eq(&text);
    let url = outcome(loader(
        "[blog]\ntitle = 'x'",
        &[("PORT", "postgres://me:hunter2-hunter2-hunter2-hunter2@host/db")],
    ));
    expect![[r#"
        error: variable PORT: `server.port` must be a whole number from 0 to 65535, not the text "postgres://me:********@host/db"
    "#]].assert_eq(&url);
    let dot_env = loader("[blog]\ntitle = 'x'", &[]).dot_env("hunter2 hunter2\nKEY='hunter2\n");
    expect![[r#"
        error: 2 settings are wrong:
          - .env:1: a line is `NAME=value`
          - .env:2: the quote is never closed
    "#]]
    .assert_eq(&outcome(dot_env));
}

#[test]
fn a_file_that_is_not_toml() {
    for (toml, expected) in [
        (
            "[blog]\ntitle = 'x'\ntitle = 'y'",
            expect![[r#"
                error: carafe.toml:3: this is not TOML: duplicate key
            "#]],
        ),
        (
            "[blog]\ntitle = 'x'\n[blog]\n",
            expect![[r#"
                error: carafe.toml:3: this is not TOML: duplicate key
            "#]],
        ),
        (
            "title",
            expect![[r#"
                error: carafe.toml:1: this is not TOML: key with no value, expected `=`
            "#]],
        ),
        (
            "a = 1\nb = \nc = \"\nd = 1",
            expect![[r#"
                error: 2 settings are wrong:
                  - carafe.toml:2: this is not TOML: string values must be quoted, expected literal string
                  - carafe.toml:3: this is not TOML: invalid basic string, expected `"`
            "#]],
        ),
        (
            "a = \"\0\"",
            expect![[r#"
                error: carafe.toml:1: this is not TOML: invalid basic string, expected non-double-quote visible characters, `\`
            "#]],
        ),
        (
            "[blog]\r\ntitle = 'x'\r\n= 1",
            expect![[r#"
                error: carafe.toml:3: this is not TOML: unquoted keys cannot be empty, expected letters, numbers, `-`, `_`
            "#]],
        ),
    ] {
        check(toml, &[], expected);
    }
    let deep = format!("a = {}{}", "[".repeat(100_000), "]".repeat(100_000));
    let text = outcome(loader(&deep, &[]));
    assert!(text.starts_with("error: ") && text.len() < 2_000, "{text}");
}

#[test]
fn a_dot_env_that_makes_no_sense() {
    for (text, expected) in [
        (
            "A=1\nA=2",
            expect![[r#"
            error: .env:2 (A): it is given twice, first at .env:1 (A)
        "#]],
        ),
        (
            "1A=2",
            expect![[r#"
            error: .env:1: a line is `NAME=value`, and a name is made of letters, digits and `_`
        "#]],
        ),
        (
            "A",
            expect![[r#"
            error: .env:1: a line is `NAME=value`
        "#]],
        ),
        (
            "A=\"x",
            expect![[r#"
            error: .env:1: the quote is never closed
        "#]],
        ),
        (
            "A='x' y",
            expect![[r#"
            error: .env:1: something stands behind the closing quote
        "#]],
        ),
        (
            "A=\"\\q\"",
            expect![[r#"
            error: .env:1: inside double quotes, `\` stands before one of n r t \ " ' $
        "#]],
        ),
        (
            "A=\0",
            expect![[r#"
            error: .env:1: the value contains a NUL character
        "#]],
        ),
        (
            "Ä=1\nB\nC=1",
            expect![[r#"
            error: 2 settings are wrong:
              - .env:1: a line is `NAME=value`, and a name is made of letters, digits and `_`
              - .env:2: a line is `NAME=value`
        "#]],
        ),
    ] {
        expected.assert_eq(&outcome(loader("[blog]\ntitle = 'x'", &[]).dot_env(text)));
    }
}

#[test]
fn hostile_variables_are_survived() {
    let long = "X".repeat(100_000);
    let deep = "[".repeat(100_000);
    let many = format!("CARAFE_{}", "A__".repeat(50_000));
    for (name, value) in [
        (&*long, "1"),
        ("CARAFE_BLOG__LABELS", &*deep),
        ("CARAFE_BLOG__PER_PAGE", &*long),
        (&*many, "1"),
    ] {
        let text = outcome(loader("[blog]\ntitle = 'x'", &[(name, value)]));
        assert!(text.len() < 2_000, "{}", text.len());
    }
    let settings = outcome(loader("[blog]\ntitle = \"a\\u001b[2Jb\"", &[]));
    assert!(!settings.contains('\u{1b}'), "{settings}");
}

#[cfg(unix)]
#[test]
fn variables_that_are_not_text() {
    use std::os::unix::ffi::OsStringExt;
    let odd = || OsString::from_vec(vec![0xff]);
    let load =
        |name: OsString| outcome(SettingsLoader::new(Environment::TEST).variables([(name, odd())]));
    expect![[r#"
        error: variable CARAFE_DEBUG: its value is not UTF-8 text
    "#]]
    .assert_eq(&load("CARAFE_DEBUG".into()));
    expect![].assert_eq(&load("OTHER".into()));
    expect![].assert_eq(&load(odd()));
}

#[test]
fn a_section_has_one_owner() {
    #[derive(Settings)]
    #[settings(section = "blog")]
    struct Rival {
        #[setting(default)]
        a: bool,
    }
    #[derive(Settings)]
    struct Homeless {
        #[setting(default)]
        a: bool,
    }
    let settings = loader("[blog]\ntitle = 'x'", &[]).load().unwrap();
    let told = |result: carafe::Result<bool>| result.unwrap_err().to_string();
    expect!["section [blog] belongs to `Blog`, so `Rival` cannot own it too; give one of them another section"].assert_eq(&told(settings.section::<Rival>().map(|rival| rival.a)));
    expect![[r#"`Homeless` has no place of its own in carafe.toml: give it `#[settings(section = "…")]`, or use it as a `#[setting(nested)]` field"#]].assert_eq(&told(
        settings.section::<Homeless>().map(|homeless| homeless.a),
    ));
}

#[test]
fn a_wrong_default_is_blamed_on_the_program() {
    #[derive(Settings)]
    #[settings(section = "odd")]
    struct Odd {
        #[setting(default = "ten")]
        number: u8,
    }
    let result = loader("[blog]\ntitle = 'x'", &[]).load().unwrap().section::<Odd>();
    expect![[r#"the program's default of `odd.number` must be a whole number from 0 to 255, not the text "ten""#]].assert_eq(&result.map(|odd| odd.number).unwrap_err().to_string());
}

#[test]
fn a_section_that_came_late_is_checked_too() {
    let settings =
        SettingsLoader::new(Environment::TEST).toml("[blog]\ntitle = 'x'").load().unwrap();
    expect!["carafe.toml:1: nothing here owns a section [blog]; did you mean `log`?"]
        .assert_eq(&settings.check().unwrap_err().to_string());
    settings.section::<super::Blog>().unwrap();
    settings.check().unwrap();
}
