//! `carafe new`.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::toy::{carafe, repository};

fn new(folder: &Path, words: &[&str]) -> Result<String, String> {
    let output = carafe().arg("new").args(words).current_dir(folder).output().unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(output.stdout.is_empty());
    if output.status.success() { Ok(said) } else { Err(said) }
}

#[track_caller]
fn check_refused(folder: &Path, words: &[&str], expected: &[&str]) {
    let said = new(folder, words).expect_err("it was made");
    for part in expected {
        assert!(said.contains(part), "{said:?} lacks {part:?}");
    }
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    let mut open = vec![folder.to_owned()];
    while let Some(next) = open.pop() {
        for entry in fs::read_dir(next).unwrap() {
            let entry = entry.unwrap();
            if entry.file_type().unwrap().is_dir() {
                open.push(entry.path());
            } else {
                files.push(entry.path().strip_prefix(folder).unwrap().to_owned());
            }
        }
    }
    files.sort();
    files
}

#[test]
fn a_project_is_three_files() {
    let folder = tempfile::tempdir().unwrap();
    let said = new(folder.path(), &["blog"]).unwrap();
    assert!(said.contains("cd blog") && said.contains("carafe dev"), "{said}");
    let blog = folder.path().join("blog");
    assert_eq!(files(&blog), [".gitignore", "Cargo.toml", "src/main.rs"].map(PathBuf::from));
    let main = fs::read_to_string(blog.join("src/main.rs")).unwrap();
    assert_eq!(main.lines().filter(|line| !line.is_empty()).count(), 4);
    assert!(main.contains(r#"App::new("blog")"#));
    // The five lines of the README, under another name.
    let readme = fs::read_to_string(repository().join("README.md")).unwrap();
    assert!(readme.contains(&main.replace("blog", "hello")));
    let manifest: toml::Table =
        fs::read_to_string(blog.join("Cargo.toml")).unwrap().parse().unwrap();
    assert_eq!(manifest["dependencies"]["carafe"].as_str(), Some("0.1"));
    assert_eq!(manifest["profile"]["dev"]["debug"].as_str(), Some("line-tables-only"));
    assert_eq!(manifest["profile"]["release"]["lto"].as_str(), Some("thin"));
    let ignored = fs::read_to_string(blog.join(".gitignore")).unwrap();
    assert!(ignored.contains("/target\n") && ignored.contains("/.carafe\n"));
}

#[test]
fn an_empty_folder_is_taken() {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("shop")).unwrap();
    new(folder.path(), &["shop"]).unwrap();
    new(folder.path(), &["deep/er/shop"]).unwrap();
    assert!(folder.path().join("deep/er/shop/src/main.rs").is_file());
}

#[test]
fn what_is_there_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    fs::create_dir(path.join("full")).unwrap();
    fs::write(path.join("full/notes.txt"), "mine").unwrap();
    fs::write(path.join("file"), "mine").unwrap();
    std::os::unix::fs::symlink("nowhere", path.join("link")).unwrap();
    check_refused(path, &["full"], &["full is there already", "not empty", "another name"]);
    check_refused(path, &["file"], &["file is there already", "no folder"]);
    check_refused(path, &["link"], &["link is there already", "no folder"]);
    assert_eq!(files(path).len(), 3);
    assert_eq!(fs::read_to_string(path.join("full/notes.txt")).unwrap(), "mine");
}

#[test]
fn bad_names_and_checkouts_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    check_refused(path, &["1st"], &["`1st` can't be the name", "begin with a letter", "my-site"]);
    check_refused(path, &["fn"], &["word of the language"]);
    check_refused(path, &["a b\"]\nx"], &["cannot have"]);
    check_refused(path, &["/"], &["`/` can't be the name", "it is empty"]);
    check_refused(path, &[""], &["NAME"]);
    check_refused(path, &[], &["NAME"]);
    check_refused(
        path,
        &["blog", "--checkout", "nowhere"],
        &["nowhere is no checkout", "git clone"],
    );
    assert!(files(path).is_empty());
}

#[test]
fn inside_a_workspace_its_profiles_count() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("Cargo.toml"), "[workspace]\nmembers = [\"*\"]\n").unwrap();
    let said = new(folder.path(), &["blog"]).unwrap();
    assert!(said.contains("inside the workspace") && said.contains("`members`"), "{said}");
    let manifest = fs::read_to_string(folder.path().join("blog/Cargo.toml")).unwrap();
    assert!(!manifest.contains("profile"), "{manifest}");
}

#[test]
fn features_stand_in_the_manifest() {
    let folder = tempfile::tempdir().unwrap();
    new(folder.path(), &["blog", "--features", "sqlite,jiff"]).unwrap();
    new(folder.path(), &["shop", "-F", "sqlite", "--checkout", repository().to_str().unwrap()])
        .unwrap();
    let dependency = |name: &str| -> toml::Value {
        let path = folder.path().join(name).join("Cargo.toml");
        let manifest: toml::Table = fs::read_to_string(path).unwrap().parse().unwrap();
        manifest["dependencies"]["carafe"].clone()
    };
    let features = |names: &[&str]| toml::Value::from(names.to_vec());
    assert_eq!(dependency("blog")["version"].as_str(), Some("0.1"));
    assert_eq!(dependency("blog")["features"], features(&["sqlite", "jiff"]));
    assert!(dependency("shop")["path"].as_str().unwrap().ends_with("crates/carafe"));
    assert_eq!(dependency("shop")["features"], features(&["sqlite"]));
}

#[test]
fn inside_the_checkout_it_is_no_part_of_carafe() {
    let folder = tempfile::tempdir().unwrap();
    let facade = folder.path().join("crates/carafe");
    fs::create_dir_all(&facade).unwrap();
    fs::write(facade.join("Cargo.toml"), "").unwrap();
    fs::write(folder.path().join("Cargo.toml"), "[workspace]\nmembers = [\"crates/*\"]\n").unwrap();
    let said = new(folder.path(), &["blog", "--checkout", "."]).unwrap();
    assert!(!said.contains("members"), "{said}");
    let manifest = fs::read_to_string(folder.path().join("blog/Cargo.toml")).unwrap();
    let manifest: toml::Table = manifest.parse().unwrap();
    assert!(manifest["workspace"].as_table().unwrap().is_empty());
    assert_eq!(manifest["profile"]["release"]["lto"].as_str(), Some("thin"));
}

/// Slow: it builds Carafe, once, in a folder that stays.
#[test]
fn a_new_project_runs() {
    let folder = tempfile::tempdir().unwrap();
    let checkout = repository();
    new(folder.path(), &["fresh-one", "--checkout", checkout.to_str().unwrap()]).unwrap();
    let project = folder.path().join("fresh-one");
    fs::copy(checkout.join("Cargo.lock"), project.join("Cargo.lock")).unwrap();
    let output = Command::new(env!("CARGO"))
        .args(["run", "--quiet", "--", "routes"])
        .current_dir(&project)
        .env("CARGO_TARGET_DIR", crate::toy::target())
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    assert!(said.contains("hello") && said.contains("GET"), "{said}");
}
