use super::*;

fn rules() -> Rules {
    Rules {
        roots: vec!["/p".into(), "/lib".into()],
        others: vec!["/p/crates/other".into(), "/".into()],
        single: HashMap::from([("/Cargo.toml".into(), Change::Rebuild)]),
        target: "/p/out".into(),
        inputs: HashSet::from(["/p/README.md".into(), "/p/tests/shared.rs".into()]),
        watch: vec!["/p/data/countries.csv".into(), "/conf".into()],
        ignore: vec!["/p/static/uploads".into()],
    }
}

#[track_caller]
fn check(paths: &[&str], expected: Option<Change>) {
    for path in paths {
        assert_eq!(rules().judge(Path::new(path)), expected, "{path}");
    }
}

#[test]
fn sources_are_built_again() {
    let manifests = ["/p/Cargo.toml", "/lib/Cargo.toml", "/p/Cargo.lock", "/p/rust-toolchain.toml"];
    check(&manifests, Some(Change::Rebuild));
    check(&["/p/src/main.rs", "/p/src/blog/new.rs", "/lib/src/lib.rs"], Some(Change::Rebuild));
    check(&["/p/build.rs", "/p/README.md", "/p/tests/shared.rs"], Some(Change::Rebuild));
    check(&["/Cargo.toml"], Some(Change::Rebuild));
    check(&["/p/crates/other/src/lib.rs", "/p/crates/other/Cargo.toml"], None);
    check(&["/p/tests/it.rs", "/p/benches/b.rs", "/p/examples/e.rs"], None);
}

#[test]
fn settings_start_the_program_again() {
    check(&["/p/carafe.toml", "/p/.env"], Some(Change::Restart));
    check(&["/p/data/countries.csv", "/conf/a/b.json"], Some(Change::Restart));
    check(&["/conf/a/b.json~", "/conf/.b.json.swp"], None);
}

#[test]
fn what_browsers_see_is_asked_for_again() {
    check(&["/p/templates/a.html", "/p/src/blog/static/x.css"], Some(Change::Reload));
    check(&["/lib/templates/deep/er/a.txt"], Some(Change::Reload));
}

#[test]
fn what_a_program_writes_does_not_matter() {
    check(&["/p/app.sqlite3", "/p/app.sqlite3-wal", "/p/log.txt", "/p/uploads/cat.png"], None);
    check(&["/p/static/app.db", "/p/static/app.sqlite3-shm", "/p/static/uploads/a.png"], None);
    check(&["/p/out/debug/build/x/out/gen.rs", "/p/target/a.rs", "/lib/target/a.rs"], None);
    check(&["/p/.git/index", "/p/.carafe/secret_key", "/p/.cache/templates/a.html"], None);
    check(&["/p/node_modules/x/static/a.js", "/p/node_modules/a.rs"], None);
    check(&["/elsewhere/a.rs", "/", ""], None);
}

#[test]
fn what_editors_leave_does_not_matter() {
    check(&["/p/templates/a.html~", "/p/templates/.a.html.swp", "/p/templates/4913"], None);
    check(&["/p/templates/#a.html#", "/p/src/.#main.rs", "/p/src/main.rs~"], None);
}

#[test]
fn which_folders_are_watched() {
    for folder in ["/p", "/p/src", "/p/templates/mail", "/lib", "/conf/a"] {
        assert!(rules().enters(Path::new(folder)), "{folder}");
    }
    for folder in [
        "/p/out",
        "/p/out/debug",
        "/p/.git",
        "/p/static/uploads",
        "/elsewhere",
        "/",
        "/p/crates/other",
    ] {
        assert!(!rules().enters(Path::new(folder)), "{folder}");
    }
}
