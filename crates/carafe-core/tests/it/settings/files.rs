//! `carafe.toml` and `.env` on disk, in every bad shape.

use std::fs;

use carafe::settings::{Environment, ServerSettings, SettingsLoader};
use expect_test::{Expect, expect};

use super::outcome;

#[track_caller]
fn check(files: &[(&str, &[u8])], expected: Expect) {
    let dir = tempfile::tempdir().unwrap();
    for (name, bytes) in files {
        fs::write(dir.path().join(name), bytes).unwrap();
    }
    expected.assert_eq(&outcome(SettingsLoader::new(Environment::TEST).dir(dir.path())));
}

#[test]
fn both_files_are_read_and_either_may_be_missing() {
    check(&[], expect![]);
    check(
        &[("carafe.toml", b"[server]\nport = 1")],
        expect![[r#"
        server.port = 1 <- carafe.toml:2
    "#]],
    );
    check(
        &[("carafe.toml", b"\xef\xbb\xbf[server]\nport = 1"), (".env", b"PORT=2")],
        expect![[r#"
            server.port = 2 <- .env:1 (PORT)
        "#]],
    );
}

#[test]
fn wrong_encodings_are_told() {
    check(
        &[("carafe.toml", b"[server]\n# \xe4\nport = 1")],
        expect![[r#"
        error: carafe.toml:2: the file is not UTF-8 text; save it as UTF-8
    "#]],
    );
    check(
        &[("carafe.toml", b"\xff\xfe[\0s\0")],
        expect![[r#"
        error: carafe.toml:1: the file is not UTF-8 text; save it as UTF-8
    "#]],
    );
    check(
        &[(".env", b"A=1\nB=\xff"), ("carafe.toml", b"x\0")],
        expect![[r#"
            error: 2 settings are wrong:
              - .env:2: the file is not UTF-8 text; save it as UTF-8
              - carafe.toml:1: this is not TOML: key with no value, expected `=`
        "#]],
    );
}

#[test]
fn a_huge_file_is_not_read() {
    check(
        &[("carafe.toml", &vec![b'#'; (1 << 20) + 1])],
        expect![[r#"
        error: carafe.toml:1: the file is longer than 1 MiB, which no settings are
    "#]],
    );
    check(&[("carafe.toml", &vec![b'#'; 1 << 20])], expect![]);
}

#[test]
fn a_folder_in_place_of_a_file() {
    let dir = tempfile::tempdir().unwrap();
    fs::create_dir(dir.path().join("carafe.toml")).unwrap();
    let text = outcome(SettingsLoader::new(Environment::TEST).dir(dir.path()));
    assert!(text.contains("carafe.toml:1: the file cannot be read"), "{text}");
}

#[test]
#[expect(clippy::disallowed_methods, reason = "the test looks behind the settings")]
fn the_environment_may_stand_in_dot_env() {
    // The tests' own process must not decide: whoever sets CARAFE_ENV for them is right too.
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join(".env"), "CARAFE_ENV=staging").unwrap();
    let expected = std::env::var("CARAFE_ENV").unwrap_or_else(|_| "staging".to_owned());
    assert_eq!(Environment::detect(dir.path()).unwrap().name(), expected);
}

#[test]
#[expect(clippy::disallowed_methods, reason = "the test looks behind the settings")]
fn the_process_is_read_and_left_as_it_was() {
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join(".env"), "CARAFE_SERVER__BACKLOG=7").unwrap();
    let settings = carafe::settings::Settings::load(dir.path(), Environment::TEST).unwrap();
    assert_eq!(settings.section::<ServerSettings>().unwrap().backlog, 7);
    assert!(std::env::var_os("CARAFE_SERVER__BACKLOG").is_none());
}
