use super::*;

#[track_caller]
fn check(name: &str, expected: Result<&str, &str>) {
    let got = of(Path::new(name)).map_err(|failure| failure.to_string());
    match (&got, expected) {
        (Ok(got), Ok(expected)) => assert_eq!(got, expected),
        (Err(got), Err(expected)) => assert!(got.contains(expected), "{got:?} lacks {expected:?}"),
        _ => panic!("{name:?} gave {got:?}"),
    }
}

#[test]
fn names_that_cargo_takes() {
    check("blog", Ok("blog"));
    check("my-site_2", Ok("my-site_2"));
    check("A", Ok("A"));
    check("../sites/shop", Ok("shop"));
    check("shop/", Ok("shop"));
    check(&"a".repeat(64), Ok(&"a".repeat(64)));
}

#[test]
fn names_that_it_refuses() {
    check("", Err("it is empty"));
    check("/", Err("`/` can't be the name of a project: it is empty"));
    check("..", Err("`..`"));
    check("1blog", Err("begin with a letter"));
    check("-blog", Err("begin with a letter"));
    check("über", Err("begin with a letter"));
    check("caf\u{e9}", Err("cannot have"));
    check("my site", Err("cannot have"));
    check("a\"]", Err("cannot have"));
    check("a\nb", Err("cannot have"));
    check("a\0b", Err("cannot have"));
    check(&"a".repeat(65), Err("longer than 64"));
    check("async", Err("word of the language"));
    check("test", Err("has that name"));
    check("carafe", Err("has that name"));
    check("carafe-core", Err("has that name"));
}
