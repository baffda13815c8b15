use std::fs;
use std::path::Path;

use quote::quote;

use super::{FOLDERS, assets, expand, find};

fn folder(files: &[&str]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for file in files {
        let path = folder.path().join(file);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, "x").unwrap();
    }
    folder
}

#[track_caller]
fn check(files: &[&str], expected: &[&str]) {
    assert_eq!(find::files(folder(files).path(), &FOLDERS).unwrap(), expected);
}

#[test]
fn the_three_folders_are_looked_through() {
    check(&[], &[]);
    check(&["src/lib.rs", "static.txt", "other/a"], &[]);
    check(
        &["static/b/c.css", "static/a.css", "templates/t.html", "migrations/0001_initial.toml"],
        &["migrations/0001_initial.toml", "static/a.css", "static/b/c.css", "templates/t.html"],
    );
    check(&["static/ü ñ.txt"], &["static/ü ñ.txt"]);
}

#[test]
fn hidden_files_stay_out() {
    check(
        &["static/.DS_Store", "static/.git/config", "static/a/.env", "static/.well-known/x"],
        &["static/.well-known/x"],
    );
}

#[test]
fn a_file_in_the_place_of_a_folder_is_no_folder() {
    check(&["static", "templates/a"], &["templates/a"]);
}

#[cfg(unix)]
#[test]
fn links_are_followed_but_not_for_ever() {
    use std::os::unix::fs::symlink;
    let folder = folder(&["static/a"]);
    symlink(folder.path().join("none"), folder.path().join("static/broken")).unwrap();
    symlink(folder.path().join("static/a"), folder.path().join("static/b")).unwrap();
    assert_eq!(find::files(folder.path(), &FOLDERS).unwrap(), ["static/a", "static/b"]);
    for round in ["static/again", "static/and_again"] {
        symlink(folder.path().join("static"), folder.path().join(round)).unwrap();
    }
    assert_eq!(find::files(folder.path(), &FOLDERS).unwrap(), ["static/a", "static/b"]);
}

#[test]
fn fetched_and_vendored_crates_are_not_worked_on() {
    assert!(find::is_worked_on(folder(&["Cargo.toml"]).path()));
    assert!(!find::is_worked_on(folder(&[".cargo-ok"]).path()));
    assert!(!find::is_worked_on(folder(&[".cargo-checksum.json"]).path()));
    let checkout = folder(&[".cargo-ok", "crates/a/Cargo.toml"]);
    assert!(!find::is_worked_on(&checkout.path().join("crates/a")));
    assert!(find::is_worked_on(Path::new("/none")));
}

#[test]
fn what_is_embedded_is_tracked() {
    let files = ["static/a.css".to_owned()];
    let (debug, always) = (expand::from_disk_in_debug(&files), expand::always_embedded(&files));
    for tokens in [debug.to_string(), always.to_string()] {
        let included = "include_bytes ! (:: core :: concat ! (:: core :: env ! (\"CARGO_MANIFEST_DIR\") , \"/static/a.css\"))";
        assert!(tokens.contains(included), "{tokens}");
        syn::parse_str::<syn::Expr>(&tokens).unwrap();
    }
    assert!(debug.to_string().contains("cfg (debug_assertions)"));
    assert!(!always.to_string().contains("cfg"));
}

#[test]
fn arguments_are_refused_where_they_stand() {
    let error = assets(quote!("static")).unwrap_err();
    assert!(error.to_string().starts_with("`assets!()` takes nothing"), "{error}");
}
