//! The secret key: demanded in production, made in development.

use std::fs;
use std::path::Path;

use carafe::settings::{Environment, SettingsLoader, secret_keys};
use expect_test::{Expect, expect};

const GOOD: &str = "k3J9x0QmZr7Lw2Vb8Tn5Yc1Hs6Pd4Gf0";

#[track_caller]
fn check(environment: Environment, key: &str, expected: Expect) {
    let settings = SettingsLoader::new(environment).set("secret_key", key).load().unwrap();
    let outcome = match secret_keys(&settings, "no/such/folder") {
        Ok(keys) => format!("{} ({:?})", keys.current.expose(), keys.note),
        Err(error) => error.to_string(),
    };
    expected.assert_eq(&outcome);
}

#[test]
fn production_refuses_what_is_weak() {
    for (key, expected) in [
        (GOOD, expect!["k3J9x0QmZr7Lw2Vb8Tn5Yc1Hs6Pd4Gf0 (None)"]),
        (
            "",
            expect![
                "no secret key is set, and the environment is `production`; make one with `openssl rand -base64 48` and give it as the variable CARAFE_SECRET_KEY"
            ],
        ),
        (
            "dev",
            expect![
                "`secret_key` has 3 bytes; production asks for 32 or more; make one with `openssl rand -base64 48` and give it as the variable CARAFE_SECRET_KEY"
            ],
        ),
        (
            "k3J9x0QmZr7Lw2Vb8Tn5Yc1Hs6Pd4G",
            expect![
                "`secret_key` has 30 bytes; production asks for 32 or more; make one with `openssl rand -base64 48` and give it as the variable CARAFE_SECRET_KEY"
            ],
        ),
        (
            "ChangeMe-ChangeMe-ChangeMe-ChangeMe",
            expect![
                "`secret_key` is a placeholder, which anybody can guess; make one with `openssl rand -base64 48` and give it as the variable CARAFE_SECRET_KEY"
            ],
        ),
        (
            "django-insecure-k3J9x0QmZr7Lw2Vb8Tn5Yc1Hs6",
            expect![
                "`secret_key` is a placeholder, which anybody can guess; make one with `openssl rand -base64 48` and give it as the variable CARAFE_SECRET_KEY"
            ],
        ),
        (
            "abababababababababababababababababab",
            expect![
                "`secret_key` repeats a few characters, which anybody can guess; make one with `openssl rand -base64 48` and give it as the variable CARAFE_SECRET_KEY"
            ],
        ),
        (
            "                                  dev",
            expect![
                "`secret_key` has 3 bytes; production asks for 32 or more; make one with `openssl rand -base64 48` and give it as the variable CARAFE_SECRET_KEY"
            ],
        ),
    ] {
        check(Environment::PRODUCTION, key, expected);
    }
    check(
        "staging".parse().unwrap(),
        "dev",
        expect![
            "`secret_key` has 3 bytes; production asks for 32 or more; make one with `openssl rand -base64 48` and give it as the variable CARAFE_SECRET_KEY"
        ],
    );
    check(Environment::DEVELOPMENT, "dev", expect!["dev (None)"]);
    check(Environment::TEST, "dev", expect!["dev (None)"]);
}

#[test]
fn a_weak_fallback_is_refused_too() {
    let settings = SettingsLoader::new(Environment::PRODUCTION)
        .set("secret_key", GOOD)
        .set("secret_key_fallbacks", [GOOD, "dev"])
        .load()
        .unwrap();
    expect!["`secret_key_fallbacks[1]` has 3 bytes; production asks for 32 or more; make one with `openssl rand -base64 48` and give it as the variable CARAFE_SECRET_KEY"].assert_eq(&secret_keys(&settings, ".").unwrap_err().to_string());
}

fn in_development(dir: &Path) -> carafe::Result<carafe::settings::Keys> {
    secret_keys(&SettingsLoader::new(Environment::DEVELOPMENT).load()?, dir)
}

#[test]
fn development_makes_one_and_keeps_it() {
    let dir = tempfile::tempdir().unwrap();
    let first = in_development(dir.path()).unwrap();
    assert_eq!(first.current.expose().len(), 64);
    assert!(first.note.unwrap().contains("no secret key is set"));
    let second = in_development(dir.path()).unwrap();
    assert_eq!((second.current, second.note), (first.current, None));
    let names: Vec<_> = fs::read_dir(dir.path().join(".carafe"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name())
        .collect();
    assert_eq!(names.len(), 2, "{names:?}");
}

#[cfg(unix)]
#[test]
fn only_its_owner_can_read_it() {
    use std::os::unix::fs::PermissionsExt;
    let dir = tempfile::tempdir().unwrap();
    in_development(dir.path()).unwrap();
    let mode = fs::metadata(dir.path().join(".carafe/secret_key")).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
}

#[test]
fn many_at_once_agree_on_one() {
    let dir = tempfile::tempdir().unwrap();
    let keys: Vec<_> = std::thread::scope(|scope| {
        let threads: Vec<_> =
            (0..16).map(|_| scope.spawn(|| in_development(dir.path()).unwrap().current)).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    assert!(keys.iter().all(|key| key == &keys[0]));
}

#[test]
fn an_empty_file_is_told_and_a_closed_folder_survived() {
    let dir = tempfile::tempdir().unwrap();
    fs::create_dir(dir.path().join(".carafe")).unwrap();
    fs::write(dir.path().join(".carafe/secret_key"), "").unwrap();
    let error = in_development(dir.path()).unwrap_err().to_string();
    assert!(error.contains("it holds no key") && error.contains("delete the file"), "{error}");
    // A file where the folder should be.
    let file = tempfile::NamedTempFile::new().unwrap();
    let keys = in_development(file.path());
    assert!(keys.is_err() || keys.unwrap().note.unwrap().contains("cannot be written"));
}

#[test]
fn tests_get_a_key_of_their_own() {
    let key = || {
        secret_keys(&SettingsLoader::new(Environment::TEST).load().unwrap(), "no/such/folder")
            .unwrap()
            .current
    };
    assert!(key() != key());
    assert!(!Path::new("no/such/folder").exists());
}
